"""A feed as the terminal shows it: the report of ``sari feeds check``, as lines and as JSON."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING, Any

from bot.models import Zone
from bot.schedule import local
from bot.terminal import sentence, words

if TYPE_CHECKING:
    from bot.services.feed_check import FeedReport, SampleArticle

_WIDTH = 110
"""Characters of a line before a sentence is cut, so that the report stays on one screen."""
_MOST_OTHERS = 5


def report_as_lines(report: FeedReport) -> Iterator[str]:
    """Give a report as the lines of one screen."""
    texts, found = words(), report.found
    yield f"{found.outlet} – {found.parsed.title}" if found.parsed.title else found.outlet
    yield " · ".join(filter(None, (found.url, found.kind)))
    newest = moment(report.newest) if report.newest else ""
    yield texts.plain("terminal.feed_entries", n=report.entries, newest=newest, dated=report.dated)
    yield texts.plain(
        "terminal.feed_text",
        n=report.entries,
        full=report.full_text,
        judged=report.judged,
        indonesian=report.indonesian,
    )
    topics = ", ".join(
        f"{topic_name(topic) or texts.plain('terminal.feed_no_topic')} {n}" for topic, n in report.topics
    )
    yield texts.plain("terminal.feed_topics", topics=topics or "–")
    yield texts.plain("terminal.feed_caching", headers=_caching(report))
    for number, one in enumerate(report.sample, start=1):
        yield ""
        yield _cut(f"{number}. {one.title}")
        yield f"   {_cut(_article_facts(one))}"
        if one.opening:
            yield f"   {_cut(one.opening)}"
    yield from _remarks(report)


def _remarks(report: FeedReport) -> Iterator[str]:
    texts = words()
    if report.warnings or report.others:
        yield ""
    for warning in report.warnings:
        yield f"! {texts.plain(f'feed_warnings.{warning.key}', **warning.values)}"
    if report.others:
        yield texts.plain("terminal.feeds_others")
        yield from (f"  {url}" for url in report.others[:_MOST_OTHERS])


def _article_facts(one: SampleArticle) -> str:
    if one.article is None:
        return sentence(one.error) if one.error else ""
    texts = words()
    return texts.plain(
        "terminal.feed_article",
        moment=moment(one.article.published_at) if one.dated else texts.plain("terminal.feed_no_date"),
        place=one.article.place,
        topic=topic_name(one.article.topic),
        words=one.words,
        page=one.from_page,
    )


def _caching(report: FeedReport) -> str:
    texts, fetched = words(), report.found.fetched
    fresh = max(fetched.max_age or 0, report.found.parsed.ttl_seconds or 0)
    headers = (
        "ETag" if fetched.etag else "",
        "Last-Modified" if fetched.last_modified else "",
        texts.plain("terminal.feed_fresh", minutes=-(-fresh // 60)) if fresh else "",
    )
    return ", ".join(filter(None, headers)) or texts.plain("terminal.feed_no_caching")


def report_as_record(report: FeedReport) -> dict[str, Any]:
    """Give a report as a JSON object."""
    found = report.found
    return {
        "url": found.url,
        "kind": found.kind,
        "outlet": found.outlet,
        "title": found.parsed.title,
        "entries": report.entries,
        "dated": report.dated,
        "newest": report.newest.isoformat() if report.newest else None,
        "full_text": report.full_text,
        "judged": report.judged,
        "indonesian": report.indonesian,
        "topics": {topic or "": n for topic, n in report.topics},
        "etag": found.fetched.etag,
        "last_modified": found.fetched.last_modified,
        "max_age": found.fetched.max_age,
        "ttl": found.parsed.ttl_seconds,
        "articles": [_sample_as_record(one) for one in report.sample],
        "warnings": [warning.key for warning in report.warnings],
        "others": list(report.others),
    }


def _sample_as_record(one: SampleArticle) -> dict[str, Any]:
    article = one.article
    return {
        "title": one.title,
        "url": one.url,
        "published": article.published_at.isoformat() if article and one.dated else None,
        "place": article.place if article else None,
        "topic": article.topic if article else None,
        "words": one.words,
        "opening": one.opening,
        "from_page": one.from_page,
        "error": one.error.key if one.error else None,
    }


def moment(at: datetime) -> str:
    """Give a time as an operator reads it."""
    return local(at, Zone.WIB).strftime("%d/%m/%Y %H.%M WIB")


def topic_name(topic: str | None) -> str:
    """Give the name of a topic; empty for none."""
    return words().plain(f"topics.{topic}") if topic else ""


def _cut(line: str) -> str:
    return line if len(line) <= _WIDTH else line[:_WIDTH].rsplit(" ", 1)[0] + " …"
