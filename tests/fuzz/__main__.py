"""Searches for documents that break a parser's wrapper, with atheris, from the corpus beside this file.

    python -m tests.fuzz feed|page [--seconds 60]      make fuzz

What is found is written to build/fuzz/ and ends the search with an error; it becomes a line of `test_findings.py`.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from tests.processes import ROOT

CORPUS = Path(__file__).parent / "corpus"
SLOW = 10
"""Seconds for one document of at most 4 KB; feedparser needs a tenth of a second for the worst that was found."""
MEGABYTES = 1024


def main() -> int:
    """Search until the time is over; 0 where nothing was found, or where there is no atheris."""
    arguments = argparse.ArgumentParser(prog="python -m tests.fuzz", description="Search for documents that break us.")
    arguments.add_argument("kind", choices=("feed", "page"))
    arguments.add_argument("--seconds", type=int, default=60)
    chosen = arguments.parse_args()
    try:
        import atheris
    except ImportError:
        version = ".".join(map(str, sys.version_info[:2]))
        print(f"atheris has no wheel for Python {version} on {sys.platform}: nothing was searched", file=sys.stderr)
        return 0
    with atheris.instrument_imports(include=["bot", "summarizer", "feedparser", "feedparser_sgmllib"]):
        from tests.fuzz.checks import check_feed, check_page
    found, grown = ROOT / "build" / "fuzz", ROOT / "build" / "fuzz" / f"corpus-{chosen.kind}"
    grown.mkdir(parents=True, exist_ok=True)
    options = [
        f"-max_total_time={chosen.seconds}",
        f"-timeout={SLOW}",
        f"-rss_limit_mb={MEGABYTES}",
        f"-artifact_prefix={found}/{chosen.kind}-",
        "-print_final_stats=1",
        "-verbosity=0",
    ]
    check = check_feed if chosen.kind == "feed" else check_page
    atheris.Setup([sys.argv[0], *options, str(grown), str(CORPUS / chosen.kind)], check)
    atheris.Fuzz()  # ends the process
    return 0


if __name__ == "__main__":
    sys.exit(main())
