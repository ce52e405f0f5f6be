"""What of an article tells which event it reports: stems of headline and opening, names, numbers, the day."""

import math
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from sys import intern

from summarizer.articles import clean_paragraphs, one_line
from summarizer.lexicon import stop_words
from summarizer.text import normalise, split_paragraphs, stems

_LONGEST_TEXT = 4_000  # characters; more than 200 words need
_BODY_WORDS = 200
_LEAD_WORDS = 60
_TITLE_WEIGHT = 2

_WORD = re.compile(r"\d+(?:[.,]\d+)+|[^\W_]+(?:['’ʼ][^\W_]+)*")
_OPENS_SENTENCE = re.compile(r"[.!?:\"“”]")
# "Senin (24/11/2030)", "(24/11)": the day that outlets print beside what happened.
_DAY = re.compile(r"\((\d{1,2})/(\d{1,2})(?:/\d{2,4})?\)")
_YEAR = re.compile(r"(?:19|20)\d\d")
_OF_THE_CLOCK = frozenset(("pukul", "tanggal"))
_ZONES = frozenset(("wib", "wita", "wit"))
# Headlines of what comes out day by day, place by place, exercise by exercise, in one form.
_SERIAL = re.compile(
    r"\b(?:prakiraan cuaca|cuaca (?:hari ini|besok)|ramalan|zodiak|shio|kunci jawaban|soal|jadwal|kurs|ihsg|"
    r"harga (?:emas|pangan|bbm|sembako|tiket)|kode redeem|lirik|chord|resep|sim keliling|sinopsis|link|promo|lowongan|"
    r"loker|doa|niat|bacaan)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class StoryText:
    """An article as stories see it; stems without stop words.

    Attributes:
        title: distinct stems of the headline.
        lead: distinct stems of the first 60 words.
        body: distinct stems of the headline and the first 200 words.
        weights: for each stem of `body` 1 + log of how often it stands there, those of the headline twice.
        names: distinct stems of words with a capital that opens no sentence.
        numbers: of the first 200 words, without years, days and hours.
        title_numbers: of the headline.
        day: the first day in the text, as "24/11"; empty where there is none.
        serial: whether the headline is one of a series ("Prakiraan Cuaca ...", "Harga Emas ...").
    """

    title: tuple[str, ...]
    lead: tuple[str, ...]
    body: tuple[str, ...]
    weights: tuple[float, ...]
    names: tuple[str, ...]
    numbers: frozenset[str]
    title_numbers: frozenset[str]
    day: str
    serial: bool


def read_story_text(title: str, text: str) -> StoryText:
    """The headline and body of an article, in plain text, as stories see them. Of the body 200 words count."""
    title = one_line(title)
    _, paragraphs = clean_paragraphs(split_paragraphs(normalise(text[:_LONGEST_TEXT])), title)
    body = stems(" ".join(paragraphs))[:_BODY_WORDS]
    headline = stems(title)
    frequency = Counter(_content(headline * _TITLE_WEIGHT + body))
    names, numbers = _names_and_numbers(paragraphs)
    day = next((f"{int(one)}/{int(other)}" for one, other in _DAY.findall("\n".join(paragraphs))), "")
    return StoryText(
        title=_distinct(headline),
        lead=_distinct(body[:_LEAD_WORDS]),
        body=tuple(frequency),
        weights=tuple(_sublinear(count) for count in frequency.values()),
        names=names,
        numbers=numbers,
        title_numbers=frozenset(word for word in _WORD.findall(title) if word[0].isdigit()),
        day=day,
        serial=bool(_SERIAL.search(title)),
    )


def is_another_of_series(one: StoryText, other: StoryText) -> bool:
    """Whether both are of a series and differ in a name or number of their headlines: another place, day or part."""
    return one.serial and other.serial and (_has_own(one, other) or _has_own(other, one))


def _has_own(one: StoryText, other: StoryText) -> bool:
    if one.title_numbers - other.numbers - other.title_numbers:
        return True
    return bool(set(one.title).intersection(one.names).difference(other.body))


@cache
def _sublinear(count: int) -> float:
    # One float object for all articles: a window holds millions of them.
    return 1 + math.log(count)


def _content(found: Iterable[str]) -> list[str]:
    """The stems that are no function words, each as one object for all articles, which saves most of the memory."""
    ignored = _stop_stems()
    return [intern(stem) for stem in found if stem not in ignored]


@cache
def _stop_stems() -> frozenset[str]:
    return stop_words() | frozenset(stems(" ".join(stop_words())))


def _distinct(found: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(_content(found)))


def _names_and_numbers(paragraphs: Sequence[str]) -> tuple[tuple[str, ...], frozenset[str]]:
    names: dict[str, None] = {}
    numbers: set[str] = set()
    read = 0
    for paragraph in paragraphs:
        found = list(_WORD.finditer(paragraph))[: _BODY_WORDS - read]
        read += len(found)
        words = [match.group() for match in found]
        for at, (match, word) in enumerate(zip(found, words, strict=True)):
            before = paragraph[found[at - 1].end() : match.start()] if at else "."
            if word[0].isdigit():
                around = (*words[max(0, at - 1) : at], *words[at + 1 : at + 2])
                marks = (paragraph[: match.start()][-1:], paragraph[match.end() :][:1])
                if not _is_moment(word, marks, around):
                    numbers.add(intern(word))
            elif word[0].isupper() and len(word) > 2 and not _OPENS_SENTENCE.search(before):
                names[word] = None
        if read >= _BODY_WORDS:
            break
    return _distinct(stems(" ".join(names))), frozenset(numbers)


def _is_moment(number: str, marks: tuple[str, str], around: Sequence[str]) -> bool:
    """Whether a number is a year, or of a day or hour: "(24/11/2030)", "pukul 10.15", "10.15 WIB"."""
    if _YEAR.fullmatch(number) or marks[0] in ("/", "(") or marks[1] == "/":
        return True
    beside = {word.lower() for word in around}
    return bool(beside & _OF_THE_CLOCK or beside & _ZONES)
