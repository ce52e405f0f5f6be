"""The words of a sentence, with its numbers, amounts and dates read: "12,5 ribu", "22/11/2019", "Rp 1 juta"."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from summarizer.figures import parse_number
from summarizer.text import stems

TokenKind = Literal["word", "number", "date"]


def _rows(text: str) -> list[str]:
    return text.split("|")


_MONTHS = {
    name: month
    for month, names in enumerate(
        _rows(
            "januari jan|februari feb|maret mar|april apr|mei|juni jun|"
            "juli jul|agustus agu agt|september sep sept|oktober okt|november nov nopember|desember des"
        ),
        start=1,
    )
    for name in names.split()
}
_WEEKDAYS = {
    name: names.split()[0]
    for names in _rows("senin|selasa|rabu|kamis|jumat jum'at jum’at|sabtu|minggu ahad")
    for name in names.split()
}
_UNITS = {
    name: names.split()[0]
    for names in _rows(
        "% persen prosen|orang jiwa warga korban penumpang|ekor|unit|buah|kilometer km|meter m|"
        "sentimeter cm|milimeter mm|hektare ha hektar|kilogram kg|gram|ton|liter|detik|menit|jam|hari|"
        "pekan minggu|bulan|tahun|rupiah rp|dolar usd us$ $ dollar|euro €|yen|pound £ poundsterling|"
        "ringgit|derajat|kali|watt|megawatt mw|gb gigabyte|mb megabyte|mp megapiksel megapixel|"
        "inci inchi inch|mph|cc|hp|barel|gol|poin|kursi|suara"
    )
    for name in names.split()
}
_CURRENCIES = frozenset(("rupiah", "dolar", "euro", "yen", "pound", "ringgit"))
_ONES = "dua|tiga|empat|lima|enam|tujuh|delapan|sembilan|sepuluh|sebelas|seratus|seribu"
_SCALES = r"belas|puluh|ratus|ribu|juta|mil[iy]ar|triliun"
_MONTH = "|".join(sorted(_MONTHS, key=len, reverse=True))

_TOKEN = re.compile(
    r"(?P<num_day>(?<![\d/.,])\d{1,2})(?P<sep>[/-])(?P<num_month>\d{1,2})"
    r"(?:(?P=sep)(?P<num_year>\d{4}|\d{2})|(?<=/\d)|(?<=/\d\d))(?![\d/])"
    rf"|(?P<day>\d{{1,2}})\s(?P<month>{_MONTH})\b\.?(?:\s(?P<year>\d{{4}})\b)?"
    r"|(?:(?P<currency>(?:US|AS)?\$|€|£|\bRp\.?(?=\s?\d))\s?|(?<![^\W\d_]))(?P<digits>\d+(?:[.,:]\d+)*)"
    rf"(?P<scales>(?:\s?(?:{_SCALES})\b)*)(?P<percent>\s?%)?"
    rf"|\b(?P<spelled>(?:{_ONES}|satu(?=\s(?:{_SCALES})\b))(?:\s(?:{_SCALES}|{_ONES}|satu))*)\b"
    r"|(?P<word>[^\W\d_]+(?:['’][^\W\d_]+)*)",
    re.IGNORECASE,
)
# Written without a space after the comma: goals at "40,41,75", "Mei 2016,79 persen".
_LISTED = re.compile(r"\d{1,2}(?:,\d{1,2}){2,}|(?:19|20)\d\d,\d+(?:,\d+)?")
_SCALE_VALUE = {"ribu": 10**3, "juta": 10**6, "miliar": 10**9, "milyar": 10**9, "triliun": 10**12}


@dataclass(frozen=True, slots=True)
class Token:
    """A word, number or date.

    Attributes:
        key: equal for two tokens that say the same: the stem of a word, "#12500" for a number, "@22.11" for a day,
            "@11" for a month, "@senin" for a day of the week.
        unit: of a number, the canonical unit after it ("kilometer", "%") or the currency before it; else empty.
        start, end: where it stands in the text.
    """

    kind: TokenKind
    key: str
    text: str
    start: int
    end: int
    unit: str = ""

    @property
    def is_amount(self) -> bool:
        """Whether it is a number of money."""
        return self.unit in _CURRENCIES


def read_tokens(text: str) -> list[Token]:
    """The words, numbers and dates of a normalised text in order; marks are left out, a hyphen separates words."""
    matches = list(_TOKEN.finditer(text))
    words = [match for match in matches if match["word"]]
    found = stems(" ".join(match["word"] for match in words))
    keys = {match.start(): stem for match, stem in zip(words, found, strict=True)}
    return [token for match in matches for token in _read(match, text, keys)]


def _read(match: re.Match[str], text: str, keys: dict[int, str]) -> Iterator[Token]:
    start, end = match.span()
    shown = match.group().strip()
    if word := match["word"]:
        lower = word.lower().replace("’", "'")
        if lower in _WEEKDAYS and word[0].isupper():
            yield Token("date", f"@{_WEEKDAYS[lower]}", word, start, end)
        elif (lower in _MONTHS and len(lower) > 3 and word[0].isupper()) or (lower == "mei" and word == "Mei"):
            yield Token("date", f"@{_MONTHS[lower]}", word, start, end)
        else:
            yield Token("word", keys[start], word, start, end)
    elif match["num_day"] or match["day"]:
        day = int(match["num_day"] or match["day"])
        month = int(match["num_month"]) if match["num_month"] else _MONTHS[match["month"].lower()]
        yield Token("date", f"@{day}.{month}", shown, start, end)
        if year := match["num_year"] or match["year"]:
            yield Token("number", f"#{int(year) + 2000 * (len(year) == 2)}", year, end - len(year), end)
    elif _LISTED.fullmatch(match["digits"] or "") and not match["currency"]:
        yield from _read_listed(match, text)
    else:
        written = " ".join(f"{match['digits'] or match['spelled']} {match['scales'] or ''}".split())
        unit = "%" if match["percent"] else _unit(match["currency"] or "", text[end : end + 20])
        yield Token("number", f"#{_value(written):.12g}", shown, start, end, unit)


def _read_listed(match: re.Match[str], text: str) -> Iterator[Token]:
    """The numbers of a list: all its parts, or a year and the number after it."""
    start = match.start("digits")
    first, _, rest = match["digits"].partition(",")
    parts = [first, rest] if len(first) == 4 else match["digits"].split(",")
    for part in parts:
        end = start + len(part)
        yield Token("number", f"#{_value(part):.12g}", part, start, end, _unit("", text[end : end + 20]))
        start = end + 1


def _value(written: str) -> float:
    """As `parse_number`, and of a number written in the English way or as a time its digits."""
    value = parse_number(written.lower().replace("milyar", "miliar"))
    if value is not None:
        return value
    number, *scales = written.lower().replace(":", ".").split()
    parts = re.split(r"[.,]", number)
    base = float("".join(parts[:-1]) + "." + parts[-1]) if len(parts) > 1 else float(number)
    for scale in scales:
        base *= _SCALE_VALUE.get(scale, 1)
    return base


def _unit(currency: str, following: str) -> str:
    if currency:
        shown = currency.lower().rstrip(".")
        return _UNITS["$" if shown.endswith("$") else shown]
    word = re.match(r"\s?([^\W\d_]+|[%€])", following)
    return _UNITS.get(word[1].lower(), "") if word else ""
