"""Sentence boundaries in Indonesian news prose."""

import re
from bisect import bisect_right
from collections.abc import Iterator
from functools import cache

from summarizer.lexicon import abbreviations, stop_words
from summarizer.text import split_paragraphs

# Forms of address, offices and ranks that stand before a name: their full stop never ends a sentence.
_BEFORE_NAME = re.compile(
    r"dr|drg|drh|Dr|Drg|Drh|Drs|Dra|Prof|Ir|H|Hj|K\.H|H\.C|Sdr|Sdri|Tn|Ny|Nn|Bpk|Ust|Mr|Mrs|Ms|Moh|Muh|Muhd|Abd|St|"
    r"Capt|Jend|Kol|Letkol|Mayjen|Brigjen|Letjen|Irjen|Komjen|Kombes|Kompol|Akp|Akbp|Aiptu|Aipda|Bripka|Briptu|Brigpol|"
    r"Bripda|Bharada|Ipda|Iptu|Kapt|Lettu|Letda|Peltu|Pelda|Serma|Serka|Sertu|Serda|Kopka|Koptu|Kopda|Praka|Pratu|"
    r"Prada|Laksda|Laksma|Laksdya|Marsda|Marsma|Marsdya|Pdt|Jl|jl|Jln|jln|Gg|gg|Kec|kec|Kab|kab|Kel|kel|"
    r"Med|Pol|Pur|Purn|Sp|Dipl|Dit|PT|CV|UD|PS|Yth|a\.n|u\.p|d\.a|d\.h|vs"
)
# These bind only to a number after them; `no`, `hal` and `art` are ordinary words elsewhere.
_BEFORE_NUMBER = re.compile(
    r"no|nomor|hal|hlm|pk|pkl|pukul|rp|us\$|tgl|vol|ay|ps|psl|art|rt|rw|hp|telp|tlp|tel|ext|"
    r"jan|feb|mar|apr|jun|jul|agt|ags|agu|sep|sept|okt|nov|nop|des"
)
# These close a list or a phrase: a capital after them opens a sentence.
_CLOSING = re.compile(r"dll|dsb|dst|dkk|etc|tsb|swt|saw|ybs|sbb")
# In the list of abbreviations, but also words at the end of ordinary sentences.
_ORDINARY = re.compile(r"it|id|log|red|ref|lamp|saw|ed|fr")

_CANDIDATE = re.compile(
    r"(?<![.!?…])[.!?…]++[\"'”’)\]»]*+(?=\s)"  # a mark, closing quotes and brackets, a space
    r"|(?<=[^\W\d_]{3})[.!?]+”?(?=[A-Z][a-z]{2,})(?!(?:Com|Net|Org|Info)\b)"  # the space was lost: "selesai.Dia"
    r"|(?<=[\d\w]\))\.(?=[A-Z][a-z]{2,})"  # and after a bracket: "(2/5/2030).Warga"
)
_OPENERS = "\"'“”‘’«([- "
_TOKEN_BEFORE = re.compile(r"[^\s\"'“”‘’«»(\[]*$")
_NEXT_WORD = re.compile(r"[^\W_]+")
_ENUMERATOR = re.compile(r"\s*\(?(?:\d{1,2}|[A-Za-z]|[IVX]{1,4})")
_LONGEST_ENUMERATOR = 8
_BRAND_IN_LOWER_CASE = re.compile(r"[a-z]{1,2}-?[A-Z]")
_LIST_LETTER = re.compile(r"[b-z]\. [A-Z]")
_DEGREE = re.compile(r"[A-Z]\w*(?:\.\w+)+$(?<!\.id)(?<!\.com)(?<!\.net)(?<!\.org)")
_INITIALS = re.compile(r"(?:[A-Z]\.)*[A-Z]$")
# "vitamin C", "Grup A": the letter is a name, not the beginning of one.
_LETTERED = re.compile(
    r"\b(?:vitamin|hepatitis|grup|kelompok|golongan|kelas|tipe|type|seri|serie|blok|huruf|gerbang|pintu|tim|iphone|"
    r"xbox one) [A-Z]$",
    re.IGNORECASE,
)
# "pada 1447 H. Warga": a year of the Hijra or of our era, where "H. Sura" is a name.
_ERA = re.compile(r"(?<![\d.,])\d{3,4} (?:H|M|SM)$")
# "(abc/def)", "[abc]" after the last sentence: who wrote it.
_REPORTERS = re.compile(r"\s*[(\[]\s?(?:\w{1,12}|\*)(?:\s?/\s?\w{1,12})*\s?[)\]]$")
_ENCLOSING = re.compile(r"[\"“”«»()]")

# A quotation longer than this is split like any other prose; one stray mark must not swallow an article.
_LONGEST_ENCLOSED = 600


def split_sentences(text: str) -> list[str]:
    """The sentences of a normalised text, verbatim and in order; a paragraph end always ends a sentence.

    A quotation or parenthesis of several sentences stays whole, so that no sentence has half a pair of marks.
    """
    return [sentence for paragraph in split_paragraphs(text) for sentence in _split_paragraph(paragraph)]


def _split_paragraph(paragraph: str) -> Iterator[str]:
    enclosed = _enclosed_spans(paragraph)
    starts = [start for start, _ in enclosed]
    any_lower_start = not any(c.isupper() for c in paragraph)
    begin = 0
    for match in _CANDIDATE.finditer(paragraph):
        end = match.end()
        around = bisect_right(starts, match.start()) - 1
        if around >= 0 and end < enclosed[around][1]:
            continue
        if _ends_sentence(paragraph, begin, match, any_lower_start):
            yield paragraph[begin:end].strip()
            begin = end
    if rest := paragraph[begin:].strip():
        yield rest


def _ends_sentence(paragraph: str, begin: int, match: re.Match[str], any_lower_start: bool) -> bool:
    """Whether the sentence that began at `begin` ends with the marks of `match`."""
    ahead = paragraph[match.end() : match.end() + 60]
    if _REPORTERS.match(ahead):
        return True
    following = ahead.lstrip(_OPENERS)
    if not following:
        return True
    if following[0].islower():
        opens = any_lower_start or _BRAND_IN_LOWER_CASE.match(following) or _LIST_LETTER.match(following)
        if not opens:
            return False
    if not match.group().startswith(".") or match.group().startswith(".."):
        return True
    # No abbreviation is this long, and looking further back would make long lines quadratic.
    found = _TOKEN_BEFORE.search(paragraph, max(begin, match.start() - 40), match.start())
    token = found.group() if found else ""
    # "1. Beras 2. Gula": a number or letter at the beginning belongs to what follows.
    if match.start() - begin <= _LONGEST_ENUMERATOR and _ENUMERATOR.fullmatch(paragraph[begin : match.start()]):
        return False
    lettered = (_LETTERED, _ERA)
    if following[0].isalpha() and any(
        each.search(paragraph, max(begin, match.start() - 40), match.start()) for each in lettered
    ):
        return True
    return not _binds(token, following)


def _binds(token: str, following: str) -> bool:
    """Whether the full stop after `token` belongs to it rather than to the sentence."""
    lower = token.lower()
    if len(token) == 1 and token.islower():
        return True
    if _BEFORE_NUMBER.fullmatch(lower):
        return following[0].isdigit()
    if _BEFORE_NAME.fullmatch(token) or (token.isupper() and _BEFORE_NAME.fullmatch(token.capitalize())):
        return True
    if _CLOSING.fullmatch(lower):
        return False
    known = token in abbreviations() or (token.isupper() and lower in _lower_abbreviations())
    if not (known or _INITIALS.match(token) or _DEGREE.match(token)) or _ORDINARY.fullmatch(lower):
        return False
    # "..., S.H. Menurut dia": after a degree or an initial only a function word opens a sentence.
    word = _NEXT_WORD.match(following)
    return word is None or word.group().lower() not in stop_words()


@cache
def _lower_abbreviations() -> frozenset[str]:
    return frozenset(entry.lower() for entry in abbreviations())


def _enclosed_spans(paragraph: str) -> list[tuple[int, int]]:
    """Where quotations and parentheses begin and end (exclusive), in order and without overlap.

    The direction of a quotation mark is told by its neighbours, not by its shape: outlets open with `”` too.
    """
    spans: list[tuple[int, int]] = []
    opened: int | None = None
    closing = ""
    for match in _ENCLOSING.finditer(paragraph):
        mark, at = match.group(), match.start()
        if opened is not None and at - opened > _LONGEST_ENCLOSED:
            opened = None
        if opened is None:
            if mark != ")" and _opens(paragraph, at):
                opened, closing = at, ")" if mark == "(" else '"“”«»'
        elif mark in closing and not (mark != ")" and _only_opens(paragraph, at)):
            spans.append((opened, at + 1))
            opened = None
        elif mark != ")" and closing != ")" and _only_opens(paragraph, at):
            opened = at  # the earlier mark was never closed
    return spans


def _opens(paragraph: str, at: int) -> bool:
    return at == 0 or not (paragraph[at - 1].isalnum() or paragraph[at - 1] in ".,!?…") or paragraph[at] == "("


def _only_opens(paragraph: str, at: int) -> bool:
    """A mark after a space and before a letter cannot close anything."""
    before = paragraph[at - 1] if at else " "
    after = paragraph[at + 1] if at + 1 < len(paragraph) else " "
    return paragraph[at] != "(" and before in " (" and not after.isspace() and after not in ".,;:!?)"
