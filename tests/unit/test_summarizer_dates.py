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
    ("10:15 WIB, Jumat, 22 November 2019", datetime(2019, 11, 22, 10, 15, tzinfo=WIB)),
    ("07.05 WITA | 22/11/2019", datetime(2019, 11, 22, 7, 5, tzinfo=WITA)),
    ("22 November 2019 (10:15 WIT)", datetime(2019, 11, 22, 10, 15, tzinfo=WIT)),
    ("Jumat, 22 Nov 2019, pukul 10.15", datetime(2019, 11, 22, 10, 15, tzinfo=WIB)),
    ("Senin (23/11/2026)", datetime(2026, 11, 23, tzinfo=WIB)),
    ("2030/08/17 10:00", datetime(2030, 8, 17, 10, tzinfo=WIB)),
    ("Nov 22, 2019 at 3:15 PM", datetime(2019, 11, 22, 15, 15, tzinfo=WIB)),
    ("November 22, 2019 12:05 am", datetime(2019, 11, 22, 0, 5, tzinfo=WIB)),
    ("Jumat, 22 November 2019, 24.00 WIB", datetime(2019, 11, 23, tzinfo=WIB)),
    ("23 Agt 2026", datetime(2026, 8, 23, tzinfo=WIB)),
    ("23 Agu 2026", datetime(2026, 8, 23, tzinfo=WIB)),
    ("3 Des 2025 pk. 10.15", datetime(2025, 12, 3, 10, 15, tzinfo=WIB)),
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
    ("2 jam 5 menit lalu", NOW - timedelta(hours=2, minutes=5)),
    ("Kemarin, 08.30 WITA", datetime(2030, 5, 3, 8, 30, tzinfo=WITA)),
    ("Kemarin lusa pukul 21.15", datetime(2030, 5, 2, 21, 15, tzinfo=WIB)),
    ("Hari ini, 10:15 WIB", datetime(2030, 5, 4, 10, 15, tzinfo=WIB)),
    ("Jumat (3/5)", datetime(2030, 5, 3, tzinfo=WIB)),
    ("Jumat (3/5), pukul 10.15 WIT", datetime(2030, 5, 3, 10, 15, tzinfo=WIT)),
    ("Jumat, 3 Mei | 10.15 WIB", datetime(2030, 5, 3, 10, 15, tzinfo=WIB)),
    # The last one before tomorrow.
    ("Selasa, 31 Desember | 23.50 WIB", datetime(2029, 12, 31, 23, 50, tzinfo=WIB)),
]


@pytest.mark.parametrize(("text", "expected"), RELATIVE)
def test_an_age_counts_from_now(text: str, expected: datetime) -> None:
    assert parse_date(text, NOW) == expected


def test_yesterday_is_that_of_the_zone_in_the_text() -> None:
    late = datetime(2030, 5, 4, 16, 30, tzinfo=UTC)  # 23.30 WIB, and 01.30 of the next day in WIT
    assert parse_date("Kemarin, 08.30 WIB", late) == datetime(2030, 5, 3, 8, 30, tzinfo=WIB)
    assert parse_date("Kemarin, 08.30 WIT", late) == datetime(2030, 5, 4, 8, 30, tzinfo=WIT)


@pytest.mark.parametrize("text", ["2 jam lalu", "Kemarin, 08.30 WITA", "Senin (23/11)"])
def test_a_date_that_counts_from_the_present_is_none_without_it(text: str) -> None:
    assert parse_date(text) is None


@pytest.mark.parametrize("text", ["kemarin", "Hari ini", "23 November", "5 menit", "17 Agustus 2030 13:10 PM"])
def test_words_that_name_no_moment_are_no_date(text: str) -> None:
    assert parse_date(text, NOW) is None


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
