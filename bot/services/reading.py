"""What a reader asks for: a search, a page of it, a story behind a number or a button."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Protocol

from bot.errors import GoneError, InputError, NotAllowedError
from bot.models import Article, Listing, ListingKind, Passage, SearchHit, SearchResult, ToldStory, Zone
from bot.schedule import local
from bot.services.pipeline import digest_articles
from bot.services.storytelling import Storyteller
from bot.storage.base import PipelineStore, SearchStore
from summarizer import Summarizer
from summarizer.alikeness import Gist, is_same_event
from summarizer.sentences import split_sentences

PAGE_SIZE = 5
SEARCH_DEPTH = 50
"""Results kept for one search: ten pages, more than anybody turns."""
NEWS_CYCLE = timedelta(days=1)
"""Later than that, one headline in other words is more often another event: nDCG@10 .941, without the limit .938, in
the order of the search alone .942."""
FIRST_HITS = 10
"""Results among which places are changed: a newer one from far below answers the words too badly (nDCG@10 .909)."""
OPENING = 600
"""Characters of an article that are read to tell whether another tells the same."""
MAX_QUERY = 256
"""Characters of a search, as in Telegram's inline mode."""


class ReadingStorage(PipelineStore, SearchStore, Protocol):
    """The two groups of methods that reading needs."""


@dataclass(frozen=True, slots=True)
class SearchPage:
    """One page of a search. ``hits`` carry their numbers, which go on from page to page."""

    listing: Listing
    page: int
    """From 0."""
    pages: int
    stories: tuple[tuple[int, ToldStory], ...]
    passages: Mapping[int, Passage] = field(default_factory=dict)
    """By story: a sentence or passage of it, with what was looked for marked."""
    asked: str | None = None
    """What the reader had typed, where the words were put right; the listing has the words that were searched."""


async def search(
    storage: ReadingStorage,
    query: str,
    *,
    chat_id: int,
    user_id: int,
    summarizer: Summarizer,
    now: datetime,
    zone: Zone = Zone.WIB,
) -> SearchPage:
    """Search, and remember the list so that its pages and numbers keep their meaning.

    Args:
        zone: the reader's; there, days begin at midnight.

    Raises:
        InputError: ``search_too_long`` (with ``limit``), and as ``SearchStore.search``.
    """
    result = await find(storage, query, limit=SEARCH_DEPTH, now=now, zone=zone)
    # An article takes a second or two to be put into its story; until then it cannot be opened by number.
    story_ids = [hit.story_id for hit in result.hits if hit.story_id is not None]
    listing = await storage.add_listing(
        chat_id=chat_id,
        user_id=user_id,
        kind=ListingKind.SEARCH,
        query=result.corrected or query,
        story_ids=story_ids,
        now=now,
    )
    page = await _page(storage, listing, 0, summarizer, local(now, zone))
    return replace(page, asked=query) if result.corrected else page


async def find(storage: SearchStore, query: str, *, limit: int, now: datetime, zone: Zone = Zone.WIB) -> SearchResult:
    """The best articles for a reader's words, each story once, and of those that tell one event the newest first.

    Raises:
        InputError: as ``search``.
    """
    if len(query) > MAX_QUERY:
        raise InputError("search_too_long", limit=MAX_QUERY)
    result = await storage.search(query, limit=limit, now=local(now, zone))
    return replace(result, hits=newest_of_an_event_first(result.hits))


def newest_of_an_event_first(hits: Sequence[SearchHit]) -> tuple[SearchHit, ...]:
    """The hits in their order, but those of the first that tell one event take their places newest first. Pure.

    A follow-up that is told in other words is a story of its own, and the older toll must not stand above the newer.
    """
    events: list[tuple[Gist, list[int]]] = []
    for place, hit in enumerate(hits[:FIRST_HITS]):
        gist = _gist(hit.article)
        places = next(
            (places for other, places in events if is_same_event(gist, other) and _near(hits, place, places)), None
        )
        if places is None:
            events.append((gist, [place]))
        else:
            places.append(place)
    ordered = list(hits)
    for _, places in events:
        newest = sorted(places, key=lambda place: hits[place].article.published_at, reverse=True)
        for place, other in zip(places, newest, strict=True):
            ordered[place] = hits[other]
    return tuple(ordered)


def _near(hits: Sequence[SearchHit], place: int, places: Sequence[int]) -> bool:
    apart = hits[place].article.published_at - hits[places[0]].article.published_at
    return abs(apart) <= NEWS_CYCLE


def _gist(article: Article) -> Gist:
    opening = article.body[:OPENING].partition("\n")[0]
    return Gist.of(article.title, split_sentences(opening))


async def turn_page(
    storage: ReadingStorage, listing_id: int, page: int, *, user_id: int, summarizer: Summarizer
) -> SearchPage:
    """Another page of a search that was shown before.

    Raises:
        GoneError: ``list_gone`` when the search is too old to be remembered.
        NotAllowedError: ``list_of_another`` when somebody else in the group had searched.
    """
    listing = await storage.listing(listing_id)
    if listing is None:
        raise GoneError("list_gone")
    if listing.user_id != user_id:
        raise NotAllowedError("list_of_another")
    return await _page(storage, listing, page, summarizer, listing.created_at)


async def _page(
    storage: ReadingStorage, listing: Listing, page: int, summarizer: Summarizer, now: datetime
) -> SearchPage:
    pages = max(1, -(-len(listing.story_ids) // PAGE_SIZE))
    page = min(max(page, 0), pages - 1)
    first = page * PAGE_SIZE
    wanted = listing.story_ids[first : first + PAGE_SIZE]
    teller = Storyteller(storage, summarizer)
    found = {story.id: await teller.tell(story) for story in await storage.stories_by_ids(wanted, summarizer.engine)}
    numbered = [
        (number, found[story_id]) for number, story_id in enumerate(wanted, start=first + 1) if story_id in found
    ]
    texts = [(told.lead.article_id, told.digest.short) for _, told in numbered]
    passages = await storage.mark_found(listing.query, texts, now)
    return SearchPage(
        listing,
        page,
        pages,
        tuple(numbered),
        {told.story.id: passage for (_, told), passage in zip(numbered, passages, strict=True)},
    )


async def story_by_number(storage: ReadingStorage, number: int, *, chat_id: int, message_id: int | None) -> int:
    """The story behind a number of the list in this message, or without a message of the list shown last.

    Raises:
        GoneError: ``no_list`` when nothing was shown yet, ``no_list_there`` when that message is no list (any more).
        InputError: ``number_out_of_range`` with ``last``.
    """
    story_ids = await storage.numbered_stories(chat_id, message_id)
    if not story_ids:
        raise GoneError("no_list" if message_id is None else "no_list_there")
    if not 1 <= number <= len(story_ids):
        raise InputError("number_out_of_range", last=len(story_ids))
    return story_ids[number - 1]


async def open_story(storage: PipelineStore, story_id: int, summarizer: Summarizer) -> ToldStory:
    """A story with its digest, to which all its articles give what they have.

    Raises:
        GoneError: ``story_gone``.
    """
    story = await storage.story(story_id, summarizer.engine)
    if story is None:
        raise GoneError("story_gone")
    missing = [member.article_id for member in story.members if not member.short]
    if missing:
        await _digest_now(storage, missing, summarizer)
        story = await storage.story(story_id, summarizer.engine) or story
    return await Storyteller(storage, summarizer).tell(story)


async def _digest_now(storage: PipelineStore, article_ids: Sequence[int], summarizer: Summarizer) -> None:
    """The pipeline has not come to these articles yet, and a reader is waiting."""
    found = [await storage.article(article_id) for article_id in article_ids]
    articles = [article for article in found if article is not None]
    await storage.save_digests(await asyncio.to_thread(digest_articles, articles, summarizer))
