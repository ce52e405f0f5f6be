"""Text of a model that knows no capitals, spelled as its source spells it.

Some Indonesian models have a vocabulary without capitals (IndoNanoT5), and models trained on IndoSum or Liputan6 may
put spaces around marks ("rp 12 . 500 , kata joko").
"""

import re
from collections import Counter, defaultdict
from itertools import pairwise
from typing import TypeVar

T = TypeVar("T")

_TOKEN = re.compile(r"\w+|[^\w\s]")
_CLOSING = frozenset(".,:;?!%)]”’")
_ENDS = frozenset(".?!")


def respell(text: str, source: str) -> str:
    """The text with the source's capitals and spaces; unchanged if it has capitals, or the source has none.

    A word is spelled as after the same word in the source, otherwise as the source spells it most often, otherwise as
    it is; the first of a sentence begins with a capital.
    """
    if text != text.lower() or source == source.lower():
        return text
    words: defaultdict[str, Counter[str]] = defaultdict(Counter)
    pairs: defaultdict[tuple[str, str], Counter[tuple[str, str]]] = defaultdict(Counter)
    found = list(_TOKEN.finditer(source))
    for match in found:
        words[match[0].lower()][match[0]] += 1
    for before, match in pairwise(found):
        gap = " " if match.start() > before.end() else ""
        pairs[before[0].lower(), match[0].lower()][gap, match[0]] += 1
    result, previous, end = "", "", 0
    for match in _TOKEN.finditer(text):
        token = match[0]
        gap = " " if match.start() > end and token not in _CLOSING else ""
        if (previous, token) in pairs:
            gap, token = _most_common(pairs[previous, token])
        elif token in words:
            token = _most_common(words[token])
        if not result or (gap and previous in _ENDS):
            token = token[0].upper() + token[1:]
        result += gap + token
        previous, end = match[0], match.end()
    return result.strip()


def _most_common(counter: Counter[T]) -> T:
    return counter.most_common(1)[0][0]
