"""Golden cases of articles, and where the text of each comes from; they are golden/real.jsonl and golden/written.jsonl.

A real case names its article by file and id and pins it with a hash; what is expected of it is said with
anchors of at most four words, so that nobody's text is kept here. A written case has its (fictional) text.
"""

import gzip
import hashlib
import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from bot.ingest.feeds import parse_feed
from bot.ingest.pages import parse_page
from summarizer.training.corpus import detokenize

SHARED = Path(__file__).resolve().parents[3] / "shared/data"
_GOLDEN = Path(__file__).with_name("golden")


@dataclass(frozen=True)
class GoldenCase:
    """What is expected of one article; an empty field expects nothing.

    Attributes:
        name: of the test.
        kind: "interview", "list" and "live" have a rule of their own for the digest.
        place, begins, ends, paragraphs: of the article that `read_article` gives.
        has, without: anchors that must and must not be in its body; those of `without` are furniture.
        file, id, sha256: of a real case; `id` is empty where the file is one article, an index in a feed.
        title, text: of a written case.
    """

    name: str
    kind: str
    begins: str
    place: str | None = None
    ends: str = ""
    paragraphs: int = 0
    has: tuple[str, ...] = ()
    without: tuple[str, ...] = ()
    file: str = ""
    id: str = ""
    sha256: str = ""
    title: str = ""
    text: str = ""


def read_cases(name: str) -> list[GoldenCase]:
    """The cases of `golden/NAME.jsonl`."""
    lines = (_GOLDEN / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()
    return [GoldenCase(**{key: _frozen(value) for key, value in json.loads(line).items()}) for line in lines]


def source(case: GoldenCase) -> tuple[str, str]:
    """The text and the headline of a case, as they come before `read_article`.

    Raises:
        FileNotFoundError: the data of a real case is not on this machine.
    """
    if not case.file:
        return case.text, case.title
    path = SHARED / case.file
    if path.suffix == ".jsonl":
        return _articles(path)[case.id]
    if path.suffix == ".gz":
        page = parse_page(gzip.decompress(path.read_bytes()), "text/html", "")
        return page.text, page.title
    if path.suffix == ".xml":
        entry = parse_feed(path.read_bytes(), "application/xml", "https://kabar.example/").entries[int(case.id)]
        return entry.text, entry.title
    return path.read_text(encoding="utf-8"), ""


def digest_of(text: str) -> str:
    """The hash that pins the text of a real case."""
    return hashlib.sha256(text.encode()).hexdigest()[:16]


@cache
def _articles(path: Path) -> dict[str, tuple[str, str]]:
    with path.open(encoding="utf-8") as lines:
        return {record["id"]: _text_and_title(record) for record in map(json.loads, lines)}


def _text_and_title(record: dict[str, Any]) -> tuple[str, str]:
    if "paragraphs" in record:  # IndoSum: paragraph > sentence > token
        paragraphs = (" ".join(map(detokenize, sentences)) for sentences in record["paragraphs"])
        return "\n\n".join(paragraphs), ""
    return record.get("text") or record["body"], record["title"]


def _frozen(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value
