"""Articles as they come in: new, changed or known; the search index follows in the same transaction."""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Row, bindparam, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.index_entries import make_entry
from bot.models import Article, FeedUpdate, IndexEntry, KnownArticle, NewArticle, SavedArticles
from bot.storage.dialects import insert_into
from bot.storage.engine import Lock
from bot.storage.feeds import update_feed
from bot.storage.group import Group, chunks
from bot.storage.search_index import write_entries
from bot.storage.tables import article_addresses, articles, digests


class ArticleQueries(Group):
    async def known_articles(self, urls: Collection[str]) -> dict[str, KnownArticle]:
        async with self._database.read() as connection:
            return await _known_by_address(connection, urls)

    async def save_articles(
        self, articles: Sequence[NewArticle], now: datetime, *, update: FeedUpdate | None = None
    ) -> SavedArticles:
        entries = await _make_entries(articles)
        async with self._database.write(Lock.ARTICLES) as connection:
            if update is not None:
                await update_feed(connection, update)
            addresses = {url for article in articles for url in (article.url, *article.aliases)}
            plan = plan_save(articles, await _known_by_address(connection, addresses))
            await _write_new(connection, plan.new, now)
            await _write_changed(connection, plan.changed)
            await _fill_gaps(connection, plan.known)
            await _write_addresses(connection, plan)
            written = [*plan.new, *plan.changed]
            await _find_digests(connection, [saved.id for saved in written])
            await connection.run_sync(write_entries, [(saved.id, entries[id(saved.article)]) for saved in written])
        return SavedArticles(*(tuple(saved.id for saved in group) for group in (plan.new, plan.changed, plan.known)))

    async def article(self, article_id: int) -> Article | None:
        async with self._database.read() as connection:
            row = (await connection.execute(select(articles).where(articles.c.id == article_id))).first()
            return None if row is None else article_of(row)


@dataclass(slots=True)
class ToSave:
    """One article of a save: what came, what is stored of it, and every address that it goes by."""

    article: NewArticle
    before: KnownArticle | None = None
    id: int = 0
    """Set at the latest when the row of a new article is written."""
    addresses: dict[str, None] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class SavePlan:
    new: list[ToSave]
    changed: list[ToSave]
    known: list[ToSave]


def plan_save(articles: Iterable[NewArticle], known: Mapping[str, KnownArticle]) -> SavePlan:
    """Sort incoming articles into new, changed and known. Pure.

    An address or alias that two of them share makes them one article; the later text counts.
    """
    found: list[ToSave] = []
    by_address: dict[str, ToSave] = {}
    by_id: dict[int, ToSave] = {}
    for article in articles:
        addresses = (article.url, *article.aliases)
        before = next((known[url] for url in addresses if url in known), None)
        target = next((by_address[url] for url in addresses if url in by_address), None)
        if target is None and before is not None:
            target = by_id.get(before.id)
        if target is None:
            target = ToSave(article)
            found.append(target)
        if before is not None and target.before is None:
            target.before, target.id = before, before.id
            by_id[before.id] = target
        target.article = article
        target.addresses |= dict.fromkeys(addresses)
        by_address |= dict.fromkeys(addresses, target)
    return SavePlan(
        new=[target for target in found if target.before is None],
        changed=[target for target in found if target.before and _is_other_text(target.before, target.article)],
        known=[target for target in found if target.before and not _is_other_text(target.before, target.article)],
    )


def _is_other_text(before: KnownArticle, article: NewArticle) -> bool:
    return before.content_hash != article.content_hash


def article_of(row: Row[Any]) -> Article:
    return Article(
        id=row.id,
        url=row.url,
        outlet=row.outlet,
        title=row.title,
        body=row.body,
        published_at=row.published_at,
        first_seen_at=row.first_seen_at,
        place=row.place,
        topic=row.topic,
        content_hash=row.content_hash,
        version=row.version,
        story_id=row.story_id,
        external_id=row.external_id,
    )


async def _make_entries(incoming: Sequence[NewArticle]) -> dict[int, IndexEntry]:
    """The entries of articles by identity: hashing the articles themselves would read every text once more."""
    found = {id(article): article.index for article in incoming if article.index is not None}
    others = [article for article in incoming if article.index is None]
    # Stemming is most of the work: in a thread, and before anybody has to wait for the write lock.
    return found | (await asyncio.to_thread(_make_each, others) if others else {})


def _make_each(incoming: Iterable[NewArticle]) -> dict[int, IndexEntry]:
    return {
        id(article): make_entry(article.title, article.body, article.outlet, article.published_at)
        for article in incoming
    }


# Statements are written once: SQLAlchemy takes longer over writing one than SQLite over most of them.
_KNOWN = (
    select(article_addresses.c.url, articles.c.id, articles.c.content_hash, articles.c.entry_hash)
    .join_from(article_addresses, articles)
    .where(article_addresses.c.url.in_(bindparam("urls", expanding=True)))
)


async def _known_by_address(connection: AsyncConnection, urls: Collection[str]) -> dict[str, KnownArticle]:
    found: dict[str, KnownArticle] = {}
    for some in chunks(list(urls)):
        rows = await connection.execute(_KNOWN, {"urls": some})
        found |= {url: KnownArticle(*known) for url, *known in rows.all()}
    return found


_INSERT = insert(articles).returning(articles.c.id, sort_by_parameter_order=True)


async def _write_new(connection: AsyncConnection, new: Sequence[ToSave], now: datetime) -> None:
    for some in chunks(new, 100):
        rows = [
            _text_of(saved.article)
            | {
                "url": saved.article.url,
                "outlet": saved.article.outlet,
                "first_seen_at": now,
                "version": 1,
                "feed_id": saved.article.feed_id,
                "external_id": saved.article.external_id,
            }
            for saved in some
        ]
        ids = (await connection.execute(_INSERT, rows)).scalars().all()
        for saved, article_id in zip(some, ids, strict=True):
            saved.id = article_id


_TEXT = ("title", "body", "published_at", "place", "topic", "content_hash", "entry_hash")
_CHANGE = (
    update(articles)
    .where(articles.c.id == bindparam("article_id"))
    .values(
        version=articles.c.version + 1,
        external_id=func.coalesce(articles.c.external_id, bindparam("found_external_id")),
        **{name: bindparam(f"new_{name}") for name in (*_TEXT, "places")},
    )
)


async def _write_changed(connection: AsyncConnection, changed: Sequence[ToSave]) -> None:
    rows = [
        {f"new_{name}": value for name, value in _text_of(saved.article).items()}
        | {"article_id": saved.id, "found_external_id": saved.article.external_id}
        for saved in changed
    ]
    if rows:
        await connection.execute(_CHANGE, rows)


def _text_of(article: NewArticle) -> dict[str, Any]:
    """What a new version replaces."""
    return {name: getattr(article, name) for name in _TEXT} | {"places": " ".join(article.places)}


_FILL = (
    update(articles)
    .where(articles.c.id == bindparam("article_id"))
    .values(
        entry_hash=func.coalesce(func.nullif(bindparam("found_entry_hash"), ""), articles.c.entry_hash),
        topic=func.coalesce(articles.c.topic, bindparam("found_topic")),
        external_id=func.coalesce(articles.c.external_id, bindparam("found_external_id")),
    )
)


async def _fill_gaps(connection: AsyncConnection, known: Sequence[ToSave]) -> None:
    """The text is the same, but it may have come by another way that knows more about it."""
    rows = [
        {
            "article_id": saved.id,
            "found_entry_hash": saved.article.entry_hash,
            "found_topic": saved.article.topic,
            "found_external_id": saved.article.external_id,
        }
        for saved in known
    ]
    if rows:
        await connection.execute(_FILL, rows)


async def _write_addresses(connection: AsyncConnection, plan: SavePlan) -> None:
    everything = (*plan.new, *plan.changed, *plan.known)
    rows = [{"url": url, "article_id": saved.id} for saved in everything for url in saved.addresses]
    if rows:
        await connection.execute(insert_into(connection, article_addresses).on_conflict_do_nothing(), rows)


_engine = select(func.max(digests.c.engine)).where(digests.c.content_hash == articles.c.content_hash)
_FIND_DIGESTS = (
    update(articles)
    .where(articles.c.id.in_(bindparam("ids", expanding=True)))
    .values(digest_engine=_engine.scalar_subquery())
)


async def _find_digests(connection: AsyncConnection, article_ids: Sequence[int]) -> None:
    """A text that came before, from a wire service say, has its digest already."""
    for some in chunks(article_ids):
        await connection.execute(_FIND_DIGESTS, {"ids": some})
