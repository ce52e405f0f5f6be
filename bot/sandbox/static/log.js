// The list of messages of one chat: keeps what is unchanged in place, so that focus and screen readers are not disturbed.

import { el, moveFocus } from "./dom.js";
import { day, sentAt } from "./format.js";
import { messageElement } from "./message.js";

const NEAR_BOTTOM_PX = 80;
const CONTEXT_PX = 72; // what stays visible above a new message that is taller than the window

export class MessageLog {
  constructor(root, actions) {
    this.scroller = root.querySelector("#scroller");
    this.log = root.querySelector("#log");
    this.latest = root.querySelector("#latest");
    this.typing = root.querySelector("#typing");
    this.actions = { ...actions, jump: (id) => this.jump(id) };
    this.nodes = new Map(); // key -> {signature, node}
    this.atBottom = true;
    this.latest.addEventListener("click", () => this.toBottom());
    this.scroller.addEventListener("scroll", () => this.watch());
    this.scroller.addEventListener("keydown", (event) => this.moveByArrows(event));
    new ResizeObserver(() => this.atBottom && this.toBottom()).observe(this.scroller);
  }

  /** Starts with an empty log for another chat; a new live region is not read out as a whole. */
  open(label) {
    const log = el("div", { id: "log", class: "log", role: "log", "aria-live": "polite", "aria-label": label });
    this.log.replaceWith(log);
    this.log = log;
    this.nodes.clear();
    this.unreadFrom = null;
    this.fresh = true;
  }

  /** Shows `messages` (oldest first). `view`: {personId, group, bot, read, typing}, `read` being the newest id seen. */
  render(messages, view) {
    const wanted = this.layOut(messages, view);
    const focus = this.rememberFocus();
    const wasAtBottom = this.atBottom;
    const changed = this.sync(wanted);
    this.restoreFocus(focus);
    this.typing.hidden = !view.typing;
    if (this.fresh) this.showOpened();
    else if (changed.length) this.follow(changed, wasAtBottom);
    else if (view.typing && wasAtBottom) this.toBottom();
    this.fresh = false;
    this.watch();
  }

  /** The rows of the log (day separators, the unread line, messages): {key, signature, build, last in a run}. */
  layOut(messages, view) {
    const rows = [];
    if (this.fresh) {
      this.unreadFrom = messages.find((m) => m.message_id > view.read && m.from?.id !== view.personId)?.message_id;
    }
    messages.forEach((message, index) => {
      const date = day(sentAt(message));
      const sameDay = (other) => other && day(sentAt(other)) === date;
      const joins = (other) => sameDay(other) && other.from?.id === message.from?.id;
      const [before, after] = [messages[index - 1], messages[index + 1]];
      if (!sameDay(before)) rows.push({ key: `day ${date}`, build: () => el("h3", { class: "day" }, date) });
      if (message.message_id === this.unreadFrom && before) {
        rows.push({ key: "unread", build: () => el("p", { class: "unread-line" }, "Belum dibaca") });
      }
      const look = { own: message.from?.id === view.personId, group: view.group, first: !joins(before) };
      rows.push({
        key: message.message_id,
        signature: JSON.stringify([message, look]),
        build: () => messageElement(message, look, view.bot, this.actions),
        last: !joins(after),
      });
    });
    return rows;
  }

  /** Makes the DOM equal to the rows without touching rows that stay the same; returns new and changed nodes. */
  sync(rows) {
    const keys = new Set(rows.map(({ key }) => key));
    for (const [key, { node }] of this.nodes) {
      if (keys.has(key)) continue;
      node.remove();
      this.nodes.delete(key);
    }
    const changed = [];
    let previous = null;
    for (const { key, signature, build, last } of rows) {
      const known = this.nodes.get(key);
      if (!known || known.signature !== signature) {
        const node = build();
        if (known) known.node.replaceWith(node);
        else if (previous) previous.after(node);
        else this.log.prepend(node);
        this.nodes.set(key, { signature, node });
        changed.push(node);
      }
      previous = this.nodes.get(key).node;
      previous.classList.toggle("last", Boolean(last)); // not in the signature: the next message must not rebuild this one
    }
    return changed;
  }

  /** Which control of which message has the focus, so that an edit of the message does not lose it. */
  rememberFocus() {
    const active = document.activeElement;
    const message = this.log.contains(active) && active.closest("[data-message-id]");
    return message ? { id: Number(message.dataset.messageId), control: active.dataset.control } : null;
  }

  restoreFocus(focus) {
    if (!focus || this.log.contains(document.activeElement)) return;
    const node = this.nodes.get(focus.id)?.node;
    const control = node?.querySelector(`[data-control="${focus.control}"]`) ?? node?.querySelector(".key, .reply");
    if (control) control.focus({ preventScroll: true });
    else this.actions.focusLost();
  }

  get depth() {
    return this.scroller.scrollHeight - this.scroller.clientHeight;
  }

  watch() {
    const below = this.depth - this.scroller.scrollTop;
    this.atBottom = below < NEAR_BOTTOM_PX;
    this.latest.hidden = this.atBottom;
  }

  toBottom() {
    this.scroller.scrollTop = this.depth;
    this.watch();
  }

  /** At opening: the first unread message, else the newest. */
  showOpened() {
    const unread = this.nodes.get("unread")?.node;
    this.scroller.scrollTop = unread ? this.above(unread, 8) : this.depth;
  }

  /** Follows what has come at the bottom, but never past the beginning of it: a long digest is read from its top. */
  follow(changed, wasAtBottom) {
    const own = changed.at(-1).matches(".own") && changed.at(-1) === this.log.lastElementChild;
    if (!own && !wasAtBottom) return;
    this.scroller.scrollTop = own ? this.depth : Math.min(this.depth, this.above(changed[0], CONTEXT_PX));
  }

  above(node, pixels) {
    const offset = node.getBoundingClientRect().top - this.scroller.getBoundingClientRect().top;
    return Math.max(0, this.scroller.scrollTop + offset - pixels);
  }

  /** Shows the message that a quote speaks of. */
  jump(messageId) {
    const node = this.nodes.get(messageId)?.node;
    if (!node) return;
    const margin = (this.scroller.clientHeight - node.offsetHeight) / 2; // in the middle, but never past its beginning
    this.scroller.scrollTop = this.above(node, Math.max(8, margin));
    node.classList.remove("found");
    void node.offsetWidth; // lets the animation start again
    node.classList.add("found");
  }

  moveByArrows(event) {
    if (!event.target.matches?.(".reply")) return;
    moveFocus(event, [...this.log.querySelectorAll(".reply")]);
  }
}
