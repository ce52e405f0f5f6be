"""Lines on the operator's terminal, in the operator's language. The one place that writes to stdout and stderr."""

from __future__ import annotations

import os
import sys

from bot.errors import SariError
from bot.texts import Catalog, terminal_catalog


def print_line(line: str) -> None:
    """Write a line of the answer."""
    sys.stdout.write(line + "\n")


def complain(line: str) -> None:
    """Write a line about the answer: a problem, or how far it has come."""
    sys.stderr.write(line + "\n")


def words() -> Catalog:
    """Give the texts in the language of the terminal."""
    return terminal_catalog(os.environ)


def sentence(error: SariError) -> str:
    """Give what an error means."""
    return words().plain(f"errors.{error.key}", **error.values)
