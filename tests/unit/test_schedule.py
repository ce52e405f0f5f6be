"""Due times: what readers type after /jadwal, and when the next digest is due."""

from contextlib import suppress
from datetime import UTC, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import InputError
from bot.models import QuietHours, Schedule, Zone
from bot.schedule import ZONES, backoff, next_due, parse_quiet, parse_schedule, quiet_until

WEEKDAYS = frozenset(range(5))


@pytest.mark.parametrize(
    ("text", "times", "days", "zone"),
    [
        ("07.00", ["07:00"], range(7), Zone.WIB),
        ("7", ["07:00"], range(7), Zone.WIB),
        ("06:00 18.30", ["06:00", "18:30"], range(7), Zone.WIB),
        ("18.30, 06.00 dan 18.30", ["06:00", "18:30"], range(7), Zone.WIB),
        ("senin-jumat 07.00", ["07:00"], range(5), Zone.WIB),
        ("senin – jumat pukul 07.00 WITA", ["07:00"], range(5), Zone.WITA),
        ("senin s.d. jumat 6", ["06:00"], range(5), Zone.WIB),
        ("sabtu-minggu 09.15", ["09:15"], [5, 6], Zone.WIB),
        ("jumat-senin 09.15", ["09:15"], [4, 5, 6, 0], Zone.WIB),
        ("senin rabu 09.15", ["09:15"], [0, 2], Zone.WIB),
        ("setiap hari 05.00", ["05:00"], range(7), Zone.WIB),
        ("monday to friday at 07:00", ["07:00"], range(5), Zone.WIB),
        ("wit", ["07:00"], range(7), Zone.WIT),
    ],
)
def test_a_schedule_is_read_as_readers_write_it(text: str, times: list[str], days: object, zone: Zone) -> None:
    expected = Schedule(tuple(time.fromisoformat(value) for value in times), frozenset(days), zone)  # type: ignore[call-overload]
    assert parse_schedule(text, Schedule()) == expected


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("25.99", "schedule_bad_time"),
        ("24.00", "schedule_bad_time"),
        ("07.5", "schedule_bad_time"),
        ("-07.00", "schedule_bad_word"),
        ("besok", "schedule_bad_word"),
        ("senin-besok 07.00", "schedule_bad_word"),
        ("", "schedule_empty"),
        ("pukul", "schedule_empty"),
        ("1 2 3 4 5 6 7", "schedule_too_many"),
    ],
)
def test_a_wrong_schedule_says_what_is_wrong(text: str, key: str) -> None:
    with pytest.raises(InputError) as caught:
        parse_schedule(text, Schedule())
    assert caught.value.key == key


def test_what_is_not_mentioned_keeps_its_value() -> None:
    current = Schedule((time(6, 0), time(18, 0)), WEEKDAYS, Zone.WIT)
    assert parse_schedule("wita", current) == Schedule(current.times, WEEKDAYS, Zone.WITA)
    assert parse_schedule("sabtu", current) == Schedule(current.times, frozenset({5}), Zone.WIT)
    assert parse_schedule("07.00", current) == Schedule((time(7, 0),), frozenset(range(7)), Zone.WIT)


@given(st.text(max_size=40))
def test_any_text_gives_a_schedule_or_an_input_error(text: str) -> None:
    with suppress(InputError):
        assert parse_schedule(text, Schedule()).times


def test_the_three_zones_are_hours_apart() -> None:
    after = datetime(2026, 11, 23, 20, 0, tzinfo=UTC)  # 03.00 WIB, Tuesday
    due = {zone: next_due(Schedule(zone=zone), after) for zone in Zone}
    assert due[Zone.WIB] == datetime(2026, 11, 24, 0, 0, tzinfo=UTC)
    assert due[Zone.WITA] == datetime(2026, 11, 23, 23, 0, tzinfo=UTC)
    assert due[Zone.WIT] == datetime(2026, 11, 23, 22, 0, tzinfo=UTC)


def test_days_that_do_not_count_are_left_out() -> None:
    friday_evening = datetime(2026, 11, 27, 12, 0, tzinfo=UTC)
    assert next_due(Schedule(days=WEEKDAYS), friday_evening) == datetime(2026, 11, 30, 0, 0, tzinfo=UTC)


@given(
    after=st.datetimes(datetime(2020, 1, 1), datetime(2040, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001
    times=st.sets(st.times().map(lambda t: t.replace(second=0, microsecond=0)), min_size=1, max_size=6),
    days=st.sets(st.integers(0, 6), min_size=1),
    zone=st.sampled_from(Zone),
)
def test_the_next_due_time_is_the_first_one_later(
    after: datetime, times: set[time], days: set[int], zone: Zone
) -> None:
    schedule = Schedule(tuple(sorted(times)), frozenset(days), zone)
    due = next_due(schedule, after)
    on_the_wall = due.astimezone(ZONES[zone])
    assert due > after
    assert due - after <= timedelta(days=7)
    assert on_the_wall.time() in times
    assert on_the_wall.weekday() in days


def test_the_pause_doubles_up_to_its_cap() -> None:
    base, cap = timedelta(seconds=2), timedelta(minutes=1)
    assert [backoff(n, base=base, cap=cap).total_seconds() for n in (1, 2, 3, 9, 500)] == [2, 4, 8, 60, 60]
    assert backoff(2, base=base, cap=cap, spread=0.5).total_seconds() == 5


NIGHT = QuietHours(time(22), time(5))


@pytest.mark.parametrize(
    ("hour", "ends"),
    [
        ("2026-05-04T14:59Z", None),  # 21.59 in Jakarta
        ("2026-05-04T15:00Z", "2026-05-04T22:00Z"),  # 22.00: until 5.00
        ("2026-05-04T21:59Z", "2026-05-04T22:00Z"),
        ("2026-05-04T22:00Z", None),
    ],
)
def test_quiet_hours_cross_midnight_in_the_zone_of_the_reader(hour: str, ends: str | None) -> None:
    expected = None if ends is None else datetime.fromisoformat(ends)
    assert quiet_until(NIGHT, Zone.WIB, datetime.fromisoformat(hour)) == expected


def test_quiet_hours_may_lie_within_a_day() -> None:
    nap = QuietHours(time(13), time(14, 30))
    assert quiet_until(nap, Zone.WIT, datetime(2026, 5, 4, 4, 0, tzinfo=UTC)) == datetime(2026, 5, 4, 5, 30, tzinfo=UTC)
    assert quiet_until(nap, Zone.WIT, datetime(2026, 5, 4, 5, 30, tzinfo=UTC)) is None


def test_nobody_without_quiet_hours_is_quiet() -> None:
    assert quiet_until(None, Zone.WIB, datetime(2026, 5, 4, 18, 0, tzinfo=UTC)) is None


@pytest.mark.parametrize("text", ["22-05", "22.00-05.00", "22 – 05", "22 05", "pukul 22 s.d. 05", "22 sampai 5"])
def test_quiet_hours_are_read_as_people_write_them(text: str) -> None:
    assert parse_quiet(text) == NIGHT


@pytest.mark.parametrize("text", ["mati", "off", "MATI"])
def test_quiet_hours_can_be_ended(text: str) -> None:
    assert parse_quiet(text) is None


@pytest.mark.parametrize("text", ["", "22", "22-22", "25-05", "malam", "22-05-07", "-"])
def test_what_is_not_two_hours_is_refused(text: str) -> None:
    with pytest.raises(InputError, match="quiet_bad"):
        parse_quiet(text)
