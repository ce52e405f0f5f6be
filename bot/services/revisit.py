"""When a feed is visited next, and whether at all. Pure."""

from __future__ import annotations

from datetime import datetime, timedelta

from bot.errors import FetchError, SariError
from bot.ingest.fetch import Fetched
from bot.models import Feed, FeedState, FeedUpdate
from bot.schedule import backoff

MAX_PAUSE = timedelta(hours=24)
"""After failures, and for what ``Retry-After`` asks."""
MAX_FRESH = timedelta(hours=1)
"""What a feed may ask for by max-age or ttl: news is old after that."""
MAX_FAILURES = 100
"""In a row, after which a feed is paused; with the pauses between them that is three months of one that is dead."""
_DRIFT = 0.1
"""Share of the pause that chance adds, so that feeds which were once due together do not stay together."""


def after_success(
    feed: Feed,
    fetched: Fetched,
    *,
    ttl_seconds: int | None,
    now: datetime,
    interval: timedelta,
    spread: float,
) -> FeedUpdate:
    """The state of a feed after a visit that brought it, or the word that nothing has changed.

    The next visit is due after our interval or after what the site asks for, whichever is later.

    Args:
        ttl_seconds: what the feed itself asks for; of one that has not changed, the last word counts.
        spread: random number in [0, 1).
    """
    unchanged = fetched.status == "not_modified"
    ttl = feed.ttl_seconds if unchanged else ttl_seconds
    asked = timedelta(seconds=max(ttl or 0, fetched.max_age or 0))
    pause = max(interval, min(asked, MAX_FRESH))
    return FeedUpdate(
        feed_id=feed.id,
        next_check_at=now + pause * (1 + _DRIFT * spread),
        url=fetched.permanent_url or feed.url,
        state=FeedState.ACTIVE,
        etag=feed.etag if unchanged else fetched.etag,
        last_modified=feed.last_modified if unchanged else fetched.last_modified,
        failures=0,
        last_ok_at=now,
        last_error=None,
        ttl_seconds=ttl,
    )


def after_failure(feed: Feed, error: SariError, *, now: datetime, interval: timedelta, spread: float) -> FeedUpdate:
    """The state of a feed after a visit that failed: a growing pause, and an end to it.

    410 ends a feed at once; ``MAX_FAILURES`` in a row pause it until the bot is started again.
    """
    failures = feed.failures + 1
    pause = backoff(failures, base=interval, cap=MAX_PAUSE, spread=spread)
    if isinstance(error, FetchError) and error.retry_after:
        pause = min(max(pause, timedelta(seconds=error.retry_after)), MAX_PAUSE)
    state = FeedState.ACTIVE
    if error.key == "fetch_gone":
        state = FeedState.GONE
    elif failures >= MAX_FAILURES:
        state = FeedState.PAUSED
    return FeedUpdate(
        feed_id=feed.id,
        next_check_at=now + pause,
        url=feed.url,
        state=state,
        etag=feed.etag,
        last_modified=feed.last_modified,
        failures=failures,
        last_ok_at=feed.last_ok_at,
        last_error=str(error),
        ttl_seconds=feed.ttl_seconds,
    )
