"""When a feed is visited next: what it asks for, what failures cost, and when it is given up."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.errors import FetchError, ParseError, SariError
from bot.ingest.fetch import Fetched
from bot.models import Feed, FeedState, FeedUpdate
from bot.services.revisit import MAX_FAILURES, MAX_FRESH, MAX_PAUSE, after_failure, after_success
from tests.records import NOW

INTERVAL = timedelta(minutes=10)
FEED = Feed(
    id=1,
    url="https://kabar.example/rss",
    outlet="Kabar",
    title="",
    topic=None,
    state=FeedState.ACTIVE,
    next_check_at=NOW,
    etag='"1"',
    last_modified="Tue, 24 Nov 2026 00:00:00 GMT",
    failures=0,
    last_ok_at=None,
    last_error=None,
)
FETCHED = Fetched(
    status="ok",
    url=FEED.url,
    permanent_url=None,
    body=b"",
    content_type="",
    etag='"2"',
    last_modified=None,
    max_age=None,
)


def succeed(feed: Feed = FEED, fetched: Fetched = FETCHED, *, ttl: int | None = None, spread: float = 0) -> FeedUpdate:
    return after_success(feed, fetched, ttl_seconds=ttl, now=NOW, interval=INTERVAL, spread=spread)


def fail(error: SariError, *, failures: int = 0, spread: float = 0) -> FeedUpdate:
    return after_failure(replace(FEED, failures=failures), error, now=NOW, interval=INTERVAL, spread=spread)


@pytest.mark.parametrize(
    ("max_age", "ttl", "minutes"),
    [
        (None, None, 10),
        (60, None, 10),
        (1800, None, 30),
        (1800, 2400, 40),
        (2400, 1800, 40),
        (0, 0, 10),
        (999_999_999, None, 60),
        (None, 604_800, 60),
    ],
)
def test_the_next_visit_is_after_our_interval_or_what_the_site_asks_for(
    max_age: int | None, ttl: int | None, minutes: int
) -> None:
    update = succeed(fetched=replace(FETCHED, max_age=max_age), ttl=ttl)
    assert update.next_check_at - NOW == timedelta(minutes=minutes)


def test_an_interval_longer_than_what_a_feed_may_ask_for_stays() -> None:
    update = after_success(FEED, FETCHED, ttl_seconds=60, now=NOW, interval=timedelta(hours=6), spread=0)
    assert update.next_check_at - NOW == timedelta(hours=6)


def test_chance_makes_a_pause_longer_and_never_shorter() -> None:
    assert succeed(spread=0.999).next_check_at > succeed(spread=0.5).next_check_at > NOW + INTERVAL
    assert succeed(spread=0.999).next_check_at < NOW + INTERVAL * 1.1
    assert succeed(fetched=replace(FETCHED, max_age=99_999), spread=0.999).next_check_at < NOW + MAX_FRESH * 1.1


def test_a_success_forgets_all_failures() -> None:
    update = succeed(replace(FEED, failures=99, last_error="fetch_timeout", state=FeedState.ACTIVE))
    assert (update.failures, update.last_error, update.state, update.last_ok_at) == (0, None, FeedState.ACTIVE, NOW)
    assert (update.etag, update.last_modified) == ('"2"', None)


def test_an_unchanged_feed_keeps_its_validators_and_what_it_asked_for() -> None:
    update = succeed(replace(FEED, ttl_seconds=1800), replace(FETCHED, status="not_modified", etag=None))
    assert (update.etag, update.last_modified, update.ttl_seconds) == ('"1"', FEED.last_modified, 1800)
    assert update.next_check_at == NOW + timedelta(minutes=30)


def test_a_feed_that_moved_for_good_is_visited_at_its_new_address() -> None:
    moved = "https://kabar.example/feed"
    assert succeed(fetched=replace(FETCHED, permanent_url=moved)).url == moved
    assert succeed(fetched=replace(FETCHED, url=moved)).url == FEED.url


def test_failures_double_the_pause_up_to_a_day() -> None:
    error = FetchError("fetch_timeout", host="kabar.example")
    pauses = [fail(error, failures=n).next_check_at - NOW for n in range(20)]
    assert pauses[:4] == [INTERVAL * factor for factor in (1, 2, 4, 8)]
    assert set(pauses[8:]) == {MAX_PAUSE}
    assert fail(error, failures=2, spread=0.9).next_check_at > NOW + pauses[2]


@pytest.mark.parametrize(
    ("asked", "expected"),
    [(None, INTERVAL), (60, INTERVAL), (7200, timedelta(hours=2)), (9_999_999, MAX_PAUSE)],
)
def test_a_site_that_asks_for_a_pause_gets_it_within_reason(asked: float | None, expected: timedelta) -> None:
    error = FetchError("fetch_status", retry_after=asked, status=503, host="kabar.example")
    assert fail(error).next_check_at - NOW == expected


@pytest.mark.parametrize("error", [FetchError("fetch_status", status=404, host="x"), ParseError("feed_is_html")])
def test_a_hundred_failures_in_a_row_pause_a_feed(error: SariError) -> None:
    assert MAX_FAILURES == 100
    assert fail(error, failures=98).state is FeedState.ACTIVE
    assert fail(error, failures=99).state is FeedState.PAUSED
    assert fail(error, failures=100).state is FeedState.PAUSED


def test_a_feed_that_is_gone_ends_at_once() -> None:
    update = fail(FetchError("fetch_gone", retryable=False, host="kabar.example"))
    assert (update.state, update.failures, update.last_error) == (FeedState.GONE, 1, "fetch_gone (host=kabar.example)")
