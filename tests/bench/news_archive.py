"""An archive of invented articles, as large as one likes: words by Zipf's law, days in order, a few outlets.

The words are built from syllables, so that no text of anybody is in them; which are common and how often they occur
follows 1 / rank, as in news. Articles are written straight into the tables, with the entries of the index made from
words that are stemmed once, so that a million of them take minutes and not an hour of stemming.
"""

from __future__ import annotations

import random
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
from sqlalchemy import Connection, create_engine, event, func, insert, select

from bot.index_entries import month_tags, outlet_tag
from bot.models import IndexEntry, NewArticle
from bot.storage import migrate
from bot.storage.search_index import write_entries
from bot.storage.tables import articles
from summarizer.text import stem_words

WORDS = 100_000
TITLE_WORDS, BODY_WORDS = 8, 120
OUTLETS = tuple(f"Kabar {name}" for name in ("Sagara", "Lirih", "Melati", "Tirta", "Randu", "Cempaka", "Jati", "Nusa"))
SPAN = timedelta(days=5 * 365)
END = datetime(2026, 11, 1, tzinfo=UTC)
BATCH = 5000

_ONSETS = ("b", "c", "d", "g", "h", "j", "k", "l", "m", "n", "p", "r", "s", "t", "w", "y", "ng", "ny")
_VOWELS = ("a", "a", "a", "e", "i", "i", "o", "u", "u")
_CODAS = ("", "", "", "", "n", "ng", "r", "s", "k", "t", "h", "m", "l")


def make_words(count: int = WORDS, seed: int = 7) -> list[str]:
    """So many different words, the most common first; common ones are shorter."""
    chance = random.Random(seed)
    found: dict[str, None] = {}
    while len(found) < count:
        syllables = 2 if len(found) < count // 50 else chance.choice((2, 3, 3, 4))
        parts = [chance.choice(_ONSETS) + chance.choice(_VOWELS) + chance.choice(_CODAS) for _ in range(syllables)]
        found["".join(parts)] = None
    return list(found)


class Archive:
    """Articles by number; the same number is always the same article."""

    def __init__(self, total: int, words: int = WORDS) -> None:
        self.total = total
        self.words = make_words(words)
        self.stems = stem_words(self.words)
        weights = 1.0 / (np.arange(words) + 2.7)
        self._cumulative = np.cumsum(weights / weights.sum())

    def published(self, number: int) -> datetime:
        """Evenly over the years, the last article last."""
        return END - SPAN * ((self.total - number) / self.total)

    def drawn(self, first: int, count: int) -> list[list[int]]:
        """The words of so many articles, by their rank."""
        chance = np.random.default_rng(first)
        found = np.searchsorted(self._cumulative, chance.random((count, TITLE_WORDS + BODY_WORDS)))
        return np.minimum(found, len(self.words) - 1).tolist()

    def articles(self, first: int, count: int) -> Iterator[NewArticle]:
        """The same as they would come in from a feed."""
        for number, ranks in enumerate(self.drawn(first, count), start=first):
            written = [self.words[rank] for rank in ranks]
            yield NewArticle(
                url=f"https://arsip.example/{number}",
                outlet=OUTLETS[number % len(OUTLETS)],
                title=" ".join(written[:TITLE_WORDS]),
                body=" ".join(written[TITLE_WORDS:]),
                published_at=self.published(number),
                place=None,
                topic=None,
                content_hash=f"arsip-{number}",
            )


async def build(path: Path, archive: Archive, *, peer: bool) -> None:
    """Fill a database with the whole archive, or go on where a build was stopped.

    Args:
        peer: also a plain FTS5 table ``plain`` (title and body of stems, FTS5's defaults), to compare with.
    """
    await migrate(f"sqlite+aiosqlite:///{path}")
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA journal_mode = WAL")
        if peer:
            connection.execute("CREATE VIRTUAL TABLE IF NOT EXISTS plain USING fts5(title, body, content='')")
    engine = create_engine(f"sqlite:///{path}")

    @event.listens_for(engine, "connect")
    def quicken(connection: sqlite3.Connection, _record: object) -> None:
        connection.executescript("PRAGMA synchronous = OFF; PRAGMA cache_size = -65536")

    with engine.connect() as connection:
        done = connection.scalar(select(func.max(articles.c.id))) or 0
    for first in range(done + 1, archive.total + 1, BATCH):
        with engine.begin() as connection:
            _write(connection, archive, first, min(BATCH, archive.total + 1 - first), peer=peer)
    engine.dispose()


def _write(connection: Connection, archive: Archive, first: int, count: int, *, peer: bool) -> None:
    rows, entries = [], []
    words, stems = archive.words, archive.stems
    drawn = archive.drawn(first, count)
    for number, (article, ranks) in enumerate(zip(archive.articles(first, count), drawn, strict=True), start=first):
        title = " ".join(stems[rank] for rank in ranks[:TITLE_WORDS])
        body = " ".join(stems[rank] for rank in ranks[TITLE_WORDS:])
        tags = " ".join((outlet_tag(article.outlet), *month_tags(article.published_at)))
        entries.append((number, IndexEntry(title, body, tags, {words[rank]: stems[rank] for rank in set(ranks)})))
        rows.append(
            {
                "id": number,
                "url": article.url,
                "outlet": article.outlet,
                "title": article.title,
                "body": article.body,
                "published_at": article.published_at,
                "first_seen_at": article.published_at,
                "content_hash": article.content_hash,
                "entry_hash": "",
                "version": 1,
                "digest_engine": "arsip",
            }
        )
    connection.execute(insert(articles), rows)
    write_entries(connection, entries)
    if peer:
        connection.exec_driver_sql(
            "INSERT INTO plain (rowid, title, body) VALUES (?, ?, ?)",
            [(number, entry.title, entry.body) for number, entry in entries],
        )
