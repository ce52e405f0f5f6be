"""What is had of articles from their pages stays as good as it was (`python -m tests.quality.page_extraction`)."""

import pytest

from tests.quality.page_extraction import (
    PAGES,
    extract_ours,
    extract_trafilatura,
    extract_unknown,
    read_gold,
    read_page,
    score,
    total,
)

pytestmark = pytest.mark.skipif(not PAGES.exists(), reason="../shared is not on this machine")


@pytest.mark.parametrize("name", read_gold())
def test_a_page_gives_its_whole_article_and_nothing_else(name: str) -> None:
    found = score(extract_ours(read_page(name)), read_gold()[name])
    assert (found.precision, found.recall) == (1.0, 1.0)


def test_pages_of_an_unknown_layout_lose_and_add_little() -> None:
    found = total(extract_unknown)
    assert found.precision >= 0.98
    assert found.recall >= 0.94


def test_our_rules_beat_trafilatura_alone() -> None:
    ours, theirs = total(extract_unknown), total(extract_trafilatura)
    assert ours.precision > theirs.precision
    assert ours.recall > theirs.recall
