"""Word lists that ship with the package, read once when first needed. Sources: data/README.md."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path

from summarizer.text import words

SAYS = (
    "(?:kata|ujar|ucap|tutur|jelas|ungkap|papar|tegas|tambah|imbuh|sambung|lanjut|pungkas|tandas|sebut|terang|cetus|tulis|"
    "beber|tukas|lapor|seru)"
)
"""A pattern: the verbs that name a speaker after his or her words ("..., kata Sura"), without "-nya"."""

_DATA = Path(__file__).with_name("data")


def _lines(name: str) -> list[str]:
    lines = (_DATA / name).read_text(encoding="utf-8").splitlines()
    return [line.strip() for line in lines if line.strip()]


def _read(name: str) -> frozenset[str]:
    return frozenset(_lines(name))


@cache
def abbreviations() -> frozenset[str]:
    """Abbreviations without their last full stop: `dr`, `S.H`, `Tbk`."""
    return frozenset(entry.removesuffix(".") for entry in _read("abbreviations.txt"))


@cache
def stop_words() -> frozenset[str]:
    """Indonesian function words and other frequent words, in lower case."""
    return _read("stopwords.txt")


@cache
def places() -> frozenset[str]:
    """Places that open datelines, in lower case."""
    return frozenset(place.casefold() for place in _read("places.txt"))


@cache
def synonyms() -> Mapping[tuple[str, ...], tuple[tuple[str, ...], ...]]:
    """What else may be written for what a reader types, as words in lower case.

    Spoken words lead to the written ones (`gak` to `tidak`), abbreviations to their long form and back.
    """
    found: dict[tuple[str, ...], dict[tuple[str, ...], None]] = {}
    for name, both_ways in (("colloquial.txt", False), ("acronyms.txt", True)):
        for line in _lines(name):
            typed, _, written = line.partition(":")
            key = tuple(words(typed.lower()))
            for form in written.split(","):
                other = tuple(words(form.lower()))
                found.setdefault(key, {})[other] = None
                if both_ways:
                    found.setdefault(other, {})[key] = None
    return {key: tuple(forms) for key, forms in found.items()}
