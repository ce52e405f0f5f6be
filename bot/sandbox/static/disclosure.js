// A button that opens a panel; Escape, a click elsewhere or a choice closes it, and the focus goes back to the button.

export class Disclosure {
  /** `opened` and `closed` are called after the panel has changed. */
  constructor(button, panel, { opened = () => {}, closed = () => {} } = {}) {
    Object.assign(this, { button, panel, opened, closed });
    button.addEventListener("click", () => (this.isOpen ? this.close() : this.open()));
    document.addEventListener("keydown", (event) => {
      if (event.key === "Escape" && this.isOpen) this.close();
    });
    document.addEventListener("pointerdown", (event) => {
      if (this.isOpen && !panel.contains(event.target) && !button.contains(event.target)) this.close({ focus: false });
    });
  }

  get isOpen() {
    return this.panel.classList.contains("open");
  }

  open() {
    this.panel.classList.add("open");
    this.button.setAttribute("aria-expanded", "true");
    this.opened();
  }

  close({ focus = true } = {}) {
    if (!this.isOpen) return;
    this.panel.classList.remove("open");
    this.button.setAttribute("aria-expanded", "false");
    this.closed();
    if (focus) this.button.focus();
  }
}
