"""What outlets leave in a text that `summarizer` cannot know for furniture: lone marks, and their own name."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

# A line of its own: "(bim)", "[abc/def]", "(Kantor Berita)", a bare address, a number of a list of the most read, the
# heading of a link list.
_LEFTOVER = re.compile(
    r"[(\[][^()\[\].!?]{1,40}[)\]]\.?|\((?:foto|video|sumber)\s*:[^()]*\)|(?:https?://|www\.)\S+|\d{1,2}(?:\s+\d{1,2})*"
    r"|jangan lewatkan\W*",
    re.IGNORECASE,
)
# A line that is no sentence: a link to the next page or to other news, an advert's heading, whose picture it is.
_SIGN = re.compile(
    r"halaman\s+(?:\d+\s+dari\s+\d+|(?:selanjutnya|berikutnya)\W.*)"
    r"|(?:lanjut\w*|bersambung|baca)\b.{0,40}\bhalaman\s+(?:selanjutnya|berikutnya)\b.*"
    r"|(?:baca|next|selanjutnya|disclaimer)\s*:\s.*|lihat foto|dok(?:umentasi|\.)\s.{2,60}"
    r"|[\W_]*advertisement\b\W*(?:scroll to \w+.*)?|simak breaking news dan berita pilihan\b.*"
    r"|[\w.]+\.(?:com|co|id|net)/\s?[A-Z].{1,50}|laporan (?:wartawan|jurnalis|reporter|kontributor)\s.{2,80}",
    re.IGNORECASE,
)
_LONGEST_SIGN = 200
_DESK_CODE = re.compile(r"(?<=[.!?”\"])\s*\([A-Z]-\d{1,2}\)$")  # "(E-2)" of Media Indonesia
_LONGEST_PLACE = 40
_BYLINE_REACH = 3
"""Lines from either end of a text among which its byline stands."""
_WORDS_BESIDE_AUTHOR = 4
_LONGEST_BYLINE = 100
_SENTENCE_END = re.compile(r"[.!?…][\"”’)]*$")


def drop_leftovers(lines: Iterable[str]) -> list[str]:
    """Give the lines without those that are marks only, and without a desk's code at the end of one."""
    return [_DESK_CODE.sub("", line) for line in lines if not _is_leftover(line.strip())]


def _is_leftover(line: str) -> bool:
    if _LEFTOVER.fullmatch(line):
        return True
    return len(line) <= _LONGEST_SIGN and not _SENTENCE_END.search(line) and bool(_SIGN.fullmatch(line))


def drop_bylines(lines: Sequence[str], authors: Sequence[str]) -> list[str]:
    """Give the lines without those at either end that say who wrote the text ("Nama Orang - Kabar Nusantara")."""
    inside = range(_BYLINE_REACH, len(lines) - _BYLINE_REACH)
    return [line for at, line in enumerate(lines) if at in inside or not _is_byline(line, authors)]


def _is_byline(line: str, authors: Sequence[str]) -> bool:
    if len(line) > _LONGEST_BYLINE or _SENTENCE_END.search(line):
        return False
    beside = line.casefold()
    for author in authors:
        beside = beside.replace(author.casefold(), " ")
    return beside != line.casefold() and len(re.findall(r"\w+", beside)) <= _WORDS_BESIDE_AUTHOR


def strip_masthead(paragraph: str, outlet: str) -> tuple[str | None, str]:
    """Give the place, and the text after an opening like "Nama Media, Kota: " or "Nama Media - ".

    Args:
        paragraph: the first of an article.
        outlet: the name that counts as the opening, in any case.
    """
    head = rf"{re.escape(outlet)}(?:\s*[,/]\s*(?P<place>[^,:–—]{{2,{_LONGEST_PLACE}}}?))?\s*(?::|\s[-–—]+)\s+"
    match = re.match(head, paragraph, re.IGNORECASE) if outlet else None
    if not match:
        return None, paragraph
    return match["place"], paragraph[match.end() :]
