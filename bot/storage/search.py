"""Search: the best articles for a reader's words, newer slightly above older, each story once.

The work is bounded however many articles there are. The index names the newest articles that match, in a few steps
from strict (all words in the title) to loose (one rare word anywhere); each step reaches as far back as it must to
find its number, and stops there. Only what they name is read and scored.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.errors import InputError
from bot.index_entries import outlet_tag
from bot.models import Article, Passage, SearchHit, SearchResult
from bot.storage.articles import article_of
from bot.storage.dialects import table_of
from bot.storage.entries import span_tags
from bot.storage.expansion import Expanded, expand
from bot.storage.expressions import AnyOf, Bounds, Expression, InTitle, Without, Words, all_of, any_of, phrase
from bot.storage.group import Group
from bot.storage.query import Filters, ParsedQuery, parse_query
from bot.storage.relevance import Document, Match, Scorer, Term, one_a_story, padded, rank
from bot.storage.search_index import find_newest, read_documents
from bot.storage.snippet import make_passage, mark
from bot.storage.tables import articles
from bot.storage.vocabulary import count_articles
from bot.terms import fold

STRICT, LOOSE = 400, 150
"""Articles that one step names: with all the words, and with some of them."""
SCANNED = 50_000
"""Articles with the rarest word of a query that are looked at, at most, for the others."""
LEFT_OUT = 5
"""Words of a query of which one may be missing in a loose step; of a longer one only so many, the rarest, are tried."""
READ = 60
"""Articles beyond those asked for whose text is read, to tell the word itself from others with its stem."""

NAMED = 12
"""Outlets that an error names."""


class SearchQueries(Group):
    async def search(self, query: str, *, limit: int, now: datetime) -> SearchResult:
        parsed = parse_query(query, now)
        async with self._database.read() as connection:
            bounds = await _bounds(connection, parsed.filters, now)
            total = await count_articles(connection)
            expanded = await expand(connection, parsed, query, total)
            best = one_a_story(await _ranked(connection, expanded, parsed, bounds, total, limit=limit))[:limit]
            found = await _articles(connection, [match.article_id for match in best])
        hits = [SearchHit(match.story_id, found[match.article_id]) for match in best]
        return SearchResult(tuple(hits), expanded.corrected)

    async def mark_found(self, query: str, texts: Sequence[tuple[int, str]], now: datetime) -> list[Passage]:
        parsed = parse_query(query, now)
        async with self._database.read() as connection:
            wanted = (await expand(connection, parsed, query, await count_articles(connection))).forms
            marked = [mark(shown, wanted) for _, shown in texts]
            without = [article_id for (article_id, _), passage in zip(texts, marked, strict=True) if not passage.marks]
            found = await _articles(connection, without)
        passages = []
        for (article_id, shown), passage in zip(texts, marked, strict=True):
            if not passage.marks and article_id in found:
                inside = make_passage(found[article_id].body, wanted)
                passage = inside if inside.marks or not shown else passage
            passages.append(passage)
        return passages


async def _ranked(
    connection: AsyncConnection,
    expanded: Expanded,
    parsed: ParsedQuery,
    bounds: Bounds,
    total: int,
    *,
    limit: int,
) -> list[Match]:
    terms = (*expanded.words, *expanded.phrases)
    named = await _named(connection, expanded, parsed, bounds, total)
    scorer = Scorer(terms, total)
    documents = {document.article_id: document for document in await read_documents(connection, named)}
    first = rank(map(scorer.match, documents.values()))
    # One article of a story hides the others, and the word as it was typed moves the rest by a few places.
    near = [found.article_id for found in first[: READ + limit]]
    return rank(map(scorer.match, await _with_surfaces(connection, [documents[article_id] for article_id in near])))


async def _named(
    connection: AsyncConnection, expanded: Expanded, parsed: ParsedQuery, bounds: Bounds, total: int
) -> dict[int, None]:
    """Ids of the articles that are worth reading."""
    without = any_of(phrase(words) for words in parsed.excluded)
    strict, loose = steps(expanded.words, expanded.phrases)
    after = oldest_looked_at([term.articles for term in (*expanded.words, *expanded.phrases)], total)

    async def ask(expression: Expression, most: int) -> list[int]:
        asked = Without(expression, without) if without.parts else expression
        return await find_newest(connection, asked, bounds, limit=most, after=after)

    named: dict[int, None] = {}
    for expression in strict:
        found = await ask(expression, STRICT)
        named |= dict.fromkeys(found)
        if len(found) == STRICT and expression is strict[-1]:
            return named
    for expression in loose:
        named |= dict.fromkeys(await ask(expression, LOOSE))
    return named


def oldest_looked_at(counts: Sequence[int], total: int) -> int:
    """The id after which articles are looked at, so that about ``SCANNED`` have the rarest word that is common. Pure.

    Several common words that never stand together would else be followed through all the years.
    """
    rarest = min(counts)
    return 0 if rarest <= SCANNED else max(0, total - total * SCANNED // rarest)


def steps(words: Sequence[Term], phrases: Sequence[Term]) -> tuple[list[Expression], list[Expression]]:
    """What the index is asked: for all the words, and for some of them. Pure."""
    must = [Words(phrase.stems) for phrase in phrases]
    each = [_any_form(term) for term in words]
    if not each:
        everything = all_of(must)
        return [InTitle(everything), everything], []
    together: list[Expression] = [all_of([*must, InTitle(all_of(each))]), all_of([*must, *each])]
    if len(each) == 1 and not must:
        return together, []
    rarest = sorted(range(len(each)), key=lambda at: words[at].articles)[:LEFT_OUT]
    loose: list[Expression] = []
    if len(each) > 2:
        kept = [each[at] for at in rarest]
        but_one = [all_of(form for form in kept if form is not left) for left in kept]
        loose.append(all_of([*must, any_of(but_one)]))
    loose += [all_of([*must, InTitle(each[at])]) for at in rarest[:3]]
    loose += [all_of([*must, each[at]]) for at in rarest[:2]]
    if must:
        loose.append(all_of(must))
    return together, loose


def _any_form(term: Term) -> AnyOf:
    return any_of(Words(stems) for stems in (term.stems, *(other.stems for other in term.alternatives)))


async def _bounds(connection: AsyncConnection, filters: Filters, now: datetime) -> Bounds:
    tags = [await _outlet_tags(connection, filters.outlets)] if filters.outlets else []
    if span := span_tags(filters.since, filters.until, now):
        tags.append(span)
    return Bounds(tuple(tags), filters.topics, filters.since, filters.until)


async def _outlet_tags(connection: AsyncConnection, asked: Sequence[str]) -> tuple[str, ...]:
    """The tags of the outlets that are called so, or begin or go on so.

    Raises:
        InputError: ``search_outlet_unknown`` with ``value`` and ``known``, some of the outlets there are.
    """
    known = await _outlets(connection)
    by_tag = {outlet_tag(outlet): outlet for outlet in known}
    chosen: dict[str, None] = {}
    for value in asked:
        typed = outlet_tag(value)
        fitting = [typed] if typed in by_tag else [tag for tag in by_tag if typed[1:] in tag[1:]]
        if not fitting:
            raise InputError("search_outlet_unknown", value=value, known=", ".join(sorted(known)[:NAMED]))
        chosen |= dict.fromkeys(fitting)
    return tuple(chosen)


async def _outlets(connection: AsyncConnection) -> list[str]:
    # Jumps from outlet to outlet in their index; DISTINCT would read it from end to end.
    statement = text(
        "WITH RECURSIVE known (outlet) AS ("
        " SELECT min(outlet) FROM articles"
        " UNION ALL SELECT (SELECT min(outlet) FROM articles WHERE outlet > known.outlet) FROM known"
        " WHERE known.outlet IS NOT NULL"
        ") SELECT outlet FROM known WHERE outlet IS NOT NULL"
    )
    return list((await connection.execute(statement)).scalars())


async def _with_surfaces(connection: AsyncConnection, documents: Sequence[Document]) -> list[Document]:
    given = table_of(document.article_id for document in documents)
    texts = select(articles.c.id, articles.c.title, articles.c.body).where(articles.c.id.in_(select(given.c.value)))
    read = {row.id: row for row in await connection.execute(texts)}
    return [
        replace(
            document,
            title_surface=padded(fold(read[document.article_id].title)),
            body_surface=padded(fold(read[document.article_id].body)),
        )
        for document in documents
    ]


async def _articles(connection: AsyncConnection, article_ids: list[int]) -> dict[int, Article]:
    rows = await connection.execute(select(articles).where(articles.c.id.in_(article_ids)))
    return {row.id: article_of(row) for row in rows}
