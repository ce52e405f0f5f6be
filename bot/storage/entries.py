"""The table of the search index, and the tags that its entries have of a span of time. Pure."""

from __future__ import annotations

from datetime import UTC, datetime

INDEX = "article_index"
"""The table of the index; what it looks like is up to the kind of database."""


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
