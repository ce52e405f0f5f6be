"""A parsed query as what the index is asked for: words put right, other words for the same, how common each is."""

from __future__ import annotations

import math
from dataclasses import dataclass, field

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.storage.expressions import Bounds, Words, all_of, any_of, phrase
from bot.storage.query import ParsedQuery, Phrase
from bot.storage.relevance import COMPLETION, SYNONYM, Alternative, Term
from bot.storage.search_index import find_newest
from bot.storage.spelling import MISTAKE_COST, best_corrections, is_correctable, letter_distance
from bot.storage.vocabulary import completions, frequencies, spelling_candidates
from bot.terms import Word, read_words
from summarizer.lexicon import stop_words, synonyms
from summarizer.places import find_place
from summarizer.text import stem_words

COMPLETED_FROM = 4
"""Letters of a beginning."""
OVER_COMPLETION = 20
"""How many times more common than all words that begin so a correction must be to be preferred."""
SUSPECT_FROM = 5
"""Letters of a word that is taken for misspelt although the index has it: shorter ones have too many neighbours."""
SUSPECT_ARTICLES, SUSPECT_SHARE = 2, 1e-5
"""In how many articles it may be, and in which share of all of them."""
SUSPECT = 100
"""How many times more common the correction of such a word must be."""
SUSPECT_SLIPS = 0.8
"""And how near, see ``spelling.letter_distance``: a whole other letter makes another word ("langsing", "langsung")."""
AS_WRITTEN = 3.0
"""What such a word counts as it was typed: the few articles that have it come first."""
MAX_CORRECTED = 5
"""Words of one query that are put right."""
SEEN_TOGETHER = 50
"""Articles counted, at most, to see which correction goes with the other words."""
LONGEST_SYNONYM = 6
"""Words of the longest key that is looked up."""


@dataclass(frozen=True, slots=True)
class Expanded:
    """What the index is asked for."""

    words: tuple[Term, ...]
    phrases: tuple[Term, ...]
    corrected: str | None
    """The text with the words put right; None where they were left as they are."""

    @property
    def forms(self) -> set[str]:
        """Stems that were looked for, with a space between where they stand side by side."""
        terms = (*self.words, *self.phrases)
        return {form for term in terms for form in (term.stems, *(other.stems for other in term.alternatives))}


async def expand(connection: AsyncConnection, query: ParsedQuery, text: str, articles: int) -> Expanded:
    """Look the words of a query up in the index.

    Args:
        text: which the query was read from.
        articles: how many the index has.
    """
    known = await frequencies(
        connection, {word.stem for word in (*query.words, *(w for p in query.phrases for w in p))}
    )
    readings: list[_Reading] = []
    for word in query.words:
        may_correct = sum(reading.meant is not reading.typed for reading in readings) < MAX_CORRECTED
        readings.append(await _read(connection, word, query, known, articles, may_correct=may_correct))
    synonyms_of = _synonyms(tuple(reading.meant.surface for reading in readings))
    more = {reading.meant.stem for reading in readings if reading.meant is not reading.typed}
    more.update(stem for forms in synonyms_of for form in forms for stem in form.split())
    known |= await frequencies(connection, more)
    return Expanded(
        tuple(_term(reading, forms, known) for reading, forms in zip(readings, synonyms_of, strict=True)),
        tuple(_phrase(phrase, known) for phrase in query.phrases),
        _put_right(text, readings),
    )


@dataclass(frozen=True, slots=True)
class _Reading:
    """A word of the query as it is understood."""

    typed: Word
    meant: Word
    completed: dict[str, int] = field(default_factory=dict)
    """Stems of words that go on where it stops, with their numbers of articles."""


async def _read(
    connection: AsyncConnection,
    word: Word,
    query: ParsedQuery,
    known: dict[str, int],
    articles: int,
    *,
    may_correct: bool,
) -> _Reading:
    exact = known.get(word.stem, 0)
    if (word.surface,) in synonyms() or exact > max(SUSPECT_ARTICLES, SUSPECT_SHARE * articles):
        return _Reading(word, word)
    completed: dict[str, int] = {}
    if not exact and len(word.surface) >= COMPLETED_FROM:
        completed = await completions(connection, word.surface)
    correction = await _correct(connection, word, exact, sum(completed.values()), query, known) if may_correct else None
    return _Reading(word, correction) if correction else _Reading(word, word, completed)


def _term(reading: _Reading, forms: tuple[str, ...], known: dict[str, int]) -> Term:
    meant, typed = reading.meant, reading.typed
    alternatives = dict.fromkeys(forms, SYNONYM) | dict.fromkeys(reading.completed, COMPLETION)
    if meant is not typed and typed.stem in known:
        alternatives[typed.stem] = AS_WRITTEN
    alternatives.pop(meant.stem, None)
    counts = [known.get(meant.stem, 0), sum(reading.completed.values())]
    counts += [min(known.get(stem, 0) for stem in form.split()) for form in forms]
    return Term(
        meant.stem,
        meant.surface,
        max(counts),
        tuple(Alternative(form, weight) for form, weight in alternatives.items()),
    )


def _phrase(phrase: Phrase, known: dict[str, int]) -> Term:
    stems = [word.stem for word in phrase]
    return Term(" ".join(stems), " ".join(word.surface for word in phrase), min(known.get(stem, 0) for stem in stems))


def _synonyms(typed: tuple[str, ...]) -> list[tuple[str, ...]]:
    """For each word, the stems of what else may be written for it, or for several words of which it is one."""
    found: list[dict[str, None]] = [{} for _ in typed]
    for length in range(1, LONGEST_SYNONYM + 1):
        for start in range(len(typed) - length + 1):
            for form in synonyms().get(typed[start : start + length], ()):
                stems = " ".join(stem_words(list(form)))
                for at in range(start, start + length):
                    found[at][stems] = None
    own = stem_words(list(typed))
    return [tuple(form for form in forms if form != stem) for forms, stem in zip(found, own, strict=True)]


async def _correct(
    connection: AsyncConnection, word: Word, exact: int, count: int, query: ParsedQuery, known: dict[str, int]
) -> Word | None:
    """The word that was meant, where this one is in no article, or so rare beside its neighbour that it is a slip."""
    if not is_correctable(word.surface) or (exact and len(word.surface) < SUSPECT_FROM):
        return None
    if find_place(word.surface) is not None:  # "bekasi" is not "bekas", even if no article speaks of it
        return None
    sharing = await spelling_candidates(connection, word.surface)
    # Nobody looks for "pun" or "akan".
    candidates = best_corrections(word.surface, [pair for pair in sharing if pair[0] not in stop_words()])
    if exact:
        candidates = [
            found
            for found in candidates
            if letter_distance(word.surface, found.word) <= SUSPECT_SLIPS and found.articles >= SUSPECT * exact
        ]
    else:
        candidates = [found for found in candidates if found.articles > OVER_COMPLETION * count]
    if not candidates:
        return None
    company = [other for other in query.words if other.stem in known and other.stem != word.stem]
    if company and len(candidates) > 1:
        together = [await _seen_together(connection, found.word, company) for found in candidates]
        if any(together):
            best = max(
                zip(candidates, together, strict=True),
                key=lambda pair: math.log(0.1 + pair[1]) - MISTAKE_COST * pair[0].mistakes,
            )
            return read_words(best[0].word)[0]
    return read_words(candidates[0].word)[0]


async def _seen_together(connection: AsyncConnection, candidate: str, company: list[Word]) -> int:
    expression = all_of([phrase(read_words(candidate)), any_of(Words(word.stem) for word in company)])
    return len(await find_newest(connection, expression, Bounds(), limit=SEEN_TOGETHER))


def _put_right(text: str, readings: list[_Reading]) -> str | None:
    corrected = [reading for reading in readings if reading.meant is not reading.typed]
    for reading in sorted(corrected, key=lambda reading: reading.typed.start, reverse=True):
        text = text[: reading.typed.start] + reading.meant.surface + text[reading.typed.end :]
    return text if corrected else None
