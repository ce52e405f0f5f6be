"""Days as readers write them after ``sejak:`` and ``sampai:``, in Indonesian and English. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import NamedTuple

from summarizer.dates import MONTHS

DAY = timedelta(days=1)

_UNITS: dict[str, Callable[[datetime, int], datetime]] = {
    name: step
    for names, step in (
        ("hari days day d", lambda today, count: today - count * DAY),
        ("minggu pekan weeks week w", lambda today, count: today - 7 * count * DAY),
        ("bulan bln months month", lambda today, count: _months_before(today, count)),
        ("tahun thn years year y", lambda today, count: _months_before(today, 12 * count)),
    )
    for name in names.split()
}
_WEEKDAYS = {
    name: number
    for number, names in enumerate(
        (
            "senin monday",
            "selasa tuesday",
            "rabu wednesday",
            "kamis thursday",
            "jumat jum'at friday",
            "sabtu saturday",
            "minggu ahad sunday",
        )
    )
    for name in names.split()
}
_ONE_OF_MONTHS = rf"(?:{'|'.join(sorted(MONTHS, key=len, reverse=True))})"
_LAST = r"(?:yang\s+)?(?:lalu|kemarin)|ago"

_PATTERNS = (
    rf"(?P<count>\d{{1,3}})\s*(?P<unit>{'|'.join(sorted(_UNITS, key=len, reverse=True))})\b(?:\s+(?:{_LAST}))?",
    r"(?P<today>hari\s+ini|today|sekarang|now)",
    r"(?P<yesterday>kemarin|yesterday)",
    r"(?P<week>(?:minggu|pekan)\s+(?:lalu|kemarin)|seminggu(?:\s+(?:yang\s+)?lalu)?|last\s+week)",
    r"(?P<before>bulan\s+(?:lalu|kemarin)|last\s+month)",
    r"(?P<last_year>tahun\s+(?:lalu|kemarin)|last\s+year)",
    r"(?P<iso_year>\d{4})-(?P<iso_month>\d{1,2})(?:-(?P<iso_day>\d{1,2}))?",
    r"(?P<num_day>\d{1,2})[/.-](?P<num_month>\d{1,2})(?:[/.-](?P<num_year>\d{4}|\d{2}))?",
    rf"(?P<day>\d{{1,2}})[\s-]*(?P<month>{_ONE_OF_MONTHS})(?:[\s,-]+(?P<year>\d{{4}}))?",
    rf"(?P<en_month>{_ONE_OF_MONTHS})\s+(?P<en_day>\d{{1,2}})(?!\d)(?:,?\s+(?P<en_year>\d{{4}}))?",
    rf"(?P<only_month>{_ONE_OF_MONTHS})(?:[\s-]+(?P<its_year>\d{{4}}))?",
    rf"(?P<weekday>{'|'.join(sorted(_WEEKDAYS, key=len, reverse=True))})(?:\s+lalu)?",
    r"(?P<only_year>(?:19|20)\d{2})",
)
PERIOD = "|".join(f"(?:{re.sub('[?]P<[^>]+>', '?:', pattern)})" for pattern in _PATTERNS)
"""A pattern that finds such words; in lower case, and without groups of its own."""
_READERS = tuple(re.compile(rf"{pattern}$", re.ASCII) for pattern in _PATTERNS)


class Period(NamedTuple):
    """From the beginning of its first day to the beginning of the day after its last."""

    start: datetime
    end: datetime


def read_period(text: str, now: datetime) -> Period | None:
    """The days that ``kemarin``, ``3 hari``, ``20 November`` or ``2026`` mean; None where the text means none.

    A day or a month without a year is the last one that has begun.

    Args:
        now: in the reader's zone; there, days begin at midnight.
    """
    text = " ".join(text.lower().split())
    today = now.replace(hour=0, minute=0, second=0, microsecond=0)
    found = next((match for reader in _READERS if (match := reader.match(text))), None)
    if found is None:
        return None
    try:
        return _period({name: value for name, value in found.groupdict().items() if value}, today)
    except (ValueError, OverflowError):
        return None


def _period(parts: dict[str, str], today: datetime) -> Period | None:
    match parts:
        case {"count": count, "unit": unit}:
            return _day(_UNITS[unit](today, int(count)))
        case {"today": _}:
            return _day(today)
        case {"yesterday": _}:
            return _day(today - DAY)
        case {"week": _}:
            return _day(today - 7 * DAY)
        case {"before": _}:
            return _month(_months_before(today.replace(day=1), 1))
        case {"last_year": _}:
            return _year(today.replace(day=1, year=today.year - 1))
        case {"weekday": name}:
            return _day(today - ((today.weekday() - _WEEKDAYS[name] - 1) % 7 + 1) * DAY)
        case {"only_year": year}:
            return _year(today.replace(day=1, year=int(year)))
        case {"only_month": name}:
            return _month(_with_year(today, MONTHS[name], 1, parts.get("its_year")))
        case {"iso_year": year, "iso_month": month}:
            day = parts.get("iso_day")
            start = today.replace(year=int(year), month=int(month), day=int(day or 1))
            return _day(start) if day else _month(start)
        case {"num_day": day, "num_month": month}:
            return _day(_with_year(today, int(month), int(day), parts.get("num_year")))
        case {"day": day, "month": name}:
            return _day(_with_year(today, MONTHS[name], int(day), parts.get("year")))
        case {"en_day": day, "en_month": name}:
            return _day(_with_year(today, MONTHS[name], int(day), parts.get("en_year")))
    return None


def _with_year(today: datetime, month: int, day: int, year: str | None) -> datetime:
    if year:
        return today.replace(year=int(year) + (2000 if len(year) == 2 else 0), month=month, day=day)
    this_year = today.replace(month=month, day=day)
    return this_year if this_year <= today else this_year.replace(year=today.year - 1)


def _day(start: datetime) -> Period:
    return Period(start, start + DAY)


def _month(start: datetime) -> Period:
    return Period(start, (start + 31 * DAY).replace(day=1))


def _year(start: datetime) -> Period:
    return Period(start.replace(month=1), start.replace(month=1, year=start.year + 1))


def _months_before(day: datetime, count: int) -> datetime:
    """The same day so many months earlier, or the last of that month."""
    months = day.year * 12 + day.month - 1 - count
    first = day.replace(year=months // 12, month=months % 12 + 1, day=1)
    last = (first + 31 * DAY).replace(day=1) - DAY
    return first.replace(day=min(day.day, last.day))
