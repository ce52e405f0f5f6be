"""Article pages to headline, date and text. Pure; runs in the parser process."""

from __future__ import annotations

import re

from bot.errors import ParseError
from bot.ingest.html_text import paragraphs_of, parse_html
from bot.ingest.page_meta import read_meta
from bot.ingest.page_parts import find_rest
from bot.ingest.page_text import clean_body, read_body
from bot.ingest.titles import title_from
from bot.models import Page

_CHARSET = re.compile(r"charset\s*=\s*[\"']?\s*([\w.:-]{2,40})", re.IGNORECASE)
_HEAD_BYTES = 4096
_UTF16 = (b"\xff\xfe", b"\xfe\xff")
_LATIN = frozenset({"iso-8859-1", "iso-8859-15", "latin-1", "latin1", "windows-1252", "cp1252", "us-ascii", "ascii"})


def parse_page(body: bytes, content_type: str, url: str) -> Page:
    """Give the article of a page, without the outlet's furniture, paragraphs separated by an empty line.

    Args:
        body: the HTML as it came, after decompression.
        content_type: the header's value with its charset; may be empty.
        url: where it was fetched (after redirects); empty for a saved file.

    Raises:
        ParseError: `page_no_article`.
    """
    binary = b"\x00" in body[:_HEAD_BYTES] and not body.startswith(_UTF16)
    tree = None if binary else parse_html(decode_html(body, content_type))
    if tree is None:
        raise ParseError("page_no_article")
    lines = [paragraph.text for paragraph in paragraphs_of(tree)]
    meta = read_meta(tree, lines, url)
    rest = find_rest(tree, url)
    # Pages that a script fills have their text in the structured data only.
    paragraphs = read_body(tree, meta.title, meta.authors) or clean_body(
        meta.body.split("\n\n"), meta.title, meta.authors
    )
    if not paragraphs:
        raise ParseError("page_no_article")
    return Page(
        url=meta.url,
        title=meta.title or title_from(paragraphs[0]),
        text="\n\n".join(paragraphs),
        published_at=meta.published_at,
        section=meta.section,
        authors=meta.authors,
        age=meta.age,
        rest=rest,
    )


def decode_html(body: bytes, content_type: str) -> str:
    """Give the text of an HTML page by its byte-order mark, header, meta tag, or what fits.

    A page that is valid UTF-8 is taken as such although it says Latin-1, as many do.
    """
    if body.startswith(_UTF16):
        return body.decode("utf-16", "replace")
    named = _CHARSET.search(content_type) or _CHARSET.search(body[:_HEAD_BYTES].decode("ascii", "replace"))
    charset = named[1].lower() if named else "latin-1"
    if charset in _LATIN:
        try:
            return body.decode("utf-8-sig")
        except UnicodeDecodeError:
            charset = "cp1252"
    try:
        return body.decode(charset, "replace").removeprefix("\ufeff")
    except LookupError:
        return body.decode("utf-8-sig", "replace")
