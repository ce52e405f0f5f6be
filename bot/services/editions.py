"""Editions: who is due, what happened since the last time, and the rows of the outbox that carry it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Protocol

from bot.models import (
    Audience,
    Clock,
    Edition,
    EditionItem,
    EditionStory,
    EditionView,
    MessageBody,
    NewEdition,
    Story,
    Subscriber,
    Zone,
)
from bot.schedule import next_due
from bot.services.ranking import Wishes, rank_stories
from bot.services.storytelling import Storyteller
from bot.storage.base import EditionDelivery, EditionStore, PipelineStore, SubscriberStore
from summarizer import Summarizer

FIRST_WINDOW = timedelta(hours=24)
"""How far back the first edition of a new reader looks."""
LONGEST_WINDOW = timedelta(hours=72)
"""After a long pause (of the reader, or of the server) an edition looks back no further than this."""


class EditionStorage(EditionStore, PipelineStore, Protocol):
    """The two groups of methods that editions need."""


class MendStorage(EditionStore, SubscriberStore, Protocol):
    """The two groups of methods that mending schedules needs."""


class ComposeEdition(Protocol):
    """Turns an edition into messages; stands in ``telegram.render``, as words do not belong here."""

    def __call__(self, view: EditionView, *, language: str, zone: Zone) -> Sequence[MessageBody]: ...


@dataclass(frozen=True, slots=True)
class Window:
    """What one group of due readers has in common: they get the same stories."""

    due_at: datetime
    start: datetime
    wishes: Wishes

    @property
    def key(self) -> str:
        """Identifies the edition: a second run for the same readers finds it instead of making another."""
        wishes = (*sorted(self.wishes.topics), *(f"place {place}" for place in sorted(self.wishes.places)))
        parts = (self.due_at.isoformat(), self.start.isoformat(), *wishes)
        return hashlib.sha256("|".join(parts).encode()).hexdigest()[:32]


def window_of(reader: Subscriber | Audience, due_at: datetime) -> Window:
    """From the reader's last edition to now."""
    start = reader.last_edition_at or due_at - FIRST_WINDOW
    wishes = Wishes(reader.topics, reader.places)
    return Window(due_at, max(start, due_at - LONGEST_WINDOW), wishes)


async def queue_due_editions(
    storage: EditionStorage, clock: Clock, compose: ComposeEdition, summarizer: Summarizer, *, limit: int = 20_000
) -> int:
    """Write the editions that are due and their outbox rows, and move the readers' schedules.

    Whatever is written is written together, so that a stop between two groups of readers loses and doubles nothing.
    Readers are taken ``limit`` at a time, which bounds the memory and the length of a transaction. Gives the number
    of rows.
    """
    now = clock()
    maker = _Maker(storage, compose, Storyteller(storage, summarizer), now)
    rows = 0
    while audiences := await storage.due_audiences(now, limit=limit):
        for audience in audiences:
            rows += await maker.queue(audience)
    return rows


async def mend_schedules(storage: MendStorage, now: datetime) -> int:
    """Bring readers back whose schedule a wrong clock had moved into the future. Gives how many.

    A machine that started with a wrong date serves some hours ahead of time; without this its readers would hear
    nothing until that date comes.
    """
    mended = 0
    for found in await storage.ahead_of_time(now):
        had, following = found.last_edition_at, next_due(found.schedule, now)
        if found.next_digest_at == following and (had is None or had <= now):
            continue  # waits for Monday, say

        def mend(stored: Subscriber | None, reader: Subscriber = found) -> Subscriber:
            current = stored or reader
            last = None if current.last_edition_at is None else min(current.last_edition_at, now)
            return replace(current, last_edition_at=last, next_digest_at=next_due(current.schedule, now))

        await storage.update_subscriber(found.chat_id, mend)
        mended += 1
    return mended


class _Maker:
    """Makes the editions of one run. What many groups of readers share is read, told and composed once."""

    def __init__(self, storage: EditionStorage, compose: ComposeEdition, teller: Storyteller, now: datetime) -> None:
        self._storage = storage
        self._compose = compose
        self._teller = teller
        self._now = now
        self._news: dict[datetime, list[Story]] = {}
        self._views: dict[Window, EditionView] = {}
        self._bodies: dict[tuple[Window, str, Zone], Sequence[MessageBody]] = {}

    async def queue(self, readers: Audience) -> int:
        """An edition into the outbox of these readers. Gives the number of rows."""
        window = window_of(readers, readers.due_at)
        if window not in self._views:
            self._views[window] = await view_edition(self._storage, await self._edition(window), self._teller)
        view = self._views[window]
        bodies = self._composed(window, view, readers.language, readers.schedule.zone)
        following = next_due(readers.schedule, self._now)
        delivery = EditionDelivery(readers.chat_ids, readers.due_at, following, bodies)
        return await self._storage.queue_edition(view.edition, [delivery], self._now)

    async def _edition(self, window: Window) -> Edition:
        existing = await self._storage.edition_by_key(window.key)
        if existing is not None:
            return existing
        # Followed places make many groups of one window: its stories are read once.
        if window.start not in self._news:
            self._news[window.start] = await self._storage.stories_between(window.start, self._now, self._teller.engine)
        edition = await _compile(self._news[window.start], window, self._now, self._teller)
        return await self._storage.save_edition(edition, self._now)

    def _composed(self, window: Window, view: EditionView, language: str, zone: Zone) -> Sequence[MessageBody]:
        voice = (window, language, zone)
        if voice not in self._bodies:
            self._bodies[voice] = self._compose(view, language=language, zone=zone) if view.stories else ()
        return self._bodies[voice]


async def current_edition(
    storage: EditionStorage, subscriber: Subscriber, now: datetime, summarizer: Summarizer
) -> EditionView:
    """The digest for a reader who asks now: what came since the last edition, or that one again.

    That one again is told by the reader's present choice, where this has changed since. It does not move the window:
    the scheduled digest stays complete. The view is empty when there was nothing at all.
    """
    window, teller = window_of(subscriber, now), Storyteller(storage, summarizer)
    view = await _unsaved(storage, window, now, teller)
    last = await storage.last_edition_of(subscriber.chat_id)
    if view.stories or last is None:
        return view
    again = Window(last.due_at, last.window_from, window.wishes)
    if again.key == last.key:
        return await view_edition(storage, last, teller)
    return await _unsaved(storage, again, last.window_to, teller)


async def _unsaved(storage: EditionStorage, window: Window, end: datetime, teller: Storyteller) -> EditionView:
    """What was told from a window's start to its end. Nobody reads it back (its numbers are in the listing of the
    answer), so it gets no row and no id."""
    asked = await _compile(await storage.stories_between(window.start, end, teller.engine), window, end, teller)
    edition = Edition(0, asked.key, asked.due_at, asked.window_from, asked.window_to, asked.items)
    return await view_edition(storage, edition, teller)


async def view_edition(storage: PipelineStore, edition: Edition, teller: Storyteller) -> EditionView:
    """An edition with its stories as they stand now; stories that are gone are left out, the numbers stay."""
    found = await storage.stories_by_ids([item.story_id for item in edition.items], teller.engine)
    told = {story.id: await teller.tell(story) for story in found}
    items = [item for item in edition.items if item.story_id in told]
    return EditionView(edition, tuple(EditionStory(item.number, told[item.story_id]) for item in items))


async def _compile(stories: Iterable[Story], window: Window, now: datetime, teller: Storyteller) -> NewEdition:
    ranked = rank_stories(stories, now=now, wishes=window.wishes)
    told = [await teller.tell(story) for story, _ in ranked]
    items = tuple(EditionItem(number, one.story.id, one.lead.article_id) for number, one in enumerate(told, start=1))
    return NewEdition(window.key, window.due_at, window.start, now, items)
