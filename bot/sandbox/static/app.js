// The chat page of Sari's sandbox: joins the server's state and events with the parts of the page.

import * as api from "./api.js";
import { ClockBar } from "./clock.js";
import { Composer } from "./composer.js";
import { Disclosure } from "./disclosure.js";
import { avatar, icon, el } from "./dom.js";
import { moment } from "./format.js";
import { MessageLog } from "./log.js";
import * as notices from "./notices.js";
import { chatHash, parseHash, PeopleList } from "./people.js";
import { Store } from "./store.js";

const RETRY_MS = 2000;
const byId = (id) => document.getElementById(id);

const main = byId("chat");
const store = new Store(() => render());
let view = null; // {personId, chatId}, once the state is there
let missed = []; // events that came while the state was being loaded
let loading = false;

const clock = new ClockBar(byId("clock"), (move) => attempt(async () => {
  const answer = await api.moveClock(move);
  clock.set(answer.clock);
  byId("clock-status").textContent = `Jam demo sekarang ${moment(clock.now())}.`;
}));
const people = new PeopleList(byId("people-list"));
const composer = new Composer(main, {
  send: (text, replyTo) => send(view, text, replyTo),
  loadCommands: () => api.getCommands(view.personId, view.chatId),
  failed,
});
const log = new MessageLog(main, {
  reply(message) {
    composer.reply(message);
    composer.focus();
  },
  press,
  command: (text) => attempt(() => send(view, text)),
  start: (payload) => attempt(() => startPrivately(payload)),
  focusLost: () => composer.focus(),
});
const drawer = new Disclosure(byId("people-button"), byId("people"), {
  opened() {
    main.inert = byId("top").inert = true;
    document.querySelector("#people [aria-current]")?.focus();
  },
  closed() {
    main.inert = byId("top").inert = false;
  },
});
const menu = new Disclosure(byId("menu-button"), byId("menu"), { opened: () => byId("block").focus() });

/** Shows a failure as a sentence; a mistake of the page itself goes to the console as well. */
function failed(error) {
  if (!(error instanceof api.ApiError)) console.error(error);
  notices.error(error instanceof api.ApiError ? error.message : "Halaman ini mengalami kesalahan. Muat ulang halaman.");
}

async function attempt(action) {
  try {
    await action();
  } catch (error) {
    failed(error);
  }
}

let sending = Promise.resolve();

/** Sends in the order in which the visitor wrote, also when two messages follow each other at once. */
function send({ personId, chatId }, text, replyTo = null) {
  const body = { user_id: personId, chat_id: chatId, text };
  if (replyTo) body.reply_to = replyTo.message_id;
  const sent = sending.then(() => api.send(body));
  sending = sent.catch(() => {});
  return sent;
}

/** A deep link leads to the private chat, wherever it was clicked. */
function startPrivately(payload) {
  location.hash = chatHash(view.personId, view.personId);
  const there = { personId: view.personId, chatId: view.personId };
  return send(there, payload ? `/start ${payload}` : "/start");
}

async function press(message, button, element) {
  if (element.getAttribute("aria-busy") === "true") return;
  element.setAttribute("aria-busy", "true");
  await attempt(async () => {
    const { answer } = await api.press({
      user_id: view.personId, chat_id: view.chatId, message_id: message.message_id, data: button.callback_data,
    });
    if (!answer) notices.toast("Bot belum menjawab tombol ini.");
    else if (answer.url) notices.toastLink(answer.text || answer.url, answer.url);
    else if (answer.text && answer.show_alert) notices.alert(answer.text);
    else if (answer.text) notices.toast(answer.text);
  });
  element.removeAttribute("aria-busy");
}

async function setBlocked(blocked) {
  await attempt(async () => {
    await api.setBlocked(view.personId, blocked);
    store.person(view.personId).blocked = blocked;
    render();
  });
  if (!blocked) composer.focus();
}

/** Loads everything anew; events that come meanwhile are applied on top. */
async function load() {
  if (loading) return;
  loading = true;
  missed = [];
  try {
    const state = await api.getState();
    const histories = await Promise.all(state.chats.map((chat) => api.getMessages(chat.id)));
    clock.set(state.clock);
    store.load(state, new Map(state.chats.map((chat, index) => [chat.id, histories[index]])));
    loading = false;
    missed.forEach(receive);
    main.removeAttribute("aria-busy");
  } catch (error) {
    failed(error);
    setTimeout(load, RETRY_MS);
  } finally {
    loading = false;
  }
}

function receive(event) {
  if (loading) missed.push(event);
  else if (event.type === "clock") clock.set(event.clock);
  else if (!store.apply(event)) load();
}

/** The chat that the address names, if it exists; else the first chat of that person, or of the first one. */
function chosenView() {
  const asked = parseHash(location.hash);
  if (asked && store.chat(asked.chatId)?.members.includes(asked.personId)) return asked;
  const person = store.person(asked?.personId) ?? store.people[0];
  return { personId: person.id, chatId: store.chatsOf(person.id)[0].id };
}

function render() {
  if (!store.people.length) return;
  const wanted = chosenView();
  const key = chatHash(wanted.personId, wanted.chatId);
  const chat = store.chat(wanted.chatId);
  if (!view || key !== chatHash(view.personId, view.chatId)) {
    view = wanted;
    log.open(`Pesan di ${store.title(chat)}`);
    composer.open(key);
  }
  const person = store.person(view.personId);
  const history = store.history(chat.id);
  renderHeader(chat, person);
  renderEmpty(chat, history, person);
  composer.setBlocked(chat.type === "private" && person.blocked);
  const read = store.read.get(`${person.id}/${chat.id}`) ?? 0;
  const typing = store.typing.has(chat.id);
  log.render(history, { personId: person.id, group: chat.type === "group", bot: store.bot, read, typing });
  if (document.visibilityState === "visible") store.markRead(person.id, chat.id);
  people.render(store, view, clock.now());
  renderWaiting(chat, person);
}

function renderHeader(chat, person) {
  const group = chat.type === "group";
  const typing = store.typing.has(chat.id);
  byId("chat-title").textContent = store.title(chat);
  byId("chat-subtitle").textContent = typing ? "sedang mengetik…" : group ? `${chat.members.length + 1} anggota` : "bot";
  byId("chat-person").textContent = person.name;
  byId("chat-avatar").replaceChildren(group
    ? el("span", { class: "avatar group" }, icon("group")) : avatar(store.bot.id, store.bot.first_name));
  byId("menu-button").hidden = group;
  byId("block").textContent = person.blocked ? "Buka blokir" : "Blokir bot";
}

function renderEmpty(chat, history, person) {
  byId("empty").hidden = history.length > 0;
  byId("group-hint").hidden = chat.type !== "group";
  byId("start").hidden = chat.type === "private" && person.blocked;
}

/** The browser's tab and the button of the drawer say how much waits in other chats. */
function renderWaiting(chat, person) {
  const waiting = store.people.flatMap(({ id }) => store.chatsOf(id).map((other) => store.unread(id, other.id)))
    .reduce((sum, unread) => sum + unread, 0);
  document.title = `${waiting ? `(${waiting}) ` : ""}${store.title(chat)} · ${person.name} · Demo Sari`;
  byId("people-unread").hidden = !waiting;
  byId("people-unread").textContent = waiting;
  byId("people-button").setAttribute("aria-label", `Daftar orang dan obrolan${waiting ? `, ${waiting} belum dibaca` : ""}`);
}

window.addEventListener("hashchange", () => {
  drawer.close({ focus: false });
  menu.close({ focus: false });
  render();
  // On a phone the focus would call up the keyboard.
  if (matchMedia("(pointer: fine)").matches) composer.focus();
});
document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && render());
byId("start").addEventListener("click", () => {
  attempt(() => send(view, "/start"));
  composer.focus();
});
byId("block").addEventListener("click", () => {
  menu.close();
  setBlocked(!store.person(view.personId).blocked);
});
byId("unblock").addEventListener("click", () => setBlocked(false));
byId("people-close").addEventListener("click", () => drawer.close());
byId("skip").addEventListener("click", () => composer.focus());

api.listen({
  opened() {
    notices.setOffline(false);
    load();
  },
  received: receive,
  lost: () => notices.setOffline(true),
});
