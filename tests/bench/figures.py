"""One measured figure, and the table of them."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import astuple, dataclass

HEAD = ("figure", "measured", "aim", "how")


@dataclass(frozen=True, slots=True)
class Figure:
    """A line of the table, in words."""

    name: str
    measured: str
    aim: str
    how: str


def percentile(values: Sequence[float], share: float) -> float:
    """The smallest value that at least this share of the values does not exceed (nearest rank)."""
    ordered = sorted(values)
    return ordered[max(1, math.ceil(share * len(ordered))) - 1]


def table(figures: Sequence[Figure]) -> str:
    """The figures as a Markdown table whose columns also stand in line on a terminal."""
    rows = [HEAD, *(astuple(figure) for figure in figures)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(HEAD))]
    lines = [
        "| " + " | ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) + " |" for row in rows
    ]
    return "\n".join([lines[0], "|" + "|".join("-" * (width + 2) for width in widths) + "|", *lines[1:]])
