"""Feeds that are made to hurt whoever reads them."""

from __future__ import annotations

from tests.unit.ingest_samples import rss

_DATE = "<pubDate>Mon, 23 Nov 2026 16:30:00 +0700</pubDate>"


def _item(extra: str = "", *, title: str = "A") -> str:
    return f"<item><title>{title}</title><link>https://kabar.example/a</link>{extra}</item>"


def _entities() -> bytes:
    declared = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    start = f'<?xml version="1.0"?><!DOCTYPE rss [<!ENTITY l0 "lol">{declared}]>'
    return start.encode() + rss(_item(title="&l9;")).partition(b"?>")[2]


BOMBS: dict[str, bytes] = {
    # feedparser looks for a mail address in it, in a time that grows with the square of its length.
    "a 16 KB author": rss(_item(f"<author>{'a' * 16_384}</author>")),
    "a 200 KB author": rss(_item(f"<author>{'a' * 200_000}</author>")),
    # feedparser's sanitizer and others look for the end of each of these tags.
    "1.2 MB of open tags in a text": rss(_item(f"<description>{'&lt;b ' * 200_000}</description>")),
    "1.2 MB of open tags in a plain feed": rss(_item(f"{_DATE}<description>{'&lt;b ' * 200_000}</description>")),
    "9 MB of tags in a title": rss(_item(_DATE, title="&lt;a&gt;" * 1_000_000)),
    "9 MB of one title": rss(_item(_DATE, title="x" * 9_000_000)),
    "9 MB of one text": rss(_item(f"{_DATE}<description>{'kata biasa saja. ' * 550_000}</description>")),
    "9 MB of spaces": rss(" " * 9_000_000 + _item()),
    "entities that become a billion": _entities(),
    "a million items": rss("<item/>" * 1_000_000),
    "100,000 items": rss(_item(_DATE) * 100_000),
    "100,000 levels": rss("<a>" * 100_000),
    "100,000 levels in an item": rss(f"<item>{'<a>' * 100_000}{'</a>' * 100_000}</item>"),
    "100,000 namespaces": rss("".join(f'<a{n}:b xmlns:a{n}="u{n}"/>' for n in range(100_000))),
    "100,000 attributes": rss("<item " + " ".join(f"a{n}='x'" for n in range(100_000)) + "/>"),
    "2 MB of ampersands": rss(_item(f"<description>{'&' * 2_000_000}</description>")),
    "400,000 links that never end": rss("<link a " * 400_000),
    "a million brackets": b'{"items":' + b"[" * 1_000_000,
    "5 MB of nothing": bytes(5_000_000),
    "a feed and 5 MB of nothing": rss(_item(_DATE)) + bytes(5_000_000),
    "a plain feed with a nothing in it": rss(_item(_DATE, title="A\x00B")),
}
