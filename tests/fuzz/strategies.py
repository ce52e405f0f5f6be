"""Documents as hypothesis makes them: nearly feeds, nearly pages, and neither."""

from __future__ import annotations

from hypothesis import strategies as st

from tests.unit.ingest_samples import html_page, rss

_NAMES = (
    "title link guid description summary content content:encoded pubDate dc:date published updated category dc:subject "
    "author dc:creator source enclosure media:content media:title media:group itunes:summary id item entry channel ttl "
    "image p div br a script style atom:link xhtml:div"
)
DATES = (
    "Mon, 23 Nov 2026 16:30:00 +0700",
    "2026-11-23T16:30:00+07:00",
    "Senin, 23 November 2026 16:30 WIB",
    "Mon, 23 Nov 2026 16:30:00 +9999",
    "0000-00-00T00:00:00Z",
    "9999-12-31T23:59:59-14:00",
    "31 Feb 2026 25:61 WIT",
    "Thu, 01 Jan 0001 00:00:00 GMT",
)
LINKS = (
    "https://kabar.example/a",
    "/b?id=7#c",
    "javascript:alert(1)",
    "http://[::1",
    "//kabar.example:99999/",
    "https://a@b.example/",
    "https://\u2460.example/",
    "data:text/html,<b>",
    "http:///x",
    "https://xn--a.example/",
)
PIECES = st.one_of(
    st.text(max_size=30),
    st.sampled_from(DATES + LINKS),
    st.sampled_from(
        [
            "&lt;p&gt;Isi&lt;/p&gt;", "&amp;lt;b&amp;gt;", "<![CDATA[<b>Isi</b>]]>", "<![CDATA[", "]]>", "<!--", "-->",
            "&nbsp;", "&#146;", "&#x0;", "&#xD800;", "&l9;", "<?php ?>", "\x00", "\ue000",
            "\u2028", "\x0c", "<", "&", '"', "&#9999999999;",
        ]
    ),
)  # fmt: skip
ATTRIBUTES = st.sampled_from(
    [
        "",
        "",
        "",
        ' type="xhtml"',
        ' type="html"',
        ' rel="self" href="/x"',
        ' isPermaLink="false"',
        ' xml:base="http://["',
        " x",
    ]
)


def _element(name: str, attributes: str, inside: list[str]) -> str:
    return f"<{name}{attributes}>{''.join(inside)}</{name.split()[0]}>"


def _elements(inside: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.builds(_element, st.sampled_from(_NAMES.split()), ATTRIBUTES, st.lists(inside, max_size=4))


MARKUP = st.lists(st.recursive(PIECES, _elements, max_leaves=12), max_size=6).map("".join)


def _plain_item(title: str, link: str, date: str, text: str, extra: str) -> str:
    return (
        f"<item><title>{title}</title><link>{link}</link><pubDate>{date}</pubDate>"
        f"<description>{text}</description>{extra}</item>"
    )


PLAIN_ITEMS = st.builds(
    _plain_item, PIECES, st.sampled_from(LINKS), st.sampled_from(DATES), PIECES, st.one_of(st.just(""), MARKUP)
)
_ATOM = (
    '<?xml version="1.0"?><feed xmlns="http://www.w3.org/2005/Atom" xmlns:xhtml="http://www.w3.org/1999/xhtml">'
    "<title>Kabar</title>{}</feed>"
)


@st.composite
def _encoded(draw: st.DrawFn, text: st.SearchStrategy[str]) -> bytes:
    encoding = draw(st.sampled_from(["utf-8", "utf-8", "utf-8-sig", "utf-16", "latin-1", "cp1252", "utf-7"]))
    return draw(text).encode(encoding, "replace")


@st.composite
def _damaged(draw: st.DrawFn, whole: st.SearchStrategy[bytes]) -> bytes:
    """A document with a piece cut out, doubled, or overwritten."""
    body = draw(whole)
    start = draw(st.integers(0, len(body)))
    end = draw(st.integers(start, min(len(body), start + 200)))
    return body[:start] + draw(st.sampled_from([b"", body[start:end] * 3, b"\x00", b"\xff\xfe", b"<"])) + body[end:]


_RSS = st.lists(st.one_of(PLAIN_ITEMS, MARKUP), max_size=4).map(
    lambda items: rss("".join(items)).decode("utf-8", "replace")
)
_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | PIECES,
    lambda inside: (
        st.lists(inside, max_size=4)
        | st.dictionaries(
            st.sampled_from(
                ["items", "id", "url", "title", "content_html", "content_text", "date_published", "tags", "x"]
            ),
            inside,
        )
    ),
    max_leaves=20,
)
FEEDS = st.one_of(
    st.binary(max_size=200),
    _encoded(_RSS),
    _damaged(_encoded(_RSS)),
    _encoded(MARKUP.map(_ATOM.format)),
    _damaged(_encoded(MARKUP.map(lambda inside: _ATOM.format(f"<entry>{inside}</entry>")))),
)
JSON_FEEDS = st.lists(_JSON, max_size=4)
PAGES = st.one_of(
    st.binary(max_size=200),
    _encoded(MARKUP),
    _encoded(st.builds(lambda head, body: html_page(head=head, body=body).decode("utf-8", "replace"), MARKUP, MARKUP)),
    _damaged(_encoded(st.builds(lambda head: html_page(head=head).decode("utf-8", "replace"), MARKUP))),
)
TYPES = st.sampled_from(
    ["", "text/html", "application/xml; charset=latin-1", "application/rss+xml; charset=x", "text/xml"]
)
