"""When an entry was published, from what its feed wrote. Pure; runs in the parser process."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone

from summarizer.dates import parse_date

_OLDEST = datetime(1990, 1, 1, tzinfo=UTC)
_LONGEST = 100
"""Characters; the longest date in words has 45."""
_MONTH_NAMES = "jan feb mar apr may jun jul aug sep oct nov dec"
_MONTHS = {name: number for number, name in enumerate(_MONTH_NAMES.split(), start=1)}
_RFC_822 = re.compile(
    r"(?:[a-z]{3},?\s+)?(?P<day>\d{1,2})\s+(?P<month>[a-z]{3})\s+(?P<year>\d{4})\s+"
    r"(?P<hour>\d{2}):(?P<minute>\d{2})(?::(?P<second>\d{2}))?\s+(?P<zone>[+-]\d{4}|GMT|UTC?|Z)",
    re.IGNORECASE | re.ASCII,
)
_ISO_8601 = re.compile(
    r"\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d{1,6})?)?(?:Z|[+-]\d{2}:?\d{2})", re.IGNORECASE | re.ASCII
)
_INDONESIAN_ZONE = re.compile(r"\bWI(?:B|TA|T)\b", re.IGNORECASE)
_ZONE = re.compile(r"(?:[+-]\d{2}:?\d{2}|[a-z]{1,5})\W*$", re.IGNORECASE)


def read_plain_date(text: str) -> datetime | None:
    """Give the moment that everybody reads alike, as it was written; None for any other way to write it.

    That is RFC 822 and ISO 8601 with a zone, WIB, WITA and WIT, and a time without a zone, which is WIB: outlets
    that leave the zone out print the time on their own wall.
    """
    text = text.strip()
    if len(text) > _LONGEST:
        return None
    try:
        if match := _RFC_822.fullmatch(text):
            return _rfc_822(match)
        if _ISO_8601.fullmatch(text):
            return datetime.fromisoformat(text)
    except (ValueError, KeyError):
        return None
    if _INDONESIAN_ZONE.search(text) or not _ZONE.search(text):
        return parse_date(text)
    return None


def sound_date(moment: datetime | None) -> datetime | None:
    """Give the moment in UTC; None for the epoch and other zeros that feeds write where they know no date."""
    try:
        return moment.astimezone(UTC) if moment and moment > _OLDEST else None
    except OverflowError:
        return None


def _rfc_822(match: re.Match[str]) -> datetime:
    zone = match["zone"]
    offset = timedelta(0)
    if zone[0] in "+-":
        offset = timedelta(hours=int(zone[:3]), minutes=int(zone[0] + zone[3:]))
    return datetime(
        int(match["year"]),
        _MONTHS[match["month"].lower()],
        int(match["day"]),
        int(match["hour"]),
        int(match["minute"]),
        int(match["second"] or 0),
        tzinfo=timezone(offset),
    )
