"""Answers to callback and inline queries."""

from __future__ import annotations

from typing import Any

from bot.sandbox.errors import ApiError, bad_request
from bot.sandbox.formatted import format_text
from bot.sandbox.markup import check_reply_markup
from bot.sandbox.methods.call import Call
from bot.sandbox.methods.sending import MAX_TEXT

MAX_CALLBACK_ANSWER = 200
MAX_RESULTS = 50


def answer_callback_query(call: Call) -> bool:
    """Answer a pressed button, with a notice at most 200 characters long or none."""
    params = call.params
    if len(params.text("text")) > MAX_CALLBACK_ANSWER:
        raise bad_request("MESSAGE_TOO_LONG")
    if (url := params.text("url")) and not url.startswith((f"https://t.me/{call.state.bot.username}?", "tg://")):
        raise bad_request("URL_INVALID")
    answer = {
        "text": params.text("text") or None,
        "show_alert": params.boolean("show_alert"),
        "url": url or None,
    }
    call.state.queries.answer("callback", params.text("callback_query_id"), answer)
    return True


def answer_inline_query(call: Call) -> bool:
    """Answer an inline query with up to 50 results."""
    params = call.params
    results = params.json("results", "inline query results")
    if not isinstance(results, list):
        raise bad_request("expected an Array of inline query results")
    if len(results) > MAX_RESULTS:
        raise bad_request("RESULTS_TOO_MUCH")
    if len(params.text("next_offset").encode()) > 64:
        raise bad_request("NEXT_OFFSET_INVALID")
    checked = [_check_result(result) for result in results]
    if len({result["id"] for result in checked}) < len(checked):
        raise bad_request("RESULT_ID_DUPLICATE")
    answer = {"results": checked, "next_offset": params.text("next_offset")}
    call.state.queries.answer("inline", params.text("inline_query_id"), answer)
    return True


def _check_result(result: Any) -> dict[str, Any]:
    if not isinstance(result, dict):
        raise _bad_result("expected an Object")
    for field in ("type", "id"):
        if not isinstance(result.get(field), str):
            raise _bad_result(f'Can\'t find field "{field}"')
    if not 1 <= len(result["id"].encode()) <= 64:
        raise bad_request("RESULT_ID_INVALID")
    if result["type"] != "article":
        raise _bad_result(f'type "{result["type"]}" is unsupported for the inline query result')
    if not result.get("title"):
        raise bad_request("RESULT_TITLE_EMPTY")
    content = result.get("input_message_content")
    if not isinstance(content, dict):
        raise _bad_result('Can\'t find field "input_message_content"')
    check_reply_markup(result.get("reply_markup"), only_inline=True)
    text = format_text(str(content.get("message_text") or ""), str(content.get("parse_mode") or ""))
    if not text.text:
        raise bad_request("message text is empty")
    if text.length > MAX_TEXT:
        raise bad_request("message is too long")
    return result


def _bad_result(reason: str) -> ApiError:
    return bad_request(f"can't parse inline query result: {reason}")
