"""Who gets what, and when. Each change is a pure function of the subscriber, carried out in one transaction."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Protocol

from bot.errors import InputError
from bot.models import TOPICS, ChatKind, Schedule, Status, Subscriber
from bot.schedule import next_due, parse_quiet, parse_schedule
from bot.storage.base import OutboxStore, SubscriberStore
from bot.texts import LANGUAGES
from summarizer.places import closest_place, find_place

MOST_PLACES = 10
"""Places that one reader can follow; more is all of the news again."""


def newcomer(chat_id: int, kind: ChatKind, now: datetime) -> Subscriber:
    """A chat that has chosen nothing yet."""
    return Subscriber(
        chat_id=chat_id,
        kind=kind,
        language=LANGUAGES[0],
        status=Status.STOPPED,
        schedule=Schedule(),
        topics=frozenset(),
        places=frozenset(),
        next_digest_at=None,
        last_edition_at=None,
        created_at=now,
    )


async def find_or_default(storage: SubscriberStore, chat_id: int, kind: ChatKind, now: datetime) -> Subscriber:
    """The subscriber behind a chat, or what a new one would be (not stored).

    A private chat that had been unreachable has just shown that it is there again.
    """
    found = await storage.subscriber(chat_id)
    if found is None:
        return newcomer(chat_id, kind, now)
    if found.status is Status.BLOCKED and kind is ChatKind.PRIVATE:
        return await _change(storage, found, _reachable, now)
    return found


async def subscribe(
    storage: SubscriberStore, subscriber: Subscriber, now: datetime, *, topic: str = "", place: str = ""
) -> Subscriber:
    """Start, or start again with the settings of before.

    A subscription that comes by a link may name a ``topic``, to which it is narrowed, or a ``place``, which it follows.
    """
    found = find_place(place)
    followed = {found.key} if found else set()

    def start(current: Subscriber) -> Subscriber:
        topics = frozenset({topic}) if topic in TOPICS else current.topics
        places = current.places if len(current.places) >= MOST_PLACES else current.places | followed
        return replace(current, topics=topics, places=places, status=Status.ACTIVE)

    return await _change(storage, subscriber, start, now)


async def unsubscribe(storage: OutboxStore, chat_id: int, now: datetime) -> None:
    """Stop; the settings stay for the day when the reader comes back."""
    await storage.set_status(chat_id, Status.STOPPED, now)


async def chat_unreachable(storage: OutboxStore, chat_id: int, now: datetime) -> None:
    """The reader blocked the bot, or the group removed it."""
    await storage.set_status(chat_id, Status.BLOCKED, now)


async def chat_reachable_again(storage: SubscriberStore, chat_id: int, now: datetime) -> None:
    """The reader unblocked the bot: go on, unless it was the reader who had stopped before."""
    found = await storage.subscriber(chat_id)
    if found is not None:
        await _change(storage, found, _reachable, now)


async def change_schedule(storage: SubscriberStore, subscriber: Subscriber, text: str, now: datetime) -> Subscriber:
    """Set hours, days or zone from a reader's words; choosing an hour also starts the subscription.

    Raises:
        InputError: see ``schedule.parse_schedule``.
    """

    def choose(current: Subscriber) -> Subscriber:
        return replace(current, schedule=parse_schedule(text, current.schedule), status=Status.ACTIVE)

    return await _change(storage, subscriber, choose, now)


class QuietStorage(SubscriberStore, OutboxStore, Protocol):
    """The groups of methods that a change of quiet hours needs."""


async def choose_quiet(storage: QuietStorage, subscriber: Subscriber, text: str, now: datetime) -> Subscriber:
    """Set quiet hours from a reader's words, or end them; what had waited for the end of the old ones goes on.

    Raises:
        InputError: see ``schedule.parse_quiet``.
    """
    quiet = parse_quiet(text)
    changed = await _change(storage, subscriber, lambda current: replace(current, quiet=quiet), now)
    await storage.end_quiet(subscriber.chat_id, now)  # should they still be quiet, the next claim puts them off again
    return changed


async def toggle_topic(storage: SubscriberStore, subscriber: Subscriber, topic: str, now: datetime) -> Subscriber:
    """Choose a topic or drop it; ``*`` chooses all. Dropping the last one means all again.

    Raises:
        InputError: ``topic_unknown``.
    """
    if topic != "*" and topic not in TOPICS:
        raise InputError("topic_unknown", topic=topic[:20])

    def toggle(current: Subscriber) -> Subscriber:
        topics = frozenset() if topic == "*" else current.topics ^ {topic}
        return replace(current, topics=frozenset() if len(topics) == len(TOPICS) else topics)

    return await _change(storage, subscriber, toggle, now)


async def follow_place(storage: SubscriberStore, subscriber: Subscriber, name: str, now: datetime) -> Subscriber:
    """Follow a province, regency or city: its news comes whatever its topic, and before other news.

    Raises:
        InputError: ``place_unknown`` with ``name`` and ``closest`` (empty where no name is close),
            ``places_too_many`` with ``limit``.
    """
    found = find_place(name)
    if found is None:
        closest = closest_place(name)
        raise InputError("place_unknown", name=name[:40], closest=closest.name if closest else "")

    def follow(current: Subscriber) -> Subscriber:
        places = current.places | {found.key}
        if len(places) > MOST_PLACES:
            raise InputError("places_too_many", limit=MOST_PLACES)
        return replace(current, places=places)

    return await _change(storage, subscriber, follow, now)


async def leave_place(storage: SubscriberStore, subscriber: Subscriber, key: str, now: datetime) -> Subscriber:
    """Follow a place no more; of one that is not followed, nothing changes."""
    return await _change(storage, subscriber, lambda current: replace(current, places=current.places - {key}), now)


async def choose_language(storage: SubscriberStore, subscriber: Subscriber, language: str, now: datetime) -> Subscriber:
    """Set the language of everything that the bot says in this chat.

    Raises:
        InputError: ``language_unknown``.
    """
    if language not in LANGUAGES:
        raise InputError("language_unknown", language=language[:20])
    return await _change(storage, subscriber, lambda current: replace(current, language=language), now)


def _reachable(current: Subscriber) -> Subscriber:
    return replace(current, status=Status.ACTIVE) if current.status is Status.BLOCKED else current


async def _change(
    storage: SubscriberStore, subscriber: Subscriber, change: Callable[[Subscriber], Subscriber], now: datetime
) -> Subscriber:
    """Apply a change to the subscriber as stored now, which a tick may have served since it was read."""

    def apply(stored: Subscriber | None) -> Subscriber:
        changed = change(stored or subscriber)
        return replace(changed, next_digest_at=_next_digest(changed, now))

    return await storage.update_subscriber(subscriber.chat_id, apply)


def _next_digest(subscriber: Subscriber, now: datetime) -> datetime | None:
    if subscriber.status is not Status.ACTIVE:
        return None
    due = subscriber.next_digest_at
    # A digest that is due already stays due: a tap on a button must not cost the reader this morning's edition.
    return due if due is not None and due <= now else next_due(subscriber.schedule, now)
