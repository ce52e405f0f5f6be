"""Where the outlets of one story give different figures for the same thing, and which figures are out of date."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from summarizer.features import sentence_vectors
from summarizer.figures import Figure, find_figures
from summarizer.vectors import Vector, dot

# What the headline and the first sentences say is the whole toll; further down stand parts of it, and history.
_LEAD_SENTENCES = 4
# Two sentences below this cosine do not speak of the same thing, though both count the dead.
_ALIGNED = 0.15
# Where only the noun is the same ("12 desa", "17 desa"), the sentences must say the same but for the number.
_SAME_SENTENCE = 0.5
# A newer figure below half of an older one, or an older one below a tenth of a newer one, counts something else.
_LOWEST_SHARE = 0.5
_HIGHEST_GROWTH = 10
# "lebih dari seribu" goes with 1.200, "sekitar 100" with 95.
_BOUND = 1.5
_ROUGHLY = 0.1
# 4.300 may be 4.283 rounded.
_ROUNDED = 0.03
_LARGE = 1000

# What an outlet said longer ago it would not say now: out of date, but no difference.
_STALE = timedelta(hours=12)

_DATE = re.compile(r"\b\d{1,2}/\d{1,2}\b|\b(?:senin|selasa|rabu|kamis|jum['’]?at|sabtu|minggu)\b", re.IGNORECASE)
# "hingga Senin (23/11)": as of when a figure is known, which the time of publication tells as well.
_AS_OF = re.compile(
    r"\b(?:hingga|sampai|per)\s+(?:hari\s+)?\w+(?:\s+\w+)?\s*(?:\(\d{1,2}/\d{1,2}(?:/\d{2,4})?\))?", re.I
)
_PLACE = re.compile(r"\bdi\s+((?:[A-Z][\w’'-]*)(?:\s+[A-Z][\w’'-]*)*)")


@dataclass(frozen=True)
class OutletValue:
    """A figure as an outlet has it: verbatim words of its newest article that gives one."""

    outlet: str
    text: str
    published: datetime


@dataclass(frozen=True)
class Difference:
    """Two or more outlets disagree on one figure.

    Attributes:
        what: what is counted, in the words of the newest article: "korban meninggal", "kerugian petani", "desa".
        values: one for each outlet that gives a figure, newest first.
    """

    what: str
    values: tuple[OutletValue, ...]


@dataclass(frozen=True)
class Telling:
    """An article of a story: its headline and sentences, normalised."""

    outlet: str
    published: datetime
    title: str
    sentences: Sequence[str]


@dataclass(frozen=True)
class Comparison:
    """What comparing the articles of a story gives.

    Attributes:
        differences: those between outlets, in the order in which the newest article has them.
        replaced: for each article, what it counts with a value that a newer article has replaced.
    """

    differences: tuple[Difference, ...]
    replaced: tuple[frozenset[tuple[tuple[str, ...], float]], ...]

    def is_outdated(self, article: int, sentence: str) -> bool:
        """Whether a sentence of an article gives a figure that a newer article has replaced."""
        return any((figure.thing, figure.value) in self.replaced[article] for figure in find_figures(sentence))


@dataclass(frozen=True)
class _Claim:
    """A figure in a sentence of an article; the headline is at 0."""

    article: int
    at: int
    sentence: str
    vector: Vector
    figure: Figure

    @property
    def is_lead(self) -> bool:
        return self.at <= _LEAD_SENTENCES


@dataclass(frozen=True)
class _Count:
    """The value that an article gives for a thing, with the sentences that give it."""

    claims: tuple[_Claim, ...]

    @property
    def article(self) -> int:
        return self.claims[0].article

    @property
    def leads(self) -> bool:
        return self.claims[0].is_lead

    @property
    def figure(self) -> Figure:
        """In the words of the body where it has them: the headline's are shortened."""
        return next((claim.figure for claim in self.claims if claim.at), self.claims[0].figure)

    @property
    def text(self) -> str:
        return " ".join(claim.sentence for claim in self.claims)


def compare(tellings: Sequence[Telling]) -> Comparison:
    """The figures of a story's articles held against each other.

    Made to be right rather than complete: a figure is only compared where the headline or lead, or else the whole
    article, gives one value for it, where the sentences are alike, and where neither place nor date tells them apart.

    Args:
        tellings: newest first.
    """
    claims = list(_claims(tellings))
    names = [_lead_names(telling) for telling in tellings]
    said: dict[tuple[int, str], set[float]] = defaultdict(set)  # all that an article has for a kind of thing
    by_thing: dict[tuple[str, ...], list[_Claim]] = defaultdict(list)
    for claim in claims:
        by_thing[claim.figure.thing].append(claim)
        said[claim.article, claim.figure.thing[0]].add(claim.figure.value)
    differences: list[Difference] = []
    replaced: list[set[tuple[tuple[str, ...], float]]] = [set() for _ in tellings]
    for thing, of_thing in by_thing.items():
        counts = [count for at in range(len(tellings)) if (count := _count(at, of_thing))]
        for older in counts[1:]:
            if not _agree(counts[0], older) and (_is_same_thing(counts[0], older) or (counts[0].leads and older.leads)):
                replaced[older.article].add((thing, older.figure.value))
        if counts and (difference := _difference(counts, tellings, names, said)):
            differences.append(difference)
    return Comparison(tuple(differences), tuple(map(frozenset, replaced)))


def _claims(tellings: Sequence[Telling]) -> Iterator[_Claim]:
    rows = [
        (article, at, sentence)
        for article, telling in enumerate(tellings)
        for at, sentence in enumerate((telling.title, *telling.sentences))
    ]
    # Numbers are what the sentences are compared on, so they do not count for whether these are alike.
    vectors = sentence_vectors([re.sub(r"\d+(?:[.,]\d+)*", " ", sentence) for _, _, sentence in rows])
    for (article, at, sentence), vector in zip(rows, vectors, strict=True):
        for figure in find_figures(sentence):
            yield _Claim(article, at, sentence, vector, figure)


def _count(article: int, of_thing: Iterable[_Claim]) -> _Count | None:
    """The one value that an article gives for a thing, in its lead if it is there; None where it gives several."""
    claims = [claim for claim in of_thing if claim.article == article]
    claims = [claim for claim in claims if claim.is_lead] or claims
    return _Count(tuple(claims)) if len({claim.figure.value for claim in claims}) == 1 else None


def _difference(
    counts: Sequence[_Count],
    tellings: Sequence[Telling],
    names: Sequence[frozenset[str]],
    said: Mapping[tuple[int, str], set[float]],
) -> Difference | None:
    """The newest count beside those of other outlets, if they disagree."""
    newest = counts[0]
    told = {tellings[newest.article].outlet: newest}
    for older in counts[1:]:
        outlet = tellings[older.article].outlet
        age = tellings[newest.article].published - tellings[older.article].published
        if outlet in told or age > _STALE or not _is_same_thing(newest, older):
            continue
        kind = older.figure.thing[0]
        known = older.figure.value in said[newest.article, kind] or newest.figure.value in said[older.article, kind]
        comparable = _is_plausible(newest, older) and _is_same_scope(newest, older, names)
        if _agree(newest, older) or (comparable and not known):
            told[outlet] = older
    if all(_agree(newest, count) for count in told.values()):
        return None
    values = [OutletValue(outlet, c.figure.text, tellings[c.article].published) for outlet, c in told.items()]
    return Difference(newest.figure.what, tuple(values))


def _is_same_thing(one: _Count, other: _Count) -> bool:
    """Whether some sentence with the one figure is like one with the other."""
    likeness = max(dot(a.vector, b.vector) for a in one.claims for b in other.claims)
    return likeness >= (_ALIGNED if one.figure.named else _SAME_SENTENCE)


def _is_plausible(newer: _Count, older: _Count) -> bool:
    new, old = newer.figure.value, older.figure.value
    return min(new, old) > 1 and _LOWEST_SHARE * old <= new <= _HIGHEST_GROWTH * old


def _is_same_scope(one: _Count, other: _Count, names: Sequence[frozenset[str]]) -> bool:
    dates = [set(map(str.lower, _DATE.findall(_AS_OF.sub(" ", count.text)))) for count in (one, other)]
    if all(dates) and not dates[0] & dates[1]:
        return False
    places = [_places(count.text) for count in (one, other)]
    if all(places):
        return bool(places[0] & places[1])
    return places[0] <= names[other.article] and places[1] <= names[one.article]


def _places(sentence: str) -> frozenset[str]:
    return frozenset(word for names in _PLACE.findall(sentence) for word in names.lower().split())


def _lead_names(telling: Telling) -> frozenset[str]:
    lead = " ".join((telling.title, *telling.sentences[:_LEAD_SENTENCES]))
    return frozenset(word.lower() for word in re.findall(r"\b[A-Z][\w’'-]*", lead))


def _agree(one: _Count, other: _Count) -> bool:
    """Whether both figures can be of one count: equal, within a bound, roughly the same, or one of them rounded."""
    a, b = one.figure, other.figure
    return a.value == b.value or _covers(a, b.value) or _covers(b, a.value) or _is_rounding(a, b) or _is_rounding(b, a)


def _covers(figure: Figure, value: float) -> bool:
    low = {"at_least": 1.0, "at_most": 1 / _BOUND, "about": 1 - _ROUGHLY}.get(figure.hedge)
    high = {"at_least": _BOUND, "at_most": 1.0, "about": 1 + _ROUGHLY}.get(figure.hedge)
    return low is not None and high is not None and low * figure.value <= value <= high * figure.value


def _is_rounding(figure: Figure, exact: Figure) -> bool:
    value = figure.value
    return value >= _LARGE and value % 100 == 0 and abs(value - exact.value) <= _ROUNDED * value
