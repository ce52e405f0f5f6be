"""How many false sentences `summarizer.faithful` catches, and how many true ones it takes for false.

    python -m tests.bench.corruptions [--split tune|held-out|dev] [--show KIND]

Sentences of human summaries (IndoSum, CC BY-SA 4.0) are made false in one thing and checked against their articles.
Half of train.jsonl (by hash of the id) is for tuning; the other half and dev.jsonl only measure.
"""

import argparse
import hashlib
import random
import re
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from summarizer import SummarizerError, create_summarizer
from summarizer.faithful import Finding, SourceFacts, check_sentence
from summarizer.lexicon import places, stop_words
from summarizer.training.corpus import Example, read_corpus

CORPUS = Path(__file__).parents[2].parent / "shared/data/indosum"
SEED = 20261124
_DIGESTS = 40  # articles whose digests are made: an engine is slower than the checks
COUNTS = {
    "number": 90,
    "unit": 50,
    "date": 80,
    "name of the article": 70,
    "name from elsewhere": 70,
    "place of the article": 40,
    "place from elsewhere": 40,
    "negation": 60,
}
"""How many sentences of each kind are made: 500 together. A small split may have fewer."""


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_MONTHS = (
    "Januari", "Februari", "Maret", "April", "Mei", "Juni",
    "Juli", "Agustus", "September", "Oktober", "November", "Desember",
)  # fmt: skip
_DAYS = ["Senin", "Selasa", "Rabu", "Kamis", "Jumat", "Sabtu", "Minggu"]
_DATE = re.compile(
    rf"\b(?P<weekday>{'|'.join(_DAYS)})\b|(?P<day>\d{{1,2}})(?= (?:{'|'.join(_MONTHS)})\b|/\d)|"
    rf"(?<=\d )(?P<month>{'|'.join(_MONTHS)})\b|(?P<year>\b(?:19|20)\d\d\b)"
)
_TOKEN = re.compile(r"\w+")
_NUMBER = re.compile(r"(?<![\w./,:-])\d+(?:[.,]\d+)*(?![\w/:-]|[.,]\d)")
_NUMBER_WORD = re.compile(r"\b(?:dua|tiga|empat|lima|enam|tujuh|delapan|sembilan|sepuluh)\b")
_NUMBER_WORDS = ["dua", "tiga", "empat", "lima", "enam", "tujuh", "delapan", "sembilan", "sepuluh"]
_OTHER_UNITS = {
    "persen": "orang", "%": " orang", "orang": "persen", "juta": "miliar", "miliar": "triliun", "triliun": "miliar",
    "ribu": "juta", "km": "meter", "kilometer": "meter", "meter": "kilometer", "kg": "ton", "kilogram": "ton",
    "ton": "kilogram", "hari": "bulan", "bulan": "tahun", "tahun": "bulan", "jam": "menit", "menit": "jam",
    "unit": "persen", "liter": "ton", "hektare": "meter",
}  # fmt: skip
_UNIT = re.compile(rf"(?<=\d)(?P<space> ?)(?P<unit>{'|'.join(map(re.escape, _OTHER_UNITS))})(?!\w)")
_NAME = re.compile(r"(?<![\w-])[A-Z][\w'’-]+(?: [A-Z][\w'’-]+)*")
_NOT_NAMES = _words(
    "presiden wakil menteri gubernur bupati wali walikota ketua kepala direktur jenderal umum pt tahun liga  "
    "republik negara pemerintah"
) | frozenset(word.lower() for word in (*_MONTHS, *_DAYS))
_NEGATED = re.compile(r"\b(?:tidak|tak|bukan|belum) (?!hanya|lain|saja|cuma|sekadar|terlalu|pernah)")
_VERB = re.compile(r"(?<!yang )(?<!tidak )(?<!tak )(?<!belum )(?<!bukan )\b(?:me[mn]|meng|di|ber|ter)[a-z]{4,}\b")
_NOT_VERBS = _words(
    "menteri mental menit media medali dinas dimana direktur direksi diri dirinya disini dinding diskon  "
    "digital dinamika distrik divisi berita beras bersih berat terminal teror termasuk terlalu terbaru  "
    "terbesar terbaik terakhir terhadap bersama berikut berbagai menjadi mencapai menurut diplomat dibanding  "
    "dibandingkan"
)

Corruption = Callable[["Example", str, random.Random, Sequence[Example]], str | None]


@dataclass(frozen=True)
class Corrupted:
    """A sentence that says something else than its article."""

    kind: str
    example: Example
    before: str
    sentence: str


def halves(examples: Sequence[Example]) -> tuple[list[Example], list[Example]]:
    """The half for tuning and the half that is held out, by hash of the id."""
    tuning = [e for e in examples if not _is_held_out(e)]
    return tuning, [e for e in examples if _is_held_out(e)]


def _is_held_out(example: Example) -> bool:
    return hashlib.sha256(f"faithful {example.id}".encode()).digest()[0] % 2 == 1


def corrupt(examples: Sequence[Example], seed: int = SEED) -> list[Corrupted]:
    """Up to `COUNTS` corrupted sentences of each kind, no sentence twice."""
    rng = random.Random(seed)
    pool = [(example, sentence) for example in examples for sentence in example.summary]
    rng.shuffle(pool)
    used: set[str] = set()
    made: list[Corrupted] = []
    for kind, count in COUNTS.items():
        made += islice(_of_kind(kind, pool, used, rng, examples), count)
    return made


def _of_kind(
    kind: str, pool: Sequence[tuple[Example, str]], used: set[str], rng: random.Random, examples: Sequence[Example]
) -> Iterator[Corrupted]:
    for example, sentence in pool:
        if sentence in used:
            continue
        changed = _CORRUPTIONS[kind](example, sentence, rng, examples)
        if changed and changed != sentence and changed not in example.text:
            used.add(sentence)
            yield Corrupted(kind, example, sentence, changed)


def _put(sentence: str, match: re.Match[str], new: str) -> str:
    return sentence[: match.start()] + new + sentence[match.end() :]


def _pick(matches: Iterator[re.Match[str]], rng: random.Random) -> re.Match[str] | None:
    found = list(matches)
    return rng.choice(found) if found else None


def change_number(example: Example, sentence: str, rng: random.Random, _: Sequence[Example]) -> str | None:
    """Another number: one of the article or a new one, in digits or as a word."""
    dates = {match.start() for match in _DATE.finditer(sentence)}
    match = _pick((m for m in _NUMBER.finditer(sentence) if m.start() not in dates), rng)
    if match is None:
        match = _pick(_NUMBER_WORD.finditer(sentence), rng)
        if match is None:
            return None
        return _put(sentence, match, rng.choice([word for word in _NUMBER_WORDS if word != match.group()]))
    others = sorted(set(_NUMBER.findall(example.text)) - set(_NUMBER.findall(sentence)))
    if others and rng.random() < 0.5:
        return _put(sentence, match, rng.choice(others))
    digits = match.group()
    at = rng.randrange(len(digits)) if len(digits) > 1 else 0
    while not digits[at].isdigit():
        at = rng.randrange(len(digits))
    new = rng.choice([d for d in "123456789" if d != digits[at]])
    return _put(sentence, match, digits[:at] + new + digits[at + 1 :])


def change_unit(_: Example, sentence: str, rng: random.Random, __: Sequence[Example]) -> str | None:
    """Million for billion, per cent for people, metres for kilometres."""
    match = _pick(_UNIT.finditer(sentence), rng)
    return _put(sentence, match, match["space"] + _OTHER_UNITS[match["unit"]]) if match else None


def change_date(_: Example, sentence: str, rng: random.Random, __: Sequence[Example]) -> str | None:
    """Another day, month, year or day of the week."""
    match = _pick(_DATE.finditer(sentence), rng)
    if match is None:
        return None
    old, kind = match.group(), match.lastgroup
    if kind == "weekday":
        return _put(sentence, match, rng.choice([day for day in _DAYS if day != old]))
    if kind == "month":
        return _put(sentence, match, rng.choice([month for month in _MONTHS if month != old]))
    if kind == "year":
        return _put(sentence, match, str(int(old) + rng.choice((-3, -2, -1, 1, 2))))
    return _put(sentence, match, str(rng.choice([day for day in range(1, 29) if day != int(old)])))


def swap_name(example: Example, sentence: str, rng: random.Random, _: Sequence[Example]) -> str | None:
    """A name of the article in the place of another."""
    return _swap(example, sentence, rng, _names(example.text, example))


def swap_foreign_name(example: Example, sentence: str, rng: random.Random, examples: Sequence[Example]) -> str | None:
    """A name of another article in the place of a name."""
    other = rng.choice(examples)
    return _swap(example, sentence, rng, [name for name in _names(other.text, other) if name not in example.text])


def _swap(example: Example, sentence: str, rng: random.Random, candidates: Sequence[str]) -> str | None:
    old = [name for name in _names(sentence, example) if name in example.text]
    if not old:
        return None
    name = rng.choice(old)
    others = [other for other in candidates if other not in sentence and not _same_entity(name, other, example.text)]
    if not others:
        return None
    chosen = rng.choice(others)
    return re.sub(rf"(?<!\w){re.escape(name)}(?!\w)", lambda _: chosen, sentence)


def _names(text: str, example: Example) -> list[str]:
    """Names of a text that stand inside a sentence, without places, offices and days."""
    lower = {word for word in re.findall(r"[^\W\d_]+", example.text) if word.islower()}
    found = []
    for match in _NAME.finditer(text):
        words = match.group().lower().split()
        known = any(w in _NOT_NAMES or w in lower or w in stop_words() or w in places() for w in words)
        if match.start() and text[match.start() - 2 : match.start()] != ". " and not known and len(words) < 4:
            found.append(match.group())
    return sorted(set(found))


def _same_entity(one: str, other: str, text: str) -> bool:
    """Whether two names may well mean the same: they share a word, a beginning, or initials, or stand side by side."""
    ours, theirs = one.lower().split(), other.lower().split()
    if {w[:3] for w in ours} & {w[:3] for w in theirs}:
        return True
    initials = "".join(w[0] for w in ours), "".join(w[0] for w in theirs)
    if one.lower() == initials[1] or other.lower() == initials[0]:
        return True
    return bool(re.search(rf"{re.escape(one)}\W+{re.escape(other)}|{re.escape(other)}\W+{re.escape(one)}", text))


def swap_place(example: Example, sentence: str, rng: random.Random, _: Sequence[Example]) -> str | None:
    """A place of the article in the place of another."""
    return _swap_place(sentence, rng, _places(example.text))


def swap_foreign_place(example: Example, sentence: str, rng: random.Random, _: Sequence[Example]) -> str | None:
    """A place that the article does not have in the place of one."""
    known = example.text.casefold()
    return _swap_place(sentence, rng, [place.title() for place in sorted(places()) if place not in known])


def _swap_place(sentence: str, rng: random.Random, candidates: Sequence[str]) -> str | None:
    old = _places(sentence)
    others = [place for place in candidates if place.casefold() not in sentence.casefold()]
    if not old or not others:
        return None
    name = rng.choice(old)
    others = [place for place in others if not set(place.split()) & set(name.split())]
    return re.sub(rf"\b{re.escape(name)}\b", rng.choice(others), sentence) if others else None


def _places(text: str) -> list[str]:
    spans = (match.group() for match in re.finditer(r"(?<=(?<!\w)di )[A-Z]\w+(?: [A-Z]\w+)?", text))
    return sorted({span for span in spans if span.casefold() in places()})


def change_negation(_: Example, sentence: str, rng: random.Random, __: Sequence[Example]) -> str | None:
    """A negation taken out, or put before a verb."""
    if match := _NEGATED.search(sentence):
        return _put(sentence, match, "")
    verbs = (m for m in _VERB.finditer(sentence) if m.group() not in _NOT_VERBS and m.group() not in stop_words())
    match = _pick(verbs, rng)
    return _put(sentence, match, f"tidak {match.group()}") if match else None


_CORRUPTIONS: dict[str, Corruption] = {
    "number": change_number,
    "unit": change_unit,
    "date": change_date,
    "name of the article": swap_name,
    "name from elsewhere": swap_foreign_name,
    "place of the article": swap_place,
    "place from elsewhere": swap_foreign_place,
    "negation": change_negation,
}


class Sources:
    """The facts of each article, read once."""

    def __init__(self) -> None:
        self._facts: dict[str, SourceFacts] = {}

    def of(self, example: Example) -> SourceFacts:
        if example.id not in self._facts:
            self._facts[example.id] = SourceFacts(example.text, example.title)
        return self._facts[example.id]


def caught(corrupted: Sequence[Corrupted], sources: Sources) -> dict[str, tuple[int, int]]:
    """For each kind how many were caught, and of how many."""
    table: dict[str, tuple[int, int]] = {}
    for one in corrupted:
        hits, count = table.get(one.kind, (0, 0))
        hit = bool(check_sentence(one.sentence, sources.of(one.example)))
        table[one.kind] = (hits + hit, count + 1)
    return table


def digests(examples: Sequence[Example]) -> Iterator[tuple[Example, str]]:
    """The sentences of the default engine's digests."""
    engine = create_summarizer()
    for example in examples:
        try:
            digest = engine.summarize(example.text, example.title)
        except SummarizerError:
            continue
        yield from ((example, sentence) for sentence in digest.sentences)


def has_from_elsewhere(example: Example, findings: Sequence[Finding]) -> bool:
    """Whether a human sentence was objected to for a name or number that the article and its headline have nowhere.

    Editors add such things from what they know; the article does not support them, and the alarm is right.
    """
    known = set(_TOKEN.findall(f"{example.title} {example.text}".lower()))
    said = [_TOKEN.findall(f.text.lower()) for f in findings if f.kind in ("name", "number", "date", "amount")]
    return any(not known.issuperset(tokens) for tokens in said)


def read_split(name: str) -> list[Example]:
    """The articles of "tune", "held-out" or "dev"."""
    if name == "dev":
        return read_corpus([CORPUS / "dev.jsonl"])
    return halves(read_corpus([CORPUS / "train.jsonl"]))[name == "held-out"]


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.bench.corruptions", description="Measure the checks.")
    parser.add_argument("--split", choices=("tune", "held-out", "dev"), default="dev")
    parser.add_argument("--show", metavar="KIND", help='print the missed ones of a kind, or "alarms"')
    arguments = parser.parse_args()
    examples = read_split(arguments.split)
    sources = Sources()
    corrupted = corrupt(examples)
    table = caught(corrupted, sources)
    for kind, (hits, count) in table.items():
        print(f"{kind:22} {hits:4} of {count:4}  {100 * hits / count:5.1f} %")
    hits, count = (sum(column) for column in zip(*table.values(), strict=True))
    print(f"{'all':22} {hits:4} of {count:4}  {100 * hits / count:5.1f} %")
    references = [(e, s) for e in examples for s in e.summary]
    for example, _ in references:
        sources.of(example)
    began = time.process_time()
    found = [(e, s, check_sentence(s, sources.of(e))) for e, s in references]
    seconds = time.process_time() - began
    alarms = [one for one in found if one[2]]
    print(f"{'human sentences':22} {len(alarms):4} of {len(found):4}  {100 * len(alarms) / len(found):5.1f} % alarms")
    absent = sum(has_from_elsewhere(example, findings) for example, _, findings in alarms)
    print(f"{'  rightly':22} {absent:4} of {len(alarms):4}         name or number nowhere in the article")
    print(f"{len(found) / seconds:.0f} sentences a second")
    own = [bool(check_sentence(s, sources.of(e))) for e, s in digests(examples[:_DIGESTS])]
    print(f"{'digests':22} {sum(own):4} of {len(own):4}  {100 * sum(own) / len(own):5.1f} % alarms")
    if arguments.show == "alarms":
        for example, sentence, findings in alarms:
            row = sources.of(example)
            print(f"\n{[(f.kind, f.text) for f in findings]}\n  {sentence}")
            print("  <", "\n  < ".join(row.rows[at].text for at in row.rank(sentence)[:2]))
    elif arguments.show:
        for one in corrupted:
            facts = sources.of(one.example)
            if one.kind == arguments.show and not check_sentence(one.sentence, facts):
                print(
                    f"\n{one.before}\n> {one.sentence}\n  <",
                    "\n  < ".join(facts.rows[at].text for at in facts.rank(one.sentence)[:2]),
                )
    return 0


if __name__ == "__main__":
    sys.exit(main())
