"""The HTTP API of the chat page, and the page's files."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import quote

from aiohttp import web
from aiohttp.typedefs import Handler

from bot.sandbox import actions, sentences
from bot.sandbox.clock import MovableClock
from bot.sandbox.errors import SandboxError
from bot.sandbox.page_guard import PAGE_HEADERS
from bot.sandbox.page_view import event_page_view, message_page_view, state_page_view
from bot.sandbox.state import Event, State

STATIC = Path(__file__).with_name("static")
_IDLE_SECONDS = 15.0  # after so long without an event a comment shows whether the page is still there
_PRESS_SECONDS = 5.0


class PageApi:
    """Handlers of `/`, `/static/` and `/api/`."""

    def __init__(self, state: State) -> None:
        self._state = state

    def add_routes(self, app: web.Application) -> None:
        """Register the handlers."""
        app.router.add_get("/", self._index)
        app.router.add_get("/static/{name}", self._static)
        app.router.add_get("/api/state", self._get_state)
        app.router.add_get(r"/api/chats/{chat_id:-?\d+}/messages", self._get_messages)
        app.router.add_get("/api/commands", self._get_commands)
        app.router.add_get("/api/files/{file_id}", self._get_file)
        app.router.add_get("/api/events", self._get_events)
        app.router.add_post("/api/send", _json_handler(self._send))
        app.router.add_post("/api/press", _json_handler(self._press))
        app.router.add_post("/api/block", _json_handler(self._block))
        app.router.add_post("/api/clock", _json_handler(self._move_clock))

    async def _index(self, request: web.Request) -> web.StreamResponse:
        return _static_file("index.html")

    async def _static(self, request: web.Request) -> web.StreamResponse:
        return _static_file(request.match_info["name"])

    async def _get_state(self, request: web.Request) -> web.Response:
        return web.json_response(state_page_view(self._state))

    async def _get_messages(self, request: web.Request) -> web.Response:
        chat_id = int(request.match_info["chat_id"])
        if chat_id not in self._state.users and chat_id not in self._state.groups:
            raise SandboxError(sentences.UNKNOWN_CHAT, status=404)
        messages = self._state.messages.in_chat(chat_id)
        return web.json_response([message_page_view(self._state, message) for message in messages])

    async def _get_commands(self, request: web.Request) -> web.Response:
        chat_id, user_id = _number(request.query, "chat_id"), _number(request.query, "user_id")
        user = actions.check_member(self._state, user_id, chat_id)
        commands = self._state.commands.shown_to(user, self._state.groups.get(chat_id))
        return web.json_response([command.to_dict() for command in commands])

    async def _get_file(self, request: web.Request) -> web.Response:
        """A file; whatever is not a picture only as a download, so that it never runs as a page of this origin."""
        file = self._state.files.get(request.match_info["file_id"])
        if file is None:
            raise SandboxError(sentences.UNKNOWN_FILE, status=404)
        kind = "inline" if file.kind == "photo" else "attachment"
        headers = {"Content-Disposition": f"{kind}; filename*=UTF-8''{quote(file.name, safe='')}"}
        return web.Response(body=file.data, content_type=file.mime_type, headers=headers)

    async def _get_events(self, request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Type": "text/event-stream"} | PAGE_HEADERS)
        with self._state.events.subscribe() as events, suppress(ConnectionError):
            await response.prepare(request)
            await response.write(b": mulai\n\n")
            while (line := await self._next_line(events)) is not None:
                await response.write(line)
        return response

    async def _next_line(self, events: asyncio.Queue[Event | None]) -> bytes | None:
        """The next event as the stream spells it, a comment when there is none for a while, None at the end."""
        try:
            async with asyncio.timeout(_IDLE_SECONDS):
                event = await events.get()
        except TimeoutError:
            return b": diam\n\n"
        return None if event is None else f"data: {json.dumps(event_page_view(self._state, event))}\n\n".encode()

    async def _send(self, body: dict[str, Any]) -> dict[str, Any]:
        reply_to = _number(body, "reply_to") if body.get("reply_to") is not None else None
        text = _text(body, "text")
        message = actions.write(self._state, _number(body, "user_id"), _number(body, "chat_id"), text, reply_to)
        return {"message_id": message.message_id}

    async def _press(self, body: dict[str, Any]) -> dict[str, Any]:
        query_id = actions.press(
            self._state,
            _number(body, "user_id"),
            _number(body, "chat_id"),
            _number(body, "message_id"),
            _text(body, "data"),
        )
        return {"answer": await self._state.queries.wait_answer(query_id, _PRESS_SECONDS)}

    async def _block(self, body: dict[str, Any]) -> dict[str, Any]:
        if not isinstance(body.get("blocked"), bool):
            raise SandboxError(sentences.BAD_FIELDS)
        actions.set_blocked(self._state, _number(body, "user_id"), body["blocked"])
        return {"blocked": body["blocked"]}

    async def _move_clock(self, body: dict[str, Any]) -> dict[str, Any]:
        move = _clock_move(body)
        try:
            self._state.move_clock(move)
        except ValueError:
            raise SandboxError(sentences.CLOCK_GOES_FORWARD) from None
        except OverflowError:
            raise SandboxError(sentences.CLOCK_NEEDS_A_TIME) from None
        return {"clock": self._state.clock().isoformat()}


def _clock_move(body: dict[str, Any]) -> Callable[[MovableClock], None]:
    """How the page wants the clock moved: by minutes, or to a moment with a zone."""
    try:
        if "advance_minutes" in body:
            step = timedelta(minutes=float(body["advance_minutes"]))
            return lambda clock: clock.advance(step)
        moment = datetime.fromisoformat(_text(body, "to"))
    except (TypeError, ValueError, OverflowError):
        raise SandboxError(sentences.CLOCK_NEEDS_A_TIME) from None
    if moment.tzinfo is None:
        raise SandboxError(sentences.CLOCK_NEEDS_A_TIME)
    return lambda clock: clock.move_to(moment)


def _json_handler(action: Callable[[dict[str, Any]], Awaitable[dict[str, Any]]]) -> Handler:
    """A handler that reads a JSON object, and nothing that a foreign form could send."""

    async def handle(request: web.Request) -> web.Response:
        if request.content_type != "application/json":
            raise SandboxError(sentences.NOT_JSON, status=415)
        try:
            body = await request.json()
        except ValueError:
            body = None
        if not isinstance(body, dict):
            raise SandboxError(sentences.BAD_FIELDS)
        return web.json_response(await action(body))

    return handle


def _number(fields: Mapping[str, Any], name: str) -> int:
    try:
        return int(fields[name])
    except (KeyError, TypeError, ValueError):
        raise SandboxError(sentences.BAD_FIELDS) from None


def _text(fields: Mapping[str, Any], name: str) -> str:
    if not isinstance(fields.get(name), str):
        raise SandboxError(sentences.BAD_FIELDS)
    return str(fields[name])


def _static_file(name: str) -> web.StreamResponse:
    path = STATIC / name
    if path.parent != STATIC or not path.is_file():  # an encoded slash arrives here as a slash
        raise web.HTTPNotFound
    return web.FileResponse(path, headers=PAGE_HEADERS)
