"""The tables, as SQLAlchemy Core sees them. ``migrations/`` builds the same, and a test proves it.

Ids never come back after a row is deleted (AUTOINCREMENT): they live on in the buttons of old messages.
Full-text search has tables of its own, see ``fts5``.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    ColumnElement,
    DateTime,
    Dialect,
    ForeignKey,
    FromClause,
    Index,
    Integer,
    MetaData,
    SmallInteger,
    Table,
    Text,
    TypeDecorator,
    and_,
    literal_column,
)

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

Id = BigInteger().with_variant(Integer(), "sqlite")
"""SQLite counts up only a column that is called INTEGER; it is 64 bits wide there too."""


class UtcDateTime(TypeDecorator[datetime]):
    """Aware datetimes, kept in UTC. SQLite stores text with microseconds, whose order is the order of time."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise TypeError("a time without a zone cannot be stored")
        return value.astimezone(UTC)

    def process_result_value(self, value: Any | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        moment: datetime = value
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


def _one_of(column: ColumnElement[str], *values: str) -> ColumnElement[bool]:
    # Written into the statement instead of bound: SQLite takes a partial index only when it can read the condition.
    constants: list[ColumnElement[str]] = [literal_column(f"'{value}'") for value in values]
    return column == constants[0] if len(constants) == 1 else column.in_(constants)


def is_active_feed(row: FromClause) -> ColumnElement[bool]:
    """The condition of ``ix_feeds_due``."""
    return _one_of(row.c.state, "active")


def is_untold_feed(row: FromClause) -> ColumnElement[bool]:
    """The condition of ``ix_feeds_untold``: visited no more, and nobody knows."""
    return and_(_one_of(row.c.state, "paused", "gone"), row.c.told_at.is_(None))


def is_changed_since_placed(row: FromClause) -> ColumnElement[bool]:
    """The condition of ``ix_articles_to_place_again``."""
    return row.c.placed_version < row.c.version


def is_active_subscriber(row: FromClause) -> ColumnElement[bool]:
    """The condition of ``ix_subscribers_due``."""
    return _one_of(row.c.status, "active")


def is_pending(row: FromClause) -> ColumnElement[bool]:
    """The condition of ``ix_outbox_due``."""
    return _one_of(row.c.state, "pending")


def is_leased(row: FromClause) -> ColumnElement[bool]:
    """The condition of ``ix_outbox_lease``: leased or already sending."""
    return _one_of(row.c.state, "leased", "sending")


def is_sent(row: FromClause) -> ColumnElement[bool]:
    """The condition of ``ix_outbox_sent``."""
    return _one_of(row.c.state, "sent")


def is_dead_letter(row: FromClause) -> ColumnElement[bool]:
    """The condition of ``ix_outbox_dead``: what no more is tried with, and nobody knows to have arrived."""
    return _one_of(row.c.state, "dead", "unknown")


def is_unhandled(row: FromClause) -> ColumnElement[bool]:
    """The condition of ``ix_inbox_waiting``."""
    return row.c.handled_at.is_(None)


def is_fallback(row: FromClause) -> ColumnElement[bool]:
    """The condition of ``ix_digests_fallback``."""
    return row.c.fallback != literal_column("''")


def _partial_index(name: str, *columns: Column[Any], where: ColumnElement[bool]) -> Index:
    return Index(name, *columns, sqlite_where=where, postgresql_where=where)


# --- feeds and articles -------------------------------------------------------------------------------------------

feeds = Table(
    "feeds",
    metadata,
    Column("id", Id, primary_key=True),
    # Where it is fetched; after a permanent redirect not where the operator's list has it.
    Column("url", Text, nullable=False, unique=True),
    Column("listed_url", Text, nullable=False, unique=True),
    Column("host", Text, nullable=False),
    Column("outlet", Text, nullable=False),
    Column("title", Text, nullable=False),
    Column("topic", Text),
    Column("state", Text, nullable=False),
    Column("next_check_at", UtcDateTime, nullable=False),
    Column("etag", Text),
    Column("last_modified", Text),
    Column("failures", Integer, nullable=False),
    Column("last_ok_at", UtcDateTime),
    Column("last_error", Text),
    # What the feed itself asked for when it last came; "not modified" does not say it again.
    Column("ttl_seconds", Integer),
    # When admins were told that it is visited no more.
    Column("told_at", UtcDateTime),
    sqlite_autoincrement=True,
)
_partial_index("ix_feeds_due", feeds.c.next_check_at, where=is_active_feed(feeds))
_partial_index("ix_feeds_untold", feeds.c.state, where=is_untold_feed(feeds))

stories = Table(
    "stories",
    metadata,
    Column("id", Id, primary_key=True),
    Column("opened_at", UtcDateTime, nullable=False),
    # The story that this one turned out to be; the numbers and buttons that name it lead there.
    Column("became", Id, index=True),
    sqlite_autoincrement=True,
)

# What happened to stories after they were opened.
story_changes = Table(
    "story_changes",
    metadata,
    Column("id", Id, primary_key=True),
    Column("kind", Text, nullable=False),
    # The story that was left, and the one that its articles went to.
    Column("story_id", Id, nullable=False, index=True),
    Column("other_id", Id, nullable=False, index=True),
    Column("at", UtcDateTime, nullable=False),
    sqlite_autoincrement=True,
)

articles = Table(
    "articles",
    metadata,
    Column("id", Id, primary_key=True),
    Column("url", Text, nullable=False, unique=True),
    Column("outlet", Text, nullable=False, index=True),
    Column("title", Text, nullable=False),
    Column("body", Text, nullable=False),
    Column("published_at", UtcDateTime, nullable=False, index=True),
    Column("first_seen_at", UtcDateTime, nullable=False),
    Column("place", Text),
    Column("topic", Text),
    Column("content_hash", Text, nullable=False, index=True),
    Column("entry_hash", Text, nullable=False),
    Column("version", Integer, nullable=False),
    Column("story_id", ForeignKey(stories.c.id), index=True),
    # When the article got its story, and with it became ready for editions.
    Column("told_at", UtcDateTime, index=True),
    # The version that was put into the story: a later one may have to leave it.
    Column("placed_version", Integer),
    # The first article with this text, where it is a copy.
    Column("copy_of", Id),
    Column("feed_id", ForeignKey(feeds.c.id, ondelete="SET NULL")),
    Column("external_id", Text),
    # The engine chosen when the present version was digested; NULL: it waits for a digest.
    Column("digest_engine", Text, index=True),
    # Keys, parted by spaces; NULL in rows from before 0002, as in those of readers.
    Column("places", Text),
    sqlite_autoincrement=True,
)

_partial_index("ix_articles_to_place_again", articles.c.id, where=is_changed_since_placed(articles))

article_addresses = Table(
    "article_addresses",
    metadata,
    Column("url", Text, primary_key=True),
    Column("article_id", ForeignKey(articles.c.id, ondelete="CASCADE"), nullable=False, index=True),
)

digests = Table(
    "digests",
    metadata,
    Column("content_hash", Text, primary_key=True),
    Column("engine", Text, primary_key=True),
    Column("sentences", JSON, nullable=False),
    Column("short", Text, nullable=False),
    Column("made_by", Text, nullable=False),
    Column("checks", JSON, nullable=False),
    Column("fallback", Text, nullable=False),
)
_partial_index("ix_digests_fallback", digests.c.fallback, where=is_fallback(digests))

# What the search index holds as words; the index itself is an FTS5 table, see ``fts5``.
search_words = Table(
    "search_words",
    metadata,
    # In lower case, without accents.
    Column("word", Text, primary_key=True),
    Column("stem", Text, nullable=False, index=True),
    # That have, or once had, the word.
    Column("articles", Integer, nullable=False),
    sqlite_with_rowid=False,
)

search_spellings = Table(
    "search_spellings",
    metadata,
    # What the word has in common with its misspellings, see ``spelling.spelling_keys``.
    Column("key", Text, primary_key=True),
    Column("word", Text, primary_key=True),
    sqlite_with_rowid=False,
)

# --- editions and readers -----------------------------------------------------------------------------------------

editions = Table(
    "editions",
    metadata,
    Column("id", Id, primary_key=True),
    Column("key", Text, nullable=False, unique=True),
    Column("due_at", UtcDateTime, nullable=False),
    Column("window_from", UtcDateTime, nullable=False),
    Column("window_to", UtcDateTime, nullable=False),
    Column("created_at", UtcDateTime, nullable=False, index=True),
    sqlite_autoincrement=True,
)

edition_items = Table(
    "edition_items",
    metadata,
    Column("edition_id", ForeignKey(editions.c.id, ondelete="CASCADE"), primary_key=True),
    Column("number", SmallInteger, primary_key=True),
    # No foreign keys: the numbers that a reader saw stay what they were, also when a story is gone.
    Column("story_id", Id, nullable=False),
    Column("article_id", Id, nullable=False),
)

subscribers = Table(
    "subscribers",
    metadata,
    Column("chat_id", BigInteger, primary_key=True, autoincrement=False),
    Column("kind", Text, nullable=False),
    Column("language", Text, nullable=False),
    Column("status", Text, nullable=False),
    Column("times", Text, nullable=False),
    Column("days", Text, nullable=False),
    Column("zone", Text, nullable=False),
    Column("topics", Text, nullable=False),
    Column("next_digest_at", UtcDateTime),
    Column("last_edition_at", UtcDateTime),
    Column("created_at", UtcDateTime, nullable=False),
    Column("places", Text),
    # Hours without messages, as HH:MM-HH:MM in the reader's zone; NULL: none.
    Column("quiet", Text),
)
_partial_index("ix_subscribers_due", subscribers.c.next_digest_at, where=is_active_subscriber(subscribers))

# --- messages -----------------------------------------------------------------------------------------------------

message_bodies = Table(
    "message_bodies",
    metadata,
    Column("id", Id, primary_key=True),
    Column("hash", Text, nullable=False, unique=True),
    Column("content", Text, nullable=False),
)

outbox = Table(
    "outbox",
    metadata,
    Column("id", Id, primary_key=True),
    Column("chat_id", BigInteger, nullable=False),
    Column("kind", Text, nullable=False),
    # Of an edition or a broadcast, as ``kind`` says; hence no foreign key.
    Column("source_id", Id, nullable=False),
    Column("part", SmallInteger, nullable=False),
    Column("body_id", ForeignKey(message_bodies.c.id), nullable=False, index=True),
    Column("state", Text, nullable=False),
    Column("not_before", UtcDateTime, nullable=False),
    Column("owner", Text),
    Column("leased_until", UtcDateTime),
    Column("attempts", Integer, nullable=False),
    Column("ambiguous", Integer, nullable=False),
    Column("message_id", BigInteger),
    Column("sent_at", UtcDateTime),
    Column("reason", Text, nullable=False),
    # Goes out in quiet hours too; NULL in rows from before 0003.
    Column("urgent", Boolean),
    sqlite_autoincrement=True,
)
Index("uq_outbox_part", outbox.c.chat_id, outbox.c.kind, outbox.c.source_id, outbox.c.part, unique=True)
Index("ix_outbox_source", outbox.c.kind, outbox.c.source_id, outbox.c.state)
# With the id, as claims read it in order and stop after a few rows; SQLite has it in every index anyway.
_partial_index(
    "ix_outbox_due", outbox.c.kind, outbox.c.source_id, outbox.c.not_before, outbox.c.id, where=is_pending(outbox)
)
_partial_index("ix_outbox_lease", outbox.c.chat_id, where=is_leased(outbox))
_partial_index("ix_outbox_sent", outbox.c.sent_at, where=is_sent(outbox))
_partial_index("ix_outbox_dead", outbox.c.id, where=is_dead_letter(outbox))

# Updates that Telegram has brought to a webhook: written before it hears that they came, kept for a day after they
# were handled, as it brings one again when it has not heard.
inbox = Table(
    "inbox",
    metadata,
    Column("update_id", BigInteger, primary_key=True, autoincrement=False),
    # Whose order counts; 0 where an update belongs to no chat.
    Column("chat_id", BigInteger, nullable=False),
    Column("content", Text, nullable=False),
    Column("received_at", UtcDateTime, nullable=False),
    Column("handled_at", UtcDateTime),
)
_partial_index("ix_inbox_waiting", inbox.c.chat_id, inbox.c.update_id, where=is_unhandled(inbox))
Index("ix_inbox_handled_at", inbox.c.handled_at)

# --- newsroom and follow-ups --------------------------------------------------------------------------------------

broadcasts = Table(
    "broadcasts",
    metadata,
    Column("id", Id, primary_key=True),
    Column("editor_id", BigInteger, nullable=False),
    Column("title", Text, nullable=False),
    Column("text", Text, nullable=False),
    Column("url", Text),
    Column("outlet", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    sqlite_autoincrement=True,
)

listings = Table(
    "listings",
    metadata,
    Column("id", Id, primary_key=True),
    Column("chat_id", BigInteger, nullable=False),
    Column("user_id", BigInteger, nullable=False),
    Column("kind", Text, nullable=False),
    Column("query", Text, nullable=False),
    Column("story_ids", Text, nullable=False),
    Column("message_id", BigInteger),
    Column("created_at", UtcDateTime, nullable=False, index=True),
    Index("ix_listings_chat_id_created_at", "chat_id", "created_at"),
    sqlite_autoincrement=True,
)
