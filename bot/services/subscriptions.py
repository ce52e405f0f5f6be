"""Who gets what, and when. Every function reads one subscriber, changes it, and writes it back."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from bot.errors import InputError
from bot.models import TOPICS, ChatKind, Schedule, Status, Subscriber
from bot.schedule import next_due, parse_schedule
from bot.storage.base import OutboxStore, SubscriberStore

LANGUAGES = ("id", "en")


async def find_or_default(storage: SubscriberStore, chat_id: int, kind: ChatKind, now: datetime) -> Subscriber:
    """The subscriber behind a chat, or what a new one would be (not stored)."""
    found = await storage.subscriber(chat_id)
    if found is not None:
        return found
    return Subscriber(
        chat_id=chat_id,
        kind=kind,
        language=LANGUAGES[0],
        status=Status.STOPPED,
        schedule=Schedule(),
        topics=frozenset(),
        next_digest_at=None,
        last_edition_at=None,
        created_at=now,
    )


async def subscribe(
    storage: SubscriberStore, chat_id: int, kind: ChatKind, now: datetime, *, topic: str | None = None
) -> Subscriber:
    """Start, or start again with the settings of before; ``topic`` narrows a subscription that comes by a link."""
    found = await find_or_default(storage, chat_id, kind, now)
    topics = frozenset({topic}) if topic in TOPICS else found.topics
    due = found.next_digest_at if found.status is Status.ACTIVE else None
    return await _save(storage, replace(found, topics=topics, status=Status.ACTIVE, next_digest_at=due), now)


async def unsubscribe(storage: OutboxStore, chat_id: int, now: datetime) -> None:
    """Stop; the settings stay for the day when the reader comes back."""
    await storage.set_status(chat_id, Status.STOPPED, now)


async def chat_unreachable(storage: OutboxStore, chat_id: int, now: datetime) -> None:
    """The reader blocked the bot, or the group removed it."""
    await storage.set_status(chat_id, Status.BLOCKED, now)


async def chat_reachable_again(storage: SubscriberStore, chat_id: int, now: datetime) -> None:
    """The reader unblocked the bot: go on, unless it was the reader who had stopped before."""
    found = await storage.subscriber(chat_id)
    if found is not None and found.status is Status.BLOCKED:
        await _save(storage, replace(found, status=Status.ACTIVE, next_digest_at=None), now)


async def change_schedule(storage: SubscriberStore, subscriber: Subscriber, text: str, now: datetime) -> Subscriber:
    """Set hours, days or zone from a reader's words; choosing an hour also starts the subscription.

    Raises:
        InputError: see ``schedule.parse_schedule``.
    """
    schedule = parse_schedule(text, subscriber.schedule)
    return await _save(storage, replace(subscriber, schedule=schedule, status=Status.ACTIVE), now)


async def toggle_topic(storage: SubscriberStore, subscriber: Subscriber, topic: str, now: datetime) -> Subscriber:
    """Choose a topic or drop it; ``*`` chooses all. Dropping the last one means all again.

    Raises:
        InputError: ``topic_unknown``.
    """
    if topic == "*":
        topics: frozenset[str] = frozenset()
    elif topic in TOPICS:
        topics = subscriber.topics ^ {topic}
    else:
        raise InputError("topic_unknown", topic=topic[:20])
    if len(topics) == len(TOPICS):
        topics = frozenset()
    return await _save(storage, replace(subscriber, topics=topics), now)


async def choose_language(storage: SubscriberStore, subscriber: Subscriber, language: str, now: datetime) -> Subscriber:
    """Set the language of everything that the bot says in this chat.

    Raises:
        InputError: ``language_unknown``.
    """
    if language not in LANGUAGES:
        raise InputError("language_unknown", language=language[:20])
    return await _save(storage, replace(subscriber, language=language), now)


async def _save(storage: SubscriberStore, subscriber: Subscriber, now: datetime) -> Subscriber:
    due = subscriber.next_digest_at
    if subscriber.status is not Status.ACTIVE:
        due = None
    elif due is None or due > now:
        # A digest that is due already stays due: a tap on a button must not cost the reader this morning's edition.
        due = next_due(subscriber.schedule, now)
    saved = replace(subscriber, next_digest_at=due)
    await storage.save_subscriber(saved)
    return saved
