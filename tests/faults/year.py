"""A simulated year of the scheduler: clocks jump, the process dies, readers change their hours and zones.

What each reader should get is told by another clock than ``bot.schedule``: the zones of the system's database. A reader
is owed one edition whenever an hour of the schedule has passed since the clock was last that far; hours that passed
while the bot slept make one edition together.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from random import Random
from typing import Any, Final
from zoneinfo import ZoneInfo

from sqlalchemy import select

from bot.models import ChatKind, EditionView, MessageBody, Schedule, StoredDigest, Zone
from bot.services.editions import queue_due_editions
from bot.services.subscriptions import change_schedule, find_or_default
from bot.storage import open_storage
from bot.storage.sql import SqlStorage
from bot.storage.tables import edition_items, editions, outbox
from tests.faults.audit import Figure
from tests.faults.databases import Target
from tests.records import NOW, new_article

ENGINE: Final = "uji-1"
ZONES: Final = {"WIB": "Asia/Jakarta", "WITA": "Asia/Makassar", "WIT": "Asia/Jayapura"}
DAYS: Final = {"harian": range(7), "senin-jumat": range(5), "sabtu minggu": (5, 6), "rabu": (2,)}
STEPS: Final = ("save_edition", "queue_edition", "due_audiences")
DEADLY: Final = 0.1
"""Share of the ticks in which the process dies."""


class KilledError(Exception):
    """The process is gone; what it had committed is there."""


class TheEngine:
    """Only named: a story of one article is told without it."""

    engine = ENGINE


@dataclass
class Reader:
    """What a reader is owed."""

    chat_id: int
    schedule: Schedule
    covered: datetime
    """The furthest moment up to which it has been decided what the reader gets."""
    owed: int = 0
    is_due: bool = False

    def look(self, now: datetime) -> bool:
        """Whether an edition has become due since the last look."""
        zone = ZoneInfo(ZONES[self.schedule.zone])
        day = self.covered.astimezone(zone).date()
        while not self.is_due and day <= now.astimezone(zone).date():
            if day.weekday() in self.schedule.days:
                hours = (datetime.combine(day, hour, zone) for hour in self.schedule.times)
                self.is_due = any(self.covered < hour.astimezone(UTC) <= now for hour in hours)
            day += timedelta(days=1)
        self.covered = max(self.covered, now)
        return self.is_due


class Mortal:
    """A storage whose process dies before or after one step."""

    def __init__(self, storage: SqlStorage, step: str, *, after: bool) -> None:
        self._storage = storage
        self._step = step
        self._after = after

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._storage, name)
        if name != self._step:
            return found

        async def die(*args: Any, **kwargs: Any) -> None:
            if self._after:
                await found(*args, **kwargs)
            raise KilledError(name)

        return die


@dataclass
class Year:
    """One run; ``figures`` says what came of it."""

    target: Target
    random: Random
    readers: list[Reader] = field(default_factory=list)
    now: datetime = NOW
    happened: Counter[str] = field(default_factory=Counter)
    articles: int = 0
    missed: int = 0
    doubled: int = 0

    async def run(self, days: int, readers: int) -> list[Figure]:
        self.storage = await open_storage(self.target.url)
        try:
            for chat_id in range(1, readers + 1):
                self.readers.append(Reader(chat_id, Schedule(), self.now))
                await self._change_schedule(self.readers[-1])
            end = self.now + timedelta(days=days)
            while self.now < end:
                await self._something_happens()
                await self._tick()
            return await self._figures(days)
        finally:
            await self.storage.close()

    async def _something_happens(self) -> None:
        self.now += timedelta(minutes=self.random.expovariate(1 / 60), microseconds=self.random.randrange(10**6))
        drawn = self.random.random()
        if drawn < 0.02:
            self.happened["jumps forward"] += 1
            self.now += timedelta(hours=self.random.uniform(1, 60))
        elif drawn < 0.04:
            self.happened["jumps back"] += 1
            self.now -= timedelta(minutes=self.random.uniform(1, 180))
        elif drawn < 0.08:
            await self._change_schedule(self.random.choice(self.readers))
        elif drawn < 0.10:
            await self._restart()

    async def _tick(self) -> None:
        due = [reader for reader in self.readers if reader.look(self.now)]
        if due:
            await self._add_story()
        if self.random.random() < DEADLY:
            mortal = Mortal(self.storage, self.random.choice(STEPS), after=self.random.random() < 0.5)
            try:
                await self._queue(mortal)
            except KilledError:
                await self._restart()
        await self._queue(self.storage)
        for reader in due:
            reader.owed += 1
            reader.is_due = False
        if due or self.random.random() < 0.05:
            await self._compare()

    async def _queue(self, storage: Any) -> None:
        def compose(view: EditionView, *, language: str, zone: Zone) -> list[MessageBody]:
            return [MessageBody(f"Edisi {view.edition.id}")]

        await queue_due_editions(storage, lambda: self.now, compose, TheEngine(), limit=2)  # type: ignore[arg-type]

    async def _compare(self) -> None:
        """Each reader has as many editions as were owed. What is found is corrected, so that it counts once."""
        async with self.storage._database.read() as connection:
            rows = (await connection.execute(select(outbox.c.chat_id))).scalars()
            got = Counter(rows)
        for reader in self.readers:
            self.missed += max(0, reader.owed - got[reader.chat_id])
            self.doubled += max(0, got[reader.chat_id] - reader.owed)
            reader.owed = got[reader.chat_id]

    async def _change_schedule(self, reader: Reader) -> None:
        reader.look(self.now)
        times = self.random.sample(range(24 * 4), self.random.randint(1, 3))
        words = [f"{time(quarter // 4, quarter % 4 * 15):%H.%M}" for quarter in times]
        days, zone = self.random.choice(list(DAYS)), self.random.choice(list(ZONES))
        found = await find_or_default(self.storage, reader.chat_id, ChatKind.PRIVATE, self.now)
        await change_schedule(self.storage, found, " ".join([days, *words, zone]), self.now)
        self.happened["changes of hours and zones"] += 1
        hours = tuple(time(quarter // 4, quarter % 4 * 15) for quarter in times)
        reader.schedule = Schedule(hours, frozenset(DAYS[days]), Zone(zone))

    async def _add_story(self) -> None:
        """An edition has something to tell."""
        self.articles += 1
        article = new_article(f"Berita {self.articles}", "Isi berita yang utuh.", published_at=self.now)
        saved = await self.storage.save_articles([article], self.now)
        await self.storage.save_digests([StoredDigest(article.content_hash, ENGINE, ("Satu kalimat.",), "Satu.")])
        await self.storage.assign_story(saved.new[0], None, self.now)

    async def _restart(self) -> None:
        self.happened["restarts"] += 1
        await self.storage.close()
        self.storage = await open_storage(self.target.url)

    async def _figures(self, days: int) -> list[Figure]:
        await self._compare()
        told = select(outbox.c.chat_id, edition_items.c.story_id).join(
            edition_items, edition_items.c.edition_id == outbox.c.source_id
        )
        moments = select(outbox.c.chat_id, editions.c.due_at).join(editions, editions.c.id == outbox.c.source_id)
        async with self.storage._database.read() as connection:
            stories = Counter(tuple(row) for row in await connection.execute(told))
            hours = Counter(tuple(row) for row in await connection.execute(moments))
        owed = sum(reader.owed for reader in self.readers)
        happened = ", ".join(f"{count} {name}" for name, count in sorted(self.happened.items()))

        def none(name: str, count: int) -> Figure:
            return Figure(name, count, "0", count == 0)

        return [
            Figure("days / readers / editions", f"{days} / {len(self.readers)} / {owed}"),
            Figure("happened", happened),
            none("editions missed", self.missed),
            none("editions doubled", self.doubled),
            none("hours served twice", sum(count - 1 for count in hours.values())),
            none("stories told twice to a reader", sum(count - 1 for count in stories.values())),
            Figure("integrity of the database", integrity := await self.target.integrity(), "ok", integrity == "ok"),
        ]


async def year(_: Path, target: Target, *, seed: int, days: int, readers: int) -> list[Figure]:
    """The scheduler through so many days."""
    return await Year(target, Random(seed)).run(days, readers)
