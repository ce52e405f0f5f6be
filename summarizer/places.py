"""Where an article happens: the provinces, regencies and cities of Indonesia in its headline, dateline and opening.

Places are told apart by their names alone, so that a regency and a city of one name are one place.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache
from pathlib import Path

from summarizer.text import words

MOST_PLACES = 3
"""Places of an article, their provinces not counted; who names more is a list."""

# Points of each place that is named, and how many make it a place of the article. A headline, a dateline or the first
# sentence is enough; further down it takes four mentions.
_IN_TITLE = 3.0
_IN_DATELINE = 2.0
_IN_FIRST_WORDS = 2.0
_LATER = 0.5
_ENOUGH = 2.0
_FIRST_WORDS = 40
_WORDS_READ = 200

# Every newsroom sits in Jakarta and every minister speaks there: neither dateline nor first sentence count for it.
_CAPITAL = "dki-jakarta"

# What stands before a place, though the word could be another one: "di Batu", "Wali Kota Malang", "Polres Pati".
_CUES = re.compile(
    "(?:di|ke|kota|kabupaten|kab|pemkot|pemkab|polres|polresta|polrestabes|bupati|walikota|dprd|kodim|rsud|lapas|kejari|"
    "warga|asal|bandara|pn|bpbd|stasiun|terminal)"
)
# Names of streets, companies, schools and seas.
_NO_CUES = re.compile("(?:jalan|jl|jln|raya|tol|bank|universitas|partai|selat|laut)")
_NAME_LENGTH = 5  # words

_FILE = Path(__file__).with_name("data") / "regions.txt"
_PREFIX = re.compile(r"(?:provinsi|kabupaten|kab\.?|kota|prov\.?)\s+", re.IGNORECASE)
_CLOSE = 0.8  # one letter wrong, missing or doubled in a name of five or more


@dataclass(frozen=True, slots=True)
class Place:
    """A province, or a regency or city in one."""

    key: str
    """Its name in lower case, words joined by hyphens: `jawa-timur`, `banyuwangi`."""
    name: str
    province: str
    """Key of its province; of a province its own."""


def places() -> dict[str, Place]:
    """All places by key."""
    return _gazetteer()[0]


def find_place(text: str) -> Place | None:
    """The place that somebody means who writes a name or another name of it, with or without "kota", "kabupaten"."""
    spelled = " ".join(text.split())
    for name in (spelled, _PREFIX.sub("", spelled, count=1)):
        if found := _gazetteer()[1].get(_parts(name.replace("-", " "))):
            return found.place
    return None


def closest_place(text: str) -> Place | None:
    """The place whose name is spelled most like a text; None where none is close."""
    names = {" ".join(parts): found.place for parts, found in _gazetteer()[1].items()}
    close = get_close_matches(" ".join(text.casefold().split()), names, n=1, cutoff=_CLOSE)
    return names[close[0]] if close else None


def places_of(title: str, dateline: str | None, body: str) -> tuple[str, ...]:
    """The keys of the places of an article, surest first, each regency or city followed by its province.

    Args:
        title: its headline, in any case of letters.
        dateline: the place that stood before the first sentence, as `ArticleText.place` has it.
        body: its text; the first 200 words are read.
    """
    points: dict[str, float] = defaultdict(float)
    for place in {found.key: found for _, found in _named(words(title), any_case=True)}.values():
        points[place.key] += _IN_TITLE
    for part in re.split(r"[,/]\s*", dateline or ""):
        place_meant = find_place(part)
        if place_meant is not None and place_meant.key != _CAPITAL:
            points[place_meant.key] += _IN_DATELINE
    early: set[str] = set()
    for at, place in _named(words(" ".join(body.split()[:_WORDS_READ])), any_case=False):
        first = at < _FIRST_WORDS and place.key not in early and place.key != _CAPITAL
        points[place.key] += _IN_FIRST_WORDS if first else _LATER
        early.add(place.key)
    sure = [key for key, value in sorted(points.items(), key=lambda item: -item[1]) if value >= _ENOUGH]
    with_provinces = (one for key in sure[:MOST_PLACES] for one in (key, places()[key].province))
    return tuple(dict.fromkeys(with_provinces))


@dataclass(frozen=True, slots=True)
class _Name:
    place: Place
    is_doubtful: bool
    """Whether it is an ordinary word too, or part of people's names."""


def _named(text: list[str], *, any_case: bool) -> Iterator[tuple[int, Place]]:
    """The places that a text names and where, the longest name first where several begin with one word."""
    names, starts = _gazetteer()[1], _gazetteer()[2]
    folded = [word.casefold() for word in text]
    at = 0
    while at < len(text):
        if folded[at] in starts and (any_case or text[at][0].isupper()):
            for length in range(min(_NAME_LENGTH, len(text) - at), 0, -1):
                found = names.get(tuple(folded[at : at + length]))
                before = folded[at - 1] if at else ""
                if found and not _NO_CUES.fullmatch(before) and (not found.is_doubtful or _CUES.fullmatch(before)):
                    yield at, found.place
                    at += length - 1
                    break
        at += 1


def _parts(name: str) -> tuple[str, ...]:
    return tuple(word.casefold() for word in words(name))


@cache
def _gazetteer() -> tuple[dict[str, Place], dict[tuple[str, ...], _Name], frozenset[str]]:
    """Places by key, names by their words in lower case, and the words that names begin with."""
    found: dict[str, Place] = {}
    names: dict[tuple[str, ...], _Name] = {}
    for line in _FILE.read_text(encoding="utf-8").splitlines():
        if line.startswith("#"):
            continue
        province, _, inside = line.partition(":")
        of_province = _key(province)
        for spelled in (province, *inside.split(",")):
            place = Place(_key(spelled), spelled.split("/")[0].strip(" ?"), of_province)
            found[place.key] = place
            for name in spelled.split("/"):
                names[_parts(name)] = _Name(place, name.strip().endswith("?"))
    return found, names, frozenset(parts[0] for parts in names)


def _key(spelled: str) -> str:
    return "-".join(_parts(spelled.split("/")[0]))
