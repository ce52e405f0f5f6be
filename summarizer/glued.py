"""Words that lost the space between them where a page had a link: "PresidenDonald Trump", "diGaza"."""

import re
from collections import Counter
from collections.abc import Sequence

from summarizer.lexicon import places, stop_words
from summarizer.text import words

_LETTER = r"[^\W\d_]"
_GLUED = re.compile(rf"(?<![\w@#./-]){_LETTER}?[a-z]+[A-Z][a-z]{{2,}}(?![\w@/-]|\.\w)")
_SEAM = re.compile(r"(?<=[a-z])(?=[A-Z])")
# With these a name or a title goes on, and no brand begins; a brand is a word of its own ("TransJakarta", "GoPay").
_BEFORE_NAME = re.compile(
    r"presiden|menteri|gubernur|bupati|wali|ketua|kepala|komandan|jenderal|pelatih|manajer|legenda|negara|"
    r"serikat|rusia|israel|ukraina|palestina|china|jepang|korea|india|iran|malaysia|thailand|indonesia",
    re.IGNORECASE,
)


def part_glued_words(paragraphs: Sequence[str], title: str = "") -> list[str]:
    """The paragraphs with a space in words that are certainly two.

    Certain is: a small letter before a capital, once in the article; the second half stands elsewhere in the article
    or its headline as a word; the first half is a function word, a place or an office. Everything else stays, so that
    brands are safe.

    Args:
        paragraphs: of one article, normalised.
        title: its headline.
    """
    text = " ".join((*paragraphs, title))
    glued = {word for word, times in Counter(_GLUED.findall(text)).items() if times == 1}
    if not glued:
        return list(paragraphs)
    known = set(words(text))
    certain = {word: parted for word in glued if (parted := _part(word, known))}
    return [_GLUED.sub(lambda match: certain.get(match.group(), match.group()), each) for each in paragraphs]


def _part(word: str, known: set[str]) -> str:
    """The two words of a glued one, with their space; empty where they are not certain."""
    first, second = _SEAM.split(word, maxsplit=1)
    begins = first in stop_words() or first.casefold() in places() or _BEFORE_NAME.fullmatch(first)
    return f"{first} {second}" if begins and second in known else ""
