"""Word lists that ship with the package, read once when first needed. Sources: data/README.md."""

from functools import cache
from pathlib import Path

SAYS = (
    "(?:kata|ujar|ucap|tutur|jelas|ungkap|papar|tegas|tambah|imbuh|sambung|lanjut|pungkas|tandas|sebut|terang|cetus|tulis|"
    "beber|tukas|lapor|seru)"
)
"""A pattern: the verbs that name a speaker after his or her words ("..., kata Sura"), without "-nya"."""

_DATA = Path(__file__).with_name("data")


def _read(name: str) -> frozenset[str]:
    lines = (_DATA / name).read_text(encoding="utf-8").splitlines()
    return frozenset(line.strip() for line in lines if line.strip())


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
