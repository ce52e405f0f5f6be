"""Editions: who is due, what happened since the last time, and the rows of the outbox that carry it."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from bot.models import (
    Clock,
    Edition,
    EditionItem,
    EditionStory,
    EditionView,
    MessageBody,
    NewEdition,
    OutboxDraft,
    Story,
    Subscriber,
    Zone,
)
from bot.schedule import next_due
from bot.services.ranking import Wishes, rank_stories
from bot.services.storytelling import Storyteller
from bot.storage.base import EditionDelivery, EditionStore, PipelineStore
from summarizer import Summarizer

FIRST_WINDOW = timedelta(hours=24)
"""How far back the first edition of a new reader looks."""
LONGEST_WINDOW = timedelta(hours=72)
"""After a long pause (of the reader, or of the server) an edition looks back no further than this."""


class EditionStorage(EditionStore, PipelineStore, Protocol):
    """The two groups of methods that editions need."""


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


def window_of(subscriber: Subscriber, due_at: datetime) -> Window:
    """From the reader's last edition to now."""
    start = subscriber.last_edition_at or due_at - FIRST_WINDOW
    wishes = Wishes(subscriber.topics, subscriber.places)
    return Window(due_at, max(start, due_at - LONGEST_WINDOW), wishes)


async def queue_due_editions(
    storage: EditionStorage, clock: Clock, compose: ComposeEdition, summarizer: Summarizer, *, limit: int = 5000
) -> int:
    """Write the editions that are due and their outbox rows, and move the readers' schedules.

    Whatever is written is written together, so that a stop between two groups of readers loses and doubles nothing.
    Gives the number of rows.
    """
    now = clock()
    groups: dict[Window, list[Subscriber]] = defaultdict(list)
    for subscriber in await storage.due_subscribers(now, limit=limit):
        assert subscriber.next_digest_at is not None
        groups[window_of(subscriber, subscriber.next_digest_at)].append(subscriber)
    rows = 0
    teller = Storyteller(storage, summarizer)
    # Followed places make many groups of one window: its stories are read once.
    news: dict[datetime, list[Story]] = {}
    for window, readers in groups.items():
        edition = await _edition_for(storage, window, now, teller, news)
        view = await view_edition(storage, edition, teller)
        rows += await storage.queue_edition(edition, _deliveries(readers, view, compose, now), now)
    return rows


async def current_edition(
    storage: EditionStorage, subscriber: Subscriber, now: datetime, summarizer: Summarizer
) -> EditionView:
    """The digest for a reader who asks now: what came since the last edition, or that one again.

    It does not move the window: the scheduled digest stays complete. The view is empty when there was nothing at all.
    """
    window, teller = window_of(subscriber, now), Storyteller(storage, summarizer)
    asked = await _compile(await storage.stories_between(window.start, now, teller.engine), window, now, teller)
    # Nobody reads it back (its numbers are in the listing of the answer), so it gets no row and no id.
    edition = Edition(0, asked.key, asked.due_at, asked.window_from, asked.window_to, asked.items)
    view = await view_edition(storage, edition, teller)
    last = await storage.last_edition_of(subscriber.chat_id)
    if view.stories or last is None:
        return view
    return await view_edition(storage, last, teller)


async def view_edition(storage: PipelineStore, edition: Edition, teller: Storyteller) -> EditionView:
    """An edition with its stories as they stand now; stories that are gone are left out, the numbers stay."""
    found = await storage.stories_by_ids([item.story_id for item in edition.items], teller.engine)
    told = {story.id: await teller.tell(story) for story in found}
    items = [item for item in edition.items if item.story_id in told]
    return EditionView(edition, tuple(EditionStory(item.number, told[item.story_id]) for item in items))


async def _edition_for(
    storage: EditionStorage, window: Window, now: datetime, teller: Storyteller, news: dict[datetime, list[Story]]
) -> Edition:
    """The edition of a window, made if need be; ``news`` keeps the stories of each start for the next window."""
    existing = await storage.edition_by_key(window.key)
    if existing is not None:
        return existing
    if window.start not in news:
        news[window.start] = await storage.stories_between(window.start, now, teller.engine)
    return await storage.save_edition(await _compile(news[window.start], window, now, teller), now)


async def _compile(stories: Iterable[Story], window: Window, now: datetime, teller: Storyteller) -> NewEdition:
    ranked = rank_stories(stories, now=now, wishes=window.wishes)
    told = [await teller.tell(story) for story, _ in ranked]
    items = tuple(EditionItem(number, one.story.id, one.lead.article_id) for number, one in enumerate(told, start=1))
    return NewEdition(window.key, window.due_at, window.start, now, items)


def _deliveries(
    readers: Iterable[Subscriber], view: EditionView, compose: ComposeEdition, now: datetime
) -> list[EditionDelivery]:
    composed: dict[tuple[str, Zone], Sequence[MessageBody]] = {}
    deliveries = []
    for reader in readers:
        assert reader.next_digest_at is not None
        voice = (reader.language, reader.schedule.zone)
        if voice not in composed:
            composed[voice] = compose(view, language=voice[0], zone=voice[1]) if view.stories else ()
        drafts = tuple(OutboxDraft(reader.chat_id, part, body) for part, body in enumerate(composed[voice], start=1))
        following = next_due(reader.schedule, now)
        deliveries.append(EditionDelivery(reader.chat_id, reader.next_digest_at, following, drafts))
    return deliveries
