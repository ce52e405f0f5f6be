"""Digests of new articles, and what the operator hears when they are not by the chosen engine."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from bot.models import Article, MessageBody, NewArticle, Result, SendOutcome, StoredDigest, StoryChangeKind
from bot.services.fallbacks import FallbackNotice
from bot.services.pipeline import (
    BATCH,
    Move,
    StoryGrouper,
    decide_story,
    digest_articles,
    digest_new_articles,
)
from bot.storage import open_storage
from bot.storage.base import Storage
from summarizer import ArticleInput, Digest, SummarizerError
from summarizer.extractive import ExtractiveSummarizer
from summarizer.story_window import Placement
from tests.records import FLOOD, NOW, RICE, new_article, subscriber


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
    articles = await stored(storage, "")
    made = digest_articles(articles, ExtractiveSummarizer())
    assert [(digest.short, digest.sentences, digest.fallback, digest.made_by) for digest in made] == [
        ("Berita 0", (), "text_empty", ""),
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


# --- stories ------------------------------------------------------------------------------------------------------

REOPENED = (
    "Pemerintah Kota Laksana membuka kembali Pasar Wening pada Jumat (20/11/2026) setelah dua tahun diperbaiki akibat "
    "kebakaran. Pasar tiga lantai itu menampung 1.240 pedagang lama, kata Wali Kota Laksana Ratna Wirya di tempat itu."
)
REOPENED_RETOLD = (
    "Setelah kebakaran dua tahun lalu, Pasar Wening di Kota Laksana kembali dibuka bagi 1.240 pedagang. Pasar itu kini "
    "berlantai tiga, dan Wali Kota Laksana Ratna Wirya membukanya pada Jumat (20/11/2026) pagi."
)
TITLES = ("Pasar Wening di Laksana Dibuka Kembali", "Dua Tahun Diperbaiki, Pasar Wening Laksana Dibuka")
ENGINE = ExtractiveSummarizer.engine


class Newsroom:
    """A storage that articles come into, and a grouper that puts them into stories."""

    def __init__(self, storage: Storage) -> None:
        self.storage = storage
        self.grouper = StoryGrouper(storage, lambda: NOW)

    async def publish(self, *articles: NewArticle) -> list[Article]:
        """Save, digest and group; gives the articles as they are then."""
        await self.storage.save_articles(articles, NOW)
        hashes = [StoredDigest(article.content_hash, ENGINE, ("Satu.",), "Satu.") for article in articles]
        await self.storage.save_digests(hashes)
        await self.grouper.group_new_articles()
        known = await self.storage.known_articles([article.url for article in articles])
        found = [await self.storage.article(known[article.url].id) for article in articles]
        return [article for article in found if article is not None]


@pytest.fixture
def newsroom(storage: Storage) -> Newsroom:
    return Newsroom(storage)


def telling(title: str, body: str, outlet: str, url: str | None = None) -> NewArticle:
    return new_article(title, body, outlet=outlet, url=url)


async def test_two_outlets_that_report_one_event_share_its_story(newsroom: Newsroom) -> None:
    one, other, flood = await newsroom.publish(
        telling(TITLES[0], REOPENED, "A"), telling(TITLES[1], REOPENED_RETOLD, "B"), new_article()
    )
    assert one.story_id == other.story_id != flood.story_id


async def test_after_a_restart_the_stories_of_the_last_days_are_known(storage: Storage, newsroom: Newsroom) -> None:
    [one] = await newsroom.publish(telling(TITLES[0], REOPENED, "A"))
    [other] = await Newsroom(storage).publish(telling(TITLES[1], REOPENED_RETOLD, "B"))
    assert one.story_id == other.story_id


async def test_an_agencys_report_in_three_outlets_is_one_voice(storage: Storage, newsroom: Newsroom) -> None:
    copies = [
        telling(TITLES[0], REOPENED, "Agency"),
        telling("Pasar Wening Dibuka Lagi", f"LAKSANA - {REOPENED}", "A"),
        telling("Pasar Wening Kembali Dibuka", f"{REOPENED}\n\nBerita ini dari Agency.", "B"),
    ]
    found = await newsroom.publish(*copies, telling(TITLES[1], REOPENED_RETOLD, "C"))
    [story] = await storage.stories_by_ids(sorted({article.story_id or 0 for article in found}), ENGINE)
    assert len(story.members) == 4
    assert len(story.outlets) == 2
    assert "C" in story.outlets


async def test_a_changed_article_that_still_tells_its_event_stays_and_is_not_told_again(
    storage: Storage, newsroom: Newsroom
) -> None:
    url = "https://kabar.example/pasar"
    [before, _] = await newsroom.publish(
        telling(TITLES[0], REOPENED, "A", url), telling(TITLES[1], REOPENED_RETOLD, "B")
    )
    [after] = await newsroom.publish(telling(TITLES[0], f"{REOPENED} Parkir masih gratis.", "A", url))
    assert (after.version, after.story_id) == (2, before.story_id)
    assert await storage.story_changes(after.story_id or 0) == []
    assert await storage.articles_without_story(limit=9) == []


async def test_a_changed_article_that_tells_another_event_leaves_its_story(
    storage: Storage, newsroom: Newsroom
) -> None:
    url = "https://kabar.example/pasar"
    [before, _] = await newsroom.publish(
        telling(TITLES[0], REOPENED, "A", url), telling(TITLES[1], REOPENED_RETOLD, "B")
    )
    [after] = await newsroom.publish(telling("Harga Beras Turun di Tirtamulya", RICE, "A", url))
    assert after.story_id != before.story_id
    [change] = await storage.story_changes(before.story_id or 0)
    assert (change.kind, change.other_id) == (StoryChangeKind.SPLIT, after.story_id)


async def test_two_stories_that_turn_out_to_be_one_become_the_older(storage: Storage, newsroom: Newsroom) -> None:
    url = "https://kabar.example/pasar"
    [one] = await newsroom.publish(telling(TITLES[0], REOPENED, "A"))
    [other] = await newsroom.publish(telling("Harga Beras Turun di Tirtamulya", RICE, "B", url))
    [corrected] = await newsroom.publish(telling(TITLES[1], REOPENED_RETOLD, "B", url))
    assert one.story_id is not None
    assert other.story_id is not None
    assert corrected.story_id == one.story_id
    found = await storage.story(other.story_id, ENGINE)
    assert found is not None
    assert (found.id, len(found.members)) == (one.story_id, 2)
    assert [change.kind for change in await storage.story_changes(one.story_id)] == [StoryChangeKind.MERGE]


@pytest.mark.parametrize(
    ("own", "placement", "alone", "move"),
    [
        (None, Placement(), True, Move(None)),
        (None, Placement("3", ("5",)), True, Move(3, (5,))),
        (3, Placement("3"), False, Move(3)),
        (3, Placement(), False, Move(None)),
        (3, Placement("5"), False, Move(5)),
        (3, Placement(), True, Move(3)),
        (3, Placement("5", ("7",)), True, Move(3, (5, 7))),
    ],
    ids=["new", "new, linking two", "stays", "splits off", "goes over", "alone stays", "alone takes its story along"],
)
def test_where_an_article_goes(own: int | None, placement: Placement, alone: bool, move: Move) -> None:
    assert decide_story(own, placement, alone=alone) == move


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


def compose(reason: str, engine: str, language: str) -> MessageBody:
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


async def test_an_article_in_another_language_is_its_opening_with_the_reason(storage: Storage) -> None:
    article = "The river rose again on Monday and the people left their homes. " * 9
    [made] = digest_articles(await stored(storage, article), ExtractiveSummarizer())
    assert (made.short, made.fallback, made.made_by) == (article[:63], "not_indonesian", "excerpt-1")
    assert article.startswith(" ".join(made.sentences))
    assert 2 <= len(made.sentences) <= 5
