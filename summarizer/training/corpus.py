"""IndoSum as plain articles.

Kurniawan & Louvan 2018, "IndoSum: A New Benchmark Dataset for Indonesian Text Summarization",
doi 10.1109/IALP.2018.8629109, CC BY-SA 4.0. Lines {"id", "paragraphs", "summary", "source", "source_url"}; paragraphs
are lists of sentences, sentences lists of tokens.
"""

import hashlib
import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

FOLDS = 5
_SPACED_NUMBER = re.compile(r"(?<=\d) ([.,:/]) (?=\d)")
_SPACE_BEFORE = re.compile(r" ([.,:;?!%)\]”’])")
_SPACE_AFTER = re.compile(r"([(\[“‘]) ")
_QUOTED = re.compile(r'" ([^"]*?) "')
_NOT_A_WORD = re.compile(r"[^a-z0-9]+")
_ID_IN_ADDRESS = re.compile(r"\b\d{5,}\b|\.html?$")


@dataclass(frozen=True)
class Example:
    """An article with the summary that an editor wrote. `title` is the headline as its address spells it."""

    id: str
    outlet: str
    title: str
    text: str
    summary: tuple[str, ...]

    @property
    def fold(self) -> int:
        """0 to 4, by hash of the id."""
        return int(hashlib.sha256(self.id.encode()).hexdigest(), 16) % FOLDS


def detokenize(tokens: Iterable[str]) -> str:
    """Undo IndoSum's tokens: "10 . 000" is "10.000" again, and marks stand at their words."""
    text = _SPACED_NUMBER.sub(r"\1", " ".join(tokens))
    text = _SPACE_AFTER.sub(r"\1", _SPACE_BEFORE.sub(r"\1", text))
    return " ".join(_QUOTED.sub(r'"\1"', text).split())


def read_corpus(paths: Sequence[Path]) -> list[Example]:
    """The articles of the files, in order.

    Raises:
        ValueError: a line is not an IndoSum article; names the file and the line.
    """
    examples = []
    for path in paths:
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
            try:
                examples.append(_example(json.loads(line)))
            except (ValueError, KeyError, TypeError, AttributeError) as error:
                raise ValueError(f"{path}, line {number}: not an IndoSum article ({error!r})") from error
    return examples


def _example(record: dict[str, object]) -> Example:
    paragraphs = [[detokenize(tokens) for tokens in sentences] for sentences in record["paragraphs"]]  # type: ignore[attr-defined]
    return Example(
        id=str(record["id"]),
        outlet=str(record.get("source", "")),
        title=headline_in(str(record.get("source_url", ""))),
        text="\n\n".join(" ".join(sentences) for sentences in paragraphs),
        summary=tuple(detokenize(tokens) for tokens in record["summary"]),  # type: ignore[attr-defined]
    )


def headline_in(address: str) -> str:
    """The headline that a page's address spells ("…/jet-tempur-swiss-hilang/" -> "jet tempur swiss hilang")."""
    path = address.lower().split("?")[0].rstrip("/")
    return _NOT_A_WORD.sub(" ", _ID_IN_ADDRESS.sub("", path.rsplit("/", 1)[-1])).strip()
