"""What the rest of Sari may ask of a database. Each method is one transaction; after it returns, a crash loses nothing.

Every method may raise ``StorageError`` (see ``bot.errors``). Methods are grouped by who calls them.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from bot.models import (
    Article,
    Audience,
    Broadcast,
    DeadLetter,
    Edition,
    Feed,
    FeedUpdate,
    Health,
    KnownArticle,
    Listing,
    ListingKind,
    MessageBody,
    NewArticle,
    NewEdition,
    NewFeed,
    OutboxCounts,
    OutboxDraft,
    OutboxKind,
    OutboxMessage,
    OutboxRecord,
    Passage,
    SavedArticles,
    SearchResult,
    Status,
    StoredDigest,
    Story,
    StoryChange,
    Subscriber,
)
from bot.storage.processes import InboxStore, WorkStore

SET_BACK = timedelta(hours=1)
"""By how much a clock may be set back without schedules being mended."""


@dataclass(frozen=True, slots=True)
class EditionDelivery:
    """What some readers get of an edition, and where their schedules move."""

    chat_ids: Sequence[int]
    due_at: datetime
    """``next_digest_at`` as it was when they were found due; a reader for whom it no longer holds is left out."""
    next_digest_at: datetime
    bodies: Sequence[MessageBody]
    """The parts, in order; empty when there is nothing to send: only the schedules move."""


class FeedStore(Protocol):
    """Called by services.feeds and the command line."""

    async def add_feeds(self, feeds: Sequence[NewFeed], now: datetime) -> int:
        """Add the feeds that are at none of these addresses, due at once. Gives how many were new.

        A feed is found by where it is listed or by where it has moved to; of one that is there already, outlet, title
        and topic follow the list. One that was paused is due at once, and paused again if that visit fails as well.
        """

    async def remove_feed(self, url: str) -> bool:
        """Forget the feed with this address, or with this one in the operator's list; its articles stay.

        Gives whether there was one.
        """

    async def feeds(self) -> list[Feed]:
        """All feeds, by outlet and address."""

    async def due_feeds(self, now: datetime, *, limit: int, per_host: int) -> list[Feed]:
        """Active feeds with ``next_check_at <= now``, longest waiting first, at most ``per_host`` of one host."""

    async def untold_feeds(self, *, limit: int) -> list[Feed]:
        """Feeds that are visited no more (paused, gone) and that admins have not been told of."""

    async def mark_told(self, feed_ids: Collection[int], now: datetime) -> None:
        """Admins know that these feeds are visited no more. A visit that succeeds makes it news again."""

    async def known_articles(self, urls: Collection[str]) -> dict[str, KnownArticle]:
        """The stored articles among these addresses (canonical ones and aliases), by the address asked for."""

    async def save_articles(
        self, articles: Sequence[NewArticle], now: datetime, *, update: FeedUpdate | None = None
    ) -> SavedArticles:
        """Save articles and, in the same transaction, the search index and the state of the feed they came from.

        An article is found again by its address or an alias. The same content is known; other content is a new
        version of the same article, which loses its old digest text but keeps its story.
        """


class PipelineStore(Protocol):
    """Called by services.pipeline."""

    async def articles_without_digest(self, *, limit: int) -> list[Article]:
        """Articles whose present version has no digest, or waits for a new one (``renew_digests``), newest first."""

    async def renew_digests(self, engine: str, since: datetime) -> None:
        """After a change of the engine: let articles first seen since then wait for a digest by this one.

        Meanwhile, and for all older articles, the digests that are there go on being shown.
        """

    async def save_digests(self, digests: Sequence[StoredDigest]) -> None:
        """Keep digests by (content_hash, engine); a second one replaces the first."""

    async def articles_without_story(self, *, limit: int) -> list[Article]:
        """Digested articles that belong to no story yet, or have changed since they were put into theirs.

        Oldest publication first.
        """

    async def articles_with_story(self, since: datetime) -> list[Article]:
        """Articles published since then that belong to a story."""

    async def assign_story(
        self, article_id: int, story_id: int | None, now: datetime, *, copy_of: int | None = None
    ) -> int:
        """Put an article into a story, or open a new one for it when ``story_id`` is None. Gives the story's id.

        From ``now`` on the article is told: editions whose window holds this moment may have it. One that leaves
        another story splits it, which is recorded.

        Args:
            copy_of: the first article with this text, where it is a copy.
        """

    async def keep_story(self, article_id: int, copy_of: int | None) -> None:
        """A changed article stays in its story; it need not be looked at again until it changes once more."""

    async def merge_stories(self, kept: int, gone: int, now: datetime) -> None:
        """Two stories are one: the articles of one move to the other, and its id leads there. Recorded."""

    async def story_changes(self, story_id: int) -> list[StoryChange]:
        """The merges and splits that a story was in, oldest first."""

    async def article(self, article_id: int) -> Article | None: ...

    async def story(self, story_id: int, engine: str) -> Story | None:
        """A story, or the one that it became, with its articles, newest first.

        Digests are by this engine, else by another.

        An article without any digest has empty sentences.
        """

    async def stories_by_ids(self, story_ids: Sequence[int], engine: str) -> list[Story]:
        """The stories that still exist, in the order asked for."""


class EditionStore(Protocol):
    """Called by services.editions."""

    async def due_audiences(self, now: datetime, *, limit: int) -> list[Audience]:
        """Active subscribers with ``next_digest_at <= now``, the ``limit`` that wait longest, by their choices."""

    async def ahead_of_time(self, now: datetime) -> list[Subscriber]:
        """Active subscribers who had an edition in the future (``SET_BACK`` or more), or who wait for over a day."""

    async def stories_between(self, start: datetime, end: datetime, engine: str) -> list[Story]:
        """Stories with an article told in (start, end]; with all their digested articles told up to ``end``."""

    async def edition_by_key(self, key: str) -> Edition | None: ...

    async def edition(self, edition_id: int) -> Edition | None: ...

    async def save_edition(self, edition: NewEdition, now: datetime) -> Edition:
        """Write an edition, or give the one that has its key already."""

    async def queue_edition(self, edition: Edition, deliveries: Sequence[EditionDelivery], now: datetime) -> int:
        """In one transaction: outbox rows, unique on (chat, edition, part), and the readers' schedules.

        A reader whose ``next_digest_at`` is not ``due_at`` any more is left out: somebody else served or changed it.
        With rows written, ``last_edition_at`` becomes the edition's ``window_to``. Gives how many rows were new.
        """

    async def last_edition_of(self, chat_id: int) -> Edition | None:
        """The edition last queued for this chat."""


class OutboxStore(Protocol):
    """Called by services.delivery. A row moves pending -> leased -> sending -> sent | dead | unknown."""

    async def claim_due(self, now: datetime, *, owner: str, limit: int, lease: timedelta) -> list[OutboxMessage]:
        """Lease rows that may be sent now, at most one of a chat, its parts in order.

        Breaking news goes before digests and digests before alerts; editions that wait at the same time get equal
        shares. Rows of readers in their quiet hours move to the end of these, but for urgent ones. Rows whose lease
        ran out come back: a leased one as it was, a sending one with ``ambiguous`` raised by one.
        """

    async def advance(
        self, starting: Collection[int], records: Sequence[OutboxRecord], *, owner: str, now: datetime
    ) -> set[int]:
        """In one transaction: write that requests are about to leave, and what became of earlier ones.

        Gives those of ``starting`` whose lease is still ours: only they may be sent. Records of rows that are no
        longer leased by ``owner`` for this try are left alone, but for those that say that a message has arrived.
        """

    async def release(self, *, owner: str | None) -> None:
        """Give back rows that are leased but not yet sending (orderly stop).

        Args:
            owner: None for the rows of everybody: a successor need not wait for the leases of a leader that died. One
                that lives still cannot send them, as ``advance`` finds its lease gone.
        """

    async def end_quiet(self, chat_id: int, now: datetime) -> None:
        """What waits for the end of a chat's quiet hours may be sent now."""

    async def dead_letters(self, *, limit: int, after: int = 0) -> list[DeadLetter]:
        """Messages given up (dead) or never confirmed (unknown), in the order of their ids from ``after`` on."""

    async def retry_dead(self, message_ids: Collection[int] | None, now: datetime) -> int:
        """Into the queue again, with all tries before them; None: all that are listed. Gives how many.

        Those of chats that are no active subscribers stay where they are.
        """

    async def drop_dead(self, message_ids: Collection[int] | None) -> int:
        """Delete dead letters; None: all that are listed. Gives how many."""

    async def outbox_counts(self, kind: OutboxKind | None = None, source_id: int | None = None) -> OutboxCounts: ...

    async def set_status(self, chat_id: int, status: Status, now: datetime) -> None:
        """Change the status, keep the settings.

        Leaving ACTIVE ends the schedule and drops what waits for the chat in the outbox; only who is active becomes
        BLOCKED.
        """

    async def migrate_chat(self, old_chat_id: int, new_chat_id: int, now: datetime) -> None:
        """Move a subscription, its waiting messages and its lists to the new id of the chat."""


class SubscriberStore(Protocol):
    """Called by services.subscriptions."""

    async def subscriber(self, chat_id: int) -> Subscriber | None: ...

    async def update_subscriber(self, chat_id: int, change: Callable[[Subscriber | None], Subscriber]) -> Subscriber:
        """Read, change and write one subscriber in one transaction, so that no edition comes in between.

        What ``change`` raises goes through, and leaves everything as it was. Gives what was written.
        """

    async def save_subscriber(self, subscriber: Subscriber) -> None:
        """Insert or replace, whatever was there."""


class NewsroomStore(Protocol):
    """Called by services.newsroom."""

    async def add_broadcast(
        self, *, editor_id: int, title: str, text: str, url: str | None, outlet: str, now: datetime
    ) -> Broadcast: ...

    async def broadcast(self, broadcast_id: int) -> Broadcast | None: ...

    async def active_chats(self) -> list[tuple[int, str]]:
        """(chat_id, language) of each active subscriber."""

    async def queue_broadcast(self, broadcast_id: int, drafts: Sequence[OutboxDraft], now: datetime) -> bool:
        """From DRAFT to QUEUED together with its outbox rows. False when it was no draft any more: nothing written."""

    async def cancel_broadcast(self, broadcast_id: int) -> bool:
        """From DRAFT to CANCELLED. False when it was no draft any more."""


class SearchStore(Protocol):
    """Called by services.reading and by the handlers that show lists."""

    async def search(self, query: str, *, limit: int, now: datetime) -> SearchResult:
        """The best articles for a reader's words, each story once, best first.

        Args:
            now: in the reader's zone; what ``sejak:kemarin`` counts from.

        Raises:
            InputError: where the text cannot be searched for; the keys stand at ``query.parse_query``, and
                ``search_outlet_unknown`` with ``value`` and ``known``.
        """

    async def mark_found(self, query: str, texts: Sequence[tuple[int, str]], now: datetime) -> list[Passage]:
        """For each article id and text about it: the text with the words of the query marked.

        Where the text has none of them, a passage of the article that has; where it is empty, a passage in any case.
        """

    async def add_listing(
        self,
        *,
        chat_id: int,
        user_id: int,
        kind: ListingKind,
        query: str,
        story_ids: Sequence[int],
        now: datetime,
    ) -> Listing: ...

    async def set_listing_message(self, listing_id: int, message_id: int) -> None:
        """Remember under which message the list is shown."""

    async def listing(self, listing_id: int) -> Listing | None: ...

    async def numbered_stories(self, chat_id: int, message_id: int | None) -> tuple[int, ...]:
        """Story ids behind the numbers that a chat sees, in order from 1; empty where there are none.

        With a message id: of the list, edition part or story in that message (delivered digests are found through the
        outbox). Without: of the list or edition that was shown last.
        """


class Storage(
    FeedStore,
    PipelineStore,
    EditionStore,
    OutboxStore,
    SubscriberStore,
    NewsroomStore,
    SearchStore,
    InboxStore,
    WorkStore,
    Protocol,
):
    """The whole of it, and what the wiring needs."""

    async def health(self) -> Health: ...

    async def prune(self, now: datetime) -> None:
        """Delete what is past its time: lists after 30 days, sent outbox rows after 60, editions without
        rows; of the inbox what was handled a day ago.
        """

    async def close(self) -> None: ...
