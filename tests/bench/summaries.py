"""The figures of docs/summaries.md: `make bench-summaries` prints them.

    python -m tests.bench.summaries [--only NAME...] [--write] [--folds FOLDER] [--outlets FOLDER]
                                    [--peers-python PATH...] [--sample FOLDER --seed N]

--folds and --outlets are what `python -m summarizer.training folds` wrote (the latter with --by outlet). A peer, sumy
or transformers, is measured with the first Python, this one or one of --peers-python, that has it. --sample writes 100
random digests of detik-2026 to be read, into a folder outside of the project. --write puts the tables into the
document; what failed is printed and changes nothing there. Nothing here is asserted: tests/quality holds the floors.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import random
import re
import statistics
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

from summarizer import ArticleInput, Digest, SummarizerError, create_summarizer
from summarizer.evaluate import (
    FIGURES,
    Article,
    Digests,
    cells,
    measured,
    read_articles,
    read_digests,
    report,
    report_outlets,
    table,
)
from summarizer.measures import count_facts, sum_up
from summarizer.selection import SHORT_LEAD_WORDS, SHORT_WORDS
from summarizer.sentences import split_sentences
from tests.bench.figures import percentile
from tests.bench.summaries_speed import Speed
from tests.processes import ROOT

SHARED = ROOT.parent / "shared"
INDOSUM = tuple(SHARED / "data/indosum" / name for name in ("train.jsonl", "dev.jsonl"))
DETIK = SHARED / "data/detik-2026/articles.jsonl"
ENCODER = SHARED / "model/e5-small-id"
DOCUMENT = ROOT / "docs/summaries.md"
SAMPLE = 100
TIMED = 200
SEED = 1


def folds(options: argparse.Namespace) -> str:
    """What was held out of the training, all five folds together."""
    if options.folds is None:
        return ""
    digests, articles = _held_out(options.folds, titled=False)
    titled, _ = _held_out(options.folds, titled=True)
    return report(articles, {"Sari": digests, "Sari, headline given": titled})


def outlets(options: argparse.Namespace) -> str:
    """Each outlet by a network that has seen nothing of it."""
    if options.outlets is None:
        return ""
    unseen, articles = _held_out(options.outlets, titled=False)
    return report_outlets(articles, {"outlet left out": unseen})


def _held_out(folder: Path, *, titled: bool) -> tuple[Digests, list[Article]]:
    files = [file for file in sorted(folder.glob("*.jsonl")) if file.stem.endswith("-titled") is titled]
    digests = read_digests(files)
    return digests, measured(read_articles(INDOSUM), digests)


def dev(options: argparse.Namespace) -> str:
    """The shipped engine through the package's command, which gets no headline."""
    articles = read_articles(INDOSUM[1:])
    lines = "".join(json.dumps({"id": a.id, "text": a.text}) + "\n" for a in articles)
    command = [sys.executable, "-m", "summarizer", "--jsonl"]
    done = subprocess.run(command, cwd=ROOT, input=lines, capture_output=True, text=True, check=True)
    answers = map(json.loads, done.stdout.splitlines())
    return report(articles, {"Sari": {answer["id"]: answer["sentences"] for answer in answers}})


def recent(options: argparse.Namespace) -> str:
    """The articles of 2026 with their headlines, none of which the engine was tuned on."""
    digests = [digest for _, digest in _recent_digests() if isinstance(digest, Digest)]
    facts = [count_facts(d.sentences, article["body"]) for article, d in _recent_digests() if isinstance(d, Digest)]
    refused = Counter(digest.key for _, digest in _recent_digests() if isinstance(digest, SummarizerError))
    short = sorted(len(digest.short.split()) for digest in digests)
    outside = sum(not 40 <= each.words <= 85 for each in facts)
    rows = [
        (
            "articles, digests",
            f"{len(digests) + refused.total()}, {len(digests)} by {_names(d.engine for d in digests)}",
        ),
        ("refused", _names(refused.elements()) or "none"),
        ("fallback used", _names(digest.fallback for digest in digests if digest.fallback) or "never"),
        ("checks repaired", str(sum(bool(digest.checks) for digest in digests))),
        ("digests outside of 40-85 words", f"{outside} ({100 * outside / len(digests):.1f} %)"),
        ("words of the short form, p50/p90/most", f"{percentile(short, 0.5)}/{percentile(short, 0.9)}/{short[-1]}"),
        (f"short forms over {SHORT_WORDS}, over {SHORT_LEAD_WORDS} words", _over(short, SHORT_WORDS, SHORT_LEAD_WORDS)),
    ]
    rows += zip(FIGURES, cells(sum_up(facts)), strict=True)
    return table(("figure", "measured"), rows)


def _names(found: Any) -> str:
    return ", ".join(f"{name} {count}" for name, count in Counter(found).most_common())


def _over(values: Sequence[int], *limits: int) -> str:
    return ", ".join(str(sum(value > limit for value in values)) for limit in limits)


@cache
def _recent_digests() -> list[tuple[dict[str, str], Digest | SummarizerError]]:
    articles = [json.loads(line) for line in DETIK.read_text(encoding="utf-8").splitlines()]
    digests = create_summarizer().summarize_many([ArticleInput(a["body"], a["title"]) for a in articles])
    return list(zip(articles, digests, strict=True))


def write_sample(folder: Path, seed: int) -> None:
    """100 random digests of the articles of 2026: lines {"id", "title", "digest", "short"}."""
    digests = [(article, digest) for article, digest in _recent_digests() if isinstance(digest, Digest)]
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / f"sample{SAMPLE}-{seed}.jsonl").open("w", encoding="utf-8") as out:
        for article, digest in random.Random(seed).sample(digests, SAMPLE):
            kept = {key: article[key] for key in ("id", "title")}
            record = {**kept, "digest": digest.sentences, "short": digest.short}
            out.write(json.dumps(record, ensure_ascii=False) + "\n")


def speed(options: argparse.Namespace) -> str:
    """Ours beside the peers, one after the other, on the same articles of 2026."""
    articles = [json.loads(line) for line in DETIK.read_text(encoding="utf-8").splitlines()]
    chosen = random.Random(SEED).sample(articles, TIMED)
    lines = "".join(
        json.dumps({"title": a["title"], "text": a["body"], "sentences": split_sentences(a["body"])}) + "\n"
        for a in chosen
    )
    pythons = [sys.executable, *options.peers_python]
    methods = {
        "Sari": ("sari", pythons[:1]),
        "sumy LexRank": ("lexrank", _with("sumy", pythons)),
        "transformers eager, encoder only": (f"encoder={ENCODER}", _with("transformers", pythons)),
    }
    ours: Speed | None = None
    rows = []
    for name, (method, able) in methods.items():
        if not able:
            rows.append((name, "not installed", "", "", "", "", ""))
            continue
        found = _timed(able[0], method, lines)
        ours = ours or found
        rate = TIMED / found.batch
        middle, high = 1000 * percentile(found.singles, 0.5), 1000 * percentile(found.singles, 0.95)
        ratio = found.batch / ours.batch
        figures = (
            f"{rate:.1f}",
            f"{ratio:.2f}",
            f"{middle:.1f}",
            f"{high:.1f}",
            f"{found.load:.2f}",
            f"{found.memory:.0f}",
        )
        rows.append((name, *figures))
    length = statistics.median(len(a["body"].split()) for a in chosen)
    head = ("articles a second", "time, ours = 1", "one alone, ms p50", "p95", "load, s", "peak memory, MB")
    return table((f"{TIMED} articles, {length:.0f} words at the median", *head), rows)


def _with(package: str, pythons: Sequence[str]) -> list[str]:
    return [p for p in pythons if not subprocess.run([p, "-c", f"import {package}"], capture_output=True).returncode]


def _timed(python: str, method: str, lines: str) -> Speed:
    script = [python, str(ROOT / "tests/bench/summaries_speed.py"), method]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(script, env=environment, input=lines, capture_output=True, text=True, check=True)
    return Speed(**json.loads(done.stdout))


def corruptions(options: argparse.Namespace) -> str:
    """What `faithful` catches of 500 corrupted sentences."""
    return _printed_by("tests.bench.corruptions")


def splitting(options: argparse.Namespace) -> str:
    """Sentence boundaries beside other splitters."""
    return _printed_by("tests.bench.splitting")


def _printed_by(module: str) -> str:
    command = [sys.executable, "-m", module]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout.strip()


BENCHES: dict[str, Callable[[argparse.Namespace], str]] = {
    "folds": folds,
    "outlets": outlets,
    "dev": dev,
    "recent": recent,
    "speed": speed,
    "corruptions": corruptions,
    "splitting": splitting,
}


def put(document: str, name: str, content: str) -> str:
    """The document with `content` between the marks of `name`.

    Raises:
        ValueError: it has not exactly one such place.
    """
    block = re.compile(rf"(<!-- bench:{re.escape(name)} -->\n).*?(<!-- /bench -->)", re.DOTALL)
    changed, places = block.subn(lambda mark: f"{mark[1]}{content}\n{mark[2]}", document)
    if places != 1:
        raise ValueError(f"{places} places for {name}")
    return changed


def stamp(load: float) -> str:
    """When and on what: a time is worth nothing without."""
    return (
        f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC, {os.cpu_count()} cores ({platform.machine()}), "
        f"Python {platform.python_version()}, load average before: {load:.1f}"
    )


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.bench.summaries", description="Measure the summaries.")
    parser.add_argument("--only", nargs="+", choices=BENCHES, default=list(BENCHES), metavar="NAME")
    parser.add_argument("--write", action="store_true", help=f"put the tables into {DOCUMENT.relative_to(ROOT)}")
    parser.add_argument("--folds", type=Path, help="digests of held-out folds")
    parser.add_argument("--outlets", type=Path, help="digests of held-out outlets")
    parser.add_argument("--peers-python", nargs="+", default=[], metavar="PATH", help="a Python with sumy, with torch")
    parser.add_argument("--sample", type=Path, help="folder for 100 digests to be read")
    parser.add_argument("--seed", type=int, default=SEED)
    options = parser.parse_args()
    if options.sample:
        write_sample(options.sample, options.seed)
        return 0
    failed = False
    for name in options.only:
        load, began = os.getloadavg()[0], time.perf_counter()
        try:
            content = BENCHES[name](options)
        except subprocess.CalledProcessError as error:
            failed = True
            print(f"\n## {name}: failed\n\n{error.stderr}", flush=True)
            continue
        if not content:
            print(f"\n## {name}: skipped, no folder of digests given")
            continue
        content += f"\n\n{stamp(load)}"
        print(f"\n## {name} ({time.perf_counter() - began:.0f} s)\n\n{content}", flush=True)
        if options.write:
            DOCUMENT.write_text(put(DOCUMENT.read_text(encoding="utf-8"), name, content), encoding="utf-8")
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
