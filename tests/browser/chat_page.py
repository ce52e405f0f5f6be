"""The chat page as a test sees it: by roles and names, as a visitor or a screen reader finds things."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from playwright.async_api import Locator, Page, expect

AYU, BIMA, RATNA, GROUP = 1001, 1002, 2001, -5001


@dataclass(frozen=True)
class ChatPage:
    """One browser window on the sandbox at `url`; `errors` collects what the browser's console complains of."""

    page: Page
    url: str
    errors: list[str]

    async def open(self, person_id: int = AYU, chat_id: int | None = None) -> None:
        """Opens a chat (the private one by default) by its address and waits until it is shown."""
        address = f"#/{person_id}/{chat_id or person_id}"
        await self.page.goto(f"{self.url}/{address}")
        await expect(self.page.locator('[aria-current="page"]')).to_have_attribute("href", address)

    @property
    def main(self) -> Locator:
        return self.page.get_by_role("main")

    @property
    def log(self) -> Locator:
        return self.page.get_by_role("log")

    @property
    def messages(self) -> Locator:
        return self.log.get_by_role("article")

    @property
    def box(self) -> Locator:
        return self.page.get_by_role("textbox", name="Pesan", exact=True)

    @property
    def commands(self) -> Locator:
        return self.page.get_by_role("listbox", name="Perintah bot")

    @property
    def clock(self) -> Locator:
        return self.page.get_by_role("region", name="Jam demo").get_by_role("time")

    @property
    def people(self) -> Locator:
        return self.page.get_by_role("navigation", name="Siapa Anda?")

    def message(self, text: str) -> Locator:
        """The newest message that contains `text`."""
        return self.messages.filter(has_text=text).last

    def button(self, name: str) -> Locator:
        return self.page.get_by_role("button", name=name, exact=True)

    def chat_link(self, person: str, chat: str) -> Locator:
        """The entry of a chat in the list of people."""
        listed = self.people.get_by_role("listitem").filter(has=self.page.get_by_role("heading", name=person))
        return listed.get_by_role("link", name=chat)

    async def send(self, text: str) -> None:
        """Writes and sends by keyboard alone, and waits until the message stands in the chat."""
        sent = self.page.locator(".message.own", has_text=text)
        before = await sent.count()
        await self.box.fill(text)
        await self.page.keyboard.press("Escape")  # the command menu would choose on Enter
        await self.page.keyboard.press("Enter")
        await expect(sent).to_have_count(before + 1)

    async def reply(self, to: str, text: str) -> None:
        """Replies to the newest message that contains `to`."""
        await self.choose_reply(to)
        await self.box.fill(text)
        await self.page.keyboard.press("Enter")
        await expect(self.page.locator(".message.own", has_text=text).last).to_be_visible()

    async def choose_reply(self, to: str) -> None:
        """Presses "Balas" at a message."""
        await self.message(to).get_by_role("button", name=re.compile("^Balas")).click()
        await expect(self.box).to_be_focused()

    async def choose_menu(self, name: str) -> None:
        """Chooses an entry of the chat's menu."""
        await self.button("Menu obrolan").click()
        await self.button(name).click()

    async def measure(self, script: str) -> Any:
        """What a JavaScript expression gives in the page."""
        return await self.page.evaluate(script)


OpenPage = Callable[..., Awaitable[ChatPage]]
