"""Shorter sentences by dropping whole spans: a dateline, where and when something was said, a source, an aside.

Rules find the spans whose loss leaves a sentence that a reader does not stumble over; a logistic regression on what
IndoSum's editors dropped says which of them to drop. Every word that stays is the source's, in its order.

Not among the spans, though editors drop them: "kata dia" and "menurut polisi" (a claim would become a fact), a
short form in brackets (later sentences use it), figures other than dates, anything with a negation or a condition.
"""

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cache
from math import log
from pathlib import Path
from typing import Final, NamedTuple

from summarizer.datelines import strip_dateline
from summarizer.lexicon import SAYS
from summarizer.tails import long_names, tails

Keep = Callable[[int, int], float]

_FEWEST_WORDS: Final = 6
_HARMLESS: Final = ("brackets", "region", "manner", "duration", "aside", "day")  # no clause is broken without them
# Their figures say nothing of the rest.
_WITH_FIGURES: Final = ("brackets", "duration", "splice", "where", "day", "opening", "after")
_WEIGHTS = Path(__file__).with_name("data") / "compression.json"

_PART_OF_DAY = r"(?: (?:pagi|siang|sore|petang|malam|dini hari|kemarin|lalu|pekan lalu|waktu setempat|WIB|WITA|WIT))*"
_WHEN = (
    r"(?:hari )?(?:Senin|Selasa|Rabu|Kamis|Jum['’]?at|Sabtu|Minggu|Ahad)"
    rf"{_PART_OF_DAY}(?:,? ?\([^()]{{1,30}}\)|,? \d{{1,2}} [A-Z][a-z]+(?: \d{{4}})?)?{_PART_OF_DAY}"
)
_SAYS = rf"{SAYS}(?:nya)?"
_CONNECTIVE = re.compile(
    r"(?:sementara itu|selain itu|(?:akan tetapi|namun)(?: demikian| begitu)?|"
    r"(?:meski|walau)(?:pun)? (?:begitu|demikian)|"
    r"lebih lanjut|selanjutnya|kemudian|di (?:sisi|pihak) lain|di samping itu|"
    r"(?:seperti|sebagaimana) (?:yang )?(?:telah )?(?:diketahui|diberitakan)(?: sebelumnya)?|diberitakan sebelumnya|"
    r"(?:untuk )?diketahui|sebagai (?:informasi|catatan)|bahkan|apalagi|(?:tak|tidak) hanya itu|tentu saja|"
    r"(?:oleh )?(?:karena|sebab) itu|akibatnya|dengan (?:demikian|begitu)|bagaimana tidak|menariknya|nah|pasalnya|"
    r"(?:dalam|pada) kesempatan (?:yang sama|itu|tersebut|ini)|(?:setelah|saat|ketika|untuk) itu|"
    r"terkait (?:hal )?(?:itu|ini|tersebut)),\s+",
    re.IGNORECASE,
)
# What it answers to: the sentence is whole without it, and points back with it.
_POINTS_BACK = re.compile(
    r"(?:Menanggapi|Menyikapi|Merespons|Melihat|Menjawab|Menangkap|Berangkat dari|Dari|Atas|Berkat|Berdasarkan)"
    r" (?:[\w-]+ ){1,4}(?:itu|ini|tersebut)(?:lah)?, (?=[A-Z])"
)
_CITED = r"(?:dikutip|dilansir(?:kan)?|diwartakan|dimuat|melansir|mengutip)"
_SOURCE_FIRST = re.compile(
    rf"(?:seperti |sebagaimana )?(?:{_CITED}|dilaporkan|diberitakan) (?:dari |oleh )?"
    rf"[^,\"“”]{{2,60}},\s+(?:{_WHEN},\s+)?",
    re.IGNORECASE,
)
_SOURCE_LAST = re.compile(
    rf"(?<!\byang),? (?:(?:seperti|sebagaimana)(?: yang)? (?:{_CITED}|dilaporkan|diberitakan|ditulis)|{_CITED})\b"
    rf"[^,\"“”]{{2,60}}(?:, {_WHEN})?(?=\.$)"
)
_SETTING_FIRST = re.compile(
    r"(?:(?:saat |ketika )?(?:ditemui|dihubungi|ditanya|berbincang|berbicara (?=di|dalam|kepada|saat)|jumpa pers|"
    r"konferensi pers)|"
    r"(?:dalam|melalui|lewat) (?:sebuah )?(?:siaran pers|keterangan|rilis|pernyataan|konferensi pers|jumpa pers))"
    rf"[^,\"“”]{{0,90}},\s+(?:{_WHEN},\s+)?"
    r"(?=[^.]{2,120}\b(?:mengata|menjelas|menyebut|menegas|mengungkap|menutur|menyata|menyampai|mengumum|membenar|mengaku|"
    r"mengimbau|menilai|bercerita|berharap|berkata|membantah|menambah|memasti|memapar|menerang|mengakui))",
    re.IGNORECASE,
)
_SETTING_OPENS = (
    r"(?:ditemui|dihubungi|seperti|sebagaimana|di|saat|usai|seusai|dalam|kepada|ketika|pada|melalui|lewat|setelah)"
)
_SETTING_LAST = re.compile(
    rf"[,”\"?!] ?{_SAYS}(?P<who>(?: (?!{_SETTING_OPENS} )[^\s,\"“”]+|, [A-Z][^\s,\"“”]*){{0,16}}?)"
    rf"(?P<setting>,? (?:{_SETTING_OPENS}\b|{_WHEN})[^\"“”]*)(?=\.$)"
)
_ENDS_IN_TIME = re.compile(rf"(?:{_WHEN}|hari ini|kemarin|lalu)$")
_WHEN_LAST = re.compile(rf"(?:,| di [A-Z][^,.\"“”]{{2,60}},| pada)? {_WHEN}(?=\.$)")
_GLOSS = re.compile(r" \([a-z][^()\d]{2,80}\)(?=[ ,.])")
_ADVERBIAL = re.compile(
    r"(?:Pada|Di|Dalam|Dari|Setelah|Usai|Seusai|Saat|Ketika|Selama|Sejak|Untuk|Dengan|Sebagai|Hingga|"
    r"Meski(?:pun)?|Walau(?:pun)?|Karena|Akibat|Melalui|Lewat|Atas|Sebelum|Terkait|Menanggapi|Melihat)"
    rf" [^,\"“”]{{2,120}},\s+(?:{_WHEN},\s+)?"
)
_CLAUSE = re.compile(
    r", (?:sehingga|sementara|sedangkan|setelah|usai|seusai|karena|lantaran|meski(?:pun)?|walau(?:pun)?|termasuk|"
    r"seperti|antara lain|di antaranya|yakni|yaitu|dengan|untuk|guna|agar|saat|ketika|sejak|yang|di ?mana|sebab|"
    r"menyusul|terutama|khususnya|sebelum|hingga) [^\"“”]+(?=\.$)"
)
_RELATIVE = re.compile(r", yang [^,\"“”]{3,110},(?= (?P<next>[\w-]+))")
_LIST_GOES_ON = re.compile(r"[^,]{1,80}, (?:dan|serta|atau)\b")
_NOT_MAIN = re.compile(
    r"(?:dan|serta|atau|tetapi|namun|yang|sehingga|maka|sedangkan|lalu|kemudian|itulah)\b", re.IGNORECASE
)

_VERB = re.compile(
    r"(?:me[lmnrwy][a-z]{3,}|di[a-z]{4,}|ber[a-z]{3,}|bekerja|belajar|ter[a-z]{3,}|"
    r"adalah|ialah|merupakan|akan|telah|sudah|sedang|masih|bisa|dapat|harus|tidak|belum|bukan|tak|ingin|mau|ada|kata|"
    r"ujar|jadi|kini|juga|resmi|kembali|pernah|tengah|bakal|siap|mulai|naik|turun|tewas|lahir|tiba|datang|pergi|pulang|"
    r"kalah|unggul|gagal|tampil|yakin|sempat|minta|punya|tahu|pun|saling|kian|makin|ikut|turut)"
)
_NOT_VERB = re.compile(
    r"di(?:rektur|reksi|rektorat|rektorat|rinya|visi|strik|gital|plomat|nasti|mana|antara(?:nya)?|sebut|kenal)|"
    r"me(?:nteri|reka|dia|dali|mang|nit|lalui|nurut|ngenai|wah|lainkan|skipun|lawan|njelang|ter|tro|nuju)|"
    r"ber(?:ita|bagai|samaan|sama|ikut|dasarkan|asal|lian|kas|nama|inisial|usia|umur)|"
    r"ter(?:hadap|kait|sebut|akhir|utama|sangka|oris|orisme|lalu|minal|masuk|tentu|besar|baik|baru|tinggi|buka)"
)
_AUXILIARY = re.compile(
    r"akan|telah|sudah|sedang|masih|bisa|dapat|harus|tidak|belum|bukan|tak|kini|juga|pernah|tengah|sempat"
)
_SUBORDINATE = re.compile(r"yang|untuk|agar|setelah|saat|ketika|karena|sebelum|usai|dengan|guna|bahwa|meski|hingga")

_UNTOUCHED = re.compile(
    r"\b(?:tidak|tak|bukan|belum|tanpa|jangan|enggak|nggak|tiada|kecuali|selain|hanya|cuma|gagal|batal|jika|bila|apabila|"
    r"kalau|asal|asalkan|diduga|kemungkinan|mungkin|dugaan|diperkirakan|konon|kabarnya|dikabarkan|menurut\w*|"
    r"mengaku\w*|mengatakan|menyebut\w*|disebut\w*|dinyatakan|dijelaskan|mengklaim|klaim)\b",
    re.IGNORECASE,
)
_CLAIM = re.compile(rf", {_SAYS}\b")
_QUOTED = re.compile(r"\"[^\"]*\"|[“”][^“”]*[“”]|‘[^’]*’(?!\w)|(?<!\w)'[^']*'(?!\w)")
_BRACKETED = re.compile(r"\([^()]*\)|\[[^\[\]]*\]")
_DATE = re.compile(r"\(\d[\d/ .-]*\)|\b\d{1,2} [A-Z][a-z]+(?: \d{4})?|pukul \d+[.:]\d+")
_YEAR = re.compile(r"\b(?:1[34]\d\d (?:Hijriah|H)|(?:19|20)\d\d)\b")
_BRAND_IN_LOWER_CASE = re.compile(r"[a-z]{1,2}-?[A-Z]")


class Span(NamedTuple):
    """Characters `start` to `end` (exclusive) of a sentence, and what they are."""

    start: int
    end: int
    kind: str


def compress(sentence: str, keep: Keep | None = None, weights: Mapping[str, float] | None = None) -> str:
    """The sentence without the spans that editors would drop, see `spans_to_drop`; often the sentence itself."""
    return remove(sentence, spans_to_drop(sentence, keep, weights))


def spans_to_drop(
    sentence: str, keep: Keep | None = None, weights: Mapping[str, float] | None = None, *, words: int | None = None
) -> list[Span]:
    """The spans of a sentence that editors would drop, none of them overlapping.

    Args:
        sentence: one sentence, normalised.
        keep: the mean probability, 0 to 1, that the words between two characters of `sentence` stand in a human
            summary; where the model is there, it decides more than the kind of span does.
        weights: of the gate; by default the shipped ones, see `training/compression.py`.
        words: as many as there is room for; spans that editors would rather keep go too where it takes that.
    """
    if weights is None:
        weights = _weights()["alone" if keep is None else "with keep"]
    scored = [(score(sentence, span, weights, keep), span) for span in droppable(sentence)]
    dropped: list[Span] = []
    for gain, span in sorted(scored, reverse=True):
        enough = gain <= 0 and (words is None or len(remove(sentence, dropped).split()) <= words)
        if enough:
            break
        if not any(_overlap(span, other) for other in dropped) and _is_whole(sentence, [*dropped, span]):
            dropped.append(span)
    return dropped if words is None else [*dropped, *_tails_to_drop(sentence, dropped, words)]


def _tails_to_drop(sentence: str, dropped: Sequence[Span], words: int) -> list[Span]:
    """What else must go, see `tails`, to have no more than so many words; none where that is not enough."""
    more: list[Span] = []
    for parts in long_names(sentence):
        spans = [Span(*part) for part in parts]
        if len(remove(sentence, [*dropped, *more]).split()) > words and not _collides(sentence, spans, dropped):
            more += spans
    end = min((span.start for span in dropped if span.end == len(sentence) - 1), default=len(sentence) - 1)
    closed = sentence[:end] + sentence[-1:]
    for span in _untouching(closed, (Span(*tail) for tail in tails(closed))):
        if len(remove(sentence, [*dropped, *more]).split()) <= words:
            break
        kept = [other for other in more if not (span.start <= other.start and other.end <= span.end)]
        if any(_overlap(span, other) for other in (*dropped, *kept)):
            continue
        if span.kind in _HARMLESS or _is_whole(sentence, [*dropped, *kept, span]):
            more = [*kept, span]
    return more if len(remove(sentence, [*dropped, *more]).split()) <= words else []


def _collides(sentence: str, spans: Sequence[Span], dropped: Sequence[Span]) -> bool:
    """Whether one of the spans is in a quotation, or goes already."""
    quoted = [Span(*match.span(), "") for match in _QUOTED.finditer(sentence)]
    return any(_overlap(span, other) for span in spans for other in (*quoted, *dropped))


def without_connective(sentence: str) -> str:
    """A sentence that opens with "Namun," or "Menanggapi hal itu," without these words; else the sentence itself."""
    match = _CONNECTIVE.match(sentence) or _POINTS_BACK.match(sentence)
    return remove(sentence, [Span(0, match.end(), "connective")]) if match else sentence


def droppable(sentence: str) -> list[Span]:
    """Spans that can go, each for itself, in order; they may overlap.

    None cuts a quotation, a pair of brackets or a number, has a negation or a condition in it, or leaves fewer than
    six words or no main clause. Whether a clause has its verb is told by affixes, which is right most of the time.
    """
    candidates = _untouching(sentence, set(_candidates(sentence)))
    return sorted(span for span in candidates if _is_whole(sentence, [span]))


def _untouching(sentence: str, spans: Iterable[Span]) -> Iterator[Span]:
    """Those of the spans that cut no quotation and no brackets, and hold nothing that must stay."""
    quotations = [match.span() for match in _QUOTED.finditer(sentence)]
    brackets = [match.span() for match in _BRACKETED.finditer(sentence)]
    for span in spans:
        in_quotation = any(span.start < end and start < span.end for start, end in quotations)
        in_brackets = any(start < edge < end for start, end in brackets for edge in span[:2])
        if not in_quotation and not in_brackets and _may_go(sentence[span.start : span.end], span.kind):
            yield span


def remove(sentence: str, spans: Sequence[Span]) -> str:
    """The sentence without these spans, with its capital, commas and spaces put right."""
    if not spans:
        return sentence
    kept, at = "", 0
    for span in sorted(spans):
        kept += sentence[at : max(at, span.start)]
        at = max(at, span.end)
    kept = " ".join((kept + sentence[at:]).split())
    kept = re.sub(r"^[,;:] ?", "", re.sub(r" (?=[,.;:!?](?:\s|$))", "", kept))
    kept = re.sub(r",(?=[,.](?:\s|$))", "", kept)
    if min(spans).start == 0 and not _BRAND_IN_LOWER_CASE.match(kept):
        kept = kept[:1].upper() + kept[1:]
    return kept


def score(sentence: str, span: Span, weights: Mapping[str, float], keep: Keep | None = None) -> float:
    """The log-odds that the digest is better without the span."""
    return sum(weights.get(name, 0.0) * value for name, value in features(sentence, span, keep).items())


def features(sentence: str, span: Span, keep: Keep | None = None) -> dict[str, float]:
    """What the gate knows of a span, by name; "keep" (log-odds) only where `keep` is given."""
    text = sentence[span.start : span.end]
    words = text.split()
    known = {
        span.kind: 1.0,
        "length": log(len(words)),
        "share": len(words) / len(sentence.split()),
        "date": float(bool(_DATE.search(text))),
        "names": sum(word.strip("(,")[:1].isupper() for word in words[1:]) / len(words),
    }
    if keep is not None:
        chance = min(max(keep(span.start, span.end), 0.01), 0.99)
        known["keep"] = log(chance / (1 - chance))
    return known


def _candidates(sentence: str) -> Iterator[Span]:
    _, rest = strip_dateline(sentence)
    if len(rest) < len(sentence) and not rest[:1].isdigit():
        yield Span(0, len(sentence) - len(rest), "dateline")
    for kind, opening in (
        ("connective", _CONNECTIVE),
        ("source", _SOURCE_FIRST),
        ("setting", _SETTING_FIRST),
        ("adverbial", _ADVERBIAL),
    ):
        if match := opening.match(sentence):
            if not _LIST_GOES_ON.match(sentence, match.end()):
                yield Span(*match.span(), kind)
            break
    if (match := _SETTING_LAST.search(sentence)) and _is_setting(match["who"], match["setting"]):
        yield Span(*match.span("setting"), "setting")
    for kind, closing in (("source", _SOURCE_LAST), ("when", _WHEN_LAST)):
        if match := closing.search(sentence):
            yield Span(*match.span(), kind)
    yield from (Span(*match.span(), "gloss") for match in _GLOSS.finditer(sentence))
    for comma in re.finditer(r", ", sentence):
        if (match := _CLAUSE.match(sentence, comma.start())) and not (
            _goes_back(match.group()) or _ends_a_range(sentence[: comma.start()], match.group())
        ):
            yield Span(*match.span(), "clause")
        if (match := _RELATIVE.match(sentence, comma.start())) and _is_verb(match["next"]):
            yield Span(*match.span(), "relative")


def _is_setting(who: str, setting: str) -> bool:
    """Whether words after a speaker are only where and when: no clause, and no name after "di Indonesia, ..."."""
    if any(map(_is_verb, who.split())) or _goes_back(setting):
        return False
    return "," not in setting[1:] or bool(_ENDS_IN_TIME.search(setting))


def _goes_back(clause: str) -> bool:
    """Whether what follows a comma in a clause may be the predicate of the sentence around it."""
    return any(_is_verb(word) for word in re.findall(r", (\w+)", clause[1:])) or (
        clause.startswith(", yang") and "," in clause[1:]
    )


def _ends_a_range(before: str, clause: str) -> bool:
    """Whether a clause is the end of "mulai dari anak, ibu, hingga kakek"."""
    return clause.startswith(", hingga") and bool(re.search(r"\b(?:mulai|dari|sejak)\b", before))


def _may_go(text: str, kind: str) -> bool:
    if kind in ("dateline", "connective"):
        return True
    dated = _DATE.sub("", _YEAR.sub("", text) if kind == "reason" else text)
    figures = kind not in _WITH_FIGURES and any(c.isdigit() for c in dated)
    return not (figures or _CLAIM.search(text) or (kind not in ("splice", "where") and _UNTOUCHED.search(text)))


def _is_whole(sentence: str, spans: Sequence[Span]) -> bool:
    rest = remove(sentence, spans)
    if len(rest.split()) < _FEWEST_WORDS or re.match(rf"{_SAYS}\b", rest, re.IGNORECASE):
        return False
    if all(span.kind in ("dateline", "connective") for span in spans):
        return True
    opening = re.findall(r"[\w-]+", rest.partition(",")[0])
    first = opening[0].lower() if opening else ""
    if _NOT_MAIN.match(rest) or (_is_verb(first) and not _AUXILIARY.fullmatch(first)):
        return False
    if min(spans).start == 0 and not any(map(_is_verb, opening)):
        return False  # the comma was inside the adverbial: "Di Stadion Kota, Karangsari, tim itu menang"
    return _has_main_clause(rest)


def _has_main_clause(text: str) -> bool:
    """Whether there is a verb that does not belong to a clause with "yang", "untuk", "setelah" or the like."""
    if _QUOTED.match(text):
        return True
    subordinate = False
    for word in re.findall(r"[\w-]+", _QUOTED.sub(" ", text)):
        if _SUBORDINATE.fullmatch(word):
            subordinate = True
        elif _is_verb(word):
            if not subordinate:
                return True
            subordinate = bool(_AUXILIARY.fullmatch(word))
    return False


def _is_verb(word: str) -> bool:
    return bool(_VERB.fullmatch(word)) and not _NOT_VERB.fullmatch(word)


def _overlap(one: Span, other: Span) -> bool:
    return one.start < other.end and other.start < one.end


@cache
def _weights() -> dict[str, dict[str, float]]:
    weights: dict[str, dict[str, float]] = json.loads(_WEIGHTS.read_text(encoding="utf-8"))
    return weights
