"""The body of an article page: the outlet's own container where we know it, else trafilatura's guess."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

import trafilatura
from lxml import html  # type: ignore[import-untyped]

from bot.ingest.html_text import Paragraph, paragraphs_of
from bot.ingest.leftovers import drop_bylines, drop_leftovers
from summarizer.boilerplate import remove_boilerplate
from summarizer.dates import parse_date
from summarizer.text import normalise

# Classes and ids of the element that holds the text and little else, best first. The first group is tested on
# ../shared/data/pages; the second is from memory of newer pages of the outlets, where a wrong one does no harm.
_CONTAINERS: tuple[frozenset[str], ...] = tuple(
    frozenset(names.split())
    for names in (
        """text_detail entertainment-detail-news kcm-read-text read-page__content-body contentx content-detail
        teaser-pic content_news""",
        """detail__body-text read__content article-content-body__item-content detail-text detail_text
        wrap__article-detail-content txt-article detail-konten detail-in entry-content article-content article-body
        article__content article__body post-content detail-content content-article body-content""",
        "article",
    )
)
# Inside the container: link lists, players, captions, adverts, tools.
_FURNITURE = re.compile(
    r"(?:^|[-_ ])(?:(?:baca|lihat|simak)[-_]?(?:juga|pula|jg)\w*|(?:berita|artikel)?[-_]?(?:terkait|lainnya|terpopuler)"
    r"|related\w*|recommend\w*|popular\w*|linksisip|lihatjg|sisip\w*|inner-link\w*|ext-channel|newsletter|promo\w*"
    r"|share\w*|sharing|sosmed\w*|social\w*|addthis\w*|komentar\w*|comments?|disqus\w*|tags?|breadcrumbs?"
    r"|caption\w*|cap-foto|pic_artikel|credit|foto|photo|gallery|video\w*|player\w*|embed\w*"
    r"|ads?|adv\w*|iklan|banner\w*|parallax|dfp\w*|sponsor\w*|copyright|info-author|author\w*|byline|editor\w*|reporter"
    r"|paging|pagination|nav|toolbar|popup|modal)(?:[-_ ]|$)",
    re.IGNORECASE,
)
_LINKED_ONLY = 0.8
_LONG_BODY = 200
"""Characters from which a container is believed without looking further."""
_FEWEST_WORDS = 8
_FEWEST_WORDS_GUESSED = 25
"""Below this, what trafilatura finds on a page without a known container is a menu or a notice."""
_HEAD_LINES = 3
_LONGEST_HEAD_LINE = 100
_OPEN_DATELINE = re.compile(r"\s[-–—]+$")


def read_body(tree: html.HtmlElement, title: str, authors: Sequence[str] = ()) -> list[str]:
    """Give the paragraphs of the article on a page, dateline included; empty when there is none.

    Args:
        tree: the whole document; it is changed.
        title: the headline, which is not repeated in the body.
        authors: who wrote it; a line with little but their names is a byline.
    """
    best: list[str] = []
    for container in _containers(tree):
        paragraphs = clean_body(_prose(container), title, authors)
        if _size(paragraphs) >= _LONG_BODY:
            return paragraphs
        best = max(best, paragraphs, key=_size)
    guessed = clean_body(_guess(tree), title, authors)
    if _size(guessed) > _size(best) and _words(guessed) >= _FEWEST_WORDS_GUESSED:
        return guessed
    return best if _words(best) >= _FEWEST_WORDS else []


def _containers(tree: html.HtmlElement) -> Iterator[html.HtmlElement]:
    """Elements that should hold the article, likeliest first, of one kind the longest first."""
    kinds: list[list[html.HtmlElement]] = [[] for _ in range(len(_CONTAINERS) + 1)]
    for element in tree.iter("div", "section", "article", "main", "span"):
        if "articleBody" in (element.get("itemprop") or ""):
            kinds[0].append(element)
            continue
        names = _names(element)
        for rank, known in enumerate(_CONTAINERS, start=1):
            if not known.isdisjoint(names):
                kinds[rank].append(element)
                break
    for elements in kinds:
        yield from sorted(elements, key=lambda element: -len(element.text_content()))[:5]


def _names(element: html.HtmlElement) -> list[str]:
    return f"{element.get('class') or ''} {element.get('id') or ''}".split()


def _prose(container: html.HtmlElement) -> list[str]:
    """The paragraphs of a container without furniture and without lines that are links only."""
    furniture = {element for element in container.iterdescendants() if _is_furniture(element)}
    return [paragraph.text for paragraph in paragraphs_of(container, furniture) if not _is_link(paragraph)]


def _is_furniture(element: html.HtmlElement) -> bool:
    # Anchors and emphasis carry classes like "tag" inside a sentence.
    if not isinstance(element.tag, str) or element.tag in ("a", "b", "em", "i", "p", "strong"):
        return False
    return any(_FURNITURE.search(name) for name in _names(element))


def _is_link(paragraph: Paragraph) -> bool:
    return paragraph.linked >= _LINKED_ONLY and len(paragraph.text.split()) > 2


def _guess(tree: html.HtmlElement) -> list[str]:
    for element in list(tree.iterdescendants("aside", "nav", "footer", "ul", "div", "section")):
        if _is_furniture(element) and element.getparent() is not None:
            element.drop_tree()
    text = trafilatura.extract(
        tree, include_comments=False, include_tables=False, include_formatting=False, favor_precision=True
    )
    return [line.strip() for line in (text or "").split("\n") if line.strip() and not line.startswith("- ")]


def clean_body(paragraphs: list[str], title: str, authors: Sequence[str]) -> list[str]:
    """Give the paragraphs of an article without headline, date line, bylines and what else is not of it."""
    lines = [line for line in (" ".join(normalise(paragraph).split()) for paragraph in paragraphs) if line]
    # "<b>Jakarta</b> - <p>Gempa ...": the dateline stands outside the first paragraph.
    if len(lines) > 1 and _OPEN_DATELINE.search(lines[0]) and len(lines[0]) <= _LONGEST_HEAD_LINE:
        lines[:2] = [f"{lines[0]} {lines[1]}"]
    head = [line for line in lines[:_HEAD_LINES] if not _repeats_head(line, title)]
    return remove_boilerplate(drop_leftovers(drop_bylines((*head, *lines[_HEAD_LINES:]), authors)))


def _repeats_head(line: str, title: str) -> bool:
    """Whether a line above the text is the headline or the date line once more."""
    if line.casefold() == title.casefold():
        return True
    return len(line) <= _LONGEST_HEAD_LINE and not line.endswith(".") and parse_date(line) is not None


def _size(paragraphs: list[str]) -> int:
    return sum(map(len, paragraphs))


def _words(paragraphs: list[str]) -> int:
    return sum(len(paragraph.split()) for paragraph in paragraphs)
