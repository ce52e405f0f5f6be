from datetime import UTC, datetime, timedelta, timezone

import pytest

from summarizer.dates import WIB, WIT, WITA, parse_date

NOW = datetime(2030, 5, 4, 12, 30, tzinfo=WIB)

ABSOLUTE = [
    ("Jumat, 22 November 2019", datetime(2019, 11, 22, tzinfo=WIB)),
    ("Jumat, 22 November 2019 | 10:15 WIB", datetime(2019, 11, 22, 10, 15, tzinfo=WIB)),
    ("22/11/2019 07:05 WIB", datetime(2019, 11, 22, 7, 5, tzinfo=WIB)),
    ("Beritanusa - 22/11/2019, 07:05 WIB", datetime(2019, 11, 22, 7, 5, tzinfo=WIB)),
    ("Rabu, 29 Mei 2030 22.02 WITA", datetime(2030, 5, 29, 22, 2, tzinfo=WITA)),
    ("1 Sept. 2030 pukul 06.30 WIT", datetime(2030, 9, 1, 6, 30, tzinfo=WIT)),
    ("22 Nopember 2019", datetime(2019, 11, 22, tzinfo=WIB)),
    ("17-08-30", datetime(2030, 8, 17, tzinfo=WIB)),
    ("22 November 2019 10:15", datetime(2019, 11, 22, 10, 15, tzinfo=WIB)),
    ("2030-08-17", datetime(2030, 8, 17, tzinfo=WIB)),
    ("2030-08-17T10:00:05+08:00", datetime(2030, 8, 17, 10, 0, 5, tzinfo=timezone(timedelta(hours=8)))),
    ("2030-08-17T10:00:05Z", datetime(2030, 8, 17, 10, 0, 5, tzinfo=UTC)),
    ("2030-08-17T10:00:00-0230", datetime(2030, 8, 17, 10, tzinfo=timezone(-timedelta(hours=2, minutes=30)))),
    ("22\u00a0November\u00a02019", datetime(2019, 11, 22, tzinfo=WIB)),
    ("29 Februari 2028", datetime(2028, 2, 29, tzinfo=WIB)),
]


@pytest.mark.parametrize(("text", "expected"), ABSOLUTE)
def test_a_printed_date_is_read(text: str, expected: datetime) -> None:
    found = parse_date(text)
    assert found == expected
    assert found.utcoffset() == expected.utcoffset()


RELATIVE = [
    ("2 jam lalu", NOW - timedelta(hours=2)),
    ("15 menit yang lalu", NOW - timedelta(minutes=15)),
    ("sejam lalu", NOW - timedelta(hours=1)),
    ("3 hari lalu", NOW - timedelta(days=3)),
    ("Baru saja", NOW),
]


@pytest.mark.parametrize(("text", "expected"), RELATIVE)
def test_an_age_counts_from_now(text: str, expected: datetime) -> None:
    assert parse_date(text, NOW) == expected


def test_an_age_without_now_is_no_date() -> None:
    assert parse_date("2 jam lalu") is None


@pytest.mark.parametrize(
    "text",
    [
        "31 Februari 2030",
        "29 Februari 2030",
        "32/01/2030",
        "17/13/2030",
        "17 Agustus 2030 25:10 WIB",
        "17 Agustus 2030 10:75",
        "17 Agustus 0030",
        "2030-08-17T10:00:00+99:99",
        "1.234.567 orang",
        "Jumat",
        "",
    ],
)
def test_an_impossible_date_is_none(text: str) -> None:
    assert parse_date(text) is None


def test_a_number_after_the_date_is_not_an_hour() -> None:
    assert parse_date("22 November 2019, 12.500 orang datang") == datetime(2019, 11, 22, tzinfo=WIB)
