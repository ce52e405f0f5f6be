"""What differs between a generated sentence and the sentences of its article beside which it is laid."""

import re
from collections.abc import Iterator, Sequence
from contextlib import suppress
from datetime import date

from summarizer.alignment import YEAR, Alignment, SourceFacts
from summarizer.names import looks_like_name
from summarizer.numbers import Token, read_tokens


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_NEGATIONS = _words("tidak tak bukan belum jangan tanpa batal bukanlah tidaklah gagal enggak nggak")
# Of two words of the same row one may stand for the other.
_MODALS = {
    word: group
    for group, words in {
        "future": "akan bakal",
        "done": "sudah telah",
        "may": "bisa dapat mampu boleh",
        "must": "harus wajib",
        "perhaps": "mungkin diduga kemungkinan barangkali disebut-sebut dugaan",
    }.items()
    for word in words.split()
}
_DOUBTS = _words("mungkin diduga")
_QUOTED = re.compile(r"\"([^\"]+)\"|[“”]([^“”\"]+)[“”]")
_WEEKDAYS = ("@senin", "@selasa", "@rabu", "@kamis", "@jumat", "@sabtu", "@minggu")
_NEAR_VERB = 4  # a name further from a verb than so many words may belong to another
_SMALL = 10  # a lower number in letters may be counted: "dua pengusaha, yakni ..."


def wrong_numbers(laid: Alignment) -> Iterator[Token]:
    """Numbers that the article does not have, has with another unit, or has otherwise in this place."""
    for at, token in enumerate(laid.tokens):
        if token.kind != "number":
            continue
        if token.key not in laid.source.keys:
            if _conflicts(laid, at, "number") or not (token.text.isalpha() and float(token.key[1:]) < _SMALL):
                yield token
            continue
        units = {t.unit for row in laid.rows for t in row.tokens if t.key == token.key} or laid.source.units[token.key]
        wrong_unit = bool(token.unit) and "" not in units and token.unit not in units
        if wrong_unit or _conflicts(laid, at, "number"):
            yield token


def wrong_dates(laid: Alignment) -> Iterator[Token]:
    """Dates, months and days of the week that the article does not have, or has otherwise in this place."""
    for at, token in enumerate(laid.tokens):
        if token.kind != "date":
            continue
        known = _has_date(token.key, laid.source.keys) or _is_right_day(laid, token.key)
        if not known or _conflicts(laid, at, "date"):
            yield token


def _is_right_day(laid: Alignment, key: str) -> bool:
    """Whether the calendar gives this day of the week to a date of the sentence, in a year of the article."""
    if key not in _WEEKDAYS:
        return False
    years = laid.source.years | {int(token.key[1:]) for token in laid.tokens if YEAR.fullmatch(token.key)}
    days = [tuple(map(int, t.key[1:].split("."))) for t in laid.tokens if t.kind == "date" and "." in t.key]
    for day, month in days:
        for year in years:
            with suppress(ValueError):
                if date(year, month, day).weekday() == _WEEKDAYS.index(key):
                    return True
    return False


def _has_date(key: str, keys: frozenset[str]) -> bool:
    if key in keys:
        return True
    month = key.removeprefix("@")
    return month.isdigit() and any(other.startswith("@") and other.endswith(f".{month}") for other in keys)


def _conflicts(laid: Alignment, at: int, kind: str) -> bool:
    """Whether the article has another token of this kind in the place of the word `at`."""
    slot = laid.slot_of(at) if at not in laid.matched else None
    if slot is None:
        return False
    key = laid.tokens[at].key
    theirs = {token.key for row in laid.rows for token in row.tokens if token.kind == kind}
    return any(token.kind == kind for token in slot.theirs) and key not in theirs


def wrong_quotes(sentence: str, source: SourceFacts) -> Iterator[str]:
    """Quotations whose words do not stand in the article one after the other."""
    for match in _QUOTED.finditer(sentence):
        quoted = match[1] or match[2]
        keys = " ".join(token.key for token in read_tokens(quoted))
        if keys and f" {keys} " not in source.running:
            yield quoted


def wrong_negations(laid: Alignment) -> Iterator[str]:
    """Negations that the article does not have before the same word, and words that have lost theirs."""
    for at, token in enumerate(laid.tokens):
        if token.text.casefold() not in _NEGATIONS or at in laid.matched:
            continue
        slot = laid.slot_of(at)
        if slot is None or slot.end not in laid.matched or slot.end - at > 2:
            continue
        pair = f" {token.key} {laid.tokens[at + 1].key} "
        if pair not in laid.source.running and not any(t.text.casefold() in _NEGATIONS for t in slot.theirs):
            yield token.text
    yield from _lost(laid, _NEGATIONS)


def wrong_modals(laid: Alignment) -> Iterator[str]:
    """Modal words that replace one of another meaning ("telah" for "akan"), and doubts left out before their word."""
    for at, token in enumerate(laid.tokens):
        group = _MODALS.get(token.text.casefold())
        slot = laid.slot_of(at) if group and at not in laid.matched else None
        if slot is not None:
            groups = {_MODALS[t.text.casefold()] for t in slot.theirs if t.text.casefold() in _MODALS}
            if groups and group not in groups:
                yield token.text
    yield from _lost(laid, _DOUBTS)


def _lost(laid: Alignment, words: frozenset[str]) -> Iterator[str]:
    """Words that stood between two words which now follow each other, or before the first."""
    for slot in laid.slots:
        theirs = [token.text.casefold() for token in slot.theirs]
        if not words.intersection(theirs[-2:]) or slot.end >= len(laid.tokens):
            continue
        if not any(token.text.casefold() in words for token in laid.tokens[slot.begin : slot.end]):
            yield laid.tokens[slot.end].text


def wrong_roles(laid: Alignment) -> Iterator[str]:
    """Verbs around which two names have changed places."""
    verbs = [(at, token, _voice(token.text)) for at, token in enumerate(laid.tokens)]
    for row in laid.rows:
        theirs = {token.key: (there, _voice(token.text)) for there, token in enumerate(row.tokens)}
        for at, token, voice in verbs:
            there, its_voice = theirs.get(token.key, (0, ""))
            if not voice or not its_voice:
                continue
            before, after = _around(laid, laid.tokens, at)
            doer, done_to = _around(laid, row.tokens, there)
            if voice != its_voice:
                doer, done_to = done_to, doer
            if before & done_to - doer and after & doer - done_to:
                yield token.text


def _voice(word: str) -> str:
    return word[:2] if len(word) > 5 and word[:2] in ("me", "di") and word.islower() else ""


def _around(laid: Alignment, tokens: Sequence[Token], at: int) -> tuple[set[str], set[str]]:
    names = [
        (i, token.text.casefold())
        for i, token in enumerate(tokens)
        if abs(i - at) <= _NEAR_VERB and looks_like_name(laid.source, token)
    ]
    return {name for i, name in names if i < at}, {name for i, name in names if i > at}
