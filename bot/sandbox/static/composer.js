// Where the visitor writes: text box, reply bar, command menu, and what stands there while the bot is blocked.

import { CommandMenu } from "./commands.js";
import { fullName, snippet } from "./format.js";

export class Composer {
  /**
   * `send(text, replyTo)` resolves when the server has taken the message and rejects when it refused it;
   * `loadCommands()` resolves to the commands of the open chat; `failed(error)` shows what went wrong.
   */
  constructor(root, { send, loadCommands, failed }) {
    this.form = root.querySelector("#composer");
    this.box = root.querySelector("#composer-text");
    this.replyBar = root.querySelector("#reply-bar");
    this.blockedBar = root.querySelector("#blocked-bar");
    Object.assign(this, { send, failed });
    this.drafts = new Map(); // "person/chat" -> {text, replyTo}
    this.menu = new CommandMenu(root, {
      load: () => loadCommands().catch((error) => {
        failed(error);
        return [];
      }),
      choose: (text) => {
        this.setText("");
        this.submit(text);
      },
      complete: (text) => this.setText(text),
    });
    this.listen(root);
  }

  listen(root) {
    this.form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.submitBox();
    });
    this.box.addEventListener("input", () => this.typed());
    this.box.addEventListener("keydown", (event) => this.handleKey(event));
    this.box.addEventListener("blur", () => this.menu.close());
    root.querySelector("#reply-cancel").addEventListener("click", () => {
      this.cancelReply();
      this.focus();
    });
    for (const button of this.form.querySelectorAll(".composer-row button")) {
      button.addEventListener("mousedown", (event) => event.preventDefault()); // the box keeps the focus
    }
    this.menu.button.addEventListener("click", () => {
      const open = this.menu.isOpen;
      this.setText(open ? "" : "/");
      this.focus();
    });
  }

  /** Changes to another chat, or another person in the same chat; each keeps what was being written. */
  open(key) {
    if (this.key) this.drafts.set(this.key, { text: this.box.value, replyTo: this.replyTo });
    this.key = key;
    const draft = this.drafts.get(key);
    this.setText(draft?.text ?? "");
    this.menu.reset();
    if (draft?.replyTo) this.reply(draft.replyTo);
    else this.cancelReply();
  }

  setBlocked(blocked) {
    this.form.hidden = blocked;
    this.blockedBar.hidden = !blocked;
  }

  focus() {
    this.box.focus();
  }

  /** Makes the next message a reply. */
  reply(message) {
    this.replyTo = message;
    this.replyBar.querySelector("#reply-name").textContent = `Membalas ${fullName(message.from ?? { first_name: "" })}`;
    this.replyBar.querySelector("#reply-text").textContent = snippet(message);
    this.replyBar.hidden = false;
  }

  cancelReply() {
    this.replyTo = null;
    this.replyBar.hidden = true;
  }

  setText(text) {
    this.box.value = text;
    this.typed();
  }

  typed() {
    this.box.style.height = "auto";
    this.box.style.height = `${this.box.scrollHeight}px`; // grows up to the style's max-height
    this.menu.update();
  }

  handleKey(event) {
    if (event.isComposing || this.menu.handleKey(event)) return;
    if (event.key === "Enter" && !event.shiftKey) {
      event.preventDefault();
      this.submitBox();
    } else if (event.key === "Escape") {
      this.cancelReply();
    }
  }

  submitBox() {
    const text = this.box.value.trim();
    if (!text) return;
    this.setText("");
    this.submit(text);
  }

  /** Sends; a message that was refused comes back into the box, unless something new stands there. */
  async submit(text) {
    const { key, replyTo } = this;
    this.cancelReply();
    try {
      await this.send(text, replyTo);
    } catch (error) {
      this.failed(error);
      if (this.key !== key || this.box.value) return;
      this.setText(text);
      if (replyTo) this.reply(replyTo);
    }
  }
}
