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

from tests.faults.audit import table
from tests.faults.databases import KINDS
from tests.faults.programme import long


async def prove(arguments: argparse.Namespace) -> bool:
    """Whether everything held."""
    holds = True
    kinds = KINDS if arguments.database == "both" else (arguments.database,)
    for part in long(readers=arguments.readers, kills=arguments.kills):
        if arguments.only and part.name not in arguments.only:
            continue
        for kind in (kind for kind in kinds if kind in part.kinds):
            began = time.monotonic()
            figures = await part.figures(kind, arguments.seed)
            sizes = ", ".join(f"{name} {value}" for name, value in part.size.items())
            print(f"\n## {part.name} on {kind} ({sizes}; seed {arguments.seed}; {time.monotonic() - began:.0f} s)\n")
            print(table(figures), flush=True)
            holds = holds and all(figure.holds for figure in figures)
    print("\nEverything holds." if holds else "\nSOMETHING DOES NOT HOLD.")
    return holds


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.faults")
    parser.add_argument("--database", choices=(*KINDS, "both"), default="both")
    parser.add_argument("--readers", type=int, default=5000)
    parser.add_argument("--kills", type=int, default=50)
    parser.add_argument("--seed", type=int, default=SystemRandom().randrange(1_000_000))
    parser.add_argument("--only", metavar="STAGE", nargs="*")
    arguments = parser.parse_args()
    print(f"seed {arguments.seed}", flush=True)
    return 0 if asyncio.run(prove(arguments)) else 1


if __name__ == "__main__":
    sys.exit(main())
