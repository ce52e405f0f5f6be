"""Dates as Indonesian outlets print them, as aware datetimes."""

import re
from datetime import UTC, datetime, timedelta, timezone
from typing import NamedTuple

from summarizer.text import normalise

WIB = timezone(timedelta(hours=7), "WIB")
WITA = timezone(timedelta(hours=8), "WITA")
WIT = timezone(timedelta(hours=9), "WIT")
_ZONES = {"WIB": WIB, "WITA": WITA, "WIT": WIT}

_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "januari january jan",
            "februari february pebruari feb peb",
            "maret march mar mrt",
            "april apr",
            "mei may",
            "juni june jun",
            "juli july jul",
            "agustus august agust agt ags agu aug",
            "september sept sep",
            "oktober october okt oct",
            "november nopember nov nop",
            "desember december des dec",
        ),
        start=1,
    )
    for name in names.split()
}
_MONTH = "|".join(sorted(_MONTHS, key=len, reverse=True))

# " | 10:15 WIB", ", pukul 07.05 WITA", "T10:15:00+07:00"
_TIME = (
    r"(?:(?:[T\s,|·•/–—-]|pukul|pkl?\.?|jam)*"
    r"(?<!\d)(?P<hour>\d{1,2})[:.](?P<minute>\d{2})(?:[:.](?P<second>\d{2})(?:\.\d+)?)?(?![\d/])"
    r"\s*(?P<zone>WIB|WITA|WIT|Z|UTC|GMT|[+-]\d{2}:?\d{2})?\b)?"
)
_ABSOLUTE = re.compile(
    r"(?<![\d/.,])(?:"
    rf"(?P<day>\d{{1,2}})[\s-]+(?P<month>{_MONTH})\.?,?[\s-]+(?P<year>\d{{4}})"
    r"|(?P<iso_year>\d{4})-(?P<iso_month>\d{2})-(?P<iso_day>\d{2})"
    r"|(?P<num_day>\d{1,2})(?P<sep>[/.-])(?P<num_month>\d{1,2})(?P=sep)(?P<num_year>\d{4}|\d{2})"
    rf")(?!\d){_TIME}",
    re.IGNORECASE | re.ASCII,
)
_UNITS = {
    "detik": timedelta(seconds=1),
    "menit": timedelta(minutes=1),
    "jam": timedelta(hours=1),
    "hari": timedelta(days=1),
    "minggu": timedelta(weeks=1),
    "pekan": timedelta(weeks=1),
    "bulan": timedelta(days=30),
    "tahun": timedelta(days=365),
}
_AGO = re.compile(
    rf"\b(?:(?P<count>\d{{1,3}})\s+|se)(?P<unit>{'|'.join(_UNITS)})\s+(?:yang\s+)?lalu\b|\b(?P<just>baru saja)\b",
    re.IGNORECASE | re.ASCII,
)


class FoundDate(NamedTuple):
    """A date in a text, with where it begins and ends."""

    moment: datetime
    start: int
    end: int


def parse_date(text: str, now: datetime | None = None) -> datetime | None:
    """The first date in `text`, or None where there is none or it is impossible (31 Februari, 25:10).

    A day without an hour is 00:00; an hour without a zone is WIB (UTC+7). Days come before months, as
    Indonesian outlets write them; a two-digit year is of this century.

    Args:
        now: an aware moment, from which "2 jam lalu" counts; without it such a date is None.
    """
    found = find_date(normalise(text), now)
    return found.moment if found else None


def find_date(text: str, now: datetime | None = None) -> FoundDate | None:
    """As `parse_date` for a normalised text, with the place in it."""
    if match := _ABSOLUTE.search(text):
        moment = _absolute(match)
        return FoundDate(moment, *match.span()) if moment else None
    if now is not None and (match := _AGO.search(text)):
        age = timedelta(0) if match["just"] else int(match["count"] or 1) * _UNITS[match["unit"].lower()]
        return FoundDate(now - age, *match.span())
    return None


def _absolute(match: re.Match[str]) -> datetime | None:
    if match["month"]:
        year, month, day = match["year"], _MONTHS[match["month"].lower()], match["day"]
    elif match["iso_year"]:
        year, month, day = match["iso_year"], int(match["iso_month"]), match["iso_day"]
    else:
        year, month, day = match["num_year"], int(match["num_month"]), match["num_day"]
    full_year = int(year) + (2000 if len(year) == 2 else 0)
    if not 1900 <= full_year <= 2100:
        return None
    try:
        return datetime(
            full_year,
            month,
            int(day),
            int(match["hour"] or 0),
            int(match["minute"] or 0),
            int(match["second"] or 0),
            tzinfo=_zone(match["zone"]),
        )
    except ValueError:
        return None


def _zone(name: str | None) -> timezone:
    if not name:
        return WIB
    name = name.upper()
    if name in _ZONES:
        return _ZONES[name]
    if name in ("Z", "UTC", "GMT"):
        return UTC
    hours, minutes = int(name[1:3]), int(name[-2:])
    offset = timedelta(hours=hours, minutes=minutes)
    return timezone(-offset if name.startswith("-") else offset)
