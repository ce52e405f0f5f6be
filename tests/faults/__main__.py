"""The proof that nothing is lost and nothing comes twice without a cause, as long as one wants.

    python -m tests.faults [--database sqlite|postgresql|both] [--readers 5000] [--kills 50] [--seed N] [--only STAGE]

Prints a table for each stage and database. Exit code 1 when a line of them does not hold.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
import time
from random import SystemRandom
from typing import Final

from tests.faults.audit import table
from tests.faults.databases import KINDS
from tests.faults.outbox_machine import play
from tests.faults.programme import Part, long

MACHINE: Final = "machine"
EXAMPLES, STEPS = 200, 50


def prove(kind: str, part: Part, seed: int) -> bool:
    """Run a stage and print its table. Gives whether everything held."""
    began = time.monotonic()
    figures = asyncio.run(part.figures(kind, seed))
    sizes = ", ".join(f"{name} {value}" for name, value in part.size.items())
    print(f"\n## {part.name} on {kind} ({sizes}; seed {seed}; {time.monotonic() - began:.0f} s)\n")
    print(table(figures), flush=True)
    return all(figure.holds for figure in figures)


def prove_by_machine(kind: str) -> bool:
    """Play the outbox machine; what it finds is raised, in the fewest steps that show it."""
    began = time.monotonic()
    play(kind, examples=EXAMPLES, steps=STEPS)
    print(
        f"\n## {MACHINE} on {kind}: {EXAMPLES} times {STEPS} steps hold ({time.monotonic() - began:.0f} s)", flush=True
    )
    return True


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.faults")
    parser.add_argument("--database", choices=(*KINDS, "both"), default="both")
    parser.add_argument("--readers", type=int, default=5000)
    parser.add_argument("--kills", type=int, default=50)
    parser.add_argument("--seed", type=int, default=SystemRandom().randrange(1_000_000))
    parser.add_argument("--only", metavar="STAGE", nargs="+", help="storm, limits, race, year, machine, ...")
    arguments = parser.parse_args()
    parts = long(readers=arguments.readers, kills=arguments.kills)
    chosen = arguments.only or [*(part.name for part in parts), MACHINE]
    print(f"seed {arguments.seed}", flush=True)
    kinds = KINDS if arguments.database == "both" else (arguments.database,)
    held = [
        prove(kind, part, arguments.seed)
        for part in parts
        if part.name in chosen
        for kind in kinds
        if kind in part.kinds
    ]
    if MACHINE in chosen:
        held += [prove_by_machine(kind) for kind in kinds]
    print("\nEverything holds." if all(held) else "\nSOMETHING DOES NOT HOLD.")
    return 0 if all(held) else 1


if __name__ == "__main__":
    sys.exit(main())
