"""One way in for every pressed button: the callback data says which."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from telegram import Update

from bot.errors import GoneError
from bot.telegram import buttons
from bot.telegram.context import Context, answer_query
from bot.telegram.handlers import newsroom, reading, subscription

_PLAIN: dict[str, Callable[[Update, Context], Awaitable[None]]] = {
    buttons.TOPICS_SHOW: subscription.show_topics,
    buttons.DIGEST: reading.digest_now,
    buttons.FIND: reading.find_replied,
    buttons.START: subscription.restart,
}
_WITH_WORD: dict[str, Callable[[Update, Context, str], Awaitable[None]]] = {
    buttons.TOPIC: subscription.toggle_topic,
    buttons.PLACE: subscription.leave_place,
    buttons.HOUR: subscription.choose_hour,
    buttons.QUIET: subscription.choose_quiet,
    buttons.LANGUAGE: subscription.choose_language,
}
_WITH_ID: dict[str, Callable[[Update, Context, int], Awaitable[None]]] = {
    buttons.OPEN: reading.open_story,
    buttons.SEND: newsroom.send,
    buttons.SEND_URGENT: newsroom.send_urgent,
    buttons.CANCEL: newsroom.cancel,
    buttons.REPORT: newsroom.report,
}


async def pressed(update: Update, context: Context) -> None:
    """Carry out what a button asks for. Errors are answered by the error handler, as a note over the chat.

    Raises:
        GoneError: ``button_unknown`` for data that this version does not know.
    """
    query = update.callback_query
    assert query is not None
    await _dispatch(update, context, *buttons.decode(query.data or ""))
    await answer_query(query)


async def _dispatch(update: Update, context: Context, action: str, values: list[str]) -> None:
    match values:
        case [] if action in _PLAIN:
            await _PLAIN[action](update, context)
        case [word] if action in _WITH_WORD:
            await _WITH_WORD[action](update, context, word)
        case [number] if action in _WITH_ID and _is_id(number):
            await _WITH_ID[action](update, context, int(number))
        case [listing, page] if action == buttons.PAGE and _is_id(listing) and _is_id(page):
            await reading.turn_page(update, context, int(listing), int(page))
        case _:
            raise GoneError("button_unknown")


def _is_id(text: str) -> bool:
    """Whether a text is a number that a database id can be (63 bits)."""
    return text.isascii() and text.isdecimal() and len(text) <= 18
