"""How much of an article is had from its page, and how much of what is had is not of it.

    python -m tests.quality.page_extraction

The pages are ../shared/data/pages; what belongs to each article was judged by reading, paragraph by paragraph, and is
kept as hashes in golden/pages.json, so that nobody's text is kept here. Our rules know the layout of most of these
pages, so `unknown layout` says more about others: there the containers that we know are taken away.
"""

from __future__ import annotations

import gzip
import hashlib
import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

import trafilatura

from bot.errors import ParseError
from bot.ingest import page_text
from bot.ingest.pages import parse_page

PAGES = Path(__file__).resolve().parents[3] / "shared/data/pages"
_GOLDEN = Path(__file__).with_name("golden") / "pages.json"


@dataclass(frozen=True)
class Extraction:
    """Words of gold paragraphs that were found, of those that were not, and words of anything else."""

    found: int
    missed: int
    noise: int

    @property
    def recall(self) -> float:
        return self.found / (self.found + self.missed)

    @property
    def precision(self) -> float:
        return self.found / (self.found + self.noise) if self.found else 0.0


def read_gold() -> dict[str, dict[str, int]]:
    """The paragraphs of each page's article: words by hash."""
    gold: dict[str, dict[str, int]] = json.loads(_GOLDEN.read_text(encoding="utf-8"))
    return gold


def read_page(name: str) -> bytes:
    """A page as it came."""
    return gzip.decompress((PAGES / f"{name}.html.gz").read_bytes())


def fingerprint(paragraph: str) -> str:
    """The hash of a paragraph's words."""
    return hashlib.sha256(" ".join(paragraph.split()).encode()).hexdigest()[:12]


def score(paragraphs: Iterable[str], gold: dict[str, int]) -> Extraction:
    """Compare what was extracted with the article, paragraph by paragraph; one that is not whole counts as neither."""
    sizes = {fingerprint(paragraph): len(paragraph.split()) for paragraph in paragraphs if paragraph.strip()}
    found = sum(words for key, words in gold.items() if key in sizes)
    noise = sum(words for key, words in sizes.items() if key not in gold)
    return Extraction(found, sum(gold.values()) - found, noise)


def extract_ours(body: bytes) -> list[str]:
    """The paragraphs that Sari reads."""
    try:
        return parse_page(body, "", "").text.split("\n\n")
    except ParseError:
        return []


def extract_unknown(body: bytes) -> list[str]:
    """The same as if the layout of the page were none that we know."""
    known, page_text._CONTAINERS = page_text._CONTAINERS, ()
    try:
        return extract_ours(body)
    finally:
        page_text._CONTAINERS = known


def extract_trafilatura(body: bytes) -> list[str]:
    """What trafilatura alone gives, with the options that it suits us best with."""
    found = trafilatura.extract(body, include_comments=False, include_tables=False, favor_precision=True)
    return (found or "").split("\n")


def total(extract: Callable[[bytes], list[str]]) -> Extraction:
    """All pages together."""
    scores = [score(extract(read_page(name)), gold) for name, gold in read_gold().items()]
    return Extraction(*(sum(getattr(one, name) for one in scores) for name in ("found", "missed", "noise")))


def main() -> None:
    """Print the table."""
    print("| pages of 8 outlets | precision | recall |\n|---|---|---|")
    for name, extract in (
        ("Sari", extract_ours),
        ("Sari, unknown layout", extract_unknown),
        ("trafilatura alone", extract_trafilatura),
    ):
        found = total(extract)
        print(f"| {name} | {found.precision:.3f} | {found.recall:.3f} |")


if __name__ == "__main__":
    main()
