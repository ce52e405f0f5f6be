// The list of the bot's commands above the text box: opened by the "/" button or by typing "/".

import { el } from "./dom.js";

export class CommandMenu {
  /**
   * `load()` resolves to [{command, description}]; `choose(text)` sends a command; `complete(text)` puts it into the box.
   */
  constructor(root, { load, choose, complete }) {
    this.panel = root.querySelector("#command-panel");
    this.list = root.querySelector("#command-list");
    this.status = root.querySelector("#command-status");
    this.button = root.querySelector("#command-button");
    this.box = root.querySelector("#composer-text");
    Object.assign(this, { load, choose, complete });
    this.commands = [];
    this.shown = [];
    this.active = 0;
    this.wanted = false; // whether the text asks for the menu and nobody has closed it
    // The box keeps the focus while the mouse chooses.
    this.panel.addEventListener("mousedown", (event) => event.preventDefault());
    this.list.addEventListener("click", (event) => {
      const option = event.target.closest("[role=option]");
      if (option) this.choose(`/${option.dataset.command}`);
    });
  }

  get isOpen() {
    return !this.panel.hidden;
  }

  /** Forgets the commands of another chat and asks for those of this one. */
  reset() {
    this.commands = [];
    this.close();
    return this.refresh();
  }

  /** Asks for the commands again, since the bot may have changed them; an open menu follows. */
  async refresh() {
    const loading = this.load();
    this.loading = loading;
    const commands = await loading;
    // Another chat may have been opened meanwhile.
    if (this.loading !== loading || JSON.stringify(commands) === JSON.stringify(this.commands)) return;
    this.commands = commands;
    if (this.wanted) this.show();
  }

  /** Follows what is typed: open for "/" and the beginning of a command, closed otherwise. */
  update() {
    const wasWanted = this.wanted;
    this.wanted = this.typed !== null;
    this.show();
    if (this.wanted && !wasWanted) this.refresh();
  }

  /** The beginning of a command that stands in the box, or null when something else does. */
  get typed() {
    return /^\/(\w*)$/.exec(this.box.value)?.[1].toLowerCase() ?? null;
  }

  show() {
    const { typed } = this;
    this.shown = typed === null ? [] : this.commands.filter(({ command }) => command.startsWith(typed));
    if (!this.shown.length) {
      this.hide();
      return;
    }
    this.list.replaceChildren(...this.shown.map(({ command, description }, index) => el(
      "li",
      { id: `command-${index}`, role: "option", "data-command": command, "aria-selected": "false" },
      el("span", { class: "command-name" }, `/${command}`),
      el("span", { class: "command-description" }, description),
    )));
    this.panel.hidden = false;
    this.button.setAttribute("aria-expanded", "true");
    const exact = this.shown.findIndex(({ command }) => command === typed);
    this.activate(Math.max(0, exact));
    this.status.textContent = `${this.shown.length} perintah. Panah untuk memilih, Enter untuk mengirim, Tab untuk melengkapi.`;
  }

  /** Closes the menu until something else is typed. */
  close() {
    this.wanted = false;
    this.hide();
  }

  hide() {
    this.panel.hidden = true;
    this.button.setAttribute("aria-expanded", "false");
    this.box.removeAttribute("aria-activedescendant");
    this.status.textContent = "";
  }

  activate(index) {
    const options = [...this.list.children];
    this.active = (index + options.length) % options.length;
    options.forEach((option, i) => option.setAttribute("aria-selected", String(i === this.active)));
    options[this.active].scrollIntoView({ block: "nearest" });
    this.box.setAttribute("aria-activedescendant", options[this.active].id);
  }

  /** Handles a key pressed in the box while the menu is open; true when it was meant for the menu. */
  handleKey(event) {
    if (!this.isOpen) return false;
    const chosen = `/${this.shown[this.active].command}`;
    const handlers = {
      ArrowDown: () => this.activate(this.active + 1),
      ArrowUp: () => this.activate(this.active - 1),
      Enter: () => this.choose(chosen),
      Tab: () => this.complete(`${chosen} `),
      Escape: () => this.close(),
    };
    const handler = handlers[event.key];
    if (!handler || event.shiftKey) return false;
    event.preventDefault();
    handler();
    return true;
  }
}
