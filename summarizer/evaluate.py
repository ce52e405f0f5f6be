"""How good digests are: `python -m summarizer.evaluate`.

    python -m summarizer.evaluate --data FILE... --digests FILE...

DATA is of IndoSum's shape (see training/corpus.py); DIGESTS are lines {"id", "sentences"}, as `python -m summarizer
--jsonl` and `python -m summarizer.training folds` write them. Only the articles that stand in DIGESTS are measured, so
the file of one fold can be given beside all the data. Prints Markdown: the digests beside the first three and four
sentences and the gold labels, ROUGE-1 gained with its interval, and each outlet.

ROUGE is rouge_score's F1 times 100 (Lin 2004; no stemmer, one sentence a line) and needs the package `rouge-score`.
Exit codes: 0 done, 1 failed, 2 used wrongly.
"""

import argparse
import json
import random
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from summarizer.jsonl import describe
from summarizer.measures import Figures, Floats, count_facts, paired_gain, rouge, sum_up
from summarizer.training.corpus import detokenize

Digests = Mapping[str, Sequence[str]]
_Read = TypeVar("_Read")


@dataclass(frozen=True)
class Article:
    """An article with its human summary; `gold` are the sentences labelled as most like that summary."""

    id: str
    outlet: str
    text: str
    sentences: tuple[str, ...]
    gold: tuple[str, ...]
    summary: tuple[str, ...]


def read_articles(paths: Iterable[Path]) -> list[Article]:
    """The articles of files of IndoSum's shape, in order.

    Raises:
        ValueError: a line is not an IndoSum article; names the file and the line.
    """
    return [article for path in paths for article in _read(path, _article)]


def read_digests(paths: Iterable[Path]) -> dict[str, tuple[str, ...]]:
    """The sentences of each digest, by the article's id.

    Raises:
        ValueError: a line has no id or sentences, or an id comes twice.
    """
    digests: dict[str, tuple[str, ...]] = {}
    for path in paths:
        for name, sentences in _read(path, lambda record: (str(record["id"]), tuple(record["sentences"]))):
            if name in digests:
                raise ValueError(f"{path}: a second digest of {name}")
            digests[name] = sentences
    return digests


def _read(path: Path, build: Callable[[dict[str, Any]], _Read]) -> list[_Read]:
    made = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        try:
            made.append(build(json.loads(line)))
        except json.JSONDecodeError as error:
            raise ValueError(f"{path}, line {number}: not JSON: {error.msg}") from error
        except (ValueError, KeyError, TypeError) as error:
            raise ValueError(f"{path}, line {number}: not what was expected ({error!r})") from error
    return made


def _article(record: dict[str, Any]) -> Article:
    sentences = [[detokenize(tokens) for tokens in paragraph] for paragraph in record["paragraphs"]]
    flat = [sentence for paragraph in sentences for sentence in paragraph]
    labels = [label for paragraph in record["gold_labels"] for label in paragraph]
    return Article(
        id=str(record["id"]),
        outlet=record["source"],
        text="\n\n".join(" ".join(paragraph) for paragraph in sentences),
        sentences=tuple(flat),
        gold=tuple(sentence for sentence, label in zip(flat, labels, strict=True) if label),
        summary=tuple(detokenize(tokens) for tokens in record["summary"]),
    )


def baselines(articles: Sequence[Article]) -> dict[str, Digests]:
    """The first three and four sentences and the sentences labelled gold, as digests."""
    return {
        "Lead-3": {a.id: a.sentences[:3] for a in articles},
        "Lead-4": {a.id: a.sentences[:4] for a in articles},
        "gold labels": {a.id: a.gold for a in articles},
    }


def report(articles: Sequence[Article], systems: Mapping[str, Digests]) -> str:
    """Markdown: the systems beside the baselines, and what each gains in ROUGE-1 over the first sentences.

    Args:
        systems: by name; each has a digest, which may be empty, of each article.

    Raises:
        ImportError: the package rouge-score is not installed.
    """
    bases = baselines(articles)
    scores = {name: _scores(articles, digests) for name, digests in {**systems, **bases}.items()}
    rows = []
    for name, digests in {**systems, **bases}.items():
        figures = sum_up([count_facts(digests[article.id], article.text) for article in articles])
        rows.append((name, *(f"{mean:.2f}" for mean in scores[name].mean(axis=0)), *cells(figures)))
    rng = random.Random(7)  # noqa: S311 -- as in ../shared/score/summaries.py, so that the intervals are the same
    gains = [
        (name, *(str(paired_gain(scores[name][:, 0], scores[base][:, 0], rng)) for base in ("Lead-3", "Lead-4")))
        for name in systems
    ]
    return "\n\n".join(
        (
            table(("", "R1", "R2", "RL", "RLsum", *FIGURES), rows),
            table((f"R1 gained, {len(articles)} articles", "over Lead-3 (95 %)", "over Lead-4 (95 %)"), gains),
        )
    )


def _scores(articles: Sequence[Article], digests: Digests) -> Floats:
    return rouge((article.summary, digests[article.id]) for article in articles)


def report_outlets(articles: Sequence[Article], systems: Mapping[str, Digests]) -> str:
    """A Markdown table of ROUGE-1 for each outlet: Lead-4, and each system with what it gains over it."""
    systems = {"Lead-4": baselines(articles)["Lead-4"], **systems}
    scores = {name: _scores(articles, digests)[:, 0] for name, digests in systems.items()}
    rows = []
    for outlet in sorted({article.outlet for article in articles}):
        at = [i for i, article in enumerate(articles) if article.outlet == outlet]
        means = {name: float(score[at].mean()) for name, score in scores.items()}
        lead = means.pop("Lead-4")
        rows.append((outlet, str(len(at)), f"{lead:.1f}", *(f"{m:.1f} ({m - lead:+.1f})" for m in means.values())))
    return table(("outlet", "articles", *systems), rows)


FIGURES = ("words p10/p50/p90", "dangling %", "numbers %", "names %", "not verbatim %", "repeated %", "empty")


def cells(figures: Figures) -> tuple[str, ...]:
    """The figures under the heads of `FIGURES`."""
    return (
        "/".join(map(str, figures.words)),
        f"{figures.dangling:.2f}",
        f"{figures.numbers:.2f}",
        f"{figures.names:.2f}",
        f"{figures.altered:.1f}",
        f"{figures.repeated:.2f}",
        str(figures.empty),
    )


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A Markdown table."""
    return "\n".join("| " + " | ".join(row) + " |" for row in (head, ["---"] * len(head), *rows))


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command; see the module's text. Returns the exit code."""
    parser = argparse.ArgumentParser(prog="python -m summarizer.evaluate", description="How good digests are.")
    parser.add_argument("--data", type=Path, nargs="+", required=True, metavar="FILE", help="of IndoSum's shape")
    parser.add_argument("--digests", type=Path, nargs="+", required=True, metavar="FILE", help='{"id", "sentences"}')
    options = parser.parse_args(argv)
    try:
        digests = read_digests(options.digests)
        articles = measured(read_articles(options.data), digests)
        system = {"digests": digests}
        sys.stdout.write(f"{report(articles, system)}\n\n{report_outlets(articles, system)}\n")
    except (OSError, ValueError, ImportError) as error:
        sys.stderr.write(f"evaluate: {describe(error)}\n")
        return 1
    return 0


def measured(articles: Sequence[Article], digests: Digests) -> list[Article]:
    """The articles that have a digest.

    Raises:
        ValueError: there is none, or a digest has no article.
    """
    found = [article for article in articles if article.id in digests]
    strangers = digests.keys() - {article.id for article in found}
    if strangers or not found:
        raise ValueError(f"the data has no article for {len(strangers)} of {len(digests)} digests")
    return found


if __name__ == "__main__":
    sys.exit(main())
