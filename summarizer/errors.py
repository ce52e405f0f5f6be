"""Errors of the summarizer.

    SummarizerError
    ├── EmptyTextError       "text_empty": nothing to read
    └── NotIndonesianError   "not_indonesian": the text is in another language

Each carries a `key` under which a front end finds its own words; `str(error)` is English, for an operator.
"""

from typing import ClassVar


class SummarizerError(Exception):
    """An article that cannot be summarised."""

    key: ClassVar[str] = "summarizer"


class EmptyTextError(SummarizerError):
    """The text has no word in it once page furniture is removed."""

    key: ClassVar[str] = "text_empty"


class NotIndonesianError(SummarizerError):
    """The text is clearly not Indonesian."""

    key: ClassVar[str] = "not_indonesian"
