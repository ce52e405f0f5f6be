"""Dates, ages and schedules in a reader's words. Pure; the words themselves stand in ``texts``."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime, timedelta

from bot.models import TOPICS, Schedule, Zone
from bot.schedule import local
from bot.texts import LANGUAGES, Catalog, catalog

_IN_AMOUNT = re.compile(r"(?<=\bRp) (?=\d)|(?<=\d) (?=(?:juta|miliar|triliun|persen)\b)")
"""The spaces of an amount: after the currency, and before the word that scales a number."""


def date_words(words: Catalog, moment: datetime, zone: Zone) -> str:
    """``Selasa, 24 November 2026``."""
    here = local(moment, zone)
    return words.plain(
        "calendar.date",
        day=words.words("calendar.days")[here.weekday()],
        number=here.day,
        month=words.words("calendar.months")[here.month - 1],
        year=here.year,
    )


def hour_words(words: Catalog, moment: datetime, zone: Zone) -> str:
    """``07.00 WIB``."""
    here = local(moment, zone)
    return words.plain("calendar.hour", hour=f"{here.hour:02}", minute=f"{here.minute:02}", zone=zone.value)


def moment_words(words: Catalog, moment: datetime, zone: Zone) -> str:
    """``Selasa, 24 November 2026, pukul 07.00 WIB``."""
    return words.plain("calendar.moment", date=date_words(words, moment, zone), hour=hour_words(words, moment, zone))


def short_moment_words(words: Catalog, moment: datetime, zone: Zone, *, beside: datetime) -> str:
    """``06.20`` on the day of ``beside``, ``23 Nov, 19.40`` on another day of the reader's zone."""
    here = local(moment, zone)
    time = f"{here.hour:02}.{here.minute:02}"
    if here.date() == local(beside, zone).date():
        return time
    month = words.words("calendar.months_short")[here.month - 1]
    return words.plain("calendar.short_moment", number=here.day, month=month, hour=time)


def age_words(words: Catalog, moment: datetime, now: datetime) -> str:
    """``2 jam lalu``."""
    age = now - moment
    if age < timedelta(minutes=1):
        return words.plain("calendar.just_now")
    if age < timedelta(hours=1):
        return words.plain("calendar.minutes_ago", n=int(age / timedelta(minutes=1)))
    if age < timedelta(hours=48):
        return words.plain("calendar.hours_ago", n=int(age / timedelta(hours=1)))
    return words.plain("calendar.days_ago", n=age.days)


def times_words(words: Catalog, schedule: Schedule) -> str:
    """``06.00 dan 18.30 WIB``."""
    return f"{_join(words, [f'{time.hour:02}.{time.minute:02}' for time in schedule.times])} {schedule.zone.value}"


def days_words(words: Catalog, schedule: Schedule) -> str:
    """``setiap hari``, ``Senin–Jumat``, or the days one by one."""
    names, days = words.words("calendar.days"), sorted(schedule.days)
    if len(days) == 7:
        return words.plain("calendar.every_day")
    if len(days) > 2 and days == list(range(days[0], days[-1] + 1)):
        return f"{names[days[0]]}–{names[days[-1]]}"
    return _join(words, [names[day] for day in days])


def topic_named(text: str) -> str | None:
    """The topic that somebody means who writes its name in either language."""
    names = {catalog(language).plain(f"topics.{topic}").casefold(): topic for language in LANGUAGES for topic in TOPICS}
    return names.get(text.casefold())


def keep_amounts_whole(text: str) -> str:
    """A digest as it is shown: no line ends inside ``Rp 2,7 triliun`` or ``40 persen``."""
    return _IN_AMOUNT.sub("\u00a0", text)


def _join(words: Catalog, items: Sequence[str]) -> str:
    if len(items) < 2:
        return "".join(items)
    return f"{', '.join(items[:-1])} {words.plain('calendar.list_and')} {items[-1]}"
