// The bar with the demo's clock. The clock runs on by itself between two words of the server.

import { el } from "./dom.js";
import { moment, nextSeven } from "./format.js";

const TICK_MS = 1000;

export class ClockBar {
  /** `move` takes the body of POST /api/clock and resolves when the server has moved the clock. */
  constructor(root, move) {
    this.output = root.querySelector("time");
    this.ahead = 0; // milliseconds by which the demo's clock is ahead of this machine's
    const moves = {
      hour: () => ({ advance_minutes: 60 }),
      seven: () => ({ to: nextSeven(this.now()).toISOString() }),
      day: () => ({ advance_minutes: 24 * 60 }),
    };
    this.buttons = [...root.querySelectorAll("button")];
    for (const button of this.buttons) {
      button.addEventListener("click", () => this.run(() => move(moves[button.dataset.move]())));
    }
    setInterval(() => this.show(), TICK_MS);
  }

  now() {
    return new Date(Date.now() + this.ahead);
  }

  /** Sets the clock to the server's time (ISO 8601, UTC). */
  set(iso) {
    this.ahead = new Date(iso).getTime() - Date.now();
    this.show();
  }

  show() {
    const words = moment(this.now());
    if (this.output.textContent === words) return;
    this.output.replaceChildren(...words.split(" · ").flatMap((part, index) => [
      index ? el("span", { class: "dot" }, " · ") : null, el("span", { class: "nowrap" }, part),
    ]).filter(Boolean));
    this.output.dateTime = this.now().toISOString().slice(0, 16) + "Z";
  }

  async run(move) {
    if (this.moving) return; // a second click while the first is on its way would move twice
    this.moving = true;
    try {
      await move();
    } finally {
      this.moving = false;
    }
  }
}
