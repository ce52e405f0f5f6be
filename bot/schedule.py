"""When a digest is due. Pure: the present is an argument, times are aware and in UTC unless a name says otherwise."""

from __future__ import annotations

import re
from datetime import UTC, datetime, time, timedelta, timezone

from bot.errors import InputError
from bot.models import QuietHours, Schedule, Zone

MAX_TIMES = 6
"""Hours a day that one reader may choose."""

ZONES = {
    Zone.WIB: timezone(timedelta(hours=7), "WIB"),
    Zone.WITA: timezone(timedelta(hours=8), "WITA"),
    Zone.WIT: timezone(timedelta(hours=9), "WIT"),
}
"""Indonesia's zones have no daylight saving time, so that a fixed offset is exact."""

_DAYS = {
    **dict.fromkeys(("senin", "sen", "monday", "mon"), 0),
    **dict.fromkeys(("selasa", "sel", "tuesday", "tue"), 1),
    **dict.fromkeys(("rabu", "rab", "wednesday", "wed"), 2),
    **dict.fromkeys(("kamis", "kam", "thursday", "thu"), 3),
    **dict.fromkeys(("jumat", "jum'at", "jum", "friday", "fri"), 4),
    **dict.fromkeys(("sabtu", "sab", "saturday", "sat"), 5),
    **dict.fromkeys(("minggu", "ahad", "min", "sunday", "sun"), 6),
}
_EVERY_DAY = {"harian", "daily"}
_TIME = re.compile(r"(?P<hour>\d{1,2})(?:[.:](?P<minute>\d{2}))?\Z")
_OFF = {"mati", "matikan", "off", "batal"}
_FILLER = {"pukul", "jam", "pk", "pk.", "dan", "at", "and", "&"}


def local(moment: datetime, zone: Zone) -> datetime:
    """The same moment on the clock of a zone."""
    return moment.astimezone(ZONES[zone])


def next_due(schedule: Schedule, after: datetime) -> datetime:
    """The first moment of the schedule that is later than ``after``, in UTC."""
    start = local(after, schedule.zone)
    for ahead in range(8):
        day = start.date() + timedelta(days=ahead)
        if day.weekday() not in schedule.days:
            continue
        for hour in schedule.times:
            moment = datetime.combine(day, hour, ZONES[schedule.zone])
            if moment > start:
                return moment.astimezone(UTC)
    raise AssertionError("a schedule has at least one day and one time")


def parse_schedule(text: str, current: Schedule) -> Schedule:
    """Read what a reader writes after /jadwal: ``06.00 18.30``, ``senin-jumat 07.00``, ``07.00 WITA``, ``WIT``.

    What is not mentioned keeps its value, except the days: new hours without days count for every day.

    Raises:
        InputError: ``schedule_empty``, ``schedule_bad_time``, ``schedule_bad_word`` (both with ``word``), or
            ``schedule_too_many`` (with ``limit``).
    """
    times: set[time] = set()
    days: set[int] = set()
    zone = current.zone
    everyday = False
    words = _words(text)
    for word in words:
        if word.upper() in Zone.__members__:
            zone = Zone[word.upper()]
        elif word in _EVERY_DAY:
            everyday = True
        elif word[0].isdigit():
            times.add(_parse_time(word))
        else:
            days |= _parse_days(word)
    if not words:
        raise InputError("schedule_empty")
    if len(times) > MAX_TIMES:
        raise InputError("schedule_too_many", limit=MAX_TIMES)
    if everyday or (times and not days):
        days = set(range(7))
    return Schedule(
        times=tuple(sorted(times)) if times else current.times,
        days=frozenset(days) if days else current.days,
        zone=zone,
    )


def _words(text: str) -> list[str]:
    text = re.sub(r"\s*[-–—]\s*", "-", text.lower())
    text = re.sub(r"\b(setiap hari|tiap hari|every day)\b", "harian", text)
    text = re.sub(r"\bs\.?d\.?\s|\bsampai\s|\bto\s", "-", text)
    words = [word for word in re.split(r"[\s,;]+", re.sub(r"\s*-\s*", "-", text)) if word]
    return [word for word in words if word not in _FILLER]


def _parse_time(word: str) -> time:
    match = _TIME.match(word)
    if match:
        hour, minute = int(match["hour"]), int(match["minute"] or 0)
        if hour < 24 and minute < 60:
            return time(hour, minute)
    raise InputError("schedule_bad_time", word=word[:20])


def _parse_days(word: str) -> set[int]:
    first, dash, last = word.partition("-")
    if first not in _DAYS or (dash and last not in _DAYS):
        raise InputError("schedule_bad_word", word=word[:20])
    if not dash:
        return {_DAYS[first]}
    start, length = _DAYS[first], (_DAYS[last] - _DAYS[first]) % 7
    return {(start + step) % 7 for step in range(length + 1)}


def quiet_until(quiet: QuietHours | None, zone: Zone, now: datetime) -> datetime | None:
    """When the quiet hours end in which ``now`` lies, in UTC; None when it lies in none."""
    if quiet is None:
        return None
    here = local(now, zone)
    if quiet.start <= quiet.end:
        is_quiet, ends_tomorrow = quiet.start <= here.time() < quiet.end, False
    else:
        is_quiet, ends_tomorrow = not quiet.end <= here.time() < quiet.start, here.time() >= quiet.start
    if not is_quiet:
        return None
    day = here.date() + timedelta(days=ends_tomorrow)
    return datetime.combine(day, quiet.end, ZONES[zone]).astimezone(UTC)


def parse_quiet(text: str) -> QuietHours | None:
    """Read what a reader writes after /senyap: ``22-05``, ``22.30 sampai 05.00``; ``mati`` ends quiet hours (None).

    Raises:
        InputError: ``quiet_bad`` when it is not two different hours.
    """
    words = [word for part in _words(text) for word in part.split("-") if word]
    if len(words) == 1 and words[0] in _OFF:
        return None
    try:
        start, end = map(_parse_time, words)
    except (InputError, ValueError):  # no hour, or not two
        raise InputError("quiet_bad") from None
    if start == end:
        raise InputError("quiet_bad")
    return QuietHours(start, end)


def backoff(attempt: int, *, base: timedelta, cap: timedelta, spread: float = 0.0) -> timedelta:
    """Exponential pause before the try after ``attempt`` failures (from 1).

    Args:
        spread: random number in [0, 1): the pause grows by up to half of itself, so that many do not return at once.
    """
    pause = min(cap, base * (1 << min(attempt - 1, 30)))
    return pause * (1 + spread / 2)
