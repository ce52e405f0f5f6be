"""Dates inside the sample articles: tokens in the files, Indonesian dates on the page."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

WIB = ZoneInfo("Asia/Jakarta")

_DAYS = ("Senin", "Selasa", "Rabu", "Kamis", "Jumat", "Sabtu", "Minggu")
_MONTHS = (
    "Januari",
    "Februari",
    "Maret",
    "April",
    "Mei",
    "Juni",
    "Juli",
    "Agustus",
    "September",
    "Oktober",
    "November",
    "Desember",
)
_TOKEN = re.compile(r"\{([a-z]+)([+-]\d{1,2})?\}")


def name_day(day: date) -> str:
    """Give the Indonesian name of a weekday: "Selasa"."""
    return _DAYS[day.weekday()]


def write_date(day: date) -> str:
    """Give a date in words: "24 November 2026"."""
    return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"


def write_moment(moment: datetime) -> str:
    """Give the line under a headline, in western Indonesian time: "Selasa, 24 November 2026, 05.05 WIB"."""
    local = moment.astimezone(WIB)
    return f"{name_day(local)}, {write_date(local)}, {local:%H.%M} WIB"


_WRITERS: dict[str, Callable[[date], str]] = {
    "hari": name_day,
    "tgl": lambda day: f"{day.day}/{day.month}/{day.year}",
    "tanggal": write_date,
}


def fill_dates(text: str, first_day: date) -> str:
    """Replace the date tokens of a text.

    Args:
        text: with `{hari}` (Selasa), `{tgl}` (24/11/2026) or `{tanggal}` (24 November 2026), each with an offset in
            days where needed: `{hari-1}`.
        first_day: the day that offset 0 stands for.

    Raises:
        ValueError: a token that is none of these, or a brace that is left over.
    """

    def write(token: re.Match[str]) -> str:
        writer = _WRITERS.get(token[1])
        if writer is None:
            raise ValueError(f"unknown date token {token[0]}")
        return writer(first_day + timedelta(days=int(token[2] or 0)))

    filled = _TOKEN.sub(write, text)
    if "{" in filled or "}" in filled:
        raise ValueError("a brace that belongs to no date token")
    return filled
