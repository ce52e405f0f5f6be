"""Measures, one after the other, what docs/figures.md quotes, and prints the table.

    python -m tests.bench [--only NAME]      make bench

Everything happens on 127.0.0.1, in about two minutes on a quiet machine with two cores, and stops by itself.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import platform
import sys
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime

from tests.bench import (
    answers,
    crowd,
    demo,
    digest,
    feeds,
    memory,
    parsing,
    search,
    sender,
    stories,
    summarize,
    transport,
    updates,
    workers,
)
from tests.bench.figures import Figure, table

LIMIT = 300.0
"""Seconds for one of them: a machine that needs longer tells nothing that is worth waiting for."""

BENCHES: dict[str, Callable[[], Awaitable[list[Figure]]]] = {
    "answers": answers.measure,
    "summarize": summarize.measure,
    "memory": memory.measure,
    "digest": digest.measure,
    "transport": transport.measure,
    "crowd": crowd.measure,
    "sender": sender.measure,
    "stories": stories.measure,
    "demo": demo.measure,
    "feeds": feeds.measure,
    "parsing": parsing.measure,
    "search": search.measure,
    "updates": updates.measure,
    "workers": workers.measure,
}


async def measure_all(names: list[str]) -> list[Figure]:
    """The figures of these benches; one that fails has its error in the table, and the others go on."""
    figures: list[Figure] = []
    for name in names:
        print(f"{name} ...", file=sys.stderr, flush=True)
        try:
            async with asyncio.timeout(LIMIT):
                figures += await BENCHES[name]()
        except Exception as error:
            figures.append(Figure(name, "failed", "-", f"{type(error).__name__}: {' '.join(str(error).split())[:200]}"))
    return figures


def machine() -> str:
    """Where and when: what a figure is worth nothing without."""
    load = ", ".join(f"{value:.1f}" for value in os.getloadavg())
    return (
        f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC; {os.cpu_count()} cores ({platform.machine()}), "
        f"Python {platform.python_version()}, load average before: {load}"
    )


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description="Measure and print the figures.")
    parser.add_argument("--only", choices=BENCHES, metavar="NAME", help=f"one of: {', '.join(BENCHES)}")
    arguments = parser.parse_args()
    where, began = machine(), time.perf_counter()
    figures = asyncio.run(measure_all([arguments.only] if arguments.only else list(BENCHES)))
    print(f"{where}; {time.perf_counter() - began:.0f} s in all\n\n{table(figures)}")
    return int(any(figure.measured == "failed" for figure in figures))


if __name__ == "__main__":
    sys.exit(main())
