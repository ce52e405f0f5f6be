"""Digests of real stories: what several articles of one event become, and that no difference is made up.

The labelled windows and pairs of ../shared/data/stories are read by path.
"""

import json
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest

from summarizer import create_summarizer, read_article
from summarizer.choice import REDUNDANT
from summarizer.dates import parse_date
from summarizer.differences import Telling, compare
from summarizer.extractive import read_sentences
from summarizer.features import sentence_vectors
from summarizer.selection import points_back
from summarizer.story_digest import StoryArticle, digest_story
from summarizer.vectors import dot

DATA = Path(__file__).resolve().parents[2] / "../shared/data/stories"
STORIES = 60
UNDATED = datetime(2026, 1, 1, tzinfo=UTC)

pytestmark = pytest.mark.skipif(not DATA.exists(), reason=f"{DATA} is missing")


def records(name: str) -> Iterator[dict[str, Any]]:
    with (DATA / name).open(encoding="utf-8") as lines:
        yield from map(json.loads, lines)


@pytest.fixture(scope="module")
def articles() -> dict[str, StoryArticle]:
    found = {}
    for record in records("articles.jsonl"):
        outlet, title = record["outlet"], record["title"]
        text = read_article(record["text"], title=title, outlet=outlet).body
        found[record["id"]] = StoryArticle(outlet, title, text, parse_date(record["date"] or "") or UNDATED)
    return found


@pytest.fixture(scope="module")
def stories(articles: dict[str, StoryArticle]) -> list[list[StoryArticle]]:
    members: dict[str, list[StoryArticle]] = defaultdict(list)
    for record in records("window.jsonl"):
        members[record["story"]].append(articles[record["id"]])
    return [told for told in members.values() if len(told) > 1][:STORIES]


def test_sentences_are_the_articles_own_do_not_repeat_each_other_and_point_at_nothing_left_out(
    stories: list[list[StoryArticle]],
) -> None:
    assert len(stories) == STORIES
    summarizer = create_summarizer()
    for told in stories:
        sentences = digest_story(told, summarizer).sentences
        assert sentences
        bodies: dict[str, list[str]] = {a.outlet: [] for a in told}
        for a in told:
            bodies[a.outlet] += read_sentences(a.text, a.title)[0]
        before = None
        for sentence in sentences:
            whole = next(s for s in bodies[sentence.outlet] if _is_shortened(sentence.text, s))
            if points_back(sentence.text):
                assert before is not None
                at = bodies[sentence.outlet].index(whole)
                assert _is_shortened(before.text, bodies[sentence.outlet][at - 1])
            before = sentence
        vectors = sentence_vectors([sentence.text for sentence in sentences])
        assert all(dot(one, other) <= REDUNDANT for one, other in combinations(vectors, 2))


def _is_shortened(text: str, sentence: str) -> bool:
    """Whether a text is the sentence, or the sentence less some of its words."""
    rest = iter(word.strip(",.").lower() for word in sentence.split())
    return all(word.strip(",.").lower() in rest for word in text.removesuffix(" …").split())


def test_articles_of_two_events_make_no_difference(articles: dict[str, StoryArticle]) -> None:
    """Alike, but labelled as two stories: whatever differs between them is no disagreement."""
    pairs = [(articles[r["a"]], articles[r["b"]]) for r in records("pairs.jsonl") if r["label"] == 0]
    assert len(pairs) == 143
    for newer, other in pairs:
        older = replace(other, outlet=f"{other.outlet} (2)", published=newer.published - timedelta(hours=1))
        assert compare([telling(newer), telling(older)]).differences == ()


def telling(article: StoryArticle) -> Telling:
    sentences, _ = read_sentences(article.text, article.title)
    return Telling(article.outlet, article.published, article.title, sentences)
