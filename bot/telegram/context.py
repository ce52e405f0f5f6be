"""What handlers need besides the update, and the small helpers that every handler uses."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any, Final

from telegram import CallbackQuery, Chat, LinkPreviewOptions, Message, ReplyParameters, Update
from telegram.constants import ChatMemberStatus
from telegram.error import BadRequest
from telegram.ext import Application, CallbackContext, ExtBot

from bot.errors import NotAllowedError, StorageError
from bot.models import ChatKind, Clock, MessageBody, Subscriber
from bot.services import subscriptions
from bot.services.feeds import FeedVisitor
from bot.storage.base import Storage
from bot.telegram.sender import keyboard
from summarizer import Summarizer

log = logging.getLogger(__name__)

DEPENDENCIES: Final = "sari"

postponed: ContextVar[list[StorageError] | None] = ContextVar("postponed", default=None)
"""Where an update can be handled again later: takes the error of a database that is gone for the moment, and the reader
hears nothing yet."""

Context = CallbackContext[ExtBot[None], dict[Any, Any], dict[Any, Any], dict[Any, Any]]
SariApplication = Application[Any, Context, dict[Any, Any], dict[Any, Any], dict[Any, Any], Any]


@dataclass(frozen=True, slots=True)
class Dependencies:
    """The parts that ``__main__`` wired, for the handlers."""

    storage: Storage
    summarizer: Summarizer
    visitor: FeedVisitor
    clock: Clock
    editors: frozenset[int]


def dependencies(context: Context) -> Dependencies:
    found = context.bot_data[DEPENDENCIES]
    assert isinstance(found, Dependencies)
    return found


def chat_kind(chat: Chat) -> ChatKind:
    if chat.type == Chat.PRIVATE:
        return ChatKind.PRIVATE
    return ChatKind.CHANNEL if chat.type == Chat.CHANNEL else ChatKind.GROUP


async def reader(update: Update, context: Context) -> Subscriber:
    """The subscriber behind the chat of an update; a new one is not stored until it subscribes."""
    chat = update.effective_chat
    assert chat is not None
    parts = dependencies(context)
    return await subscriptions.find_or_default(parts.storage, chat.id, chat_kind(chat), parts.clock())


async def require_chat_admin(update: Update, context: Context) -> None:
    """In a group only its admins may change what everybody gets.

    Raises:
        NotAllowedError: ``admins_only``.
    """
    chat, user = update.effective_chat, update.effective_user
    assert chat is not None
    if chat.type == Chat.PRIVATE:
        return
    message = update.effective_message
    if user is None or (message is not None and message.sender_chat is not None and message.sender_chat.id == chat.id):
        return  # an anonymous admin writes as the group itself
    member = await context.bot.get_chat_member(chat.id, user.id)
    if member.status not in (ChatMemberStatus.ADMINISTRATOR, ChatMemberStatus.OWNER):
        raise NotAllowedError("admins_only")


def is_editor(update: Update, context: Context) -> bool:
    return update.effective_user is not None and update.effective_user.id in dependencies(context).editors


def arguments(message: Message) -> str:
    """What follows the command in a message."""
    text = (message.text or "").replace("\0", "").strip()  # no database of ours but SQLite takes a NUL
    _, _, rest = text.partition("\n" if "\n" in text.split(" ", 1)[0] else " ")
    return rest.strip()


async def answer(update: Update, bodies: Sequence[MessageBody], *, quote: bool = False) -> list[Message]:
    """Send messages into the chat of an update, the first as a reply in a group or with ``quote``. Gives them all."""
    message = update.effective_message
    chat = update.effective_chat
    assert chat is not None
    reply = None
    if message is not None and update.callback_query is None and (quote or chat.type != Chat.PRIVATE):
        reply = ReplyParameters(message.message_id, allow_sending_without_reply=True)
    thread = message.message_thread_id if message is not None and message.is_topic_message else None
    sent = []
    for body in bodies:
        sent.append(
            await chat.send_message(
                body.html,
                parse_mode="HTML",
                reply_markup=keyboard(body.buttons),
                link_preview_options=LinkPreviewOptions(is_disabled=not body.preview),
                reply_parameters=reply,
                message_thread_id=thread,
            )
        )
        reply = None
    return sent


async def show_instead(update: Update, body: MessageBody) -> None:
    """Change the message under a pressed button; where it is gone or too old to be changed, send a new one.

    A second tap that changes nothing is no error.
    """
    query = update.callback_query
    assert query is not None
    if not isinstance(query.message, Message):
        await answer(update, [body])
        return
    try:
        await query.edit_message_text(
            body.html,
            parse_mode="HTML",
            reply_markup=keyboard(body.buttons),
            link_preview_options=LinkPreviewOptions(is_disabled=not body.preview),
        )
    except BadRequest as error:
        reason = error.message.lower()
        if "message to edit not found" in reason or "can't be edited" in reason:
            await answer(update, [body])
        elif "message is not modified" not in reason:
            raise


async def answer_query(query: CallbackQuery, note: str | None = None) -> None:
    """Answer a pressed button, with a note over the chat where there is something to say.

    It comes after the work, as only then it is known whether there is; the work takes a fraction of a second. Where it
    took longer than Telegram waits, nobody needs the answer any more.
    """
    try:
        await query.answer(note, show_alert=note is not None)
    except BadRequest as late:
        log.info("callback answer: %s", late)
