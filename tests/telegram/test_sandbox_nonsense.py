"""Whatever a client sends is answered with a result or a refusal, never with a crash."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import aiohttp
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.sandbox import Sandbox
from bot.sandbox.errors import ApiError
from bot.sandbox.methods import METHODS, call_method
from bot.sandbox.methods.call import Call
from bot.sandbox.params import Params
from bot.sandbox.webhook import WebhookSender

AYU = 1001

_FIELDS = {
    "chat_id": ["1001", "-5001", "42", "@x", "x"],
    "message_id": ["1", "0", "x"],
    "user_id": ["1001", "x"],
    "text": ["a", "<b>", ""],
    "url": ["http://127.0.0.1:1/", "http://[", "x"],
    "action": ["typing", "x"],
    "parse_mode": ["HTML", "html", "Markdown", "x"],
    "message_thread_id": ["0", "7"],
    "photo": ["attach://x", "x"],
    "document": ["attach://x", "x"],
    "callback_query_id": ["1", "x"],
}
_KEYS = st.sampled_from(
    [
        *("type", "offset", "length", "url", "user", "text", "inline_keyboard", "keyboard", "callback_data"),
        *("message_id", "chat_id", "user_id", "command", "description", "id", "title", "input_message_content"),
        "message_text",
    ]
)
_VALUES = st.sampled_from(["bold", "text_mention", "chat", "chat_member", "article", "", "x"]) | st.integers(-2, 3)
_json = st.recursive(
    st.none() | st.booleans() | _VALUES,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_KEYS, inner, max_size=4),
    max_leaves=12,
)
_JSON_FIELDS = (
    *("reply_markup", "entities", "caption_entities", "scope", "commands", "results", "reply_parameters"),
    *("link_preview_options", "message_ids", "allowed_updates"),
)
_params = st.fixed_dictionaries(
    {},
    optional={name: st.sampled_from(values) for name, values in _FIELDS.items()}
    | {name: _json.map(json.dumps) for name in _JSON_FIELDS},
)


@example(method="setwebhook", values={"url": "http://["})
@given(method=st.sampled_from(sorted(METHODS)), values=_params)
def test_any_parameters_end_in_a_result_or_a_refusal(method: str, values: dict[str, str]) -> None:
    async def call() -> Any:
        sandbox = Sandbox()
        sandbox.populate_demo()
        await sandbox.send(AYU, "/start")
        state = sandbox.state
        try:
            result = await call_method(Call(state, WebhookSender(state.updates, state.clock), method, Params(values)))
        except ApiError as refusal:
            return refusal.description
        return json.dumps(result)

    assert asyncio.run(call())


@pytest.mark.parametrize(
    ("content_type", "body", "reason"),
    [
        ("application/json", b"{", "can't parse JSON object"),
        ("application/json", b"[1]", "can't parse JSON object"),
        ("application/json", b'{"chat_id": 1001, "text": "\\ud800"}', "strings must be encoded in UTF-8"),
        (
            "application/json",
            b'{"chat_id": 1001, "text": "x", "reply_markup": {"inline_keyboard": [[{"text": "\\ud800"}]]}}',
            "strings must be encoded in UTF-8",
        ),
        ("application/x-www-form-urlencoded", b"text=\xff", "strings must be encoded in UTF-8"),
        ("multipart/form-data", b"x", "can't parse the request body"),
        ("multipart/form-data; boundary=x", b"--y\r\n", "can't parse the request body"),
        (
            "multipart/form-data; boundary=x",
            b'--x\r\nContent-Disposition: form-data; name="text"\r\n\r\n\xff\r\n--x--\r\n',
            "strings must be encoded in UTF-8",
        ),
    ],
)
async def test_a_body_that_cannot_be_read_is_400(sandbox: Sandbox, content_type: str, body: bytes, reason: str) -> None:
    url = f"{sandbox.api_url}{sandbox.token}/sendMessage"
    async with (
        aiohttp.ClientSession() as session,
        session.post(url, data=body, headers={"Content-Type": content_type}) as response,
    ):
        assert response.status == 400
        assert (await response.json())["description"] == f"Bad Request: {reason}"


@pytest.mark.parametrize("how", ["query", "form", "json", "multipart"])
async def test_parameters_may_come_in_any_of_telegrams_ways(sandbox: Sandbox, how: str) -> None:
    await sandbox.send(AYU, "/start")
    url = f"{sandbox.api_url}{sandbox.token}/SENDMESSAGE"
    fields = {"chat_id": str(AYU), "text": "halo", "reply_markup": '{"inline_keyboard":[[{"text":"x","url":"a.id"}]]}'}
    async with aiohttp.ClientSession() as session:
        if how == "query":
            request = session.get(url, params=fields)
        elif how == "form":
            request = session.post(url, data=fields)
        elif how == "json":
            request = session.post(
                url, json={"chat_id": AYU, "text": "halo", "reply_markup": json.loads(fields["reply_markup"])}
            )
        else:
            form = aiohttp.FormData(fields, default_to_multipart=True)
            request = session.post(url, data=form)
        async with request as response:
            assert (await response.json())["result"]["reply_markup"]["inline_keyboard"][0][0]["url"] == "http://a.id/"
