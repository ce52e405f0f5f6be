"""What a digest of whole sentences can still get wrong: words that point at a sentence which was left out.

Each function gives the sentences of a digest that fail, in order. They judge what was chosen; `selection` and `choice`
avoid it.
"""

import re
from collections.abc import Sequence
from itertools import pairwise

from summarizer.lexicon import SAYS, stop_words
from summarizer.selection import is_broken, points_back
from summarizer.text import words

_SPEAKS = re.compile(
    rf"\b(?:{SAYS}(?:nya)?|menurut\w*|"
    r"mengatakan|berkata|menyebut\w*|mengungkap\w*|menjelaskan|menegaskan|menuturkan|menulis|menyatakan|"
    r"menambahkan|mengaku|bertanya|dikutip|dilansir)\b",
    re.IGNORECASE,
)
_QUOTATION = re.compile(r"[\"“”]([^\"“”]+)[\"“”]")
_REPORTED_WORDS = 5  # a shorter quotation is a title or a term
# As the subject of the sentence, or as the speaker.
_PRONOUN = re.compile(
    r"(?:^|, |; |\bbahwa |\bkarena |\bsetelah |\bkata |\bujar |\btutur |\bucap |\bmenurut )(?:ia|dia|beliau|mereka)\b|"
    r"\b(?:kata|ujar|tutur|ucap|ungkap|jelas|papar|tegas|imbuh|lanjut|tambah|terang|menurut|pungkas)nya\b",
    re.IGNORECASE,
)
_OPENING_MARKS = "\"'“”‘’«([ "
_CAPITALISED = re.compile(r"(?<![\w-])[A-Z][\w’'-]*")


def dangling(digest: Sequence[str], article: Sequence[str]) -> list[str]:
    """Sentences that open with a word that points back and do not follow the sentence before them in the article.

    Args:
        article: the sentences of the article in order, as `split_sentences` gives them.
    """
    return [
        sentence
        for at, sentence in enumerate(digest)
        if points_back(sentence) and not (at and _follows(digest[at - 1], sentence, article))
    ]


def orphaned_quotes(digest: Sequence[str], article: Sequence[str]) -> list[str]:
    """Sentences that quote speech while neither they nor a neighbour in both digest and article say who speaks."""
    orphans = []
    for at, sentence in enumerate(digest):
        reported = [quoted for quoted in _QUOTATION.findall(sentence) if len(quoted.split()) >= _REPORTED_WORDS]
        if not reported or _names_speaker(sentence):
            continue
        before = digest[at - 1] if at and _follows(digest[at - 1], sentence, article) else ""
        after = "".join(digest[at + 1 : at + 2])
        after = after if after and _follows(sentence, after, article) else ""
        if not (_names_speaker(before) or _names_speaker(after)):
            orphans.append(sentence)
    return orphans


def orphaned_pronouns(digest: Sequence[str]) -> list[str]:
    """Sentences whose subject or speaker is "ia", "dia", "mereka" or "-nya" where no name stands before it.

    The name may stand in any sentence of the digest before it, or earlier in the same one: who it is then is for the
    reader to judge, and so this counts only the certain cases.
    """
    orphans = []
    for at, sentence in enumerate(digest):
        outside = _QUOTATION.sub(lambda match: " " * len(match.group()), sentence)
        begin = len(outside) - len(outside.lstrip(_OPENING_MARKS))
        found = _PRONOUN.search(outside[begin:])
        if found and not any(map(_has_name, [*digest[:at], outside[: begin + found.start()]])):
            orphans.append(sentence)
    return orphans


def half_pairs(digest: Sequence[str]) -> list[str]:
    """Sentences with half a pair of quotation marks or parentheses, or that stop at a colon or comma."""
    return [sentence for sentence in digest if is_broken(sentence)]


def _follows(before: str, after: str, article: Sequence[str]) -> bool:
    return any(_is_kept(before, one) and _is_kept(after, other) for one, other in pairwise(article))


def _is_kept(sentence: str, whole: str) -> bool:
    """Whether a sentence is this one of the article, whole or shortened: its words stand there in this order."""
    remaining = iter(words(whole.casefold()))
    return all(word in remaining for word in words(sentence.casefold()))


def _names_speaker(text: str) -> bool:
    return _SPEAKS.search(_QUOTATION.sub(" ", text)) is not None


def _has_name(text: str) -> bool:
    return any(word.casefold() not in stop_words() for word in _CAPITALISED.findall(text))
