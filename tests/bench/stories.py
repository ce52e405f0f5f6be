"""Putting an article into its story with 20,000 articles in the window, beside plain TF-IDF single-link clustering.

python -m tests.bench.stories
"""

from __future__ import annotations

import asyncio
import math
import random
import statistics
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import accumulate

from summarizer.copies import CopyIndex, sign
from summarizer.lexicon import stop_words
from summarizer.story_text import read_story_text
from summarizer.story_window import StoryWindow
from summarizer.text import stems
from tests.bench.figures import Figure, percentile, table

IN_WINDOW = 20_000
MEASURED = 100
WORDS = 180
VOCABULARY = 60_000
STORY_SIZE = 3
_START = datetime(2026, 11, 24, tzinfo=UTC)
_SEED = 7


@dataclass(frozen=True)
class News:
    """An article made of random words whose frequencies fall off as those of a language do (Zipf)."""

    title: str
    text: str
    published: datetime
    outlet: str
    story: int


def make_news(count: int) -> Iterator[News]:
    """So many articles over 72 hours; each event is told by three, which share half of their rarer words."""
    chance = random.Random(_SEED)
    words = [_word(number) for number in range(VOCABULARY)]
    rare = words[2_000:]
    ends = list(accumulate(1 / (rank + 3) for rank in range(VOCABULARY)))
    common: list[str] = []
    for number in range(count):
        if number % STORY_SIZE == 0:
            common = chance.choices(rare, k=25)
        own = chance.choices(words, cum_weights=ends, k=WORDS - len(common))
        mixed = [word.capitalize() if len(word) % 7 == 0 else word for word in (*common, *own)]
        chance.shuffle(mixed)
        sentences = [" ".join(mixed[at : at + 15]).capitalize() + f" {at}." for at in range(0, len(mixed), 15)]
        title = " ".join((*chance.sample(common, 4), *own[:4])).capitalize()
        published = _START + timedelta(hours=71) * number / count
        yield News(title, " ".join(sentences), published, f"Media {number % 40}", number // STORY_SIZE)


def _word(number: int) -> str:
    syllables = ("ba", "ci", "du", "fe", "go", "ha", "ji", "ku", "le", "mo", "na", "pi", "ru", "se", "to", "wa", "yo")
    letters = ""
    number += len(syllables)
    while number:
        number, rest = divmod(number, len(syllables))
        letters += syllables[rest]
    return letters


class SingleLink:
    """The peer: cosine of TF-IDF over stems of headline and text; the nearest article of all is looked for."""

    def __init__(self) -> None:
        self._postings: dict[str, list[tuple[int, float]]] = {}
        self._stories: list[int] = []
        self._lengths: list[float] = []

    def place(self, news: News) -> int | None:
        """The story of the nearest article with a cosine of at least 0.5."""
        weights = self._weigh(news)
        gained: dict[int, float] = {}
        for stem, weight in weights.items():
            rarity = self._rarity(stem)
            for article, other in self._postings.get(stem, ()):
                gained[article] = gained.get(article, 0.0) + weight * other * rarity
        length = math.sqrt(sum(weight**2 for weight in weights.values()))
        found = max(gained, key=lambda article: gained[article] / self._lengths[article], default=None)
        if found is None or gained[found] < 0.5 * length * self._lengths[found]:
            return None
        return self._stories[found]

    def add(self, news: News) -> None:
        """Take in an article of a known story."""
        weights = self._weigh(news)
        for stem, count in self._count(news).items():
            self._postings.setdefault(stem, []).append((len(self._stories), count))
        self._stories.append(news.story)
        self._lengths.append(math.sqrt(sum(weight**2 for weight in weights.values())) or 1.0)

    def _count(self, news: News) -> dict[str, float]:
        frequency = Counter(stems(f"{news.title} {news.title} {news.text}"))
        return {stem: 1 + math.log(count) for stem, count in frequency.items() if stem not in stop_words()}

    def _weigh(self, news: News) -> dict[str, float]:
        return {stem: count * self._rarity(stem) for stem, count in self._count(news).items()}

    def _rarity(self, stem: str) -> float:
        return math.log((len(self._stories) + 1) / (len(self._postings.get(stem, ())) + 1)) + 1


async def measure() -> list[Figure]:
    """Time for one article, text to story, in a window that is full."""
    return await asyncio.to_thread(_measure)


def _measure() -> list[Figure]:
    news = list(make_news(IN_WINDOW + MEASURED))
    window, copies, peer = StoryWindow(), CopyIndex(), SingleLink()
    for number, each in enumerate(news[:IN_WINDOW]):
        window.add(str(number), str(each.story), read_story_text(each.title, each.text), each.published, each.outlet)
        copies.add(number, sign(each.title, each.text))
        peer.add(each)

    def assign(each: News) -> object:
        placement = window.place(read_story_text(each.title, each.text), each.published, each.outlet)
        copies.original(sign(each.title, each.text))
        return placement

    how = f"{MEASURED} made-up articles, one after the other, {IN_WINDOW:,} in the window; text to story"
    return [
        Figure("an article into its story", _spread(assign, news[IN_WINDOW:]), "< 20 ms", f"{how} and copy"),
        Figure("the same, TF-IDF single link", _spread(peer.place, news[IN_WINDOW:]), "-", how),
    ]


def _spread(place: Callable[[News], object], news: list[News]) -> str:
    times = []
    for each in news:
        began = time.perf_counter()
        place(each)
        times.append(1000 * (time.perf_counter() - began))
    return f"median {statistics.median(times):.1f} ms, p95 {percentile(times, 0.95):.1f} ms"


if __name__ == "__main__":
    print(table(asyncio.run(measure())))
