"""Sentence boundaries of `summarizer.sentences` beside those of other splitters, on IndoSum and on written cases.

    python -m tests.bench.splitting [--corpus FILE]

The others (yasbd-lib, pySBD, nupunkt) are measured where they are installed and are no dependencies of the project.
"""

from __future__ import annotations

import argparse
import json
import re
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path

from summarizer.sentences import split_sentences
from tests.processes import ROOT

CASES = ROOT / "tests/quality/splitting_cases.jsonl"
INDOSUM = ROOT.parent / "shared/data/indosum/dev.jsonl"

_QUOTATION = re.compile(r'"[^"]*"|[“”][^“”]*[“”]')

_NUMBER = re.compile(r"\(?(?:\d{1,2}|[A-Za-z])[.)]")
_WORD = re.compile(r"\w")

Split = Callable[[str], Sequence[str]]


@dataclass(frozen=True)
class Paragraph:
    """Sentences, and what stands between them."""

    sentences: tuple[str, ...]
    glue: str = " "

    @property
    def text(self) -> str:
        """As a splitter gets it."""
        return self.glue.join(self.sentences)


@dataclass(frozen=True)
class Score:
    """Boundaries inside paragraphs: a paragraph's end is one for every splitter and is not counted."""

    right: int
    found: int
    expected: int
    exact: int
    paragraphs: int
    seconds: float

    def row(self, name: str) -> str:
        """A line of the table; precision, recall, F1 and the paragraphs without an error in per cent."""
        precision, recall = self.right / max(1, self.found), self.right / max(1, self.expected)
        f1 = 2 * precision * recall / max(1e-9, precision + recall)
        exact = self.exact / max(1, self.paragraphs)
        shares = " | ".join(f"{100 * share:.1f}" for share in (precision, recall, f1, exact))
        return f"| {name} | {shares} | {1e6 * self.seconds / max(1, self.paragraphs):.0f} |"


def splitters() -> dict[str, Split | None]:
    """Each method by name, None where its package is not installed."""
    return {
        "sari": split_sentences,
        "yasbd-lib (id)": _peer("yasbd", lambda yasbd: _listed(yasbd.BoundaryDetector(lang="id").segment)),
        "pySBD (en)": _peer("pysbd", lambda pysbd: pysbd.Segmenter(language="en", clean=False).segment),
        "nupunkt": _peer("nupunkt", lambda nupunkt: nupunkt.sent_tokenize),
    }


def _peer(package: str, build: Callable[..., Split]) -> Split | None:
    try:
        return build(import_module(package))
    except ImportError:
        return None


def _listed(segment: Callable[[str], Iterator[str]]) -> Split:
    return lambda text: list(segment(text))


def written_cases(path: Path = CASES) -> list[Paragraph]:
    """The written cases: lines {"kind", "sentences"} with "glue": "" where the space between them was lost."""
    cases = map(json.loads, path.read_text(encoding="utf-8").splitlines())
    return [Paragraph(tuple(case["sentences"]), case.get("glue", " ")) for case in cases]


def indosum_paragraphs(path: Path = INDOSUM) -> list[Paragraph]:
    """The paragraphs of IndoSum as they were printed.

    Its tool cuts the number of a list item and a lone mark off as sentences; here they belong to their neighbour.
    """
    articles = map(json.loads, path.read_text(encoding="utf-8").splitlines())
    printed = (detokenise(paragraph) for article in articles for paragraph in article["paragraphs"])
    return [Paragraph(tuple(_joined(sentences))) for sentences in printed if sentences]


def _joined(sentences: Sequence[str]) -> list[str]:
    joined: list[str] = []
    for sentence in sentences:
        if joined and (_NUMBER.fullmatch(joined[-1]) or not _WORD.search(sentence)):
            joined[-1] += f" {sentence}"
        else:
            joined.append(sentence)
    return joined


def detokenise(sentences: Sequence[Sequence[str]]) -> list[str]:
    """Undo IndoSum's tokenisation: "Rp 10 . 000" becomes "Rp 10.000", " ," becomes ",".

    Straight quotation marks open and close in turn over the whole paragraph, since its sentences may share a pair.
    """
    printed: list[str] = []
    quoted = False
    for tokens in sentences:
        text = ""
        glued = True
        for i, token in enumerate(tokens):
            number = 0 < i < len(tokens) - 1 and tokens[i - 1][-1:].isdigit() and tokens[i + 1][:1].isdigit()
            opens = (token == '"' and not quoted) or token in "([“‘"
            closes = (token == '"' and quoted) or token in ".,;:!?%)]”’…" or (number and token == "/")
            text += token if glued or closes else f" {token}"
            glued = opens or (number and token in ".,:/")
            quoted ^= token == '"'
        if text.strip():
            printed.append(" ".join(text.split()))
    return printed


def measure(split: Split, paragraphs: Sequence[Paragraph], *, quoted: bool = True) -> Score:
    """How many of the boundaries inside paragraphs `split` finds, and how fast.

    Args:
        quoted: whether boundaries inside a quotation count, where Sari and yasbd-lib do not cut by intention.
    """
    right = found = expected = exact = 0
    split(paragraphs[0].text)  # what is loaded at the first call is not a splitter's speed
    began = time.perf_counter()
    outputs = [split(paragraph.text) for paragraph in paragraphs]
    seconds = time.perf_counter() - began
    for paragraph, output in zip(paragraphs, outputs, strict=True):
        ours, gold = boundaries(output), boundaries(paragraph.sentences)
        if not quoted:
            inside = inside_quotations(paragraph.text)
            ours, gold = ours - inside, gold - inside
        right += len(ours & gold)
        found += len(ours)
        expected += len(gold)
        exact += ours == gold
    return Score(right, found, expected, exact, len(paragraphs), seconds)


def boundaries(sentences: Sequence[str]) -> set[int]:
    """Where sentences end inside their paragraph, counted in characters that are not spaces."""
    ends, at = set(), 0
    for sentence in sentences:
        at += _solid(sentence)
        ends.add(at)
    return ends - {at}


def inside_quotations(text: str) -> set[int]:
    """The places inside a pair of double quotation marks, counted as `boundaries` counts."""
    places: set[int] = set()
    for match in _QUOTATION.finditer(text):
        before, length = _solid(text[: match.start()]), _solid(match.group())
        places.update(range(before + 1, before + length))
    return places


def _solid(text: str) -> int:
    return sum(not character.isspace() for character in text)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.bench.splitting", description="Compare sentence splitters.")
    parser.add_argument("--corpus", type=Path, default=INDOSUM, help=f"IndoSum's file (default: {INDOSUM})")
    arguments = parser.parse_args()
    corpora = {"written cases": written_cases()}
    if arguments.corpus.exists():
        corpora[arguments.corpus.name] = indosum_paragraphs(arguments.corpus)
    for corpus, paragraphs in corpora.items():
        for quoted in (True, False):
            where = "all boundaries" if quoted else "boundaries outside quotations"
            print(f"\n{corpus}, {len(paragraphs)} paragraphs, {where}\n")
            print("| method | precision | recall | F1 | paragraphs without an error | microseconds a paragraph |")
            print("|---|---|---|---|---|---|")
            for name, split in splitters().items():
                print(
                    measure(split, paragraphs, quoted=quoted).row(name) if split else f"| {name} | not installed |||||"
                )


if __name__ == "__main__":
    main()
