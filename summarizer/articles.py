"""An article as it was saved from its page: headline, date line, dateline, body, page furniture."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from summarizer.boilerplate import is_boilerplate, remove_boilerplate
from summarizer.datelines import strip_dateline
from summarizer.dates import find_date
from summarizer.glued import part_glued_words
from summarizer.text import normalise, split_paragraphs

_HEAD_LINES = 8  # a date line stands among the first lines or nowhere
_LONGEST_DATE_LINE = 100
_WORDS_BESIDE_DATE = 5
_LONGEST_TITLE = 120  # beyond it a line without a full stop is rather a sentence that lost it
_LONGEST_BYLINE = 6  # words
_WORDS_BESIDE_AGE = 2  # "Xnews - 2 jam lalu", but not "Baru saja dilantik, menteri mundur"
_SENTENCE_END = re.compile(r"[.!?…][\"”’)]*$|[,;]$")
_WEEKDAY = re.compile(r"\b(?:senin|selasa|rabu|kamis|jum['’]?at|sabtu|minggu|ahad)\b", re.IGNORECASE)
_SPACE_BEFORE_MARK = re.compile(r" (?!\.\.)(?=[,.;!?)]+(?:\s|$))")
_SPACE_AFTER_BRACKET = re.compile(r"\( (?=\w)")
_ACRONYM_GLUED = re.compile(r"(?<=[A-Z]\))(?=[a-z]{2})")
_WORD = re.compile(r"[^\W\d_]{2,}")


@dataclass(frozen=True)
class ArticleText:
    """The parts of an article. `published` is aware; `place` is as the dateline has it ("JAKARTA")."""

    title: str
    published: datetime | None
    place: str | None
    paragraphs: tuple[str, ...]

    @property
    def body(self) -> str:
        """The paragraphs, separated by an empty line."""
        return "\n\n".join(self.paragraphs)


def read_article(raw: str, *, title: str = "", now: datetime | None = None, outlet: str = "") -> ArticleText:
    """The parts of an article in plain text. Never fails: what is not found is empty or None.

    Args:
        raw: the text as saved, one paragraph a line or separated by empty lines.
        title: the headline where it is known; else the first line is taken, if it reads like one.
        now: an aware moment for relative dates ("2 jam lalu").
        outlet: name of the outlet where it is known; see `strip_dateline`.
    """
    paragraphs = split_paragraphs(normalise(raw))
    title = one_line(title)
    if not title and len(paragraphs) > 1 and _reads_like_title(paragraphs[0]):
        title = paragraphs.pop(0)
    published, paragraphs = _take_date_line(paragraphs, now)
    place, body = clean_paragraphs(paragraphs, title, outlet)
    return ArticleText(title, published, place, tuple(body))


def one_line(title: str) -> str:
    """A headline on one line, in normal form; markup and emoji are plain text."""
    return " ".join(normalise(title).split())


def clean_paragraphs(paragraphs: Sequence[str], title: str = "", outlet: str = "") -> tuple[str | None, list[str]]:
    """The place of the dateline, and the body without dateline, page furniture and a repeated headline."""
    body = remove_boilerplate(_close_up(paragraph) for paragraph in paragraphs)
    if title and body and _same_line(body[0], title):
        body = body[1:]
    if not body:
        return None, []
    place, first = strip_dateline(body[0], outlet)
    return place, part_glued_words([paragraph for paragraph in (first, *body[1:]) if paragraph], title)


def _close_up(paragraph: str) -> str:
    """The paragraph without the spaces that a link or a bold word leaves before a comma or inside brackets.

    And with the one that it takes after a short form: "(WNI)dalam".
    """
    return _ACRONYM_GLUED.sub(" ", _SPACE_AFTER_BRACKET.sub("(", _SPACE_BEFORE_MARK.sub("", paragraph)))


def _same_line(line: str, title: str) -> bool:
    return line.casefold().strip(" .") == title.casefold().strip(" .")


def _reads_like_title(line: str) -> bool:
    if len(line) > _LONGEST_TITLE or is_boilerplate(line) or _is_date_line(line, None):
        return False
    return not _SENTENCE_END.search(line) and strip_dateline(line)[1] == line


def _take_date_line(paragraphs: list[str], now: datetime | None) -> tuple[datetime | None, list[str]]:
    """The date of the date line, and the paragraphs without it and the names above it."""
    for at, line in enumerate(paragraphs[:_HEAD_LINES]):
        if _is_date_line(line, now):
            found = find_date(line, now)
            above = [each for each in paragraphs[:at] if not _is_byline(each)]
            return found.moment if found else None, above + paragraphs[at + 1 :]
    return None, paragraphs


def _is_byline(line: str) -> bool:
    """Whether a line has only names: "Nama Orang - Kabar Nusantara", "Nama Orang - detikNews"."""
    words = line.split()
    names = all(word[0].isupper() or not word[0].isalnum() or word.startswith("detik") for word in words)
    return names and len(words) <= _LONGEST_BYLINE and not _SENTENCE_END.search(line)


def _is_date_line(line: str, now: datetime | None) -> bool:
    """Whether a line says little but a date: "Xnews - 22/11/2019, 07:05 WIB"."""
    if len(line) > _LONGEST_DATE_LINE or line.endswith((".", "!", "?")):
        return False
    found = find_date(line, now)
    if not found:
        return False
    beside = _WEEKDAY.sub(" ", line[: found.start] + " " + line[found.end :])
    return len(_WORD.findall(beside)) <= (_WORDS_BESIDE_AGE if found.relative else _WORDS_BESIDE_DATE)
