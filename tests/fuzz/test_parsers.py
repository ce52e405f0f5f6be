"""Documents that nobody wrote: the parsers' wrappers give what the bot can work with, or a reason."""

import json
from typing import Any

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from bot.ingest.feeds import parse_plain, parse_with_feedparser
from bot.ingest.plain_rss import read_plain_rss
from tests.fuzz.checks import URL, check_feed, check_page
from tests.fuzz.strategies import FEEDS, JSON_FEEDS, PAGES, PLAIN_ITEMS, TYPES
from tests.unit.ingest_samples import rss

# The same documents every time: new ones are looked for by `make fuzz`.
BOUNDED = settings(
    max_examples=150,
    deadline=None,
    derandomize=True,
    database=None,
    phases=set(Phase) - {Phase.explain},
    suppress_health_check=list(HealthCheck),
)


@BOUNDED
@given(FEEDS, TYPES)
def test_any_feed_is_read_or_refused_with_a_reason(body: bytes, content_type: str) -> None:
    check_feed(body, content_type)


@BOUNDED
@given(JSON_FEEDS)
def test_any_json_feed_is_read_or_refused_with_a_reason(items: list[Any]) -> None:
    check_feed(json.dumps({"items": items}).encode())


@BOUNDED
@given(PAGES, TYPES)
def test_any_page_is_read_or_refused_with_a_reason(body: bytes, content_type: str) -> None:
    check_page(body, content_type)


@BOUNDED
@given(st.lists(PLAIN_ITEMS, max_size=4))
def test_the_reader_of_plain_rss_gives_what_feedparser_gives_or_nothing(items: list[str]) -> None:
    body = rss("".join(items).encode("utf-8", "replace").decode())
    plain = read_plain_rss(body)
    found = parse_plain(plain, URL) if plain else None
    if found:
        assert found == parse_with_feedparser(body, "application/xml; charset=utf-8", URL)
