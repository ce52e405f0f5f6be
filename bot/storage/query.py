"""A reader's words as a query: what must occur, what may, what must not, and in which articles. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from datetime import datetime

from bot.errors import InputError
from bot.models import TOPICS
from bot.storage.periods import PERIOD, Period, read_period
from bot.terms import Word, fold, read_words
from bot.texts import LANGUAGES, catalog

Phrase = tuple[Word, ...]
"""Words that stand next to each other; never empty."""

MAX_TERMS = 50
"""Words and phrases that are looked at; what is longer is a pasted text, not a question."""

OPERATORS = {
    "sumber": "outlet",
    "media": "outlet",
    "source": "outlet",
    "topik": "topic",
    "topic": "topic",
    "sejak": "since",
    "since": "since",
    "sampai": "until",
    "hingga": "until",
    "until": "until",
}
"""What stands before a colon, in Indonesian and in English."""

# Phones turn straight quotation marks into curly ones, and hyphens into dashes.
_QUOTES = str.maketrans(dict.fromkeys("“”„‟«»", '"'))
_TERM = re.compile(
    rf"""(?<!\S)(?P<operator>{"|".join(OPERATORS)}):\s*(?:"(?P<quoted>[^"]*)"|(?P<period>(?:{PERIOD})(?!\S))|(?P<value>[^\s"]*))"""
    r"""|(?P<minus>(?<!\S)[-‐‑‒–—−])?(?:"(?P<phrase>[^"]*)"|(?P<word>[^\s"]+))""",
    re.IGNORECASE | re.ASCII,
)


@dataclass(frozen=True, slots=True)
class Filters:
    """Which articles are looked at; empty: all."""

    outlets: tuple[str, ...] = ()
    """As typed; any of them."""
    topics: tuple[str, ...] = ()
    """Keys of ``TOPICS``; any of them."""
    since: datetime | None = None
    until: datetime | None = None
    """The first moment after it."""


@dataclass(frozen=True, slots=True)
class ParsedQuery:
    """What a reader looks for. At least one word or phrase is there."""

    words: tuple[Word, ...]
    """The more of them occur, the better."""
    phrases: tuple[Phrase, ...] = ()
    """All of them must occur."""
    excluded: tuple[Phrase, ...] = ()
    """None of them may occur."""
    filters: Filters = field(default=Filters())


def parse_query(text: str, now: datetime) -> ParsedQuery:
    """Read ``banjir "sound horeg" -voli sumber:kompas sejak:kemarin``.

    Args:
        now: in the reader's zone; what ``kemarin`` counts from.

    Raises:
        InputError: ``search_empty`` without any word, ``search_only_exclusions`` with nothing but ``-words``,
            ``search_only_filters`` with nothing but filters; ``search_topic_unknown`` and ``search_date_unknown`` (with
            ``value``), ``search_dates_crossed`` where the end lies before the beginning.
    """
    text = text.translate(_QUOTES)
    words: dict[str, Word] = {}
    phrases: dict[str, Phrase] = {}
    excluded: dict[str, Phrase] = {}
    filters = Filters()
    for term in _TERM.finditer(text):
        if term["operator"]:
            value = term["quoted"] or term["period"] or term["value"] or ""
            filters = _filter(filters, OPERATORS[term["operator"].lower()], value, now)
            continue
        kind = "phrase" if term["phrase"] is not None else "word"
        start = term.start(kind)
        found = tuple(
            replace(word, start=word.start + start, end=word.end + start) for word in read_words(term[kind] or "")
        )
        if not found:
            continue
        key = " ".join(word.stem for word in found)
        if term["minus"]:
            excluded.setdefault(key, found)
        elif kind == "phrase":
            phrases.setdefault(key, found)
        else:
            for word in found:
                words.setdefault(word.stem, word)
    if not words and not phrases:
        raise InputError(_what_is_missing(bool(excluded), filters != Filters()))
    return ParsedQuery(
        tuple(words.values())[:MAX_TERMS],
        tuple(phrases.values())[:MAX_TERMS],
        tuple(excluded.values())[:MAX_TERMS],
        filters,
    )


def _what_is_missing(has_excluded: bool, has_filters: bool) -> str:
    if has_excluded:
        return "search_only_exclusions"
    return "search_only_filters" if has_filters else "search_empty"


def _filter(filters: Filters, kind: str, value: str, now: datetime) -> Filters:
    if kind == "outlet":
        if not fold(value):
            raise InputError("search_outlet_missing")
        return replace(filters, outlets=(*filters.outlets, value))
    if kind == "topic":
        return replace(filters, topics=(*filters.topics, _topic(value)))
    period = read_period(value, now)
    if period is None:
        raise InputError("search_date_unknown", value=value)
    return _bounded(filters, kind, period)


def _bounded(filters: Filters, kind: str, period: Period) -> Filters:
    since = period.start if kind == "since" else filters.since
    until = period.end if kind == "until" else filters.until
    if since is not None and until is not None and since >= until:
        raise InputError("search_dates_crossed")
    return replace(filters, since=since, until=until)


def _topic(value: str) -> str:
    """The key of a topic by its name in either language, or the beginning of it."""
    typed = fold(value)
    names = {fold(name): key for language in LANGUAGES for key, name in catalog(language).section("topics").items()}
    names |= {key: key for key in TOPICS}
    matches = {
        key for name, key in names.items() if key in TOPICS and typed and (name == typed or _begins(name, typed))
    }
    if len(matches) != 1:
        known = catalog(LANGUAGES[0]).section("topics")
        raise InputError("search_topic_unknown", value=value, known=", ".join(known.get(key, key) for key in TOPICS))
    return matches.pop()


def _begins(name: str, typed: str) -> bool:
    return len(typed) >= 3 and name.startswith(typed)
