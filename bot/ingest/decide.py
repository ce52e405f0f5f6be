"""What an entry is to us, and the article that it becomes. Pure."""

from __future__ import annotations

import hashlib
import re
from datetime import UTC, datetime
from enum import StrEnum

from bot.errors import ParseError
from bot.ingest.leftovers import drop_leftovers, strip_masthead
from bot.ingest.titles import title_from
from bot.ingest.topics import topic_of
from bot.ingest.urls import same_host
from bot.models import Entry, KnownArticle, NewArticle, Page
from summarizer import ArticleText, read_article
from summarizer.dates import parse_date
from summarizer.language import is_indonesian
from summarizer.places import places_of

_TEASER_WORDS = 80
"""Teasers of ../shared/data/feeds have 12 to 38 words; the reports of ../shared/data/pages have 124 and more."""
_FEWEST_WORDS_TO_JUDGE = 30
"""Shorter texts may be names and a verb (measured on ../shared/data/search: none of 7,466 is refused wrongly)."""
_OPENING_WORDS = 100
_CUT = re.compile(r"(?:\.\.\.|…|\[\s*(?:\.\.\.|…)\s*\])\s*$")


class Decision(StrEnum):
    NEW = "new"
    CHANGED = "changed"
    KNOWN = "known"


def decide(entry: Entry, known: KnownArticle | None) -> Decision:
    """Say whether an entry is new, changed since it was stored, or known as it is.

    Args:
        known: the stored article at the entry's address, if there is one.
    """
    if known is None:
        return Decision.NEW
    return Decision.KNOWN if known.entry_hash == entry_hash(entry) else Decision.CHANGED


def entry_hash(entry: Entry) -> str:
    """Give the hash of what an entry says. Its date is left out: some feeds write the present into it every time."""
    return _hash(_one_line(entry.title), _one_line(entry.text))


def is_teaser(entry: Entry) -> bool:
    """Whether an entry has less than the article, so that its page must be fetched."""
    return len(entry.text.split()) < _TEASER_WORDS or bool(_CUT.search(entry.text))


def build_article(
    entry: Entry,
    page: Page | None,
    *,
    outlet: str,
    now: datetime,
    topic: str | None = None,
    feed_id: int | None = None,
    any_language: bool = False,
) -> NewArticle:
    """Give the article of an entry, cleaned, with place, topic, address and hashes.

    Args:
        page: the entry's page where it was fetched; its text counts when it is longer than the entry's.
        now: publication time of what has none, or one in the future.
        topic: of all articles of its feed; None where the operator has named none.
        feed_id: of the feed that it came from, if it came from one.
        any_language: whether articles in other languages are taken, too.

    Raises:
        ParseError: `article_empty` when nothing readable is left, `not_indonesian` when it is in another language.
    """
    text = page.text if page and len(page.text) > len(entry.text) else entry.text
    lines = drop_leftovers(text.splitlines())
    article = read_article("\n".join(lines), title=_choose_title(entry, page), now=now)
    place, body = _place_and_body(article, outlet)
    title = article.title or title_from(body)
    if not body:
        raise ParseError("article_empty", title=title)
    if not any_language and is_foreign(title, body):
        raise ParseError("not_indonesian", title=title)
    published = entry.published_at or _page_date(page, now) or article.published
    url, aliases = _addresses(entry, page)
    sections = (*entry.categories, *((page.section,) if page and page.section else ()))
    return NewArticle(
        url=url or urn(outlet, title, published.astimezone(UTC).date().isoformat() if published else ""),
        outlet=outlet,
        title=title,
        body=body,
        published_at=min(published.astimezone(UTC), now) if published else now,
        place=place,
        topic=topic or topic_of(sections, url, title=title, body=body),
        places=places_of(title, place, body),
        content_hash=content_hash(title, body),
        entry_hash=entry_hash(entry),
        aliases=aliases,
        feed_id=feed_id,
    )


def _page_date(page: Page | None, now: datetime) -> datetime | None:
    """When the page says that it was published; "2 jam lalu" counts from now, as it has just been fetched."""
    if page is None:
        return None
    return page.published_at or parse_date(page.age, now)


def content_hash(title: str, body: str) -> str:
    """Give the hash by which two copies of one text are one, however they are broken into lines."""
    return _hash(_one_line(title), _one_line(body))


def urn(*parts: str) -> str:
    """Give the name, in place of an address, of an article that has none: `urn:sari:` and a hash of the parts."""
    return f"urn:sari:{_hash(*map(_one_line, parts))}"


def is_foreign(title: str, body: str) -> bool | None:
    """Whether a text is in another language, judged by its opening (lists of names may follow); None: too short."""
    words = f"{title} {body}".split()
    return None if len(words) < _FEWEST_WORDS_TO_JUDGE else not is_indonesian(" ".join(words[:_OPENING_WORDS]))


def _choose_title(entry: Entry, page: Page | None) -> str:
    """The feed's headline; the page's where the feed has none or cuts it."""
    if page and (not entry.title or _CUT.search(entry.title)):
        return page.title
    return entry.title


def _place_and_body(article: ArticleText, outlet: str) -> tuple[str | None, str]:
    """Place and body without the outlet's own name and a date ("SAGARA, 23 November, Kabar Nusantara - ")."""
    place, paragraphs = article.place, article.paragraphs
    if place is None and paragraphs:
        place, first = strip_masthead(paragraphs[0], outlet)
        paragraphs = (first, *paragraphs[1:])
    parts = (place or "").split(", ")
    kept = [part for part in parts if part.casefold() != outlet.casefold() and not any(map(str.isdigit, part))]
    return ", ".join(kept) or None, "\n\n".join(filter(None, paragraphs))


def _addresses(entry: Entry, page: Page | None) -> tuple[str, tuple[str, ...]]:
    """The canonical address and the others. A page may only speak for its own host."""
    if page and page.url and (not entry.url or same_host(page.url, entry.url)):
        return page.url, (entry.url,) if entry.url and entry.url != page.url else ()
    return entry.url, ()


def _hash(*parts: str) -> str:
    return hashlib.sha256("\n".join(parts).encode("utf-8", "replace")).hexdigest()


def _one_line(text: str) -> str:
    return " ".join(text.split())
