"""`python -m summarizer`: one article as text, or JSON lines, in; digests out.

    python -m summarizer [FILE]          a saved article (default: standard input) -> its digest, a sentence a line
    python -m summarizer --jsonl [FILE]  lines {"id", "title", "text"} -> lines {"id", "sentences"}, as they come

With --jsonl an article that cannot be summarised gives {"id", "sentences": [], "error": key}; a line that is not
such an object is named on standard error, and the exit code is 1 in the end.
Exit codes: 0 done, 1 failed, 2 used wrongly.
"""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from summarizer import Summarizer, SummarizerError, create_summarizer, read_article
from summarizer.jsonl import BadInputError, Record, describe, map_lines, open_input, text_of

_LARGEST_ARTICLE = 10_000_000  # bytes; a report of 20,000 words has 0.2 million


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command; see the module's text. Returns the exit code."""
    parser = argparse.ArgumentParser(prog="python -m summarizer", description="Digests of Indonesian news articles.")
    parser.add_argument("file", nargs="?", type=Path, metavar="FILE", help="default: standard input")
    parser.add_argument(
        "--jsonl", action="store_true", help='lines {"id", "title", "text"} in, {"id", "sentences"} out'
    )
    options = parser.parse_args(argv)
    summarizer = create_summarizer()
    try:
        with open_input(options.file) as source:
            if options.jsonl:
                return map_lines(source, sys.stdout, sys.stderr, lambda record: _digest(record, summarizer))
            article = read_article(_decode(source.read(_LARGEST_ARTICLE + 1)))
        digest = summarizer.summarize(article.body, article.title)
    except (BadInputError, SummarizerError, OSError) as error:
        sys.stderr.write(f"summarizer: {describe(error)}\n")
        return 1
    sys.stdout.write("\n".join(digest.sentences) + "\n")
    return 0


def _digest(record: Record, summarizer: Summarizer) -> Record:
    try:
        digest = summarizer.summarize(text_of(record, "text"), text_of(record, "title"))
    except SummarizerError as error:
        return {"id": record["id"], "sentences": [], "error": error.key}
    return {"id": record["id"], "sentences": list(digest.sentences)}


def _decode(data: bytes) -> str:
    if len(data) > _LARGEST_ARTICLE:
        raise BadInputError(f"larger than {_LARGEST_ARTICLE // 1_000_000} MB: not an article")
    if b"\0" in data:
        raise BadInputError("not text: the input is binary")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise BadInputError(f"not UTF-8 text: byte {error.start}") from error


if __name__ == "__main__":
    sys.exit(main())
