"""/siar: a breaking item from draft to report. For editors only, checked at the draft and at each button."""

from __future__ import annotations

from telegram import Update

from bot.errors import InputError, NotAllowedError
from bot.services import newsroom
from bot.telegram import buttons, render
from bot.telegram.context import Context, answer, arguments, dependencies, is_editor, reader, show_instead
from bot.texts import catalog


def require_editor(update: Update, context: Context) -> int:
    """The numeric id of the editor.

    Raises:
        NotAllowedError: ``editors_only``.
    """
    if not is_editor(update, context):
        raise NotAllowedError("editors_only")
    assert update.effective_user is not None
    return update.effective_user.id


async def draft(update: Update, context: Context) -> None:
    """Draft from what follows the command, or from the message that it replies to, and show what readers will get."""
    editor_id, parts = require_editor(update, context), dependencies(context)
    message = update.effective_message
    assert message is not None
    text = arguments(message)
    if not text and message.reply_to_message is not None:
        text = message.reply_to_message.text or message.reply_to_message.caption or ""
    readers = len(await parts.storage.active_chats())
    if not readers:
        raise InputError("breaking_nobody")
    if newsroom.is_address(text):
        item = await newsroom.draft_from_url(
            parts.storage, parts.visitor, parts.summarizer, text, editor_id=editor_id, now=parts.clock()
        )
    else:
        item = await newsroom.draft(parts.storage, text, editor_id=editor_id, now=parts.clock())
    found = await reader(update, context)
    await answer(update, render.breaking_preview(item, readers, language=found.language))


async def send(update: Update, context: Context, broadcast_id: int) -> None:
    """To everybody; to readers who want quiet now, when their quiet hours are over."""
    await _send(update, context, broadcast_id, urgent=False)


async def send_urgent(update: Update, context: Context, broadcast_id: int) -> None:
    """To everybody, now."""
    await _send(update, context, broadcast_id, urgent=True)


async def _send(update: Update, context: Context, broadcast_id: int, *, urgent: bool) -> None:
    editor_id, parts, found = require_editor(update, context), dependencies(context), await reader(update, context)
    counts = await newsroom.send_broadcast(
        parts.storage, broadcast_id, render.breaking, editor_id=editor_id, urgent=urgent, now=parts.clock()
    )
    rows = buttons.report(catalog(found.language), broadcast_id)
    await show_instead(update, render.message(found.language, "breaking_queued", rows, n=counts.total))


async def cancel(update: Update, context: Context, broadcast_id: int) -> None:
    editor_id, parts, found = require_editor(update, context), dependencies(context), await reader(update, context)
    await newsroom.cancel_broadcast(parts.storage, broadcast_id, editor_id=editor_id)
    await show_instead(update, render.message(found.language, "breaking_cancelled"))


async def report(update: Update, context: Context, broadcast_id: int) -> None:
    require_editor(update, context)
    parts, found = dependencies(context), await reader(update, context)
    counts = await newsroom.report_broadcast(parts.storage, broadcast_id)
    await show_instead(update, render.breaking_report(broadcast_id, counts, language=found.language))
