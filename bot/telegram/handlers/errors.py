"""What a person hears when something went wrong, and what the log keeps."""

from __future__ import annotations

import logging

from telegram import Update
from telegram.error import Forbidden, TelegramError

from bot.errors import DatabaseBusyError, DatabaseUnreachableError, SariError
from bot.models import MessageBody
from bot.services import subscriptions
from bot.telegram import render
from bot.telegram.context import Context, answer, answer_query, dependencies, postponed, reader
from bot.texts import catalog

log = logging.getLogger(__name__)


async def on_error(update: object, context: Context) -> None:
    """Answer a SariError with its sentence and anything else with an apology; never fail twice."""
    problem = context.error
    if not isinstance(update, Update):
        log.error("outside of any update", exc_info=problem)
        return
    later = postponed.get()
    if later is not None and isinstance(problem, DatabaseBusyError | DatabaseUnreachableError):
        later.append(problem)
        return
    try:
        if isinstance(problem, Forbidden):
            await _note_unreachable(update, context)
            return
        if not isinstance(problem, SariError):
            log.error("update %d failed", update.update_id, exc_info=problem)
        await _tell(update, context, problem)
    except Forbidden:
        await _note_unreachable(update, context)
    except (TelegramError, SariError) as second:
        log.warning("the answer to update %d failed too: %s", update.update_id, second)


async def _note_unreachable(update: Update, context: Context) -> None:
    if update.effective_chat is not None:
        parts = dependencies(context)
        await subscriptions.chat_unreachable(parts.storage, update.effective_chat.id, parts.clock())


async def _tell(update: Update, context: Context, problem: Exception | None) -> None:
    language = await _language(update, context)
    if update.callback_query is not None:
        note = (
            render.error_note(language, problem)
            if isinstance(problem, SariError)
            else catalog(language).plain("messages.unexpected")
        )
        await answer_query(update.callback_query, note)
    elif update.effective_chat is not None and update.effective_message is not None:
        await answer(update, [_body(language, problem)])


def _body(language: str, problem: Exception | None) -> MessageBody:
    return render.error(language, problem) if isinstance(problem, SariError) else render.message(language, "unexpected")


async def _language(update: Update, context: Context) -> str:
    if update.effective_chat is None:
        return "id"
    try:
        return (await reader(update, context)).language
    except SariError:
        return "id"  # the database is what went wrong
