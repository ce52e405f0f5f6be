"""/start, /berhenti, /jadwal, /senyap, /topik, /bahasa, and a reader who blocks or unblocks the bot."""

from __future__ import annotations

import re

from telegram import ChatMember, Update

from bot.models import Status, Subscriber
from bot.services import subscriptions
from bot.telegram import buttons, render
from bot.telegram.commands import publish_editor_commands
from bot.telegram.context import (
    Context,
    answer,
    arguments,
    chat_kind,
    dependencies,
    is_editor,
    reader,
    require_chat_admin,
    show_instead,
)
from bot.telegram.handlers import reading
from bot.telegram.wording import topic_named
from bot.texts import catalog

_LINK = re.compile(r"(?P<kind>topik|tempat|cerita)_(?P<value>[a-z-]+|\d{1,18})\Z")


async def start(update: Update, context: Context) -> None:
    """Subscribe, also by a deep link.

    ``topik_ekonomi`` chooses a topic, ``tempat_banyuwangi`` follows a place, ``cerita_123`` opens a story.
    """
    await require_chat_admin(update, context)
    assert update.effective_message is not None
    link = _LINK.match(arguments(update.effective_message))
    chosen = {link["kind"]: link["value"]} if link else {}
    await _subscribe(update, context, topic=chosen.get("topik", ""), place=chosen.get("tempat", ""))
    if is_editor(update, context) and update.effective_user is not None:
        await publish_editor_commands(context.bot, update.effective_user.id)
    if link and link["kind"] == "cerita" and link["value"].isdecimal():
        await reading.open_story(update, context, int(link["value"]))


async def _subscribe(update: Update, context: Context, *, topic: str = "", place: str = "") -> None:
    parts, chat = dependencies(context), update.effective_chat
    assert chat is not None
    known = await parts.storage.subscriber(chat.id)
    found = known or subscriptions.newcomer(chat.id, chat_kind(chat), parts.clock())
    saved = await subscriptions.subscribe(parts.storage, found, parts.clock(), topic=topic, place=place)
    await answer(update, [render.welcome(saved, returning=known is not None, foreign=_is_foreign(update))])


def _is_foreign(update: Update) -> bool:
    """Whether Telegram speaks another language to this person than those of Indonesia."""
    user = update.effective_user
    return user is not None and (user.language_code or "id")[:2] not in ("id", "ms", "jv", "su")


async def stop(update: Update, context: Context) -> None:
    await require_chat_admin(update, context)
    found = await reader(update, context)
    if found.status is not Status.ACTIVE:
        await answer(update, [render.message(found.language, "already_stopped")])
        return
    parts = dependencies(context)
    await subscriptions.unsubscribe(parts.storage, found.chat_id, parts.clock())
    await answer(update, [render.message(found.language, "stopped", buttons.restart(catalog(found.language)))])


async def schedule(update: Update, context: Context) -> None:
    """Show the hours, or change them to what follows the command."""
    assert update.effective_message is not None
    found = await reader(update, context)
    text = arguments(update.effective_message)
    if text:
        found = await _change_schedule(update, context, found, text)
    await answer(update, [render.schedule(found)])


async def choose_hour(update: Update, context: Context, value: str) -> None:
    """An hour or a zone was tapped."""
    assert update.callback_query is not None
    saved = await _change_schedule(update, context, await reader(update, context), value)
    await show_instead(update, render.schedule(saved))


async def _change_schedule(update: Update, context: Context, found: Subscriber, text: str) -> Subscriber:
    await require_chat_admin(update, context)
    parts = dependencies(context)
    return await subscriptions.change_schedule(parts.storage, found, text, parts.clock())


async def quiet(update: Update, context: Context) -> None:
    """Show the quiet hours, or change them to what follows the command."""
    assert update.effective_message is not None
    found, text = await reader(update, context), arguments(update.effective_message)
    if text:
        found = await _change_quiet(update, context, found, text)
    await answer(update, [render.quiet(found)])


async def choose_quiet(update: Update, context: Context, value: str) -> None:
    """Quiet hours, or their end, were tapped."""
    saved = await _change_quiet(update, context, await reader(update, context), value)
    await show_instead(update, render.quiet(saved))


async def _change_quiet(update: Update, context: Context, found: Subscriber, text: str) -> Subscriber:
    await require_chat_admin(update, context)
    parts = dependencies(context)
    return await subscriptions.choose_quiet(parts.storage, found, text, parts.clock())


async def show_topics(update: Update, context: Context) -> None:
    await answer(update, [render.topics(await reader(update, context))])


async def topics(update: Update, context: Context) -> None:
    """Show the topics; what follows the command is a topic to choose or drop, or else a place to follow."""
    assert update.effective_message is not None
    found, text = await reader(update, context), arguments(update.effective_message)
    if text:
        await require_chat_admin(update, context)
        parts, topic = dependencies(context), topic_named(text)
        if topic is not None:
            found = await subscriptions.toggle_topic(parts.storage, found, topic, parts.clock())
        else:
            found = await subscriptions.follow_place(parts.storage, found, text, parts.clock())
    await answer(update, [render.topics(found)])


async def leave_place(update: Update, context: Context, key: str) -> None:
    """A followed place was tapped."""
    await require_chat_admin(update, context)
    parts = dependencies(context)
    saved = await subscriptions.leave_place(parts.storage, await reader(update, context), key, parts.clock())
    await show_instead(update, render.topics(saved))


async def toggle_topic(update: Update, context: Context, topic: str) -> None:
    await require_chat_admin(update, context)
    assert update.callback_query is not None
    parts = dependencies(context)
    saved = await subscriptions.toggle_topic(parts.storage, await reader(update, context), topic, parts.clock())
    await show_instead(update, render.topics(saved))


async def language(update: Update, context: Context) -> None:
    """Show the choice, or take what follows the command."""
    assert update.effective_message is not None
    found = await reader(update, context)
    text = arguments(update.effective_message).lower()
    if text:
        await choose_language(update, context, {"indonesia": "id", "english": "en", "inggris": "en"}.get(text, text))
    else:
        await answer(update, [render.message(found.language, "language", buttons.languages())])


async def choose_language(update: Update, context: Context, code: str) -> None:
    await require_chat_admin(update, context)
    parts = dependencies(context)
    saved = await subscriptions.choose_language(parts.storage, await reader(update, context), code, parts.clock())
    await answer(update, [render.message(saved.language, "language_chosen")])


async def restart(update: Update, context: Context) -> None:
    await require_chat_admin(update, context)
    await _subscribe(update, context)


async def membership_changed(update: Update, context: Context) -> None:
    """The reader blocked or unblocked the bot, or a group added or removed it."""
    change, parts = update.my_chat_member, dependencies(context)
    assert change is not None
    if change.new_chat_member.status in (ChatMember.LEFT, ChatMember.BANNED):
        await subscriptions.chat_unreachable(parts.storage, change.chat.id, parts.clock())
    else:
        await subscriptions.chat_reachable_again(parts.storage, change.chat.id, parts.clock())


async def group_migrated(update: Update, context: Context) -> None:
    """A group became a supergroup: the subscription follows it to the new id."""
    message, parts = update.effective_message, dependencies(context)
    assert message is not None
    if message.migrate_to_chat_id is not None:
        await parts.storage.migrate_chat(message.chat_id, message.migrate_to_chat_id, parts.clock())
