"""Plain text: normal form, paragraphs, words, stems."""

import re
import threading
import unicodedata

import Stemmer

# Soft hyphen, zero-width and direction marks, byte-order mark. U+200D stays where it joins emoji.
_INVISIBLE = re.compile(r"[\u00ad\u200b\u200c\u200e\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff]|(?<=\w)\u200d")
_LINE_BREAK = re.compile(r"\r\n?|[\x0b\x0c\x1c-\x1e\x85\u2028\u2029]")
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1b\x1f\x7f-\x84\x86-\x9f]")
# UTF-8 that was read as Latin-1: its second byte is a control character or a hard space there.
_MISREAD = re.compile("[\xc2\xc3][\x80-\xa0]|\xe2\x80[\x80-\xbf]")
_SURROGATE = re.compile(r"[\ud800-\udfff]")
_SPACES = re.compile(r"[^\S\n]+")
_SPACE_AT_LINE_END = re.compile(r" ?\n ?")
_BLANK_LINES = re.compile(r"\n{3,}")

_WORD = re.compile(r"\d+(?:[.,]\d+)+|[^\W_]+(?:['’ʼ][^\W_]+)*")
_TERMINAL_END = re.compile(r"[.!?…:;][\"'”’)\]»]*$")

# A saved page is wrapped at 40-120 columns where it is wrapped at all; shorter lines are headings and list items.
_WRAP_COLUMNS = (40, 120)

_local = threading.local()


def normalise(text: str) -> str:
    """The text in NFC with one space between words and no invisible or control characters.

    Line breaks stay (at most one empty line in a row), and so do quotation marks and dashes as they stand.
    UTF-8 that was read as Latin-1 is put right. Lone surrogates, which no encoder accepts, become U+FFFD.
    """
    text = _SURROGATE.sub("\ufffd", _MISREAD.sub(lambda match: match.group().encode("latin-1").decode(), text))
    text = unicodedata.normalize("NFC", text)
    text = _INVISIBLE.sub("", _LINE_BREAK.sub("\n", text))
    text = _SPACES.sub(" ", _CONTROL.sub("", text))
    return _BLANK_LINES.sub("\n\n", _SPACE_AT_LINE_END.sub("\n", text)).strip()


def split_paragraphs(text: str) -> list[str]:
    """The paragraphs of a normalised text, each on one line.

    An empty line always separates. A single line break separates too, unless the block is wrapped at a
    column or the next line goes on in lower case.
    """
    return [paragraph for block in text.split("\n\n") for paragraph in _join_wrapped(block.split("\n"))]


def _join_wrapped(lines: list[str]) -> list[str]:
    lines = [line for line in lines if line]
    if len(lines) < 2:
        return lines
    low, high = _WRAP_COLUMNS
    broken = [not _TERMINAL_END.search(line) for line in lines[:-1]]
    same_width = len(lines) > 2 and all(low <= len(line) <= high for line in lines[:-1])
    wrapped = same_width and 2 * sum(broken) > len(broken)
    paragraphs = [[lines[0]]]
    for line, before_is_broken in zip(lines[1:], broken, strict=True):
        if wrapped or (before_is_broken and line[0].islower()):
            paragraphs[-1].append(line)
        else:
            paragraphs.append([line])
    return [" ".join(paragraph) for paragraph in paragraphs]


def words(text: str) -> list[str]:
    """The words and numbers of a text as they stand; a hyphen separates, `1,5` and `Jum'at` are one."""
    return _WORD.findall(text)


def find_words(text: str) -> list[tuple[int, int]]:
    """Where the `words` of a text begin and end."""
    return [match.span() for match in _WORD.finditer(text)]


def stems(text: str) -> list[str]:
    """The stems of the lower-cased `words`, one for each, in order."""
    return stem_words([word.lower() for word in words(text)])


def stem_words(lowered: list[str]) -> list[str]:
    """The Snowball stems (PyStemmer `indonesian`) of words in lower case, one for each.

    Safe to call from any thread: each has its own stemmer, which is not safe to share.
    """
    stemmer = getattr(_local, "stemmer", None)
    if stemmer is None:
        stemmer = _local.stemmer = Stemmer.Stemmer("indonesian")
    stemmed: list[str] = stemmer.stemWords(lowered)
    return stemmed
