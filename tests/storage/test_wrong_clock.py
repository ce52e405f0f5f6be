"""A clock that was wrong, and is set back: no news lost, no reader forgotten."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from bot.models import EditionView, MessageBody, Schedule, StoredDigest, Zone
from bot.schedule import next_due
from bot.services.editions import mend_schedules, queue_due_editions
from bot.storage.base import Storage
from tests.records import NOW, new_article, subscriber

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


class Engine:
    engine = "uji-1"


def compose(view: EditionView, *, language: str, zone: Zone) -> Sequence[MessageBody]:
    return [MessageBody(" + ".join(item.told.lead.title for item in view.stories))]


async def tell(storage: Storage, title: str, now: datetime) -> None:
    article = new_article(title, f"{title}.", url=f"https://kabar.example/{title}", published_at=now)
    [article_id] = (await storage.save_articles([article], now)).new
    await storage.save_digests([StoredDigest(article.content_hash, Engine.engine, (title,), title)])
    await storage.assign_story(article_id, None, now)


async def serve(storage: Storage, now: datetime) -> None:
    await queue_due_editions(storage, lambda: now, compose, Engine())  # type: ignore[arg-type]


async def test_news_of_the_minutes_that_come_twice_is_in_the_next_edition(storage: Storage) -> None:
    await storage.save_subscriber(subscriber(1, due=NOW))
    await tell(storage, "pagi", NOW - HOUR)
    await serve(storage, NOW + timedelta(minutes=1))
    await tell(storage, "terselip", NOW - timedelta(minutes=20))  # the clock went back by 21 minutes
    await tell(storage, "siang", NOW + 5 * HOUR)
    reader = await storage.subscriber(1)
    assert reader is not None
    assert reader.next_digest_at is not None
    await serve(storage, reader.next_digest_at)
    edition = await storage.last_edition_of(1)
    assert edition is not None
    assert len(edition.items) == 2


async def test_a_reader_who_was_served_days_ahead_of_time_is_brought_back(storage: Storage) -> None:
    await storage.save_subscriber(subscriber(1, due=NOW))
    await tell(storage, "pagi", NOW - HOUR)
    await serve(storage, NOW + 3 * DAY)  # the date of the machine was wrong
    assert await mend_schedules(storage, NOW) == 1
    reader = await storage.subscriber(1)
    assert reader is not None
    assert reader.next_digest_at is not None
    assert NOW < reader.next_digest_at <= NOW + DAY
    assert await mend_schedules(storage, NOW) == 0


async def test_a_reader_who_waits_for_monday_is_left_alone(storage: Storage) -> None:
    weekly = Schedule(days=frozenset({0}))
    await storage.save_subscriber(subscriber(1, schedule=weekly, due=next_due(weekly, NOW)))
    assert await mend_schedules(storage, NOW) == 0
