// Short notices at the bottom (toasts), errors, and alerts that wait for the reader.

import { el, icon } from "./dom.js";

const SHOW_MS = 4000;
const PER_CHARACTER_MS = 60; // a longer sentence stays longer

const toasts = document.getElementById("toasts");
const errors = document.getElementById("errors");
const alertDialog = document.getElementById("alert");

function show(region, className, content, text) {
  const close = el("button", { type: "button", class: "icon-button", "aria-label": "Tutup pemberitahuan" }, icon("close"));
  const notice = el("div", { class: `toast ${className}` }, el("p", {}, content), close);
  const timer = setTimeout(() => notice.remove(), SHOW_MS + PER_CHARACTER_MS * text.length);
  close.addEventListener("click", () => {
    clearTimeout(timer);
    notice.remove();
  });
  region.replaceChildren(notice);
}

/** A passing notice, such as the answer to a button. */
export function toast(text) {
  show(toasts, "", text, text);
}

/** A passing notice that offers a link. */
export function toastLink(text, url) {
  show(toasts, "", el("a", { href: url, target: "_blank", rel: "noopener" }, text), text);
}

/** What went wrong, as a sentence. */
export function error(text) {
  show(errors, "error", text, text);
}

/** An answer that has to be confirmed (`show_alert`). */
export function alert(text) {
  alertDialog.querySelector("p").textContent = text;
  if (!alertDialog.open) alertDialog.showModal();
}

/** Shows or hides the line that says that the server is away. */
export function setOffline(offline) {
  document.getElementById("offline").hidden = !offline;
}
