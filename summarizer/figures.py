"""Figures of a sentence: how many died or fled, what was lost, how strong the quake was, how many houses."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import takewhile
from typing import Literal

from summarizer.lexicon import stop_words
from summarizer.text import stems

Hedge = Literal["", "at_least", "at_most", "about"]


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


# What became of people, and the words for it: compared by the name, shown in the words of the article.
_FATES = {
    word: fate
    for fate, words in {
        "dead": "tewas meninggal menewaskan wafat gugur terbunuh",
        "injured": "luka luka-luka terluka cedera melukai",
        "missing": "hilang dicari",
        "displaced": "mengungsi pengungsi diungsikan dievakuasi mengungsikan",
        "safe": "selamat diselamatkan",
        "suspect": "tersangka",
    }.items()
    for word in words.split()
}
# Their object follows at once: "menewaskan 12 orang".
_TRANSITIVE = _words("menewaskan melukai mengungsikan")
# "luka berat" and "luka ringan" are counted apart.
_DEGREES = _words("berat ringan serius parah kritis bakar tembak")
_PEOPLE = _words("orang jiwa warga korban")
# Named quantities, which stand before their number: "kerugian ditaksir Rp 63 miliar", "magnitudo 6,1".
_QUANTITIES = _words("magnitudo kedalaman kerugian harga inflasi denda santunan suap")
# Words that may stand between a number and what became of the people.
_FILLERS = _words(
    "yang dinyatakan dilaporkan ditemukan dipastikan diketahui telah sudah masih harus terpaksa juga "
    "mengalami dalam keadaan kondisi ditetapkan menjadi sebagai"
)
# Words that join a noun to its number: "pengungsi mencapai 4.300 orang".
_LINKERS = _words("menjadi jadi mencapai capai sebanyak sejumlah berjumlah sebesar adalah yakni yaitu tercatat kini :")
# Beyond these a number belongs to another clause.
_BREAKS = _words('. ; ( ) " “ ” dan serta sedangkan sementara sehingga setelah ketika saat')
_CHANGES = re.compile(
    r"(?:naik|turun|bertambah|berkurang|meningkat|menurun|menyusut|menguat|melemah|selisih|ditambah)$"
)
_HEDGES: dict[str, Hedge] = {
    "sedikitnya": "at_least",
    "setidaknya": "at_least",
    "setidak-tidaknya": "at_least",
    "minimal": "at_least",
    "lebih dari": "at_least",
    "hampir": "at_most",
    "nyaris": "at_most",
    "kurang dari": "at_most",
    "sekitar": "about",
    "kira-kira": "about",
    "kurang lebih": "about",
}
# A part of the whole, another time, a rate, a plan, a supposition or a rumour: nothing that two outlets differ about.
_PARTIAL = re.compile(
    r"(?<!jam )(?<!hari )(?<!pekan )(?<!minggu )(?<!bulan )(?<!tahun )terakhir\b|"
    r"\b(?:antaranya|pertama|kedua|tambahan|lagi|baru|susulan|sebelumnya|semula|awalnya|sempat|dulu|"
    r"(?:tahun|bulan|pekan|minggu) (?:lalu|sebelumnya|depan)|(?:per|setiap|tiap) (?:hari|pekan|bulan|tahun|orang)|"
    r"rata-rata|masing-masing|se(?:hari|pekan|bulan|tahun)|target|ditargetkan|kapasitas|sepanjang|jika|kalau|bila|"
    r"apabila|ancaman|maksimal|akan|meluruskan|membantah|bantahan|hoaks|hoax|isu|rumor|kabar bohong|beredar|berantai|"
    r"diprediksi|berpotensi|(?:saat|kala|waktu|ketika) itu|(?:sejak|pada|tahun|\w+) (?:19|20)\d\d)\b",
    re.IGNORECASE,
)

_UNITS = {
    "seorang": 1,
    "satu": 1,
    "dua": 2,
    "tiga": 3,
    "empat": 4,
    "lima": 5,
    "enam": 6,
    "tujuh": 7,
    "delapan": 8,
    "sembilan": 9,
    "sepuluh": 10,
    "sebelas": 11,
    "seratus": 100,
    "seribu": 1000,
}
_SCALES = {"puluh": 10, "ratus": 100, "ribu": 10**3, "juta": 10**6, "miliar": 10**9, "milyar": 10**9, "triliun": 10**12}
_WORD = rf"(?:{'|'.join(_UNITS)})"
_SCALE = rf"(?:{'|'.join(_SCALES)}|belas)"
_FIGURE = re.compile(
    rf"(?<![\w/:.,–-])(?:(?P<hedge>{'|'.join(_HEDGES)})\s+)?(?P<currency>Rp\.?\s?|US\$\s?)?"
    rf"(?P<number>(?:\d+(?:[.,]\d+)*|{_WORD})(?:\s(?:{_SCALE}|{_WORD}))*)(?![\w/:–-]|[.,]\d)",
    re.IGNORECASE,
)
_TOKEN = re.compile(r"\d+(?:[.,]\d+)*|[^\W\d_]+(?:['’-][^\W\d_]+)*|[^\w\s]")
_NOT_COUNTED = re.compile(
    r"(?:wib|wita|wit|januari|februari|maret|april|mei|juni|juli|agustus|september|oktober|november|desember|tahun|"
    r"jam|menit|detik|hari|pekan|minggu|bulan|kali|persen|%|poin|basis|besar)$"
)
_NAMES_NUMBER = re.compile(r"(?:pukul|jam|nomor|no|pasal|ayat|kilometer|km|rt|rw|usia|berusia|umur|tanggal|tahun|-)$")
_RANGE_AFTER = re.compile(rf"\s?(?:\w+\s)?(?:sampai|hingga|atau)\s(?:Rp\s?)?(?:\d|{_WORD}\b)", re.IGNORECASE)
_PLATE_BEFORE = re.compile(r"\b[A-Z]{1,2} $")
_ACTIVE = re.compile(r"me[mn]\w{4,}")
_REACH = 8  # words right of a number that are read
_REACH_BACK = 16
_MOST_EXTRAS = 2


@dataclass(frozen=True)
class Figure:
    """A number with what it counts.

    Attributes:
        thing: what is counted, equal where two sentences count the same: ("dead",), ("dead", "anak"), ("desa",).
        what: the same in the words of the sentence: "meninggal dunia", "desa".
        value: in people, pieces, or the unit that is part of `thing`.
        text: hedge, number and what is counted, as in the middle of a sentence: "sedikitnya 12 orang".
        hedge: whether the value is a bound or about right.
        named: whether a word says what the number is of, and not only which noun it counts.
    """

    thing: tuple[str, ...]
    what: str
    value: float
    text: str
    hedge: Hedge
    named: bool


@dataclass(frozen=True)
class _Thing:
    """What a number counts; `end` is the word after it up to which the sentence says so, from 0."""

    thing: tuple[str, ...]
    what: str
    end: int
    named: bool = True


def find_figures(sentence: str) -> list[Figure]:
    """The figures of a normalised sentence that somebody could count otherwise.

    Left out are dates, hours, ages, ranges, changes ("bertambah dua orang"), and numbers that the sentence itself
    gives as a part, as of another time, or as a plan.
    """
    if _PARTIAL.search(sentence):
        return []
    return list(_figures(sentence))


def _figures(sentence: str) -> Iterator[Figure]:
    for match in _FIGURE.finditer(sentence):
        value = parse_number(match["number"])
        before = [token.lower() for token in _TOKEN.findall(sentence[: match.start()])][::-1][:_REACH_BACK]
        tokens = list(_TOKEN.finditer(sentence, match.end()))[:_REACH]
        after = [token.group().lower() for token in tokens]
        if value is None or _is_no_count(before, after) or _RANGE_AFTER.match(sentence, match.end()):
            continue
        if _PLATE_BEFORE.search(sentence, 0, match.start()):
            continue
        currency = "rp" if (match["currency"] or "").lower().startswith("rp") else match["currency"] or ""
        thing = _fate_after(after) or _fate_before(before, after) if not currency else None
        thing = thing or _quantity(before, after, currency)
        if thing is None and not currency:
            thing = _counted([token.group() for token in tokens])
        if thing is None:
            continue
        end = tokens[thing.end - 1].end() if thing.end else match.end()
        hedge = _HEDGES[" ".join(match["hedge"].lower().split())] if match["hedge"] else ""
        text = sentence[match.start() : end] if currency else sentence[match.start() : end].lower()
        yield Figure(thing.thing, thing.what, value, text[0].lower() + text[1:] if hedge else text, hedge, thing.named)


def parse_number(text: str) -> float | None:
    """The value of "12.500", "6,1", "12,5 juta" or "dua belas ribu"; None where the words are no number."""
    total = group = 0.0
    for word in text.lower().split():
        if word[0].isdigit():
            if re.fullmatch(r"\d{1,3}(?:\.\d{3})+(?:,\d+)?|\d+(?:,\d+)?", word) is None:
                return None
            group += float(word.replace(".", "").replace(",", "."))
        elif word == "belas":
            group += 10
        elif word in _UNITS:
            group += _UNITS[word]
        elif _SCALES[word] <= 100:
            tail = group % 10 or 10 if group > 10 else group
            group += tail * (_SCALES[word] - 1)
        else:
            total, group = total + (group or 1) * _SCALES[word], 0.0
    return total + group


def _is_no_count(before: Sequence[str], after: Sequence[str]) -> bool:
    if before and (_NAMES_NUMBER.match(before[0]) or before[0] in ("sampai", "hingga")):
        return True
    if before and _CHANGES.match(before[before[0] in ("sebesar", "sebanyak") and len(before) > 1]):
        return True
    return bool(after and _NOT_COUNTED.match(after[0]) and after[0] not in ("persen", "%"))


def _fate_after(after: Sequence[str]) -> _Thing | None:
    """ "12 orang tewas", "seorang anak dilaporkan hilang"."""
    extras: list[str] = []
    people = 0
    for at, word in enumerate(after):
        if word == "korban" and after[at + 1 : at + 2] == ["jiwa"]:
            return _Thing(("dead", *extras), "korban jiwa", at + 2)
        fate = _FATES.get(word)
        if fate and word not in _TRANSITIVE:
            degree = after[at + 1 : at + 2] if after[at + 1 : at + 2] and after[at + 1] in _DEGREES else []
            what = " ".join([word, *degree])
            return _Thing((fate, *degree, *sorted(extras)), what, people)
        if word in _FILLERS:
            continue
        if word not in _PEOPLE:
            if not _is_content(word):
                return None
            extras += stems(word)
            if len(extras) > _MOST_EXTRAS:
                return None
        people = at + 1
    return None


def _fate_before(before: Sequence[str], after: Sequence[str]) -> _Thing | None:
    """ "menewaskan 12 orang", "korban meninggal akibat banjir itu bertambah menjadi lima orang"."""
    people = next(iter(after), "")
    if _is_content(people) and people not in _PEOPLE:
        return None
    end = int(people in _PEOPLE)
    joined = [word for word in before if word not in _HEDGES]
    if not joined:
        return None
    if _fate_at(joined, 0):
        return _named_before(joined, 0, end)
    if joined[0] not in _LINKERS:
        return None
    clause = list(takewhile(lambda word: word not in _BREAKS and not word[0].isdigit() and word not in _UNITS, joined))
    found = next((at for at, word in enumerate(clause) if _fate_at(clause, at) and word not in _TRANSITIVE), None)
    return None if found is None else _named_before(clause, found, end)


def _fate_at(before: Sequence[str], at: int) -> str | None:
    """What the word at this place means for people; the words stand in reverse."""
    return "dead" if before[at : at + 2] == ["jiwa", "korban"] else _FATES.get(before[at])


def _named_before(words: Sequence[str], at: int, end: int) -> _Thing:
    fate, word = _fate_at(words, at) or "", words[at]
    degree = [words[at - 1]] if at and words[at - 1] in _DEGREES else []
    noun = [words[at + 1]] if words[at + 1 : at + 2] == ["korban"] else []
    return _Thing((fate, *degree), " ".join([*noun, word, *degree]), end)


def _quantity(before: Sequence[str], after: Sequence[str], currency: str) -> _Thing | None:
    """ "kerugian petani ditaksir mencapai Rp 63 miliar", "magnitudo 6,1"."""
    clause = list(takewhile(lambda word: word not in _BREAKS and not word[0].isdigit(), before))[:_REACH]
    found = next((at for at, word in enumerate(clause) if word.removeprefix("ber") in _QUANTITIES), None)
    if found is None:
        return None
    cue = clause[found].removeprefix("ber")
    # What the quantity is of follows at once: "harga beras medium".
    of = list(takewhile(_is_noun, reversed(clause[:found])))
    what, kinds = " ".join([cue, *of]), stems(" ".join(of))
    if cue == "magnitudo":
        return _Thing((cue,), cue, 0)
    rate = after[1] if after[:1] == ["per"] and len(after) > 1 else ""
    if currency:
        # Of one kind of goods there are many prices, unless it is weighed out.
        return None if cue == "harga" and not rate else _Thing((cue, *kinds, currency, rate), what, 2 if rate else 0)
    unit = next(iter(after), "")
    return _Thing((cue, *kinds, unit), what, 1) if _is_content(unit) or unit in ("persen", "%") else None


def _is_noun(word: str) -> bool:
    if word in _LINKERS or word in stop_words() or not word.isalpha() or _CHANGES.match(word):
        return False
    return _ACTIVE.match(word) is None and re.match(r"(?:di|ber|ter)\w{4,}", word) is None


def _counted(after: Sequence[str]) -> _Thing | None:
    """ "12 desa", "3.850 rumah terendam"; capitals would be a name: "Liga 1", "Batalion 834 Wana"."""
    noun = list(takewhile(lambda word: _is_content(word) and word.islower() and not _ACTIVE.match(word), after))[:2]
    if not noun or not _is_noun(noun[0]) or noun[0] in _FATES or noun[0] in _PEOPLE or _NOT_COUNTED.match(noun[0]):
        return None
    # "401 rektor dan wakil rektor" are not 401 rectors, nor "empat trofi Liga Champions" all that were won.
    following = "".join(after[len(noun) : len(noun) + 1])
    if following in ("dan", "serta", "atau") or following[:1].isupper():
        return None
    return _Thing(tuple(stems(" ".join(noun))), " ".join(noun), len(noun), named=False)


def _is_content(word: str) -> bool:
    return word.isalpha() and word not in _BREAKS and word not in stop_words()
