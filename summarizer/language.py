"""Whether a text is Indonesian."""

import re
from itertools import islice

from summarizer.lexicon import stop_words

_WORD = re.compile(r"[^\W\d_]+")
_SAMPLE = 600  # words; more changes nothing and would cost time on long reports
_OPENING = 60

_ENGLISH = re.compile(
    r"the|of|and|to|in|that|is|was|for|with|on|as|by|at|from|it|this|are|be|have|has|had|not|but|they|his|her|their|which|"
    r"who|will|would|were|been|an|or|its|he|she|we|you|said|after|about"
)
# What Malay spells or says otherwise. Of 14,571 Indonesian articles in ../shared/data two have two of these words, and
# those have more of the Indonesian ones.
_MALAY_WORDS = """
    apabila bahawa berkenaan dijangka disember isnin jumaat kerana khamis manakala memaklumkan menerusi mesyuarat ogos
    pelbagai sahaja syarikat
"""
_INDONESIAN_WORDS = """
    agustus bahwa berbagai desember jumat kamis karena melalui namun perusahaan rapat saja sedangkan senin
"""
_MALAY, _INDONESIAN = frozenset(_MALAY_WORDS.split()), frozenset(_INDONESIAN_WORDS.split())
_FEWEST_MALAY = 2
# A headline can be all names and verbs, a short report nearly so. Of 5,533 Indonesian articles
# of 40 words and more the lowest share is 0.107, save one that is the lyrics of an English song (0.025).
_HEADLINE = 12  # words
_SHORT = 40
_LOWEST_SHARE = 0.08
_ENGLISH_SHARE = 0.2


def is_indonesian(text: str) -> bool:
    """Whether `text` reads as Indonesian (or is too short to tell).

    Judged by the share of function words among the first 600 words, or the first 60: a table of names, or a song,
    under an Indonesian opening is an Indonesian article. Text in another script is refused by the same rule.
    Malay has the same function words and is told by its spelling ("kerana", "bahawa"); a text of a sentence or two may
    pass for lack of such words.
    """
    sample = [match.group().lower() for match in islice(_WORD.finditer(text), _SAMPLE)]
    return not _is_malay(sample) and (_has_function_words(sample) or _has_function_words(sample[:_OPENING]))


def _is_malay(sample: list[str]) -> bool:
    found = set(sample)
    malay = len(found & _MALAY)
    return malay >= _FEWEST_MALAY and malay > len(found & _INDONESIAN)


def _has_function_words(sample: list[str]) -> bool:
    if not sample:
        return True
    indonesian = sum(word in stop_words() for word in sample) / len(sample)
    english = sum(bool(_ENGLISH.fullmatch(word)) for word in sample) / len(sample)
    if len(sample) < _HEADLINE:
        return indonesian > 0 or english < _ENGLISH_SHARE
    lowest = _LOWEST_SHARE if len(sample) >= _SHORT else 1 / _SHORT
    return indonesian >= lowest and indonesian >= english
