"""The Bot API over HTTP: tokens, parameters, faults, answers."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from aiohttp import web

from bot.sandbox.errors import ApiError, too_many_requests
from bot.sandbox.faults import Fault, FaultList
from bot.sandbox.methods import call_method
from bot.sandbox.methods.call import Call
from bot.sandbox.params import Params, read_params
from bot.sandbox.state import State
from bot.sandbox.webhook import WebhookSender


class BotApi:
    """Handlers of `/bot<token>/<method>` and `/file/bot<token>/<path>`."""

    def __init__(self, state: State, webhook: WebhookSender, faults: FaultList, token: str) -> None:
        self._state = state
        self._webhook = webhook
        self._faults = faults
        self._token = token
        self._closing = asyncio.Event()

    def add_routes(self, app: web.Application) -> None:
        """Register the handlers."""
        app.router.add_route("*", "/bot{token:[^/]+}/{method}", self._method)
        app.router.add_get("/file/bot{token:[^/]+}/{path:.+}", self._file)

    def open(self) -> None:
        """Let calls wait, again if it was closed."""
        self._closing.clear()
        self._state.updates.open()

    def close(self) -> None:
        """Let delayed and waiting calls end at once."""
        self._closing.set()
        self._state.updates.close()

    async def _method(self, request: web.Request) -> web.StreamResponse:
        method = request.match_info["method"]
        if request.method not in ("GET", "POST"):
            return _refusal(ApiError(404, "Not Found"))
        if request.match_info["token"] != self._token:
            return _refusal(ApiError(401, "Unauthorized"))
        try:
            params = await read_params(request)
        except ApiError as error:
            return _refusal(error)
        except web.HTTPRequestEntityTooLarge:
            return _refusal(ApiError(413, "Request Entity Too Large"))
        fault = self._faults.strike(method, _chat_id(params))
        if fault is not None and fault.kind == "delay":
            await self._delay(fault.seconds)
        elif fault is not None and fault.kind != "cut_after":
            return _strike(request, fault)
        response = await self._answer(Call(self._state, self._webhook, method, params))
        return _cut(request) if fault is not None and fault.kind == "cut_after" else response

    async def _answer(self, call: Call) -> web.Response:
        try:
            result = await call_method(call)
        except ApiError as error:
            return _refusal(error)
        return web.json_response({"ok": True, "result": result})

    async def _file(self, request: web.Request) -> web.Response:
        if request.match_info["token"] != self._token:
            return _refusal(ApiError(401, "Unauthorized"))
        parts = request.match_info["path"].split("/")
        file = self._state.files.get(parts[1]) if len(parts) == 3 else None
        if file is None or file.path != request.match_info["path"]:
            return _refusal(ApiError(404, "Not Found"))
        return web.Response(body=file.data, content_type="application/octet-stream")

    async def _delay(self, seconds: float) -> None:
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._closing.wait()


def _strike(request: web.Request, fault: Fault) -> web.StreamResponse:
    if fault.kind == "429":
        return _refusal(too_many_requests(fault.retry_after))
    if fault.kind == "500":
        return _refusal(ApiError(500, "Internal Server Error"))
    return _cut(request)


def _cut(request: web.Request) -> web.StreamResponse:
    """Close the connection without an answer."""
    if request.transport is not None:
        request.transport.abort()
    return web.Response()


def _refusal(error: ApiError) -> web.Response:
    body: dict[str, Any] = {"ok": False, "error_code": error.code, "description": error.description}
    if error.parameters:
        body["parameters"] = error.parameters
    return web.json_response(body, status=error.code)


def _chat_id(params: Params) -> int | None:
    values: Mapping[str, str] = params.values
    with suppress(KeyError, ValueError):
        return int(values["chat_id"])
    return None
