// "Siapa Anda?": the people of the demo and the chats that each of them has.

import { avatar, el, icon, moveFocus } from "./dom.js";
import { sentAt, snippet, timeOrDay } from "./format.js";

export class PeopleList {
  constructor(root) {
    this.root = root;
    this.links = []; // {person, chat, link}
    root.addEventListener("keydown", (event) => moveFocus(event, this.links.map(({ link }) => link)));
  }

  /** Draws the list; `view` is the open chat ({personId, chatId}), `now` the demo's time. */
  render(store, view, now) {
    const people = JSON.stringify([store.people, store.chats]);
    if (people !== this.people) this.build(store);
    this.people = people;
    for (const { person, chat, link } of this.links) {
      const open = view.personId === person.id && view.chatId === chat.id;
      if (open) link.setAttribute("aria-current", "page");
      else link.removeAttribute("aria-current");
      link.replaceChildren(...chatWords(store, person, chat, now));
    }
  }

  build(store) {
    this.links = [];
    this.root.replaceChildren(...store.people.map((person) => el(
      "li",
      { class: "person" },
      el("h3", { class: "person-name" }, person.name,
        person.role === "editor" ? el("span", { class: "badge" }, "Redaksi") : null,
        person.language_code === "en" ? el("span", { class: "person-note" }, "berbahasa Inggris") : null),
      el("ul", {}, ...store.chatsOf(person.id).map((chat) => el("li", {}, this.link(person, chat)))),
    )));
  }

  link(person, chat) {
    const link = el("a", { class: "chat-link", href: chatHash(person.id, chat.id) });
    this.links.push({ person, chat, link });
    return link;
  }
}

function chatWords(store, person, chat, now) {
  const unread = store.unread(person.id, chat.id);
  const last = store.history(chat.id).at(-1);
  return [
    chat.type === "group"
      ? el("span", { class: "avatar group", "aria-hidden": "true" }, icon("group"))
      : avatar(store.bot.id, store.bot.first_name),
    el("span", { class: "chat-words" },
      el("span", { class: "chat-title" }, store.title(chat)),
      el("span", { class: "chat-preview" }, preview(store, person, chat, last))),
    el("span", { class: "chat-side" },
      el("span", { class: "chat-time" }, last ? timeOrDay(sentAt(last), now) : ""),
      unread ? el("span", { class: "unread" }, String(unread), el("span", { class: "visually-hidden" }, " belum dibaca")) : ""),
  ];
}

function preview(store, person, chat, last) {
  if (store.typing.has(chat.id)) return "sedang mengetik…";
  if (!last) return chat.type === "group" ? "Belum ada pesan" : "Belum dimulai";
  if (last.from?.id === person.id) return `Anda: ${snippet(last)}`;
  return chat.type === "group" ? `${last.from?.first_name ?? ""}: ${snippet(last)}` : snippet(last);
}

/** The address of a chat as seen by a person. */
export function chatHash(personId, chatId) {
  return `#/${personId}/${chatId}`;
}

/** The person and chat of an address, or null when it names none. */
export function parseHash(hash) {
  const match = /^#\/(-?\d+)\/(-?\d+)$/.exec(hash);
  return match ? { personId: Number(match[1]), chatId: Number(match[2]) } : null;
}
