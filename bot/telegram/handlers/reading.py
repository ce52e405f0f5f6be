"""/ringkasan, /cari, a number or a reply that opens a story, and words that are no command."""

from __future__ import annotations

from telegram import Chat, Message, Update

from bot.errors import GoneError
from bot.models import ListingKind, MessageBody, Subscriber
from bot.services import editions
from bot.services import reading as service
from bot.telegram import render
from bot.telegram.context import (
    Context,
    answer,
    arguments,
    dependencies,
    is_editor,
    reader,
    show_instead,
)


async def digest_now(update: Update, context: Context) -> None:
    parts, found = dependencies(context), await reader(update, context)
    view = await editions.current_edition(parts.storage, found, parts.clock(), parts.summarizer)
    bodies = render.edition(view, language=found.language, zone=found.schedule.zone)
    story_ids = [item.story_id for item in view.edition.items]
    await _answer_listed(update, context, found, bodies, ListingKind.EDITION, story_ids)


async def search(update: Update, context: Context) -> None:
    assert update.effective_message is not None
    await _search(update, context, arguments(update.effective_message))


async def find_replied(update: Update, context: Context) -> None:
    """The button under the answer to unknown words: search for what the reader had written."""
    query = update.callback_query
    assert query is not None
    asked = query.message.reply_to_message if isinstance(query.message, Message) else None
    if asked is None or not asked.text:
        raise GoneError("list_gone")
    await _search(update, context, asked.text)


async def _search(update: Update, context: Context, query: str) -> None:
    parts, found, user = dependencies(context), await reader(update, context), update.effective_user
    page = await service.search(
        parts.storage,
        query,
        chat_id=found.chat_id,
        user_id=user.id if user else found.chat_id,
        summarizer=parts.summarizer,
        now=parts.clock(),
        zone=found.schedule.zone,
    )
    [sent] = await answer(update, [render.search(page, language=found.language, now=parts.clock())])
    await parts.storage.set_listing_message(page.listing.id, sent.message_id)


async def turn_page(update: Update, context: Context, listing_id: int, page: int) -> None:
    query, parts = update.callback_query, dependencies(context)
    assert query is not None
    found = await reader(update, context)
    turned = await service.turn_page(
        parts.storage, listing_id, page, user_id=query.from_user.id, summarizer=parts.summarizer
    )
    await show_instead(update, render.search(turned, language=found.language, now=parts.clock()))


async def open_story(update: Update, context: Context, story_id: int) -> None:
    parts, found = dependencies(context), await reader(update, context)
    opened = await service.open_story(parts.storage, story_id, parts.summarizer)
    bodies = render.story(opened, language=found.language, zone=found.schedule.zone)
    await answer(update, bodies)


async def open_number(update: Update, context: Context) -> None:
    """A number alone opens that story of the last list; as a reply, of the list in that message.

    In a group only a reply to the bot is meant for it.
    """
    message, parts = update.effective_message, dependencies(context)
    assert message is not None
    assert message.text is not None
    asked = message.reply_to_message
    if message.chat.type != Chat.PRIVATE and (
        asked is None or asked.from_user is None or asked.from_user.id != context.bot.id
    ):
        return
    replied = asked.message_id if asked else None
    number = int(message.text.strip().lstrip("#").rstrip("."))
    story_id = await service.story_by_number(parts.storage, number, chat_id=message.chat_id, message_id=replied)
    await open_story(update, context, story_id)


async def unknown_text(update: Update, context: Context) -> None:
    """Words that are no command get a helpful answer, in private; a group talks about other things too."""
    message = update.effective_message
    assert message is not None
    if message.chat.type != Chat.PRIVATE:
        return
    found = await reader(update, context)
    await answer(update, [render.unknown_text(found.language, message.text or "")], quote=True)


async def unknown_command(update: Update, context: Context) -> None:
    message = update.effective_message
    assert message is not None
    command = (message.text or "").split()[0]
    if message.chat.type != Chat.PRIVATE and f"@{context.bot.username}".lower() not in command.lower():
        return
    found = await reader(update, context)
    await answer(update, [render.message(found.language, "unknown_command", command=command[:33])])


async def show_help(update: Update, context: Context) -> None:
    found = await reader(update, context)
    await answer(update, [render.help_text(found.language, editor=is_editor(update, context))])


async def _answer_listed(
    update: Update,
    context: Context,
    found: Subscriber,
    bodies: list[MessageBody],
    kind: ListingKind,
    story_ids: list[int],
) -> None:
    """Answer with a numbered list, and remember it under each of its messages so that their numbers open stories."""
    parts, user = dependencies(context), update.effective_user
    for sent in await answer(update, bodies):
        if not story_ids:
            return
        listing = await parts.storage.add_listing(
            chat_id=found.chat_id,
            user_id=user.id if user else found.chat_id,
            kind=kind,
            query="",
            story_ids=story_ids,
            now=parts.clock(),
        )
        await parts.storage.set_listing_message(listing.id, sent.message_id)
