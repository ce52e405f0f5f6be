"""Stories on the labelled windows and pairs beside the data, by its own scorer; and on the sample news of the demo.

The corpus is read by path and pinned by its hash: another file needs another floor.
"""

import hashlib
import json
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import combinations
from pathlib import Path

import pytest

from bot.sandbox.news import load_articles
from summarizer.copies import CopyIndex, sign
from summarizer.story_text import read_story_text
from summarizer.story_window import StoryWindow

PROJECT = Path(__file__).parents[2]
FOLDER = PROJECT.parent / "shared/data/stories"
SHA256 = {
    "articles.jsonl": "814d47de0c69f1d34f05f43159b43a921dbb3eb3206b657f77752e581fa1b8dd",
    "window.jsonl": "c196c0ea97c8569716e858089f154518c59358aa72c196c0d81d28e889d681fa",
    "pairs.jsonl": "040f62110a0cc2b6ee3d5992fdaf88f2b4219866bad850e633090aa92090c437",
}

# A point or two below what was measured (w1 .724, w2 .730, pairs .824) with the shipped weights, which have seen these
# labels; `python -m summarizer.training.stories fit` prints the figures of weights that have not.
FLOOR_LINKS = {"w1": 0.71, "w2": 0.71}
FLOOR_F1 = 0.81

needs_corpus = pytest.mark.skipif(not (FOLDER / "score.py").exists(), reason=f"{FOLDER} is missing")


def command(*arguments: str, stdin: bytes = b"") -> list[dict[str, str]]:
    done = subprocess.run(
        [sys.executable, "-m", "summarizer.stories", "--jsonl", *arguments],
        input=stdin,
        cwd=PROJECT,
        capture_output=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]


def score(*arguments: str) -> str:
    done = subprocess.run(
        [sys.executable, str(FOLDER / "score.py"), *arguments], capture_output=True, text=True, check=False
    )
    # It prints the hidden half too, and fails at it where that is not there; what it has printed by then counts.
    return done.stdout


def records(name: str) -> Iterator[dict[str, str]]:
    data = (FOLDER / name).read_bytes()
    assert hashlib.sha256(data).hexdigest() == SHA256[name], f"another {name}: measure the floors again"
    yield from map(json.loads, data.splitlines())


@needs_corpus
@pytest.mark.parametrize("window", ["w1", "w2"])
def test_the_links_of_a_window_are_not_below_the_floor(window: str, tmp_path: Path) -> None:
    inside = {record["id"] for record in records("window.jsonl") if record["window"] == window}
    articles = sorted((a for a in records("articles.jsonl") if a["id"] in inside), key=lambda a: (a["date"], a["id"]))
    answers = command(stdin="".join(json.dumps(article) + "\n" for article in articles).encode())
    found = tmp_path / "found.json"
    found.write_text(json.dumps({answer["id"]: answer["story"] for answer in answers}))
    printed = score("window", str(found), "--window", window)
    assert float(printed.rsplit("F1=", 1)[1]) >= FLOOR_LINKS[window], printed


@needs_corpus
def test_the_best_f1_of_the_labelled_pairs_is_not_below_the_floor() -> None:
    pairs = [pair for pair in records("pairs.jsonl") if pair["label"] != "u"]
    scores = command(str(FOLDER / "articles.jsonl"), "--pairs", str(FOLDER / "pairs.jsonl"))
    of = {frozenset((answer["a"], answer["b"])): float(answer["score"]) for answer in scores}
    ranked = sorted(((of[frozenset((pair["a"], pair["b"]))], pair["label"] == 1) for pair in pairs), reverse=True)
    right, best, same = 0, 0.0, sum(label for _, label in ranked)
    for taken, (_, label) in enumerate(ranked, start=1):
        right += label
        best = max(best, 2 * right / (taken + same))
    assert best >= FLOOR_F1


# --- the sample news: fictional, so its labels are ours -----------------------------------------------------------

# Measured: 59 of 148 pairs of articles of one story, none wrong.
LEAST_PAIRS_FOUND = 56
MOST_PAIRS_WRONG = 0


def test_most_of_the_sample_news_stories_are_found_and_hardly_any_are_mixed_up() -> None:
    articles = load_articles(datetime(2026, 11, 23, 22, 30, tzinfo=UTC))
    window = StoryWindow()
    found: dict[str, str] = {}
    for article in sorted(articles, key=lambda one: one.published):
        version = article.versions[0]
        text = read_story_text(version.title, "\n\n".join(version.paragraphs))
        placement = window.place(text, article.published, article.outlet.name)
        story = placement.story or article.slug
        for gone in placement.same:
            window.merge(story, gone)
            found = {slug: story if value == gone else value for slug, value in found.items()}
        found[article.slug] = story
        window.add(article.slug, story, text, article.published, article.outlet.name)
    pairs = [(one, other) for one, other in combinations(articles, 2) if found[one.slug] == found[other.slug]]
    right = [one.story is not None and one.story == other.story for one, other in pairs]
    assert sum(right) >= LEAST_PAIRS_FOUND
    assert right.count(False) <= MOST_PAIRS_WRONG


def test_all_copies_of_the_sample_news_and_no_other_article_are_found_to_be_copies() -> None:
    articles = sorted(load_articles(datetime(2026, 11, 23, 22, 30, tzinfo=UTC)), key=lambda one: one.published)
    index = CopyIndex()
    for number, article in enumerate(articles):
        signature = sign(article.versions[0].title, "\n\n".join(article.versions[0].paragraphs))
        original = index.original(signature)
        assert (None if original is None else articles[original].slug) == article.wire_of, article.slug
        index.add(number, signature)
