"""JSON lines in, JSON lines out: what the package's commands share."""

import json
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO, TextIO

Record = dict[str, Any]


class BadInputError(Exception):
    """Input that is not what it should be; the message is for the person at the terminal."""


def map_lines(
    source: Iterable[bytes],
    out: TextIO,
    err: TextIO,
    handle: Callable[[Record], Record],
    *,
    names: Sequence[str] = ("id",),
) -> int:
    """Answer each JSON object of `source` with a line on `out`, as it comes.

    A line that is not an object with what names it, or that `handle` refuses, is named on `err` and passed over.

    Args:
        handle: gives the answer to an object, or raises BadInputError.
        names: the keys that an object must have, each a string or a whole number.

    Returns:
        The exit code: 1 if any line was passed over, else 0.
    """
    failed = False
    for number, line in enumerate(source, start=1):
        if not line.strip():
            continue
        try:
            answer = json.dumps(handle(_parse(line, names)), ensure_ascii=False)
            answer.encode()  # a lone surrogate in an id cannot be written
        except (BadInputError, UnicodeEncodeError) as error:
            failed = True
            err.write(f"line {number}: {error}\n")
            continue
        out.write(answer + "\n")
        out.flush()
    return int(failed)


def _parse(line: bytes, names: Sequence[str]) -> Record:
    try:
        record = json.loads(line)
    except json.JSONDecodeError as error:
        # Without the position: it counts lines as well, and always says 1.
        raise BadInputError(f"not JSON: {error.msg}") from error
    except (ValueError, RecursionError) as error:
        raise BadInputError(f"not JSON: {error}") from error
    if not isinstance(record, dict) or not all(isinstance(record.get(name), str | int) for name in names):
        raise BadInputError("not an object with " + " and ".join(f'"{name}"' for name in names))
    return record


def text_of(record: Record, key: str) -> str:
    """The string under `key`; empty where there is none or null.

    Raises:
        BadInputError: something else stands there.
    """
    value = record.get(key)
    if value is None:
        return ""
    if not isinstance(value, str):
        raise BadInputError(f'"{key}" is not a string')
    return value


def describe(error: Exception) -> str:
    """What went wrong, for the person at the terminal; a file that cannot be read without the system's number."""
    if isinstance(error, OSError) and error.filename and error.strerror:
        return f"cannot read {error.filename}: {error.strerror}"
    return str(error)


@contextmanager
def open_input(file: Path | None) -> Iterator[BinaryIO]:
    """The file, or standard input where there is none."""
    if file is None:
        yield sys.stdin.buffer
        return
    with file.open("rb") as source:
        yield source
