"""A generated sentence laid word by word beside the sentences of its article that say most of it."""

import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from functools import cached_property
from itertools import pairwise
from math import log

from summarizer.frames import Frame, frame_of, is_plain
from summarizer.numbers import Token, read_tokens
from summarizer.sentences import split_sentences
from summarizer.text import normalise

# Inside a name they have no capital: "Komisi Pemilihan Umum dan ...".
_FUNCTION = frozenset(
    [
        "yang",
        "di",
        "ke",
        "dari",
        "dan",
        "atau",
        "untuk",
        "pada",
        "dengan",
        "itu",
        "ini",
        "oleh",
        "dalam",
        "juga",
        "sebagai",
        "adalah",
        "para",
        "atas",
        "bagi",
        "ia",
        "dia",
        "pun",
        "lagi",
        "saja",
        "akan",
        "telah",
        "sudah",
    ]
)
_ASIDE = re.compile(r"\([^()]*\)")
YEAR = re.compile(r"#(?:19|20)\d\d")


@dataclass(frozen=True)
class Row:
    """A sentence of the article."""

    text: str
    tokens: Sequence[Token]

    @cached_property
    def keys(self) -> list[str]:
        return [token.key for token in self.tokens]

    @cached_property
    def folded(self) -> list[str]:
        """Its words in lower case."""
        return [token.text.casefold() for token in self.tokens]

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
        self.rows = tuple(Row(row, read_tokens(row)) for row in rows)
        words = [token for row in self.rows for token in row.tokens if token.kind == "word"]
        self.folded = frozenset(token.text.casefold() for token in words)
        self.keys = frozenset(key for row in self.rows for key in row.keys)
        self.spoken = "".join(f" {' '.join(row.folded)} " for row in self.rows)
        body_rows = self.rows[: len(self.sentences)]
        self.lower = frozenset(t.text for row in body_rows for t in row.tokens if t.text.islower())
        self.acronyms = frozenset(
            token.text.casefold() for token in words if token.text.isupper() and len(token.text) > 1
        )
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
        self.years = {int(key[1:]) for key in self.keys if YEAR.fullmatch(key)}
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
        row = Row(sentence, read_tokens(sentence))
        return [at for at in self.rank_terms(row.terms) if at < len(self.sentences)]

    def rank_terms(self, terms: frozenset[str]) -> list[int]:
        """The rows that share these words and pairs, the rarest in the article weighing most."""
        scores: dict[int, float] = defaultdict(float)
        for term in terms:
            for at in self._postings.get(term, ()):
                scores[at] += self._weights[term]
        return sorted(scores, key=lambda at: (-scores[at], at))

    @cached_property
    def frames(self) -> dict[tuple[str, str], list[Frame]]:
        """The numbers and names of the article, by the word before and the word after them."""
        found: dict[tuple[str, str], list[Frame]] = defaultdict(list)
        for row in self.rows:
            at = 0
            while at < len(row.tokens):
                frame = frame_of(row.tokens, at)
                if frame is not None:
                    found[frame.before[-1], frame.after[0]].append(frame)
                at += len(frame.tokens) if frame else 1
        return found

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
class Slot:
    """Words of the generated sentence [begin, end) beside those of a row [row_begin, row_end) that differ."""

    begin: int
    end: int
    row: Row
    row_begin: int
    row_end: int
    ours: Sequence[Token]

    @property
    def theirs(self) -> Sequence[Token]:
        return self.row.tokens[self.row_begin : self.row_end]

    @property
    def is_swap(self) -> bool:
        """Whether one token stands for one, or capitalised words for capitalised words, and nothing else differs."""
        ours = self.ours
        if len(ours) == len(self.theirs) == 1:
            return True
        return bool(ours and self.theirs) and all(t.text[0].isupper() for t in (*ours, *self.theirs))

    @property
    def plain(self) -> int:
        """How many words, of the two sides the one that has more, are no names and no function words.

        Where these are many, the article tells something else here, and nothing stands in the place of anything.
        """
        return max(sum(t.kind == "word" and is_plain(t) for t in side) for side in (self.ours, self.theirs))

    @property
    def leaves_clause(self) -> bool:
        """Whether the words that differ end with a mark, so that what follows is another clause."""
        after = self.row.tokens[self.row_end : self.row_end + 1]
        between = self.row.text[self.theirs[-1].end : after[0].start] if self.theirs and after else ""
        return bool(set(between) & set(".?!;:,"))


@dataclass
class Alignment:
    """A sentence laid beside the rows that say most of it."""

    source: SourceFacts
    tokens: Sequence[Token]
    rows: list[Row] = field(default_factory=list)
    matched: dict[int, tuple[Row, int]] = field(default_factory=dict)
    slots: list[Slot] = field(default_factory=list)

    def framed_otherwise(self, at: int) -> list[Frame]:
        """Other numbers or names that the article has between the same words; none where it has this one there.

        See `Frame.is_like`.
        """
        ours = frame_of(self.tokens, at)
        if ours is None:
            return []
        alike = [
            frame
            for frame in self.source.frames.get((ours.before[-1], ours.after[0]), ())
            if frame.is_number == ours.is_number and frame.is_like(ours)
        ]
        return [] if any(set(frame.keys) & set(ours.keys) for frame in alike) else alike

    def slot_of(self, at: int) -> Slot | None:
        """The slot with the word `at`, where it is not matched."""
        return next((slot for slot in self.slots if slot.begin <= at < slot.end), None)


def align(sentence: str, source: SourceFacts) -> Alignment:
    """The sentence beside the row that shares most with it, and what is left of it beside a second one."""
    row = Row(sentence, read_tokens(normalise(sentence)))
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
            laid.slots.append(Slot(begin, end, first, row_begin, row_end, row.tokens[begin:end]))
    _lay_rest(laid, row, ranked)
    return laid


def _opcodes(ours: list[str], theirs: list[str]) -> Sequence[tuple[str, int, int, int, int]]:
    return SequenceMatcher(None, ours, theirs, autojunk=False).get_opcodes()


def _lay_rest(laid: Alignment, row: Row, ranked: list[int]) -> None:
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
        if size > 1 and any(is_plain(row.tokens[begin + i]) for i in range(size)):
            for i in range(size):
                laid.matched.setdefault(begin + i, (second, row_begin + i))
