"""A generated sentence beside the sentences of its article, and where they differ in what matters."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date
from difflib import SequenceMatcher
from functools import cached_property
from itertools import pairwise
from math import log

from summarizer.lexicon import stop_words
from summarizer.numbers import Token, read_tokens
from summarizer.sentences import split_sentences
from summarizer.text import normalise


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


# Offices and forms of address: written with a capital or without, kept or dropped with the same name.
_TITLES = _words(
    "presiden wakil menteri gubernur bupati wali walikota kota ketua kepala direktur utama jenderal "
    "sekretaris anggota bapak ibu pak bu mas mbak dr prof h hj drs ir sir mr mrs komisaris komjen irjen "
    "brigjen kombes akbp akp kompol pelatih kapten juru bicara jubir ceo pt cv tbk kabupaten provinsi "
    "kecamatan desa kelurahan jalan tim"
)
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
_FUNCTION = _words(
    "yang di ke dari dan atau untuk pada dengan itu ini oleh dalam juga sebagai adalah para atas bagi ia dia "
    "pun lagi saja akan telah sudah"
)
_QUOTED = re.compile(r"\"([^\"]+)\"|[“”]([^“”\"]+)[“”]")
_WEEKDAYS = ("@senin", "@selasa", "@rabu", "@kamis", "@jumat", "@sabtu", "@minggu")
_ASIDE = re.compile(r"\([^()]*\)")
_YEAR = re.compile(r"#(?:19|20)\d\d")
_VERB = re.compile(r"(?:me|di|ber|ter)\w{4,}")
_SUFFIX = re.compile(r"(?:nya|ku|mu)$")
_NEAR_VERB = 4  # a name further from a verb than so many words may belong to another
_SMALL = 10  # a lower number in letters may be counted: "dua pengusaha, yakni ..."


@dataclass(frozen=True)
class _Row:
    """A sentence of the article."""

    text: str
    tokens: Sequence[Token]

    @cached_property
    def keys(self) -> list[str]:
        return [token.key for token in self.tokens]

    def goes_on(self, at: int) -> bool:
        """Whether the word after `at` has a capital too, as the second word of a name."""
        return any(token.kind == "word" and token.text[0].isupper() for token in self.tokens[at + 1 : at + 2])

    @cached_property
    def terms(self) -> frozenset[str]:
        """Its words, and its pairs of neighbours."""
        return frozenset(self.keys) | frozenset(f"{a} {b}" for a, b in pairwise(self.keys))


class SourceFacts:
    """An article, read once for all the sentences that are checked against it.

    Args:
        text: the body; it is normalised here.
        title: the headline.

    Attributes:
        sentences: of the body, in order.
    """

    def __init__(self, text: str, title: str = "") -> None:
        body = normalise(text)
        self.sentences = tuple(split_sentences(body))
        headline = normalise(title)
        rows = [*self.sentences, headline] if headline else self.sentences
        self.rows = tuple(_Row(row, read_tokens(row)) for row in rows)
        words = [token for row in self.rows for token in row.tokens if token.kind == "word"]
        self.folded = frozenset(token.text.casefold() for token in words)
        self.keys = frozenset(key for row in self.rows for key in row.keys)
        body_rows = self.rows[: len(self.sentences)]
        self.lower = frozenset(t.text for row in body_rows for t in row.tokens if t.text.islower())
        self.named = frozenset(
            token.text.casefold()
            for row in body_rows
            for at, token in enumerate(row.tokens)
            if token.text[0].isupper() and (at or row.goes_on(at))
        )
        self.glued = frozenset(
            a.text.casefold() + b.text.casefold() for row in self.rows for a, b in pairwise(row.tokens)
        )
        self.running = _running(body) + _running(_ASIDE.sub(" ", body))
        self.years = {int(key[1:]) for key in self.keys if _YEAR.fullmatch(key)}
        self.units: dict[str, set[str]] = defaultdict(set)
        for row in self.rows:
            for token in row.tokens:
                self.units[token.key].add(token.unit)
        counted = Counter(term for row in self.rows for term in row.terms)
        self._weights = {term: log(1 + len(self.rows) / count) for term, count in counted.items()}
        self._postings: dict[str, list[int]] = defaultdict(list)
        for at, row in enumerate(self.rows):
            for term in row.terms:
                self._postings[term].append(at)
        self._verbatim = " ".join(body.split())

    def holds(self, sentence: str) -> bool:
        """Whether the sentence stands in the article letter for letter."""
        return " ".join(sentence.split()) in self._verbatim

    def rank(self, sentence: str) -> list[int]:
        """The sentences of the body that share words with this one, by how much, as indexes of `sentences`."""
        row = _Row(sentence, read_tokens(sentence))
        return [at for at in self.rank_terms(row.terms) if at < len(self.sentences)]

    def rank_terms(self, terms: frozenset[str]) -> list[int]:
        """The rows that share these words and pairs, the rarest in the article weighing most."""
        scores: dict[int, float] = defaultdict(float)
        for term in terms:
            for at in self._postings.get(term, ()):
                scores[at] += self._weights[term]
        return sorted(scores, key=lambda at: (-scores[at], at))

    @cached_property
    def companions(self) -> dict[str, set[str]]:
        """For each capitalised word the capitalised words directly beside it: parts of one name."""
        beside: dict[str, set[str]] = defaultdict(set)
        for row in self.rows:
            for token, other in pairwise(row.tokens):
                if token.text[0].isupper() and other.text[0].isupper() and other.start - token.end == 1:
                    beside[token.text.casefold()].add(other.text.casefold())
                    beside[other.text.casefold()].add(token.text.casefold())
        return beside

    @cached_property
    def spans(self) -> list[list[str]]:
        """Runs of capitalised words, for acronyms."""
        runs: list[list[str]] = []
        for row in self.rows:
            run: list[str] = []
            for token in row.tokens:
                if token.kind == "word" and token.text[0].isupper():
                    run.append(token.text.casefold())
                elif token.text not in _FUNCTION:
                    runs.append(run)
                    run = []
            runs.append(run)
        return [run for run in runs if len(run) > 1]


def _running(text: str) -> str:
    return f" {' '.join(token.key for token in read_tokens(text))} "


@dataclass(frozen=True)
class _Slot:
    """Words of the generated sentence [begin, end) beside those of a row [row_begin, row_end) that differ."""

    begin: int
    end: int
    row: _Row
    row_begin: int
    row_end: int

    @property
    def theirs(self) -> Sequence[Token]:
        return self.row.tokens[self.row_begin : self.row_end]


@dataclass
class Alignment:
    """A sentence laid beside the rows that say most of it."""

    source: SourceFacts
    tokens: Sequence[Token]
    rows: list[_Row] = field(default_factory=list)
    matched: dict[int, tuple[_Row, int]] = field(default_factory=dict)
    slots: list[_Slot] = field(default_factory=list)

    def slot_of(self, at: int) -> _Slot | None:
        """The slot with the word `at`, where it is not matched."""
        return next((slot for slot in self.slots if slot.begin <= at < slot.end), None)


def align(sentence: str, source: SourceFacts) -> Alignment:
    """The sentence beside the row that shares most with it, and what is left of it beside a second one."""
    row = _Row(sentence, read_tokens(normalise(sentence)))
    laid = Alignment(source, row.tokens)
    if not row.tokens:
        return laid
    ranked = source.rank_terms(row.terms)
    if not ranked:
        return laid
    first = source.rows[ranked[0]]
    laid.rows.append(first)
    for tag, begin, end, row_begin, row_end in _opcodes(row.keys, first.keys):
        if tag == "equal":
            laid.matched.update({begin + i: (first, row_begin + i) for i in range(end - begin)})
        else:
            laid.slots.append(_Slot(begin, end, first, row_begin, row_end))
    _lay_rest(laid, row, ranked)
    return laid


def _opcodes(ours: list[str], theirs: list[str]) -> Sequence[tuple[str, int, int, int, int]]:
    return SequenceMatcher(None, ours, theirs, autojunk=False).get_opcodes()


def _lay_rest(laid: Alignment, row: _Row, ranked: list[int]) -> None:
    """A second row for runs of at least two words that the first does not have."""
    rest = [at for at in range(len(row.tokens)) if at not in laid.matched]
    terms = frozenset(f"{row.keys[a]} {row.keys[b]}" for a, b in pairwise(rest) if b == a + 1)
    others = [at for at in laid.source.rank_terms(terms) if at != ranked[0]]
    if not others:
        return
    second = laid.source.rows[others[0]]
    laid.rows.append(second)
    blocks = SequenceMatcher(None, row.keys, second.keys, autojunk=False).get_matching_blocks()
    for begin, row_begin, size in blocks:
        # A name alone is no evidence that it belongs here.
        if size > 1 and any(_is_plain(row.tokens[begin + i]) for i in range(size)):
            for i in range(size):
                laid.matched.setdefault(begin + i, (second, row_begin + i))


def _is_plain(token: Token) -> bool:
    return token.kind != "word" or (token.text.islower() and token.text not in stop_words())


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
    years = laid.source.years | {int(token.key[1:]) for token in laid.tokens if _YEAR.fullmatch(token.key)}
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


def wrong_names(laid: Alignment) -> Iterator[str]:
    """Capitalised words that the article does not have, or that stand in the place of another name."""
    for at, token in enumerate(laid.tokens):
        if not _is_name(laid, at):
            continue
        fold = token.text.casefold()
        if fold not in laid.source.folded:
            if not _is_variant(laid, at):
                yield token.text
        elif at not in laid.matched and _names_another(laid, at):
            yield token.text


def _is_name(laid: Alignment, at: int) -> bool:
    token = laid.tokens[at]
    fold = token.text.casefold()
    if not _looks_like_name(laid.source, token) or len(fold) == 1:
        return False
    return at > 0 or fold in laid.source.named or _stands_for_name(laid, at)


def _stands_for_name(laid: Alignment, at: int) -> bool:
    """Whether the first word, which the article does not have, is a name: it stands in the place of one."""
    slot = laid.slot_of(at)
    if slot is None or _VERB.match(laid.tokens[at].text.casefold()) or not slot.theirs:
        return False
    return _looks_like_name(laid.source, slot.theirs[0]) or _looks_like_name(laid.source, slot.theirs[-1])


def _looks_like_name(source: SourceFacts, token: Token) -> bool:
    fold = token.text.casefold()
    if token.kind != "word" or not token.text[0].isupper() or fold in stop_words() or fold in _TITLES:
        return False
    return fold not in source.lower and (fold in source.named or fold not in source.folded)


def _names_another(laid: Alignment, at: int) -> bool:
    """Whether the place of this name belongs to another one in the article."""
    slot = laid.slot_of(at)
    if slot is None:
        return False
    fold = laid.tokens[at].text.casefold()
    names = {token.text.casefold() for token in slot.theirs if _looks_like_name(laid.source, token)}
    if not names or fold in names:
        return False
    if slot.theirs[-1].text in ("itu", "ini", "tersebut"):  # described instead of named: "tim asuhan Bima itu"
        return False
    if any(laid.tokens[i].text.casefold() == fold for i in laid.matched):
        return False
    companions = laid.source.companions.get(fold, set())
    ours = {token.text.casefold() for token in laid.tokens[slot.begin : slot.end]}
    if names & (companions | ours) or any(fold[:4] == name[:4] for name in names):
        return False
    return not _is_acronym_of(fold, laid.source.spans, names)


def _is_variant(laid: Alignment, at: int) -> bool:
    """Whether a name that the article does not have is another spelling of one that it has."""
    token, source = laid.tokens[at], laid.source
    fold = _SUFFIX.sub("", token.text.casefold())
    if fold in source.folded or token.key in source.keys or fold in source.glued:
        return True
    if len(fold) > 5 and any(other.endswith(fold) for other in source.folded):  # a space was lost: "PresidenBima"
        return True
    if len(fold) > 4 and any(_differ_by_one(fold, other) for other in source.folded):
        return True
    if _is_acronym_of(fold, source.spans, set()):
        return True
    return _expands(laid.tokens, at, source.folded)


def _differ_by_one(one: str, other: str) -> bool:
    """Whether one letter is replaced, left out or added, or two neighbours have changed places."""
    if abs(len(one) - len(other)) > 1 or one[:1] != other[:1]:
        return False
    at = next((i for i, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))
    if one[at : at + 2] == other[at : at + 2][::-1] and one[at + 2 :] == other[at + 2 :]:
        return True
    return one[at + 1 :] == other[at + 1 :] or one[at:] == other[at + 1 :] or one[at + 1 :] == other[at:]


def _is_acronym_of(fold: str, spans: list[list[str]], within: set[str]) -> bool:
    """Whether the word is made of the beginnings of a run of capitalised words ("KPK", "Jateng").

    Args:
        within: one of these must be in the run; any will do where it is empty.
    """
    return any(
        _starts_make(fold, span[begin : begin + 7])
        for span in spans
        if not within or within & set(span)
        for begin in range(len(span) - 1)
    )


def _starts_make(acronym: str, words: Sequence[str]) -> bool:
    """Whether the first letters of the words, or their beginnings, make the acronym ("KPK", "Jateng", "Menpora")."""
    if len(acronym) > 1 and "".join(word[0] for word in words).startswith(acronym):
        return True
    return len(acronym) > 3 and acronym[:2] == words[0][:2] and _syllables_make(acronym, words, letters=1)


def _syllables_make(rest: str, words: Sequence[str], letters: int) -> bool:
    """Whether beginnings of the words make `rest`, at most so many of them a single letter."""
    if not rest:
        return True
    if not words:
        return False
    return any(
        rest.startswith(words[0][:size]) and _syllables_make(rest[size:], words[1:], letters - (size == 1))
        for size in range(min(5, len(words[0])), 0 if letters else 1, -1)
    )


def _expands(tokens: Sequence[Token], at: int, known: frozenset[str]) -> bool:
    """Whether the word `at` is one of capitalised words whose beginnings make a word of the article."""
    capitals = [token.kind == "word" and token.text[0].isupper() for token in tokens]
    begin, end = at, at + 1
    while begin and capitals[begin - 1]:
        begin -= 1
    while end < len(tokens) and capitals[end]:
        end += 1
    runs = [
        [token.text.casefold() for token in tokens[first:last]]
        for first in range(begin, at + 1)
        for last in range(at + 1, end + 1)
        if 1 < last - first < 8
    ]
    if any("".join(word[0] for word in run) in known for run in runs):
        return True
    return any(
        len(acronym) > 3 and acronym[:2] == run[0][:2] and _syllables_make(acronym, run, letters=0)
        for run in runs
        for acronym in known
    )


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
        if abs(i - at) <= _NEAR_VERB and _looks_like_name(laid.source, token)
    ]
    return {name for i, name in names if i < at}, {name for i, name in names if i > at}
