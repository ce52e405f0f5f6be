"""Digests of new articles, and what the operator hears when they are not by the chosen engine."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from bot.models import Article, MessageBody, Result, SendOutcome, StoredDigest
from bot.services.fallbacks import FallbackNotice
from bot.services.pipeline import BATCH, digest_articles, digest_new_articles
from bot.storage import open_storage
from bot.storage.base import Storage
from summarizer import ArticleInput, Digest, SummarizerError
from summarizer.extractive import ExtractiveSummarizer
from tests.records import FLOOD, NOW, new_article, subscriber


@pytest.fixture
async def storage(tmp_path: Path) -> AsyncIterator[Storage]:
    opened = await open_storage(f"sqlite+aiosqlite:///{tmp_path / 'sari.db'}")
    yield opened
    await opened.close()


class Brittle(ExtractiveSummarizer):
    """An engine that one word breaks, with all articles of its batch."""

    def summarize_many(self, articles: Sequence[ArticleInput]) -> list[Digest | SummarizerError]:
        if any("rapuh" in article.text for article in articles):
            raise RuntimeError("broken")
        return super().summarize_many(articles)


async def stored(storage: Storage, *bodies: str) -> list[Article]:
    saved = await storage.save_articles([new_article(f"Berita {n}", body) for n, body in enumerate(bodies)], NOW)
    return [article for article_id in saved.new if (article := await storage.article(article_id)) is not None]


async def test_new_articles_are_digested_in_batches_until_none_is_left(storage: Storage) -> None:
    await stored(storage, *(f"{FLOOD} Berita nomor {n}." for n in range(BATCH + 3)))
    sizes = [len(await digest_new_articles(storage, ExtractiveSummarizer())) for _ in range(3)]
    assert sizes == [BATCH, 3, 0]


async def test_a_digest_says_who_made_it(storage: Storage) -> None:
    summarizer = ExtractiveSummarizer()
    [made] = digest_articles(await stored(storage, FLOOD), summarizer)
    assert (made.engine, made.made_by, made.checks, made.fallback) == (summarizer.engine, summarizer.engine, (), "")
    assert made.sentences


async def test_an_article_without_a_digest_is_its_headline_with_the_reason(storage: Storage) -> None:
    articles = await stored(storage, "", "The river rose again on Monday and the people left their homes. " * 9)
    made = digest_articles(articles, ExtractiveSummarizer())
    assert [(digest.short, digest.sentences, digest.fallback, digest.made_by) for digest in made] == [
        ("Berita 0", (), "text_empty", ""),
        ("Berita 1", (), "not_indonesian", ""),
    ]


async def test_an_article_that_breaks_the_engine_does_not_hold_up_the_others(
    storage: Storage, caplog: pytest.LogCaptureFixture
) -> None:
    articles = await stored(storage, FLOOD, f"{FLOOD} Tanggul itu rapuh.", f"{FLOOD} Hujan masih turun.")
    assert [digest.fallback for digest in digest_articles(articles, Brittle())] == ["", "failed", ""]
    assert f"article {articles[1].id} breaks" in caplog.text
    while await digest_new_articles(storage, Brittle()):
        pass
    assert await storage.articles_without_digest(limit=9) == []


# --- the operator -------------------------------------------------------------------------------------------------


@dataclass
class Outcomes:
    """A sender whose messages fare as told; the last outcome for ever."""

    results: list[Result] = field(default_factory=lambda: [Result.SENT])
    sent: list[tuple[int, str]] = field(default_factory=list)

    async def send(self, chat_id: int, body: MessageBody) -> SendOutcome:
        self.sent.append((chat_id, body.html))
        return SendOutcome(self.results.pop(0) if len(self.results) > 1 else self.results[0])

    def pause_seconds(self) -> float:
        return 0.0


def compose(reason: str, engine: str, *, language: str) -> MessageBody:
    return MessageBody(f"{engine} {reason} {language}")


def made(*reasons: str) -> list[StoredDigest]:
    return [StoredDigest(f"{n}", "mesin", ("Satu.",), "Satu.", fallback=reason) for n, reason in enumerate(reasons)]


async def test_each_admin_hears_each_reason_once_and_in_the_language_of_the_chat(storage: Storage) -> None:
    await storage.save_subscriber(subscriber(2, language="en"))
    sender = Outcomes()
    notice = FallbackNotice(storage, sender, compose, [1, 2])
    await notice.tell(made("", "timeout", "timeout"))
    await notice.tell(made("timeout", "", "nonsense"))
    assert sender.sent == [
        (1, "mesin timeout id"),
        (2, "mesin timeout en"),
        (1, "mesin nonsense id"),
        (2, "mesin nonsense en"),
    ]


async def test_articles_that_no_engine_could_digest_are_not_the_operators_matter(storage: Storage) -> None:
    sender = Outcomes()
    await FallbackNotice(storage, sender, compose, [1]).tell(made("text_empty", "not_indonesian", ""))
    assert sender.sent == []


@pytest.mark.parametrize(
    ("result", "tries"),
    [(Result.LATER, 2), (Result.RETRY, 2), (Result.AMBIGUOUS, 1), (Result.GONE, 1), (Result.REJECTED, 1)],
)
async def test_a_notice_that_certainly_did_not_arrive_is_sent_again_with_the_next_digests(
    storage: Storage, result: Result, tries: int
) -> None:
    sender = Outcomes([result, Result.SENT])
    notice = FallbackNotice(storage, sender, compose, [1])
    for _ in range(3):
        await notice.tell(made("failed"))
    assert len(sender.sent) == tries


async def test_without_admins_the_log_still_says_it_once(storage: Storage, caplog: pytest.LogCaptureFixture) -> None:
    notice = FallbackNotice(storage, Outcomes(), compose, [])
    for _ in range(2):
        await notice.tell(made("memory"))
    warnings = [record.getMessage() for record in caplog.records if record.levelno == logging.WARNING]
    assert warnings == ["digests by the default engine instead of mesin: memory"]
