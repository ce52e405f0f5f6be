"""The records that travel between the layers. Frozen; times are aware and in UTC."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime, time
from enum import StrEnum

from summarizer.story_digest import StoryDigest

Clock = Callable[[], datetime]
"""Gives the present as an aware datetime in UTC. Always an argument, so that tests and the demo can move it."""

TOPICS = (
    "nasional",
    "ekonomi",
    "olahraga",
    "teknologi",
    "hiburan",
    "internasional",
    "daerah",
    "kesehatan",
)
"""Keys of the topics a reader can choose; their names stand in texts/."""

# --- feeds and articles -------------------------------------------------------------------------------------------


class FeedState(StrEnum):
    ACTIVE = "active"
    PAUSED = "paused"
    GONE = "gone"


@dataclass(frozen=True, slots=True)
class NewFeed:
    """A feed as an operator lists it."""

    url: str
    outlet: str
    title: str = ""
    topic: str | None = None
    """Topic of everything in this feed, where the outlet has one feed a topic."""


@dataclass(frozen=True, slots=True)
class Feed:
    """A feed with what the last visits taught us."""

    id: int
    url: str
    outlet: str
    title: str
    topic: str | None
    state: FeedState
    next_check_at: datetime
    etag: str | None
    last_modified: str | None
    failures: int
    last_ok_at: datetime | None
    last_error: str | None
    ttl_seconds: int | None = None
    """What the feed itself asked for when it last came."""


@dataclass(frozen=True, slots=True)
class FeedUpdate:
    """State of a feed after a visit, to be saved together with the articles that the visit brought."""

    feed_id: int
    next_check_at: datetime
    url: str
    state: FeedState
    etag: str | None
    last_modified: str | None
    failures: int
    last_ok_at: datetime | None
    last_error: str | None
    ttl_seconds: int | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """One item of a parsed feed, all of it plain text."""

    url: str
    title: str
    text: str
    """Full text or teaser, paragraphs separated by an empty line; may be empty."""
    published_at: datetime | None
    categories: tuple[str, ...] = ()
    guid: str = ""


@dataclass(frozen=True, slots=True)
class ParsedFeed:
    title: str
    entries: tuple[Entry, ...]
    ttl_seconds: int | None = None


@dataclass(frozen=True, slots=True)
class Page:
    """An article page after extraction."""

    url: str
    """Canonical address, without tracking parameters."""
    title: str
    text: str
    published_at: datetime | None
    section: str | None = None
    authors: tuple[str, ...] = ()
    age: str = ""
    """The printed date where it counts from the present ("2 jam lalu") and nothing else tells the moment."""
    rest: str = ""
    """Address of the page on which the article goes on, or stands whole."""


@dataclass(frozen=True, slots=True)
class PageLinks:
    """Where a page, or an index of sitemaps, says that news of its site can be had."""

    site: str
    """What the site calls itself; empty when it does not say."""
    feeds: tuple[str, ...]
    """Likeliest first."""
    sitemaps: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class IndexEntry:
    """What one article looks like in the search index: stems, separated by spaces, and its tags."""

    title: str
    body: str
    tags: str
    words: Mapping[str, str]
    """The stem of each word that occurs, which is in lower case."""


@dataclass(frozen=True, slots=True)
class NewArticle:
    """An article as it came in, before storage knows whether it is new, changed or known.

    ``url`` identifies it: the canonical address, or ``urn:sari:…`` for a file without one. ``aliases`` are other
    addresses under which it was met.
    """

    url: str
    outlet: str
    title: str
    body: str
    published_at: datetime
    place: str | None
    topic: str | None
    content_hash: str
    entry_hash: str = ""
    """Hash of the feed entry that led here: while it stays the same, the page is not fetched again."""
    aliases: tuple[str, ...] = ()
    feed_id: int | None = None
    external_id: str | None = None
    """Id that the article came in with (JSON lines)."""
    places: tuple[str, ...] = ()
    """Keys of ``summarizer.places``, surest first: where it happens."""
    index: IndexEntry | None = field(default=None, compare=False, repr=False)
    """Its place in the search index where that is worked out already; else storage does it."""


@dataclass(frozen=True, slots=True)
class KnownArticle:
    """What ``decide`` must know about an article that is stored already."""

    id: int
    content_hash: str
    entry_hash: str


@dataclass(frozen=True, slots=True)
class Article:
    id: int
    url: str
    outlet: str
    title: str
    body: str
    published_at: datetime
    first_seen_at: datetime
    place: str | None
    topic: str | None
    content_hash: str
    version: int
    story_id: int | None
    external_id: str | None = None


@dataclass(frozen=True, slots=True)
class SavedArticles:
    """What a save did, as article ids."""

    new: tuple[int, ...] = ()
    changed: tuple[int, ...] = ()
    known: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class StoredDigest:
    """Digest of one article version, kept by content hash and the engine that was chosen when it was made."""

    content_hash: str
    engine: str
    sentences: tuple[str, ...]
    short: str
    made_by: str = ""
    """The engine whose text it is, with its version; empty where it is the headline alone."""
    checks: tuple[str, ...] = ()
    """What the engine had written against the article, as in ``summarizer.Digest``."""
    fallback: str = ""
    """Why the text is not the chosen engine's: a reason of ``summarizer.Digest``, or for a headline or an excerpt the
    key of the ``SummarizerError``."""


# --- stories and editions -----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class StoryMember:
    """An article inside a story, with its digest."""

    article_id: int
    outlet: str
    title: str
    url: str
    published_at: datetime
    content_hash: str
    topic: str | None
    place: str | None
    sentences: tuple[str, ...]
    short: str
    version: int = 1
    places: frozenset[str] = frozenset()
    """Where it happens, as keys of ``summarizer.places``."""
    copy_of: int | None = None
    """The first article with this text, where it is a copy: an agency's report, say."""


@dataclass(frozen=True, slots=True)
class Story:
    """One event, as one or more outlets tell it; members newest first, never empty."""

    id: int
    members: tuple[StoryMember, ...]

    @property
    def outlets(self) -> tuple[str, ...]:
        """Outlets that report it, each once, newest first; copies of one text count for the first of them."""
        texts: set[int | str] = set()
        tellings: list[StoryMember] = []
        for member in self.members:
            names: set[int | str] = {member.copy_of or member.article_id, member.content_hash}
            if not names & texts:
                tellings.append(member)
            texts |= names
        return tuple(dict.fromkeys(telling.outlet for telling in tellings))


class StoryChangeKind(StrEnum):
    MERGE = "merge"
    SPLIT = "split"


@dataclass(frozen=True, slots=True)
class StoryChange:
    """Articles went from one story to another: all of them (a merge), or one (a split)."""

    kind: StoryChangeKind
    story_id: int
    """The story that was left."""
    other_id: int
    at: datetime


@dataclass(frozen=True, slots=True)
class ToldStory:
    """A story as a reader gets it."""

    story: Story
    lead: StoryMember
    """The article whose headline stands for the story."""
    digest: StoryDigest
    """Of all its articles; without sentences where none of them could be summarised."""


@dataclass(frozen=True, slots=True)
class EditionItem:
    number: int
    story_id: int
    article_id: int
    """The article that led the story when the edition was made."""


@dataclass(frozen=True, slots=True)
class Edition:
    """A numbered list of stories; readers with the same window and choices share one."""

    id: int
    key: str
    due_at: datetime
    window_from: datetime
    window_to: datetime
    items: tuple[EditionItem, ...]


@dataclass(frozen=True, slots=True)
class NewEdition:
    key: str
    due_at: datetime
    window_from: datetime
    window_to: datetime
    items: tuple[EditionItem, ...]


@dataclass(frozen=True, slots=True)
class EditionStory:
    """One numbered story of an edition with all that a message about it needs."""

    number: int
    told: ToldStory


@dataclass(frozen=True, slots=True)
class EditionView:
    """An edition with everything that its messages say."""

    edition: Edition
    stories: tuple[EditionStory, ...]


# --- subscribers --------------------------------------------------------------------------------------------------


class Zone(StrEnum):
    WIB = "WIB"
    WITA = "WITA"
    WIT = "WIT"


@dataclass(frozen=True, slots=True)
class Schedule:
    """Hours of the day, and the days of the week (Monday is 0) on which they count."""

    times: tuple[time, ...] = (time(7, 0),)
    days: frozenset[int] = frozenset(range(7))
    zone: Zone = Zone.WIB


@dataclass(frozen=True, slots=True)
class QuietHours:
    """From one hour of the reader's day to another, which may be that of the next day; the end is not part of it."""

    start: time
    end: time


class ChatKind(StrEnum):
    PRIVATE = "private"
    GROUP = "group"
    CHANNEL = "channel"


class Status(StrEnum):
    ACTIVE = "active"
    STOPPED = "stopped"
    """Said /berhenti."""
    BLOCKED = "blocked"
    """Telegram says that the chat cannot be reached; comes back when it writes or unblocks."""


@dataclass(frozen=True, slots=True)
class Subscriber:
    chat_id: int
    kind: ChatKind
    language: str
    """``id`` or ``en``."""
    status: Status
    schedule: Schedule
    topics: frozenset[str]
    """Chosen topics; empty means all."""
    places: frozenset[str]
    """Followed places, as keys of ``summarizer.places``."""
    next_digest_at: datetime | None
    last_edition_at: datetime | None
    created_at: datetime
    quiet: QuietHours | None = None
    """Hours in which nothing but urgent breaking news is sent."""


@dataclass(frozen=True, slots=True)
class Audience:
    """Readers who are due at the same moment and have chosen the same: they get one edition in one wording."""

    due_at: datetime
    last_edition_at: datetime | None
    language: str
    schedule: Schedule
    topics: frozenset[str]
    places: frozenset[str]
    chat_ids: tuple[int, ...]


# --- messages -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Button:
    """An inline button: either callback ``data`` (64 bytes at most) or a ``url``."""

    label: str
    data: str | None = None
    url: str | None = None


@dataclass(frozen=True, slots=True)
class MessageBody:
    """A message ready to be sent: Telegram HTML of at most 4096 UTF-16 units after entities, and its buttons."""

    html: str
    buttons: tuple[tuple[Button, ...], ...] = ()
    silent: bool = False
    preview: bool = False
    """Whether Telegram may show a preview of the first link."""

    def to_json(self) -> str:
        return json.dumps(asdict(self), ensure_ascii=False, sort_keys=True, separators=(",", ":"))

    @classmethod
    def from_json(cls, text: str) -> MessageBody:
        raw = json.loads(text)
        rows = tuple(tuple(Button(**button) for button in row) for row in raw["buttons"])
        return cls(html=raw["html"], buttons=rows, silent=raw["silent"], preview=raw["preview"])


class OutboxKind(StrEnum):
    """What a message is; the more urgent kind stands first and is sent first."""

    BREAKING = "breaking"
    DIGEST = "digest"
    ALERT = "alert"


class OutboxState(StrEnum):
    PENDING = "pending"
    LEASED = "leased"
    SENDING = "sending"
    """Written just before the request leaves: from here on the outcome may be unknown."""
    SENT = "sent"
    DEAD = "dead"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class OutboxDraft:
    """A row to be written: one part of one edition or breaking item for one chat."""

    chat_id: int
    part: int
    body: MessageBody
    urgent: bool = False
    """Goes out in the reader's quiet hours, too."""


@dataclass(frozen=True, slots=True)
class DeadLetter:
    """A message that is tried no more, and is not known to have arrived."""

    id: int
    chat_id: int
    kind: OutboxKind
    source_id: int
    part: int
    state: OutboxState
    """DEAD or UNKNOWN."""
    attempts: int
    ambiguous: int
    reason: str
    html: str
    can_retry: bool
    """Whether its reader still subscribes."""


@dataclass(frozen=True, slots=True)
class OutboxMessage:
    id: int
    chat_id: int
    kind: OutboxKind
    source_id: int
    """Id of the edition (digest) or of the broadcast (breaking)."""
    part: int
    body: MessageBody
    attempts: int
    """Failed tries so far; waiting for a flood limit is not one."""
    ambiguous: int
    """Tries whose outcome nobody knows (time-out, cut connection, killed while sending)."""


class Result(StrEnum):
    """What became of one send; ``services.delivery.decide`` says what each leads to."""

    SENT = "sent"
    LATER = "later"
    RETRY = "retry"
    AMBIGUOUS = "ambiguous"
    GONE = "gone"
    MIGRATED = "migrated"
    REJECTED = "rejected"


@dataclass(frozen=True, slots=True)
class SendOutcome:
    result: Result
    message_id: int | None = None
    wait_seconds: float = 0.0
    """With LATER: how long the whole token must pause."""
    new_chat_id: int | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class OutboxRecord:
    """Decision about one outbox row after a try, as ``delivery`` took it."""

    id: int
    state: OutboxState
    attempts: int
    ambiguous: int
    not_before: datetime
    message_id: int | None = None
    reason: str = ""
    tried: int = 0
    """``ambiguous`` as it was when the row was claimed: tells a try from a later one of the same process."""


# --- newsroom and follow-ups --------------------------------------------------------------------------------------


class BroadcastState(StrEnum):
    DRAFT = "draft"
    QUEUED = "queued"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class Broadcast:
    """A breaking item: drafted by an editor, queued once confirmed."""

    id: int
    editor_id: int
    title: str
    text: str
    url: str | None
    outlet: str
    """Whose article it is; empty when the editor wrote the item."""
    state: BroadcastState
    created_at: datetime


@dataclass(frozen=True, slots=True)
class OutboxCounts:
    """Rows of the outbox by state (of all, or of one edition or broadcast)."""

    pending: int = 0
    sent: int = 0
    dead: int = 0
    unknown: int = 0

    @property
    def total(self) -> int:
        return self.pending + self.sent + self.dead + self.unknown


class ListingKind(StrEnum):
    SEARCH = "search"
    EDITION = "edition"


@dataclass(frozen=True, slots=True)
class Listing:
    """A numbered list that was shown in a chat, so that a number or a reply can open one of its stories."""

    id: int
    chat_id: int
    user_id: int
    kind: ListingKind
    query: str
    story_ids: tuple[int, ...]
    """In the order of their numbers, from 1."""
    message_id: int | None
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Passage:
    """Plain text, and where in it stands what a search found."""

    text: str
    marks: tuple[tuple[int, int], ...] = ()
    """Begin and end of each, from left to right, without overlap."""


@dataclass(frozen=True, slots=True)
class SearchHit:
    """One story that a search found, by its best article."""

    story_id: int | None
    article: Article


@dataclass(frozen=True, slots=True)
class SearchResult:
    """What a search found."""

    hits: tuple[SearchHit, ...]
    """Best first."""
    corrected: str | None = None
    """The query that was searched instead, where words of it were taken for misspelt."""


@dataclass(frozen=True, slots=True)
class Health:
    """What /readyz and `sari check` look at."""

    last_fetch_at: datetime | None
    last_sent_at: datetime | None
    active_subscribers: int
    feeds: Mapping[str, int] = field(default_factory=dict)
    """Number of feeds by state."""
    outbox: OutboxCounts = OutboxCounts()
    fallbacks: Mapping[str, int] = field(default_factory=dict)
    """Number of digests by ``StoredDigest.fallback``, those without one left out."""
