"""``sari summarize`` on the seed article, in a new process each time."""

from __future__ import annotations

import statistics
import time

from tests.bench.figures import Figure
from tests.processes import ROOT, run_sari

SEED = ROOT.parent / "shared" / "data" / "seed" / "article.txt"
RUNS = 5


async def measure() -> list[Figure]:
    """Seconds from the start of the process to its end."""
    name, aim = "sari summarize, cold", "< 1.5 s"
    if not SEED.exists():
        return [Figure(name, "not measured", aim, f"{SEED} is not on this machine")]
    times = []
    for _ in range(RUNS):
        began = time.perf_counter()
        finished = await run_sari("summarize", str(SEED))
        times.append(time.perf_counter() - began)
        assert finished.code == 0, finished.err
    measured = f"best {min(times):.2f} s, median {statistics.median(times):.2f} s"
    return [Figure(name, measured, aim, f"the seed article, {RUNS} times, a new process each")]
