"""The sample articles as records: which there are, and what each says at a given moment."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from importlib import resources

from bot.sandbox.news.article_file import ArticleFileError, ParsedFile, parse_file
from bot.sandbox.news.dates import WIB
from bot.sandbox.news.outlets import OUTLETS_BY_KEY, Outlet

__all__ = ["ArticleFileError", "PublishedArticle", "SampleArticle", "SampleVersion", "load_articles", "published_at"]


@dataclass(frozen=True, slots=True)
class SampleVersion:
    """What an article says from a moment on."""

    since: datetime
    """In western Indonesian time."""
    title: str
    paragraphs: tuple[str, ...]
    """Plain text; one that begins with "## " is a subheading, a line break inside one is kept."""
    photo_caption: str | None


@dataclass(frozen=True, slots=True)
class SampleArticle:
    """One fictional article with all its versions, the first one first."""

    outlet: Outlet
    slug: str
    section: str
    author: str
    guid: str
    story: str | None
    """Names the event that several outlets report; None where nobody else does."""
    wire_of: str | None
    """Slug of the agency's article that this one reprints."""
    versions: tuple[SampleVersion, ...]

    @property
    def published(self) -> datetime:
        return self.versions[0].since


@dataclass(frozen=True, slots=True)
class PublishedArticle:
    """An article as it stands at some moment."""

    article: SampleArticle
    version: SampleVersion

    @property
    def updated(self) -> datetime | None:
        """When it was corrected last; None while the first version stands."""
        return None if self.version is self.article.versions[0] else self.version.since

    @property
    def teaser(self) -> str:
        """The opening paragraph, cut between words at about 180 characters."""
        opening = self.version.paragraphs[0]
        return opening if len(opening) <= 180 else opening[:180].rsplit(" ", 1)[0] + " ..."


def load_articles(start: datetime) -> tuple[SampleArticle, ...]:
    """Give all sample articles, the oldest first.

    Args:
        start: 05.30 WIB of the demo's first day, aware; times and dates in the files count from it.

    Raises:
        ArticleFileError: a file is not as it should be, or two share a slug.
        ValueError: `start` has no zone.
    """
    if start.tzinfo is None:
        raise ValueError("load_articles needs an aware start")
    folder = resources.files("bot.sandbox.news") / "articles"
    files = sorted((file for file in folder.iterdir() if file.name.endswith(".txt")), key=lambda file: file.name)
    start = start.astimezone(WIB)
    parsed = [parse_file(file.read_text(encoding="utf-8"), file.name, start.date()) for file in files]
    _check_slugs(parsed)
    return tuple(sorted((_to_article(one, start) for one in parsed), key=lambda article: article.published))


def published_at(articles: Iterable[SampleArticle], moment: datetime) -> list[PublishedArticle]:
    """Give what is out at `moment` (aware), in the version of that moment, the newest first."""
    shown = [
        PublishedArticle(article, max(out, key=lambda version: version.since))
        for article in articles
        if (out := [version for version in article.versions if version.since <= moment])
    ]
    return sorted(shown, key=lambda one: one.article.published, reverse=True)


def _to_article(parsed: ParsedFile, start: datetime) -> SampleArticle:
    return SampleArticle(
        outlet=OUTLETS_BY_KEY[parsed.outlet],
        slug=parsed.slug,
        section=parsed.section,
        author=parsed.author,
        guid=parsed.guid,
        story=parsed.story,
        wire_of=parsed.wire_of,
        versions=tuple(
            SampleVersion(start + version.after_start, version.title, version.paragraphs, version.photo_caption)
            for version in parsed.versions
        ),
    )


def _check_slugs(parsed: list[ParsedFile]) -> None:
    seen: dict[str, str] = {}
    for one in parsed:
        if one.slug in seen:
            raise ArticleFileError(one.file, 1, f"slug {one.slug} stands in {seen[one.slug]} too")
        seen[one.slug] = one.file
    for one in parsed:
        if one.wire_of is not None and one.wire_of not in seen:
            raise ArticleFileError(one.file, 1, f"wire_of names no article: {one.wire_of}")
