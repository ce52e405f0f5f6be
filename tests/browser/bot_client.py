"""A bot of a few lines that a test plays by hand, over the sandbox's real Bot API."""

from __future__ import annotations

import json
from typing import Any

from aiohttp import ClientSession, FormData

POLL_SECONDS = 5


class BotClient:
    """Calls methods and hands out updates one by one."""

    def __init__(self, session: ClientSession, api_url: str) -> None:
        self._session = session
        self._api_url = api_url
        self._offset = 0

    async def call(self, method: str, **parameters: Any) -> Any:
        """The result of a method; bytes are uploaded as files, structures go as JSON."""
        form = FormData()
        for name, value in parameters.items():
            if isinstance(value, bytes):
                form.add_field(name, value, filename=parameters.get("filename", name))
            elif name != "filename":
                form.add_field(name, value if isinstance(value, str) else json.dumps(value))
        async with self._session.post(f"{self._api_url}/{method}", data=form) as response:
            answer = await response.json()
        assert answer["ok"], answer
        return answer["result"]

    async def next(self, kind: str) -> dict[str, Any]:
        """The next update of a kind (`message`, `callback_query`, ...); others are passed over."""
        while True:
            updates = await self.call("getUpdates", offset=self._offset, timeout=POLL_SECONDS, limit=1)
            assert updates, f"no {kind} within {POLL_SECONDS} seconds"
            self._offset = updates[0]["update_id"] + 1
            if kind in updates[0]:
                found: dict[str, Any] = updates[0][kind]
                return found

    async def waiting(self) -> list[dict[str, Any]]:
        """The updates that have not been handed out yet."""
        updates: list[dict[str, Any]] = await self.call("getUpdates", offset=self._offset)
        return updates

    async def say(self, chat_id: int, text: str, buttons: list[list[dict[str, str]]] | None = None) -> int:
        """Sends HTML with rows of inline buttons; the id of the message."""
        markup = {"reply_markup": {"inline_keyboard": buttons}} if buttons else {}
        sent = await self.call("sendMessage", chat_id=chat_id, text=text, parse_mode="HTML", **markup)
        return int(sent["message_id"])
