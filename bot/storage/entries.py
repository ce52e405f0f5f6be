"""What one article looks like in the search index, on either kind of database. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from bot.storage.terms import fold, read_words

INDEX = "article_index"
"""The table of the index; what it looks like is up to the kind of database."""


@dataclass(frozen=True, slots=True)
class IndexEntry:
    """What one article looks like in the index: stems, separated by spaces, and its tags."""

    title: str
    body: str
    tags: str
    words: tuple[tuple[str, str], ...]
    """Each word that occurs, in lower case, with its stem."""


def make_entry(title: str, body: str, outlet: str, published_at: datetime) -> IndexEntry:
    """The entry of an article. Stemming is the larger part of the work of saving it."""
    in_title, in_body = read_words(title), read_words(body)
    return IndexEntry(
        " ".join(word.stem for word in in_title),
        " ".join(word.stem for word in in_body),
        " ".join((outlet_tag(outlet), *month_tags(published_at))),
        tuple({word.surface: word.stem for word in (*in_title, *in_body)}.items()),
    )


def outlet_tag(outlet: str) -> str:
    """One word that no outlet shares with another."""
    return "o" + fold(outlet).replace(" ", "").replace("'", "").replace(".", "").replace(",", "")


def month_tags(moment: datetime) -> tuple[str, str]:
    """The year and the month of a moment (UTC), each as one word."""
    moment = moment.astimezone(UTC)
    return f"y{moment.year:04}", f"m{moment.year:04}{moment.month:02}"


def span_tags(since: datetime | None, until: datetime | None, now: datetime) -> tuple[str, ...]:
    """The tags that every article between two moments has one of; empty where there is no bound."""
    if since is None and until is None:
        return ()
    first = (since or datetime(1990, 1, 1, tzinfo=UTC)).astimezone(UTC)
    last = max(first, (until or now.replace(year=now.year + 1)).astimezone(UTC))
    months = [(month // 12, month % 12 + 1) for month in range(_months(first), _months(last) + 1)]
    whole = {year for year, month in months if month == 1} & {year for year, month in months if month == 12}
    tags = {f"y{year:04}" if year in whole else f"m{year:04}{month:02}" for year, month in months}
    return tuple(sorted(tags))


def _months(moment: datetime) -> int:
    return moment.year * 12 + moment.month - 1
