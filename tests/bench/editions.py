"""What an edition looks like on two real days, and where articles happen, against what people and outlets said.

    python -m tests.bench.editions [--shared ../shared]

Days: the labelled windows of stories/window.jsonl (w1: 7 August 2025, two outlets; w2: 27 February 2023, two outlets),
whose stories are taken as people made them. Places: articles of search/corpus.jsonl that stand in the regional section
of an outlet, which says in which province they should be.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from itertools import combinations
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from bot.ingest.topics import topic_of
from bot.models import Story, StoryMember
from bot.services.ranking import EDITION_SIZE, Wishes, rank_stories
from bot.services.ranking import topic_of as topic_of_story
from summarizer import read_article
from summarizer.alikeness import Gist, is_same_event
from summarizer.places import places_of
from summarizer.sentences import split_sentences
from tests.bench.figures import Figure, table

WINDOWS = ("w1", "w2")
LONG_LIST = 100
"""Stories, so many that one event stands twice where nobody looks."""
PROVINCES = {
    "surabaya": {"jawa-timur"},
    "bandung": {"jawa-barat"},
    "yogyakarta": {"di-yogyakarta", "jawa-tengah"},
    "medan": {"sumatera-utara"},
    "denpasar": {"bali"},
    "makassar": {"sulawesi-selatan"},
    "megapolitan": {"dki-jakarta", "jawa-barat", "banten"},
}
"""Of Kompas's regional editions, by the first label of the host; that of Yogyakarta reports on its neighbours too."""


def read_lines(path: Path) -> Iterator[dict[str, Any]]:
    with path.open(encoding="utf-8") as lines:
        yield from (json.loads(line) for line in lines)


def member_of(article: dict[str, Any], number: int, day: datetime) -> StoryMember:
    """An article as a member of a story; its first two sentences stand for its digest."""
    read = read_article(article["text"], title=article["title"])
    body = "\n\n".join(read.paragraphs)
    url = article["url"] or ""
    date = article["date"] or ""
    return StoryMember(
        article_id=number,
        outlet=article["outlet"],
        title=article["title"],
        url=url,
        published_at=datetime.fromisoformat(date[:25]).astimezone(UTC) if "T" in date else day,
        content_hash=hashlib.sha256(body.encode()).hexdigest(),
        topic=topic_of([], url, title=article["title"], body=body),
        place=read.place,
        sentences=tuple(split_sentences(body)[:2]),
        short="",
        places=frozenset(places_of(article["title"], read.place, body)),
    )


def stories_of(members: dict[str, StoryMember], groups: dict[str, str]) -> list[Story]:
    """Stories, newest article first, from the name of each article's group."""
    found: dict[str, list[StoryMember]] = defaultdict(list)
    for article, group in groups.items():
        found[group].append(members[article])
    return [
        Story(number, tuple(sorted(group, key=lambda one: one.published_at, reverse=True)))
        for number, group in enumerate(found.values(), start=1)
    ]


def day_figures(window: str, members: dict[str, StoryMember], gold: dict[str, str]) -> list[Figure]:
    """How the edition of a day looks: outlets, topics, stories left out as alike, events that stand twice."""
    now = max(member.published_at for member in members.values()) + timedelta(minutes=1)
    stories = stories_of(members, gold)
    several = sum(len(story.outlets) > 1 for story in stories)
    edition = [story for story, _ in rank_stories(stories, now=now, wishes=Wishes())]
    newest = sorted(stories, key=lambda story: -story.members[0].published_at.timestamp())[:EDITION_SIZE]
    topics = Counter(topic_of_story(story) or "-" for story in edition)
    ranked = rank_stories(stories, now=now, wishes=Wishes(), size=len(stories))
    alone = stories_of(members, {article: article for article in members})
    story_of = {members[article].article_id: story for article, story in gold.items()}
    singles = [story for story, _ in rank_stories(alone, now=now, wishes=Wishes(), size=LONG_LIST)]
    unchecked = sorted(alone, key=lambda story: -story.members[0].published_at.timestamp())[:LONG_LIST]
    what = f"{window}, {len(members)} articles in {len(stories)} stories, {several} of them of two outlets"
    return [
        Figure(
            f"{what}: of several outlets in the edition", _several(edition), "-", f"newest first: {_several(newest)}"
        ),
        Figure(
            f"{window}: topics in the edition",
            ", ".join(f"{topic} {n}" for topic, n in topics.most_common()),
            "at most 3 each",
            "newest first: "
            + ", ".join(f"{t} {n}" for t, n in Counter(topic_of_story(s) or "-" for s in newest).most_common()),
        ),
        Figure(
            f"{window}: stories left out of the whole day's list as alike",
            f"{len(stories) - len(ranked)} of {len(stories)}",
            "-",
            "people kept them apart: weather by city, horoscopes, school tests, sides of one affair",
        ),
        Figure(
            f"{window}: one event twice among {LONG_LIST}, each article a story of its own",
            f"{_repeated(singles, story_of)} pairs",
            "0",
            f"newest first, unchecked: {_repeated(unchecked, story_of)} pairs; of all {_all_pairs(gold)} pairs of one "
            f"event the check finds {_found(members, gold)}",
        ),
    ]


def _several(stories: Sequence[Story]) -> str:
    return f"{sum(len(story.outlets) > 1 for story in stories)} of {len(stories)}"


def _repeated(stories: Sequence[Story], story_of: dict[int, str]) -> int:
    count = Counter(story_of[story.members[0].article_id] for story in stories)
    return sum(n * (n - 1) // 2 for n in count.values())


def _pairs(gold: dict[str, str]) -> Iterator[tuple[str, str]]:
    groups: dict[str, list[str]] = defaultdict(list)
    for article, story in gold.items():
        groups[story].append(article)
    for group in groups.values():
        yield from combinations(group, 2)


def _all_pairs(gold: dict[str, str]) -> int:
    return sum(1 for _ in _pairs(gold))


def _found(members: dict[str, StoryMember], gold: dict[str, str]) -> int:
    gist = {article: Gist.of(member.title, member.sentences) for article, member in members.items()}
    return sum(is_same_event(gist[one], gist[other]) for one, other in _pairs(gold))


def place_figures(corpus: Path) -> list[Figure]:
    """For each regional edition, how many of its articles are put into its provinces."""
    right: Counter[str] = Counter()
    placed: Counter[str] = Counter()
    total: Counter[str] = Counter()
    for article in read_lines(corpus):
        host = urlsplit(article["url"] or "").hostname or ""
        edition = host.split(".")[0]
        if not host.endswith(".kompas.com") or edition not in PROVINCES:
            continue
        read = read_article(article["text"], title=article["title"])
        found = places_of(article["title"], read.place, "\n".join(read.paragraphs))
        total[edition] += 1
        placed[edition] += bool(found)
        right[edition] += bool(PROVINCES[edition].intersection(found))
    return [
        Figure(f"places, {edition}", f"{right[edition]} of {n} in its province", "-", f"{placed[edition]} have a place")
        for edition, n in total.most_common()
    ]


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.bench.editions", description=__doc__)
    parser.add_argument("--shared", type=Path, default=Path("../shared"))
    data = parser.parse_args().shared / "data"
    if not data.is_dir():
        sys.stderr.write(f"{data} is not there\n")
        return 1
    articles = {article["id"]: article for article in read_lines(data / "stories" / "articles.jsonl")}
    figures: list[Figure] = []
    for window in WINDOWS:
        rows = read_lines(data / "stories" / "window.jsonl")
        gold = {row["id"]: str(row["story"]) for row in rows if row["window"] == window}
        known = [articles[article]["date"] for article in gold if articles[article]["date"]]
        day = datetime.fromisoformat(max(known)[:10]).replace(tzinfo=UTC)
        members = {article: member_of(articles[article], n, day) for n, article in enumerate(gold, start=1)}
        figures += day_figures(window, members, gold)
    figures += place_figures(data / "search" / "corpus.jsonl")
    print(table(figures))
    return 0


if __name__ == "__main__":
    sys.exit(main())
