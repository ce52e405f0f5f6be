// One message as an element: sender, quote, picture, file, text, time and buttons.

import { fileUrl } from "./api.js";
import { avatar, el, hue, icon } from "./dom.js";
import { fileSize, fullName, moment, sentAt, snippet, time } from "./format.js";

const LINK_SCHEMES = ["http:", "https:", "mailto:", "tg:"];

/**
 * Builds the element of a message.
 * `look`: {own, group, first} - whose it is, and whether it begins a run of one sender.
 * `actions`: {reply(message), press(message, button, element), command(text), jump(messageId), start(payload)}.
 */
export function messageElement(message, look, bot, actions) {
  const content = el("div", { class: "content" }, bubble(message, look, actions), inlineKeyboard(message, bot, actions));
  const from = message.from ?? { id: 0, first_name: "" };
  const article = el(
    "article",
    {
      class: `message ${look.own ? "own" : "other"} ${look.first ? "first" : ""}`,
      "data-message-id": message.message_id,
      "aria-label": `${sender(message, look)}, ${time(sentAt(message))} WIB`,
    },
    look.group && !look.own ? avatar(from.id, fullName(from)) : null,
    content,
    el("button", {
      type: "button",
      class: "icon-button reply",
      "data-control": "reply",
      "aria-label": `Balas pesan ${sender(message, look)}, ${time(sentAt(message))}`,
      title: "Balas",
      onclick: () => actions.reply(message),
    }, icon("reply")),
  );
  wireLinks(article, bot, actions);
  return article;
}

function sender(message, look) {
  return look.own ? "Anda" : fullName(message.from ?? { first_name: "Obrolan" });
}

function bubble(message, look, actions) {
  const named = look.group && !look.own && look.first;
  const name = el("span", { class: named ? `sender ${hue(message.from?.id ?? 0)}` : "visually-hidden" }, sender(message, look));
  if (!named) name.append(": ");
  return el(
    "div",
    { class: message.photo ? "bubble with-photo" : "bubble" },
    name,
    message.reply_to_message ? quote(message.reply_to_message, actions) : null,
    message.photo ? photo(message) : null,
    message.document ? documentLink(message.document) : null,
    text(message),
    el(
      "span",
      { class: "meta" },
      message.edited ? el("span", { class: "edited" }, "disunting ") : null,
      el("time", { datetime: sentAt(message).toISOString(), title: moment(sentAt(message)) }, time(sentAt(message))),
    ),
  );
}

/** The words; the server has already made `html` safe, and it is the only markup that this page takes over. */
function text(message) {
  if (message.html) {
    const node = el("div", { class: "text" });
    node.innerHTML = message.html;
    return node;
  }
  if (message.photo || message.document) return null;
  return el("div", { class: "text service" }, message.text ?? serviceText(message));
}

function serviceText(message) {
  const joined = message.new_chat_members?.map(fullName).join(", ");
  if (joined) return `${joined} bergabung.`;
  if (message.left_chat_member) return `${fullName(message.left_chat_member)} keluar.`;
  return "Pesan jenis ini tidak ditampilkan di demo.";
}

function quote(original, actions) {
  return el(
    "button",
    {
      type: "button", class: `quote ${hue(original.from?.id ?? 0)}`, "data-control": "quote",
      onclick: () => actions.jump(original.message_id),
    },
    el("span", { class: "visually-hidden" }, "Membalas "),
    el("span", { class: "quote-name" }, fullName(original.from ?? { first_name: "Obrolan" })),
    el("span", { class: "quote-text" }, snippet(original)),
  );
}

function photo(message) {
  const largest = message.photo.reduce((a, b) => (b.width * b.height > a.width * a.height ? b : a));
  return el("img", {
    class: "photo", src: fileUrl(largest.file_id), width: largest.width, height: largest.height,
    alt: message.caption ? `Foto: ${snippet(message)}` : "Foto tanpa keterangan",
  });
}

function documentLink(document) {
  const name = document.file_name ?? "berkas";
  const size = document.file_size === undefined ? null : fileSize(document.file_size);
  return el(
    "a",
    { class: "document", href: fileUrl(document.file_id), download: name, "data-control": "document" },
    el("span", { class: "document-icon" }, icon("file")),
    el("span", { class: "document-words" },
      el("span", { class: "document-name" }, name),
      el("span", { class: "document-size" }, size ? `Unduh, ${size}` : "Unduh")),
  );
}

function inlineKeyboard(message, bot, actions) {
  const rows = message.reply_markup?.inline_keyboard;
  if (!rows?.length) return null;
  return el(
    "div",
    { class: "keyboard", role: "group", "aria-label": "Tombol pesan ini" },
    ...rows.map((row, y) => el("div", { class: "keyboard-row" },
      ...row.map((button, x) => keyboardButton(message, button, `button-${y}-${x}`, actions)))),
  );
}

function keyboardButton(message, button, control, actions) {
  const attributes = { class: "key", "data-control": control };
  if (button.url && isLink(button.url)) {
    return el("a", { ...attributes, href: button.url, target: "_blank", rel: "noopener" },
      button.text, el("span", { class: "visually-hidden" }, " (tautan)"), icon("link"));
  }
  const pressed = (event) => actions.press(message, button, event.currentTarget);
  return el("button", {
    ...attributes, type: "button", onclick: pressed, disabled: button.callback_data === undefined,
    title: button.callback_data === undefined ? "Tombol jenis ini tidak ada di demo" : null,
  }, button.text);
}

/** Whether a URL from a bot may be opened: no `javascript:` or `data:`. */
export function isLink(url) {
  return URL.canParse(url) && LINK_SCHEMES.includes(new URL(url).protocol);
}

/** Commands in a text send themselves; a deep link to this bot starts it here instead of leaving for Telegram. */
function wireLinks(article, bot, actions) {
  article.querySelectorAll("a.command").forEach((link, index) => {
    link.setAttribute("role", "button");
    link.tabIndex = 0;
    link.dataset.control = `command-${index}`;
    const run = (event) => {
      event.preventDefault();
      actions.command(link.dataset.command);
    };
    link.addEventListener("click", run);
    link.addEventListener("keydown", (event) => {
      if (event.key === "Enter" || event.key === " ") run(event);
    });
  });
  for (const link of article.querySelectorAll("a[href]:not(.command)")) {
    const payload = startPayload(link.href, bot);
    if (payload === null) continue;
    link.addEventListener("click", (event) => {
      event.preventDefault();
      actions.start(payload);
    });
  }
}

/** The payload of `https://t.me/<bot>?start=payload` when the link leads to this bot, else null. */
function startPayload(href, bot) {
  const url = new URL(href);
  if (url.hostname !== "t.me" || url.pathname.toLowerCase() !== `/${bot.username.toLowerCase()}`) return null;
  return url.searchParams.get("start") ?? "";
}
