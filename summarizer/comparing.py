"""What differs between a generated sentence and the sentences of its article beside which it is laid."""

import re
from collections.abc import Iterator, Sequence
from contextlib import suppress
from datetime import date
from itertools import pairwise

from summarizer.alignment import YEAR, Alignment, SourceFacts
from summarizer.lexicon import stop_words
from summarizer.names import looks_like_name
from summarizer.numbers import Token, read_tokens


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_NEGATIONS = _words("tidak tak bukan belum jangan tanpa batal bukanlah tidaklah gagal enggak nggak gak tk")
# "nihilnya dampak" for "tidak adanya dampak".
_LIKE_NEGATIONS = _NEGATIONS | _words(
    "nihil nihilnya kandas enggan ogah menolak membantah urung absen sulit jarang minim"
)
# These deny a noun or a whole clause, and a word near them may well be affirmed.
_DENY_MORE = _words("tanpa bukan bukanlah gagal batal")
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
_DOUBTS = _words("diduga")
# Where one of these stays or comes, no doubt is lost.
_DOUBTFUL = _words(
    "mungkin diduga kemungkinan barangkali disebut-sebut dugaan menduga dianggap dituding disinyalir ditengarai "
    "dicurigai disangka tersangka terduga tertuduh terdakwa dikabarkan konon kabarnya sepertinya tampaknya terindikasi "
    "indikasi"
)
# Time told from the day of the article, which is not known here.
_RELATIVE_DAYS = _words("kemarin besok lusa tadi hari")
_RELATIVE_YEARS = frozenset(
    ("tahun ini", "tahun lalu", "tahun depan", "tahun mendatang", "tahun silam", "tahun kemarin")
)
_MINUTES = re.compile(r"(\d{1,2}),(\d{2})")
_QUOTED = re.compile(r"\"([^\"]+)\"|[“”]([^“”\"]+)[“”]")
_WEEKDAYS = ("@senin", "@selasa", "@rabu", "@kamis", "@jumat", "@sabtu", "@minggu")
# "tidak hanya", "bukan berarti": they deny nothing of what follows.
_NOT_NEGATED = _words("hanya saja cuma sekadar lain lagi berarti")
_LIGHT = stop_words() | _MODALS.keys()
_NEAR_NEGATION = 4
_MOST_PLAIN = 4  # words of a slot in which the article still says the same
_SHORT = 3  # words of a slot in which a modal word stands for another
_NEAR_VERB = 4  # a name further from a verb than so many words may belong to another
_SMALL = 10  # a lower number in letters may be counted: "dua pengusaha, yakni ..."


def wrong_numbers(laid: Alignment) -> Iterator[Token]:
    """Numbers that the article does not have, has with another unit, or has otherwise in this place."""
    for at, token in enumerate(laid.tokens):
        if token.kind != "number":
            continue
        if token.key not in laid.source.keys:
            if _is_list_of_known(laid, token) or _is_year_told_otherwise(laid, at):
                continue
            if _conflicts(laid, at, "number") or not (token.text.isalpha() and float(token.key[1:]) < _SMALL):
                yield token
            continue
        units = {t.unit for row in laid.rows for t in row.tokens if t.key == token.key} or laid.source.units[token.key]
        wrong_unit = bool(token.unit) and "" not in units and token.unit not in units
        if wrong_unit or _conflicts(laid, at, "number"):
            yield token


def _is_list_of_known(laid: Alignment, token: Token) -> bool:
    """Whether a number such as "64,80" is two numbers of the article: the minutes of two goals."""
    match = _MINUTES.fullmatch(token.text)
    return match is not None and not token.unit and all(f"#{int(part)}" in laid.source.keys for part in match.groups())


def _is_year_told_otherwise(laid: Alignment, at: int) -> bool:
    """Whether the article has "tahun ini" for a year, or the year belongs to a date that the calendar confirms."""
    token = laid.tokens[at]
    if not YEAR.fullmatch(token.key):
        return False
    if at and laid.tokens[at - 1].kind == "date" and token.end <= laid.tokens[at - 1].end:
        if _has_date(laid.tokens[at - 1].key, laid.source.keys):
            return _falls_on_weekday_before(laid, at - 1, int(token.key[1:]))
        return _agrees_with_weekday(laid, at - 1)
    slot = laid.slot_of(at) if at not in laid.matched else None
    return slot is not None and any(f"{a.text} {b.text}" in _RELATIVE_YEARS for a, b in pairwise(slot.theirs))


def wrong_dates(laid: Alignment) -> Iterator[Token]:
    """Dates, months and days of the week that the article does not have, or has otherwise in this place."""
    for at, token in enumerate(laid.tokens):
        if token.kind != "date":
            continue
        known = _has_date(token.key, laid.source.keys) or _is_right_day(laid, token.key)
        if _is_told_from_today(laid, at) or (not known and _agrees_with_weekday(laid, at)):
            continue
        if not known or _conflicts(laid, at, "date"):
            yield token


def _is_told_from_today(laid: Alignment, at: int) -> bool:
    """Whether the article has "kemarin" or "hari ini", and no date, in the place of a date."""
    slot = laid.slot_of(at) if at not in laid.matched else None
    if slot is None or any(token.kind == "date" for token in slot.theirs):
        return False
    return bool(_RELATIVE_DAYS & {token.text.casefold() for token in slot.theirs})


def _agrees_with_weekday(laid: Alignment, at: int) -> bool:
    """Whether a date follows the weekday that the article has in this place, without a date, and falls on it."""
    if not at or laid.tokens[at - 1].key not in _WEEKDAYS or at - 1 not in laid.matched:
        return False
    row, there = laid.matched[at - 1]
    if any(token.kind == "date" for token in row.tokens[there + 1 : there + 2]):
        return False
    day, _, month = laid.tokens[at].key[1:].partition(".")
    years = {int(token.key[1:]) for token in laid.tokens[at + 1 : at + 2] if YEAR.fullmatch(token.key)}
    return bool(month) and any(
        _falls_on(int(day), int(month), year, laid.tokens[at - 1].key) for year in years or laid.source.years
    )


def _falls_on_weekday_before(laid: Alignment, at: int, year: int) -> bool:
    """Whether a date of the article falls in this year on the day of the week before it, which the article has too."""
    weekday = laid.tokens[at - 1].key if at else ""
    day, _, month = laid.tokens[at].key[1:].partition(".")
    known = weekday in _WEEKDAYS and weekday in laid.source.keys
    return known and bool(month) and _falls_on(int(day), int(month), year, weekday)


def _falls_on(day: int, month: int, year: int, weekday: str) -> bool:
    with suppress(ValueError):
        return date(year, month, day).weekday() == _WEEKDAYS.index(weekday)
    return False


def _is_right_day(laid: Alignment, key: str) -> bool:
    """Whether the calendar gives this day of the week to a date of the sentence, in a year of the article."""
    if key not in _WEEKDAYS:
        return False
    years = laid.source.years | {int(token.key[1:]) for token in laid.tokens if YEAR.fullmatch(token.key)}
    days = [tuple(map(int, t.key[1:].split("."))) for t in laid.tokens if t.kind == "date" and "." in t.key]
    return any(_falls_on(day, month, year, key) for day, month in days for year in years)


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
    if laid.framed_otherwise(at):
        return True
    key = laid.tokens[at].key
    there = [token.key for token in slot.theirs if token.kind == kind]
    if not there or slot.plain > _MOST_PLAIN:
        return False
    if slot.is_swap and there[0] not in {token.key for token in laid.tokens}:
        return True
    return key not in {token.key for row in laid.rows for token in row.tokens if token.kind == kind}


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
        if token.text.casefold() not in _NEGATIONS or at in laid.matched or at + 1 == len(laid.tokens):
            continue
        following = laid.tokens[at + 1]
        if f" {token.key} {following.key} " in laid.source.running or following.text in _NOT_NEGATED:
            continue
        slot = laid.slot_of(at)
        if slot is not None and slot.end in laid.matched and slot.end - at <= 2:
            if not any(t.text.casefold() in _LIKE_NEGATIONS for t in slot.theirs):
                yield token.text
        elif token.text.casefold() not in _DENY_MORE and _is_always_affirmed(laid.source, following):
            yield token.text
    yield from _lost(laid, _NEGATIONS, _LIKE_NEGATIONS)


def _is_always_affirmed(source: SourceFacts, word: Token) -> bool:
    """Whether the article has the word, and never shortly after a negation."""
    places = [(row, at) for row in source.rows for at, key in enumerate(row.keys) if key == word.key]
    near = [row.folded[max(0, at - _NEAR_NEGATION) : at] for row, at in places]
    return bool(places) and word.text not in stop_words() and not any(map(_NEGATIONS.intersection, near))


def wrong_modals(laid: Alignment) -> Iterator[str]:
    """Modal words that replace one of another meaning ("telah" for "akan"), and doubts left out before their word."""
    for at, token in enumerate(laid.tokens):
        group = _MODALS.get(token.text.casefold())
        slot = laid.slot_of(at) if group and at not in laid.matched else None
        if slot is not None and len(slot.theirs) <= _SHORT >= len(slot.ours):
            groups = {_MODALS[t.text.casefold()] for t in slot.theirs if t.text.casefold() in _MODALS}
            if groups and group not in groups:
                yield token.text
    yield from _lost(laid, _DOUBTS, _DOUBTFUL)


def _lost(laid: Alignment, words: frozenset[str], like: frozenset[str]) -> Iterator[str]:
    """Words that stood before a word which has now none of the `like` near it."""
    for slot in laid.slots:
        theirs = [token.text.casefold() for token in slot.theirs]
        # Where the word it stood before is gone with it, nothing is lost: "tidak berubah, tetap ...".
        belongs = words.intersection(theirs[-1:]) or (words.intersection(theirs[-2:-1]) and theirs[-1] in _LIGHT)
        if not belongs or slot.end >= len(laid.tokens) or slot.plain > _MOST_PLAIN or slot.leaves_clause:
            continue
        near = laid.tokens[max(0, slot.begin - 2) : slot.end + 1]
        if not any(token.text.casefold() in like for token in near):
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
