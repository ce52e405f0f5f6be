"""The default engine on 150 articles of May 2026 with their headlines, none of which it was tuned on.

The corpus is read by path and pinned by its hash: another file needs another floor.
"""

import hashlib
import json
import random
from pathlib import Path

import pytest

from summarizer import ArticleInput, Digest, create_summarizer
from summarizer.measures import Facts, count_facts

CORPUS = Path(__file__).parents[2].parent / "shared/data/detik-2026/articles.jsonl"
CORPUS_SHA256 = "24bb3a9a6c98b8d47412299f48e0cc1bda8421371c813d0104ffd1a3e21522c9"

pytestmark = pytest.mark.skipif(not CORPUS.exists(), reason=f"{CORPUS} is missing")


@pytest.fixture(scope="module")
def facts() -> list[Facts]:
    assert hashlib.sha256(CORPUS.read_bytes()).hexdigest() == CORPUS_SHA256, "another corpus: measure the floors again"
    articles = [json.loads(line) for line in CORPUS.read_text(encoding="utf-8").splitlines()]
    articles = random.Random(3).sample(articles, 150)
    digests = create_summarizer().summarize_many([ArticleInput(each["body"], each["title"]) for each in articles])
    return [
        count_facts(digest.sentences, article["body"])
        for article, digest in zip(articles, digests, strict=True)
        if isinstance(digest, Digest)
    ]


def test_every_article_has_a_digest(facts: list[Facts]) -> None:
    assert len(facts) == 150
    assert all(each.sentences for each in facts)


def test_every_number_and_name_stands_in_the_article(facts: list[Facts]) -> None:
    assert sum(each.numbers for each in facts) > 150
    assert sum(each.strange_numbers + each.strange_names for each in facts) == 0


def test_no_digest_points_at_what_was_left_out(facts: list[Facts]) -> None:
    assert not any(each.dangles for each in facts)


def test_four_digests_of_five_have_40_to_85_words(facts: list[Facts]) -> None:
    assert sum(40 <= each.words <= 85 for each in facts) >= 120
