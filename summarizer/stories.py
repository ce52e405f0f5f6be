"""Which articles tell one story, for JSON lines; `story_window` has the method.

    python -m summarizer.stories --jsonl [FILE]   lines {"id", "date", "title", "text", "outlet"} -> {"id", "story"}
    python -m summarizer.stories --jsonl [FILE] --pairs PAIRS    lines {"a", "b"} of ids -> {"a", "b", "score"}

Articles are put into stories one after the other, as they come. A story is named by the id of its first article; the
answers come at the end, since an article can show two stories to be one. With --pairs each pair is answered with how
likely, between 0 and 1, the two articles report one event. `outlet` and `date` may be missing; an article without a
date takes that of the one before it.
"""

import argparse
import json
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from io import StringIO
from pathlib import Path

from summarizer.dates import parse_date
from summarizer.jsonl import BadInputError, Record, describe, map_lines, open_input, text_of
from summarizer.story_likeness import Rarity, likeness, weigh
from summarizer.story_text import StoryText, read_story_text
from summarizer.story_window import StoryWindow


@dataclass(frozen=True)
class _Article:
    id: str | int
    outlet: str
    published: datetime
    text: StoryText


class _Reader:
    """Reads article after article; answers nothing yet."""

    def __init__(self) -> None:
        self.articles: list[_Article] = []
        self._now = datetime.min.replace(tzinfo=UTC)

    def read(self, record: Record) -> Record:
        str(record["id"]).encode()  # an id that cannot be written back is refused now
        self._now = parse_date(text_of(record, "date")) or self._now
        title, text, outlet = (text_of(record, key) for key in ("title", "text", "outlet"))
        self.articles.append(_Article(record["id"], outlet, self._now, read_story_text(title, text)))
        return {"id": record["id"]}


def _group(articles: Sequence[_Article]) -> list[Record]:
    window = StoryWindow()
    became: dict[str, str] = {}
    stories: list[str] = []
    for article in articles:
        placement = window.place(article.text, article.published, article.outlet)
        story = placement.story or str(article.id)
        for gone in placement.same:
            window.merge(story, gone)
            became[gone] = story
        window.add(str(article.id), story, article.text, article.published, article.outlet)
        stories.append(story)

    def present(story: str) -> str:
        while story in became:
            story = became[story]
        return story

    return [{"id": a.id, "story": present(story)} for a, story in zip(articles, stories, strict=True)]


class _Scorer:
    """Tells of pairs of ids how likely they report one event."""

    def __init__(self, articles: Sequence[_Article]) -> None:
        self._articles = {str(article.id): article for article in articles}
        self._rarity = Rarity()
        for article in articles:
            self._rarity.count(article.text.body)

    def score(self, record: Record) -> Record:
        one, other = (self._article(record, key) for key in ("a", "b"))
        one_outlet = not (one.outlet and other.outlet and one.outlet != other.outlet)
        first, second = (weigh(article.text, self._rarity) for article in (one, other))
        odds = likeness(first, second, one.published - other.published, one_outlet=one_outlet)
        return {"a": one.id, "b": other.id, "score": round(odds, 6)}

    def _article(self, record: Record, key: str) -> _Article:
        found = self._articles.get(str(record.get(key)))
        if found is None:
            raise BadInputError(f'"{key}" is the id of no article')
        return found


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command; see the module's text. Returns the exit code: 0 done, 1 failed, 2 used wrongly."""
    parser = argparse.ArgumentParser(prog="python -m summarizer.stories", description="Which articles tell one story.")
    parser.add_argument("file", nargs="?", type=Path, metavar="FILE", help="default: standard input")
    parser.add_argument("--jsonl", action="store_true", required=True, help="JSON lines in and out")
    parser.add_argument("--pairs", type=Path, metavar="PAIRS", help="score these pairs instead")
    options = parser.parse_args(argv)
    reader = _Reader()
    try:
        with open_input(options.file) as source:
            code = map_lines(source, StringIO(), sys.stderr, reader.read)
        if options.pairs is not None:
            with open_input(options.pairs) as pairs:
                score = _Scorer(reader.articles).score
                return max(code, map_lines(pairs, sys.stdout, sys.stderr, score, names=("a", "b")))
    except OSError as error:
        sys.stderr.write(f"stories: {describe(error)}\n")
        return 1
    for answer in _group(reader.articles):
        sys.stdout.write(json.dumps(answer, ensure_ascii=False) + "\n")
    return code


if __name__ == "__main__":
    sys.exit(main())
