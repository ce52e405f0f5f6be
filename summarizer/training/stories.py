"""The weights of `summarizer.story_likeness`, and how well stories are found that they have not seen.

    python -m summarizer.training.stories rarity TRAIN.jsonl     counts the stems of IndoSum's articles
    python -m summarizer.training.stories fit FOLDER             fits the weights; prints the figures

FOLDER has articles.jsonl, pairs.jsonl and window.jsonl, as its README says. A logistic regression learns from the
labelled pairs, and from each article of the windows with those that came before it and are nearest to it. For the
figures it is fitted five times, each time without one part: a window with its pairs, or a third of the other pairs
(pairs that share an article are in one part). What is printed of a part comes from the weights that have not seen it.
"""

import argparse
import hashlib
import json
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from summarizer.dates import parse_date
from summarizer.story_likeness import FEATURES, Rarity, WeighedText, Weights, compare, weigh
from summarizer.story_text import StoryText, is_another_of_series, read_story_text
from summarizer.story_window import StoryWindow
from summarizer.text import stems
from summarizer.training.corpus import read_corpus

_DATA = Path(__file__).parents[1] / "data"
_LEAST_ARTICLES = 4  # that have a stem; rarer ones are as good as unseen
_BODY_WORDS = 200
_PAIR_WEIGHT = 4.0  # of a pair drawn from all over, against one in a window: windows have many pairs of few stories
_LEAST_ALIKE = 0.12  # cosine of the texts: the rest of a window is told apart anyway, and would outweigh all else
_RIDGE = 10.0
_STEPS = 25
_THIRDS = 3

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Article:
    """A labelled article."""

    id: str
    outlet: str
    published: datetime
    title: str
    text: str


@dataclass(frozen=True)
class Row:
    """Two articles: what is known of them, and whether they report one event.

    Attributes:
        part: of the cross-fit: "w1", "w2", or a third of the other pairs.
        drawn: whether it is a labelled pair, and not one of a window.
    """

    features: tuple[float, ...]
    series: bool
    same: bool
    part: str
    drawn: bool


@dataclass(frozen=True)
class Corpus:
    """The labelled articles, the rows to learn from, and for each window the story of each of its articles."""

    articles: Mapping[str, Article]
    rows: Sequence[Row]
    windows: Mapping[str, Mapping[str, str]]


def read_corpus_of_stories(folder: Path) -> Corpus:
    """The labelled pairs and windows of a folder, with the features of each pair."""
    articles = {record["id"]: _article(record) for record in _records(folder / "articles.jsonl")}
    texts = {key: read_story_text(article.title, article.text) for key, article in articles.items()}
    rarity = Rarity()
    for text in texts.values():
        rarity.count(text.body)
    weighed = {key: weigh(text, rarity) for key, text in texts.items()}
    windows: defaultdict[str, dict[str, str]] = defaultdict(dict)
    for record in _records(folder / "window.jsonl"):
        windows[record["window"]][record["id"]] = record["story"]

    pairs = [pair for pair in _records(folder / "pairs.jsonl") if pair["label"] != "u"]
    components = _components([(pair["a"], pair["b"]) for pair in pairs])
    rows = [
        _row(
            (articles[pair["a"]], weighed[pair["a"]]),
            (articles[pair["b"]], weighed[pair["b"]]),
            same=bool(pair["label"]),
            part=_part(pair, components[pair["a"]], windows),
            drawn=True,
        )
        for pair in pairs
    ]
    for window, stories in windows.items():
        rows += _rows_of_window(window, stories, articles)
    return Corpus(articles, rows, windows)


def _records(path: Path) -> Iterator[dict[str, Any]]:
    with path.open(encoding="utf-8") as lines:
        yield from map(json.loads, lines)


def _article(record: dict[str, Any]) -> Article:
    published = parse_date(record["date"] or "") or datetime.min.replace(tzinfo=UTC)
    return Article(record["id"], record["outlet"], published, record["title"], record["text"])


def _components(pairs: Sequence[tuple[str, str]]) -> dict[str, str]:
    """For each article the first, by name, of those that it is joined with by a chain of pairs."""
    first = {key: key for pair in pairs for key in pair}
    changed = True
    while changed:
        changed = False
        for pair in pairs:
            least = min(first[key] for key in pair)
            changed |= any(first[key] != least for key in pair)
            first.update(dict.fromkeys(pair, least))
    return first


def _part(pair: dict[str, Any], component: str, windows: Mapping[str, object]) -> str:
    if pair["in_window"] in windows:
        return str(pair["in_window"])
    return f"third {int(hashlib.sha256(component.encode()).hexdigest(), 16) % _THIRDS}"


def _row(
    one: tuple[Article, WeighedText], other: tuple[Article, WeighedText], *, same: bool, part: str, drawn: bool
) -> Row:
    (first, text), (second, other_text) = one, other
    apart, one_outlet = first.published - second.published, first.outlet == second.outlet
    features = compare(text, other_text, apart, one_outlet=one_outlet)
    series = one_outlet and is_another_of_series(text.text, other_text.text)
    return Row(features, series, same, part, drawn)


def _rows_of_window(window: str, stories: Mapping[str, str], articles: Mapping[str, Article]) -> Iterator[Row]:
    """Each article with those before it that the window finds, with the rarities of that moment."""
    before = StoryWindow()
    texts: dict[str, StoryText] = {}
    for article in _in_order(articles[key] for key in stories):
        text = read_story_text(article.title, article.text)
        weighed = weigh(text, before.rarity)
        for key in before.nearest(weighed, article.published):
            other = (articles[key], weigh(texts[key], before.rarity))
            same = stories[key] == stories[article.id]
            row = _row((article, weighed), other, same=same, part=window, drawn=False)
            if row.features[FEATURES.index("texts")] >= _LEAST_ALIKE:
                yield row
        texts[article.id] = text
        before.add(article.id, article.id, text, article.published, article.outlet)


def _in_order(articles: Iterable[Article]) -> list[Article]:
    return sorted(articles, key=lambda article: (article.published, article.id))


def fit(rows: Sequence[Row]) -> Weights:
    """The logistic regression on the rows, by Newton's method, with a ridge on weights of standardised features."""
    rows = [row for row in rows if not row.series]
    features = np.array([row.features for row in rows])
    mean, spread = features.mean(axis=0), features.std(axis=0)
    x = np.column_stack([(features - mean) / spread, np.ones(len(rows))])
    y = np.array([row.same for row in rows], dtype=np.float64)
    importance = np.array([_PAIR_WEIGHT if row.drawn else 1.0 for row in rows])
    ridge = np.diag([_RIDGE] * features.shape[1] + [0.0])
    w = np.zeros(x.shape[1])
    for _ in range(_STEPS):
        odds = 1 / (1 + np.exp(-x @ w))
        slope = x.T @ (importance * (odds - y)) + ridge @ w
        curve = (x * (importance * odds * (1 - odds))[:, None]).T @ x + ridge
        w -= np.linalg.solve(curve, slope)
    plain = w[:-1] / spread
    return Weights(tuple(float(value) for value in plain), float(w[-1] - plain @ mean))


def odds_of(row: Row, weights: Weights) -> float:
    """As `story_likeness.likeness`, from the features."""
    return 0.0 if row.series else weights.odds(row.features)


def auc(labels: NDArray[np.bool_], scores: Floats) -> float:
    """The share of (same, other) pairs of rows in which the same-story one has the higher score; ties count half."""
    same, other = scores[labels], scores[~labels]
    return float(((same[:, None] > other).mean() + (same[:, None] >= other).mean()) / 2)


def f1(labels: NDArray[np.bool_], taken: NDArray[np.bool_]) -> float:
    """The F1 of what was taken."""
    return float(2 * (labels & taken).sum() / max(labels.sum() + taken.sum(), 1))


def group(corpus: Corpus, window: str, weights: Weights) -> dict[str, str]:
    """The story of each article of a window, put into stories in the order of publication."""
    stories = StoryWindow(weights)
    found: dict[str, str] = {}
    for article in _in_order(corpus.articles[key] for key in corpus.windows[window]):
        text = read_story_text(article.title, article.text)
        placement = stories.place(text, article.published, article.outlet)
        story = placement.story or article.id
        for gone in placement.same:
            stories.merge(story, gone)
            found = {key: story if value == gone else value for key, value in found.items()}
        found[article.id] = story
        stories.add(article.id, story, text, article.published, article.outlet)
    return found


def links(gold: Mapping[str, str], found: Mapping[str, str]) -> tuple[float, float, float]:
    """Precision, recall and F1 of the pairs of articles that are in one story."""

    def pairs(labels: Counter[Any]) -> int:
        return sum(count * (count - 1) // 2 for count in labels.values())

    both = pairs(Counter((gold[key], found[key]) for key in gold))
    right, given = pairs(Counter(gold.values())), pairs(Counter(found[key] for key in gold))
    return both / max(given, 1), both / max(right, 1), 2 * both / max(given + right, 1)


def report(corpus: Corpus) -> Iterator[str]:
    """Lines with the figures of the cross-fit."""
    parts = sorted({row.part for row in corpus.rows})
    without = {part: fit([row for row in corpus.rows if row.part != part]) for part in parts}
    drawn = [row for row in corpus.rows if row.drawn]
    labels = np.array([row.same for row in drawn])
    scores = np.array([odds_of(row, without[row.part]) for row in drawn])
    # The threshold for a part is the best one for the others.
    part_of = np.array([row.part for row in drawn])
    taken = np.zeros(len(drawn), dtype=np.bool_)
    for part in parts:
        inside = part_of == part
        at = max(np.unique(scores[~inside]), key=lambda value: f1(labels[~inside], scores[~inside] >= value))
        taken[inside] = scores[inside] >= at
    yield f"pairs  n {len(drawn)}  AUC {auc(labels, scores):.3f}  F1 {f1(labels, taken):.3f}"
    for window, gold in corpus.windows.items():
        precision, recall, both = links(gold, group(corpus, window, without[window]))
        yield f"{window}  links P {precision:.3f} R {recall:.3f} F1 {both:.3f}"


def count_stems(path: Path) -> dict[str, Any]:
    """How many of IndoSum's articles have each stem among their first 200 words."""
    examples = list(read_corpus([path]))
    found: Counter[str] = Counter()
    for example in examples:
        found.update(set(stems(example.text)[:_BODY_WORDS]))
    kept = {stem: count for stem, count in sorted(found.items()) if count >= _LEAST_ARTICLES}
    return {"articles": len(examples), "stems": kept}


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command; see the module's text. Returns the exit code."""
    parser = argparse.ArgumentParser(prog="python -m summarizer.training.stories", description="Fit the story weights.")
    parser.add_argument("what", choices=("rarity", "fit"))
    parser.add_argument("source", type=Path)
    options = parser.parse_args(argv)
    if options.what == "rarity":
        counted = count_stems(options.source)
        (_DATA / "stem_frequencies.json").write_text(json.dumps(counted, ensure_ascii=False) + "\n", encoding="utf-8")
        return 0
    corpus = read_corpus_of_stories(options.source)
    for line in report(corpus):
        sys.stdout.write(line + "\n")
    weights = fit(corpus.rows)
    shipped = {"weights": {n: round(w, 4) for n, w in zip(FEATURES, weights.of, strict=True)}}
    file = _DATA / "story_likeness.json"
    file.write_text(json.dumps(shipped | {"bias": round(weights.bias, 4)}, indent=1) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
