"""Dates as Indonesian outlets print them, as aware datetimes."""

import re
from datetime import UTC, datetime, timedelta, timezone
from typing import NamedTuple

from summarizer.text import normalise

WIB = timezone(timedelta(hours=7), "WIB")
WITA = timezone(timedelta(hours=8), "WITA")
WIT = timezone(timedelta(hours=9), "WIT")
_ZONES = {"WIB": WIB, "WITA": WITA, "WIT": WIT}

MONTHS = {
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
_MONTH = "|".join(sorted(MONTHS, key=len, reverse=True))

# " | 10:15 WIB", ", pukul 07.05 WITA", " (10:15 WIB)", "T10:15:00+07:00", " at 3:15 PM"
_CLOCK = (
    r"(?<!\d)(?P<hour>\d{1,2})[:.](?P<minute>\d{2})(?:[:.](?P<second>\d{2})(?:\.\d+)?)?(?![\d/])"
    r"(?:\s*(?P<half>[ap])\.?m\b\.?)?\s*(?P<zone>WIB|WITA|WIT|Z|UTC|GMT|[+-]\d{2}:?\d{2})?\b"
)
_BEFORE_CLOCK = r"(?:[T\s,|·•/(–—-]|pukul|pkl?\.?|jam|at)*"
_TIME = rf"(?:{_BEFORE_CLOCK}{_CLOCK})?"
_ABSOLUTE = re.compile(
    r"(?<![\d/.,])(?:"
    rf"(?P<day>\d{{1,2}})[\s-]+(?P<month>{_MONTH})\.?,?[\s-]+(?P<year>\d{{4}})"
    rf"|(?<!\w)(?P<en_month>{_MONTH})\.?\s+(?P<en_day>\d{{1,2}}),?\s+(?P<en_year>\d{{4}})"
    r"|(?P<iso_year>\d{4})(?P<iso_sep>[/-])(?P<iso_month>\d{2})(?P=iso_sep)(?P<iso_day>\d{2})"
    r"|(?P<num_day>\d{1,2})(?P<sep>[/.-])(?P<num_month>\d{1,2})(?P=sep)(?P<num_year>\d{4}|\d{2})"
    rf")(?!\d){_TIME}",
    re.IGNORECASE | re.ASCII,
)
_WEEKDAY = r"(?:senin|selasa|rabu|kamis|jum['’]?at|sabtu|minggu|ahad)"
# "10:15 WIB, Senin, 23 November 2026": what stands before the day.
_TIME_FIRST = re.compile(
    rf"{_CLOCK}[\s,|·•/–—-]*(?:{_WEEKDAY}[\s,]*)?$",
    re.IGNORECASE | re.ASCII,
)
_LONGEST_TIME_FIRST = 40
# "Senin (23/11), pukul 10.15 WITA", "Senin, 23 November | 10.15 WIB": the year is that of the text.
_WITHOUT_YEAR = re.compile(
    rf"\b{_WEEKDAY}[\s,]*(?:\(\s*(?P<num_day>\d{{1,2}})/(?P<num_month>\d{{1,2}})\s*\)"
    rf"|(?P<day>\d{{1,2}})\s+(?P<month>{_MONTH})\b\.?){_TIME}",
    re.IGNORECASE | re.ASCII,
)
# "Kemarin, 08.30 WITA", "Hari ini pukul 10.15". Without an hour it is a word of a sentence.
_NAMED_DAY = re.compile(
    rf"\b(?P<named>hari ini|kemarin(?P<before> lusa)?)\b{_BEFORE_CLOCK}{_CLOCK}", re.IGNORECASE | re.ASCII
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
_UNIT = "|".join(_UNITS)
_AGO = re.compile(
    rf"\b(?:(?:(?P<more>\d{{1,3}})\s+(?P<larger>{_UNIT})\s+)?(?P<count>\d{{1,3}})\s+|se)(?P<unit>{_UNIT})"
    r"\s+(?:yang\s+)?lalu\b|\b(?P<just>baru saja)\b",
    re.IGNORECASE | re.ASCII,
)


class FoundDate(NamedTuple):
    """A date in a text, with where it begins and ends; `relative` when it counts from the present."""

    moment: datetime
    start: int
    end: int
    relative: bool = False


def parse_date(text: str, now: datetime | None = None) -> datetime | None:
    """The first date in `text`, or None where there is none or it is impossible (31 Februari, 25:10).

    A day without an hour is 00:00; an hour without a zone is WIB (UTC+7). Days come before months, as
    Indonesian outlets write them; a two-digit year is of this century.

    Args:
        now: an aware moment, from which "2 jam lalu", "Kemarin, 08.30 WITA" and "Senin (23/11)" count; without it
            such a date is None.
    """
    found = find_date(normalise(text), now)
    return found.moment if found else None


def find_date(text: str, now: datetime | None = None) -> FoundDate | None:
    """As `parse_date` for a normalised text, with the place in it."""
    if match := _ABSOLUTE.search(text):
        moment = _absolute(match, text)
        return FoundDate(moment, *match.span()) if moment else None
    if now is None:
        return None
    if match := _WITHOUT_YEAR.search(text):
        return _relative(match, _latest(match, now))
    if match := _NAMED_DAY.search(text):
        days = 0 if match["named"].lower() == "hari ini" else 2 if match["before"] else 1
        # The zone is that of the outlet, and so is its "yesterday".
        day = now.astimezone(_zone(match["zone"])) - timedelta(days=days)
        return _relative(match, _moment(day.year, day.month, day.day, match))
    if match := _AGO.search(text):
        return _relative(match, now - _age(match))
    return None


def _relative(match: re.Match[str], moment: datetime | None) -> FoundDate | None:
    return FoundDate(moment, *match.span(), relative=True) if moment else None


def _age(match: re.Match[str]) -> timedelta:
    if match["just"]:
        return timedelta(0)
    age = int(match["count"] or 1) * _UNITS[match["unit"].lower()]
    return age + int(match["more"]) * _UNITS[match["larger"].lower()] if match["more"] else age


def _absolute(match: re.Match[str], text: str) -> datetime | None:
    if match["month"]:
        year, month, day = match["year"], MONTHS[match["month"].lower()], match["day"]
    elif match["en_month"]:
        year, month, day = match["en_year"], MONTHS[match["en_month"].lower()], match["en_day"]
    elif match["iso_year"]:
        year, month, day = match["iso_year"], int(match["iso_month"]), match["iso_day"]
    else:
        year, month, day = match["num_year"], int(match["num_month"]), match["num_day"]
    full_year = int(year) + (2000 if len(year) == 2 else 0)
    if not 1900 <= full_year <= 2100:
        return None
    clock = match
    if not match["hour"]:
        before = text[max(0, match.start() - _LONGEST_TIME_FIRST) : match.start()]
        clock = _TIME_FIRST.search(before) or match
    return _moment(full_year, month, int(day), clock)


def _latest(match: re.Match[str], now: datetime) -> datetime | None:
    """A day without a year: the last one before tomorrow."""
    month = MONTHS[match["month"].lower()] if match["month"] else int(match["num_month"])
    day = int(match["day"] or match["num_day"])
    years = (now.year + 1, now.year, now.year - 1)
    moments = (_moment(year, month, day, match) for year in years)
    return next((moment for moment in moments if moment and moment <= now + timedelta(days=1)), None)


def _moment(year: int, month: int, day: int, clock: re.Match[str]) -> datetime | None:
    """The moment on a day that the clock time of a match names; None where either does not exist."""
    hour, minute, second = (int(clock[name] or 0) for name in ("hour", "minute", "second"))
    if clock["half"]:
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + (12 if clock["half"].lower() == "p" else 0)
    # "24.00 WIB" is the end of the day.
    end_of_day = (hour, minute, second) == (24, 0, 0)
    try:
        moment = datetime(year, month, day, 0 if end_of_day else hour, minute, second, tzinfo=_zone(clock["zone"]))
    except ValueError:
        return None
    return moment + timedelta(days=1) if end_of_day else moment


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
