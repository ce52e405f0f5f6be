"""Reads the page of an article, and the further pages that it is spread over."""

from __future__ import annotations

import logging
from dataclasses import replace
from typing import Protocol

from bot.errors import IngestError, InputError
from bot.ingest.fetch import Fetcher
from bot.models import Page

log = logging.getLogger(__name__)

MAX_PARTS = 10
"""Pages of one article that are read; longer ones are picture series."""


class PageParser(Protocol):
    """Parses in a process of its own: `parse.ParserProcess`."""

    async def page(self, body: bytes, content_type: str, url: str) -> Page: ...


async def read_page(fetcher: Fetcher, parser: PageParser, url: str) -> Page:
    """Give the whole article at an address, however many pages it has.

    Raises:
        InputError: `url_bad`.
        IngestError: nothing came, or no article is in it.
    """
    fetched = await fetcher.fetch(url)
    page = await parser.page(fetched.body, fetched.content_type, fetched.url)
    return await read_rest(fetcher, parser, page)


async def read_rest(fetcher: Fetcher, parser: PageParser, page: Page) -> Page:
    """Give a page with the text of the pages that go on with it. What cannot be read of them is left out."""
    read = {page.url}
    part = page
    while part.rest and part.rest not in read and len(read) < MAX_PARTS:
        read.add(part.rest)
        try:
            fetched = await fetcher.fetch(part.rest)
            part = await parser.page(fetched.body, fetched.content_type, fetched.url)
        except (IngestError, InputError) as error:
            log.info("rest of %s: %s", page.url, error)
            break
        page = replace(page, text=join_parts(page.text, part.text))
    return replace(page, rest="")


def join_parts(text: str, more: str) -> str:
    """Give a text with the paragraphs of another part that it has not yet: the part may be the whole once more."""
    paragraphs = text.split("\n\n")
    known = set(paragraphs)
    return "\n\n".join((*paragraphs, *(each for each in more.split("\n\n") if each not in known)))
