"""Breaking items: an editor drafts one, sees it, and sends it to everybody."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from bot.errors import GoneError, InputError, NotAllowedError
from bot.ingest.urls import canonical_url
from bot.models import Article, Broadcast, BroadcastState, MessageBody, OutboxCounts, OutboxDraft, OutboxKind
from bot.services.feeds import FeedVisitor
from bot.services.pipeline import digest_articles
from bot.storage.base import FeedStore, NewsroomStore, OutboxStore, PipelineStore
from summarizer import Summarizer

MAX_TEXT = 3000
"""Characters of a breaking item: with its frame it fits into one message, or into two when it is full of emoji."""
_URL = re.compile(r"https?://\S+\Z")


class NewsroomStorage(NewsroomStore, FeedStore, PipelineStore, OutboxStore, Protocol):
    """The groups of methods that the newsroom needs."""


class ComposeBreaking(Protocol):
    """Turns a breaking item into messages; stands in ``telegram.render``."""

    def __call__(self, broadcast: Broadcast, *, language: str) -> Sequence[MessageBody]: ...


async def draft(storage: NewsroomStorage, text: str, *, editor_id: int, now: datetime) -> Broadcast:
    """A draft from an editor's own words: the first line is the headline when more lines follow.

    Raises:
        InputError: ``breaking_empty``, ``breaking_too_long`` (with ``limit``).
    """
    text = text.strip()
    if not text:
        raise InputError("breaking_empty")
    if len(text) > MAX_TEXT:
        raise InputError("breaking_too_long", limit=MAX_TEXT)
    title, newline, rest = text.partition("\n")
    if not newline:
        title, rest = "", text
    return await storage.add_broadcast(
        editor_id=editor_id, title=title.strip(), text=rest.strip(), url=None, outlet="", now=now
    )


def is_address(text: str) -> bool:
    """Whether an editor sent nothing but a link."""
    return bool(_URL.match(text.strip()))


async def draft_from_url(
    storage: NewsroomStorage,
    visitor: FeedVisitor,
    summarizer: Summarizer,
    url: str,
    *,
    editor_id: int,
    now: datetime,
) -> Broadcast:
    """A draft from an article's address: its own headline, our digest, its link.

    An article that is stored already is taken as it is: its feed may have given it another headline than its page, and
    the two would replace each other for ever. A new one is kept like any other.

    Raises:
        InputError: ``url_bad``.
        IngestError: nothing came, or no article is in it.
    """
    article = await _stored_article(storage, [canonical_url(url)])
    if article is None:
        incoming = await visitor.read_page(url)
        # The page knows its address better than the link that led to it.
        article = await _stored_article(storage, [incoming.url, *incoming.aliases])
        if article is None:
            saved = await storage.save_articles([incoming], now)
            article = await storage.article((saved.new + saved.changed + saved.known)[0])
    assert article is not None
    [digest] = await asyncio.to_thread(digest_articles, [article], summarizer)
    await storage.save_digests([digest])
    text = " ".join(digest.sentences)
    return await storage.add_broadcast(
        editor_id=editor_id, title=article.title, text=text, url=article.url, outlet=article.outlet, now=now
    )


async def send_broadcast(
    storage: NewsroomStorage,
    broadcast_id: int,
    compose: ComposeBreaking,
    *,
    editor_id: int,
    urgent: bool,
    now: datetime,
) -> OutboxCounts:
    """Queue a confirmed draft for every active reader. A second tap changes nothing and gives the same counts.

    Args:
        urgent: whether it goes out in quiet hours, too.

    Raises:
        GoneError: ``draft_gone``, also when it was cancelled.
        NotAllowedError: ``draft_of_another``.
    """
    broadcast = await _own_draft(storage, broadcast_id, editor_id)
    if broadcast.state is BroadcastState.DRAFT:
        composed: dict[str, Sequence[MessageBody]] = {}
        drafts = []
        for chat_id, language in await storage.active_chats():
            if language not in composed:
                composed[language] = compose(broadcast, language=language)
            parts = enumerate(composed[language], start=1)
            drafts += [OutboxDraft(chat_id, part, body, urgent=urgent) for part, body in parts]
        await storage.queue_broadcast(broadcast_id, drafts, now)
    return await storage.outbox_counts(OutboxKind.BREAKING, broadcast_id)


async def cancel_broadcast(storage: NewsroomStorage, broadcast_id: int, *, editor_id: int) -> None:
    """Throw a draft away.

    Raises:
        GoneError: ``draft_gone``.
        InputError: ``already_queued``.
        NotAllowedError: ``draft_of_another``.
    """
    await _own_draft(storage, broadcast_id, editor_id)
    if not await storage.cancel_broadcast(broadcast_id):
        raise InputError("already_queued")


async def report_broadcast(storage: NewsroomStorage, broadcast_id: int) -> OutboxCounts:
    """How far a breaking item has come.

    Raises:
        GoneError: ``draft_gone``.
    """
    if await storage.broadcast(broadcast_id) is None:
        raise GoneError("draft_gone")
    return await storage.outbox_counts(OutboxKind.BREAKING, broadcast_id)


async def _stored_article(storage: NewsroomStorage, urls: Sequence[str]) -> Article | None:
    known = await storage.known_articles(urls)
    found = next((known[url] for url in urls if url in known), None)
    return await storage.article(found.id) if found else None


async def _own_draft(storage: NewsroomStorage, broadcast_id: int, editor_id: int) -> Broadcast:
    broadcast = await storage.broadcast(broadcast_id)
    if broadcast is None or broadcast.state is BroadcastState.CANCELLED:
        raise GoneError("draft_gone")
    if broadcast.editor_id != editor_id:
        raise NotAllowedError("draft_of_another")
    return broadcast
