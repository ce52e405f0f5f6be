"""What the readers of RSS make of the same feeds, feedparser being the measure.

    python -m tests.bench.feed_readers

Over ../shared/data/feeds, the W3C validator's feeds and feeds written here, each reader gives the entries that Sari
would keep. The table counts the feeds that it takes, and among those the ones in which a field is not as feedparser
gives it. "Readers" are our reader of plain RSS, with which `parse_feed` begins, and fastfeedparser (0.6.5).
"""

from __future__ import annotations

import tarfile
import warnings
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple

import fastfeedparser

from bot.errors import ParseError
from bot.ingest.feeds import parse_plain, parse_with_feedparser
from bot.ingest.plain_rss import PlainRss, RssItem, read_plain_rss
from bot.models import ParsedFeed
from tests.bench.written_feeds import write_feed
from tests.processes import ROOT

URL = "https://kabar.example/rss"
DATA = ROOT.parent / "shared" / "data"
# Not guid: fastfeedparser gives the link where there is none.
ENTRY_FIELDS = ("url", "title", "text", "published_at", "categories")
FIELDS = ("feed title", "ttl", "entries", *ENTRY_FIELDS)


def feeds() -> Iterator[tuple[str, bytes]]:
    """Name and bytes of each feed: real ones, the validator's, written ones."""
    for path in sorted((DATA / "feeds").glob("*.xml")):
        yield f"real/{path.name}", path.read_bytes().lstrip()
    archive = DATA / "feedvalidator" / "testcases.tar.gz"
    if archive.exists():
        with tarfile.open(archive) as tar:
            for member in tar:
                if member.isfile() and member.name.endswith(".xml"):
                    yield member.name, tar.extractfile(member).read()  # type: ignore[union-attr]
    for number in range(20):
        yield f"written/{number}", write_feed(number, entries=20 + number, full=number % 2 == 0)


def with_feedparser(body: bytes) -> ParsedFeed:
    """The measure."""
    return parse_with_feedparser(body, "application/xml; charset=utf-8", URL)


def with_plain_rss(body: bytes) -> ParsedFeed | None:
    """Our reader; None for what it leaves to feedparser."""
    plain = read_plain_rss(body)
    return parse_plain(plain, URL) if plain else None


def with_fastfeedparser(body: bytes) -> ParsedFeed | None:
    """fastfeedparser, its entries finished as ours are; None for what it refuses. It gives no ttl and no types."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # dateutil on zones that it does not know
        try:
            found = fastfeedparser.parse(body, include_media=False, include_enclosures=False)
        except ValueError:
            return None
    return parse_plain(PlainRss(found["feed"].get("title") or "", "", tuple(map(_item, found["entries"]))), URL)


def _item(entry: Mapping[str, Any]) -> RssItem:
    bodies = (*(content["value"] for content in entry.get("content", ())), entry.get("description") or "")
    return RssItem(
        title=entry.get("title") or "",
        link=entry.get("link") or "",
        guid=entry.get("id") or "",
        bodies=tuple(filter(None, bodies)),
        date=entry.get("published") or _NO_DATE,
        categories=tuple(tag["label"] or tag["term"] for tag in entry.get("tags", ())),
    )


_NO_DATE = "Thu, 01 Jan 1970 00:00:00 GMT"
"""What stands for "no date": an entry with it has none."""


def differences(one: ParsedFeed, other: ParsedFeed) -> set[str]:
    """The names, out of FIELDS, of what is not the same in two readings of a feed."""
    found = {
        name
        for name, left, right in (
            ("feed title", one.title, other.title),
            ("ttl", one.ttl_seconds, other.ttl_seconds),
            ("entries", len(one.entries), len(other.entries)),
        )
        if left != right
    }
    for left, right in zip(one.entries, other.entries, strict=False):
        found |= {name for name in ENTRY_FIELDS if getattr(left, name) != getattr(right, name)}
    return found


class Comparison(NamedTuple):
    """Feeds that feedparser reads, how many of them a reader takes, and what it gives differently in which."""

    read: int
    taken: int
    different: dict[str, set[str]]


def compare(reader: Callable[[bytes], ParsedFeed | None]) -> Comparison:
    """Hold a reader against feedparser over all feeds."""
    read = taken = 0
    different = {}
    for name, body in feeds():
        try:
            measure = with_feedparser(body)
        except ParseError:
            continue
        read += 1
        if found := reader(body):
            taken += 1
            if names := differences(measure, found):
                different[name] = names
    return Comparison(read, taken, different)


def main() -> None:
    """Print the table."""
    both = compare(with_plain_rss), compare(with_fastfeedparser)
    print(f"{'':30}{'plain RSS':>12}{'fastfeedparser':>16}")
    rows: list[tuple[str, list[int]]] = [
        ("feeds that feedparser reads", [each.read for each in both]),
        ("taken by the reader", [each.taken for each in both]),
        ("not the same in anything", [len(each.different) for each in both]),
    ]
    counts = [Counter(name for names in each.different.values() for name in names) for each in both]
    rows += [(f"  {name}", [each[name] for each in counts]) for name in FIELDS]
    for label, (ours, theirs) in rows:
        print(f"{label:30}{ours:>12}{theirs:>16}")


if __name__ == "__main__":
    main()
