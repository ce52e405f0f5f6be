"""Whether a generated sentence says what its article says.

A sentence is laid beside the sentences of the article that say most of it (one, or two where it joins two), word by
word. Numbers, dates, names, negations and modal words that stand in the same place must be the same, whatever else is
not in its place must stand in the article, and what is quoted must stand there word for word. It reads no meaning:
what is said in other words altogether passes as long as its facts are in the article.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from summarizer import comparing
from summarizer.alignment import SourceFacts, align
from summarizer.names import wrong_names
from summarizer.selection import is_sound

__all__ = ["Finding", "Repaired", "SourceFacts", "best_aligned", "check_sentence", "repair"]

Kind = Literal["number", "date", "amount", "name", "quote", "negation", "modality", "roles"]


@dataclass(frozen=True)
class Finding:
    """What a sentence says and its article does not; `text` is the word or words as the sentence has them."""

    kind: Kind
    text: str


@dataclass(frozen=True)
class Repaired:
    """Sentences after `repair`.

    Attributes:
        findings: of all the sentences that failed.
        failed: how many did.
    """

    sentences: tuple[str, ...]
    findings: tuple[Finding, ...]
    failed: int


def check_sentence(sentence: str, source: SourceFacts) -> tuple[Finding, ...]:
    """What the sentence says otherwise than its article, each thing once; empty where it says nothing so."""
    if source.holds(sentence):
        return ()
    laid = align(sentence, source)
    found = [
        *(Finding("amount" if token.is_amount else "number", token.text) for token in comparing.wrong_numbers(laid)),
        *(Finding("date", token.text) for token in comparing.wrong_dates(laid)),
        *(Finding("name", text) for text in wrong_names(laid)),
        *(Finding("quote", text) for text in comparing.wrong_quotes(sentence, source)),
        *(Finding("negation", text) for text in comparing.wrong_negations(laid)),
        *(Finding("modality", text) for text in comparing.wrong_modals(laid)),
        *(Finding("roles", text) for text in comparing.wrong_roles(laid)),
    ]
    return tuple(dict.fromkeys(found))


def best_aligned(sentence: str, source: SourceFacts) -> str:
    """The sentence of the article that says most of a generated one; empty where the article has no sentence."""
    ranked = source.rank(sentence)
    return source.sentences[ranked[0]] if ranked else ""


def repair(sentences: Sequence[str], source: SourceFacts) -> Repaired:
    """The sentences with each that fails `check_sentence` replaced by the article's that says most of it.

    One that is already there is not taken again, and one that cannot be read alone only where it is the only one;
    where none is left, the sentence is left out.
    """
    checks = [check_sentence(sentence, source) for sentence in sentences]
    taken = {sentence for sentence, findings in zip(sentences, checks, strict=True) if not findings}
    repaired: list[str] = []
    for sentence, findings in zip(sentences, checks, strict=True):
        if not findings:
            repaired.append(sentence)
            continue
        near = [source.sentences[at] for at in source.rank(sentence)[:_NEAR]]
        free = [candidate for candidate in near if candidate not in taken]
        chosen = next(filter(is_sound, free), free[0] if free else None)
        if chosen is not None:
            taken.add(chosen)
            repaired.append(chosen)
    return Repaired(
        tuple(repaired),
        tuple(finding for findings in checks for finding in findings),
        sum(map(bool, checks)),
    )


_NEAR = 3  # sentences of the article beyond these say something else
