"""Datelines: the place and outlet before the first sentence of a report."""

import re

from summarizer.lexicon import places

# Where a dateline may end: " - ", " -- ", " – ", " --Gempa", "X.com- ", "X.com– ", "X.com -", and ": " after an outlet.
_DASH = re.compile(
    r"\s*(?:[–—]+|(?:(?<=\s)-+|(?<=[a-zA-Z)])-+)(?=\s|$)|(?<=\s)-{1,2}(?=[\"“\dA-Z])|(?<=\.com)\s?-)(?:\s*[-–—]+(?=\s|$))*\s*"
    r"|(?<=\w)\s?:\s+",
    re.IGNORECASE,
)
_LONGEST_HEAD = 80
_LONGEST_BYLINE = 160
_BYLINE = re.compile(
    r"laporan\s+(?:wartawan|reporter|kontributor|koresponden|jurnalis)\b|(?:oleh|penulis)\s*:", re.IGNORECASE
)

# "KOTA, X.com Presiden ...", "X.comPresiden" and "X.com, Kota Presiden ...": the dash was lost with the markup.
_DASHLESS = re.compile(
    r"(?:(?P<place>[A-Z][A-Z .'’-]{2,40}),\s*)?[A-Za-z0-9]+\.(?:com|COM|co|CO)(?:\.(?:id|ID))?"
    r"(?:\s+|(?<=\.com)|,\s+(?P<known>(?:[A-Z]\w+\s+){1,2}))(?=[\"“]?[A-Z])"
)

_DOMAIN = re.compile(r"[A-Za-z0-9][A-Za-z0-9-]*\.(?:com?|net|org|id|news|tv|co\.id|or\.id)\.?", re.IGNORECASE)
# Names that do not show by their shape that they are an outlet's.
_OUTLET = re.compile(
    r"\b(?:cnn|cnbc|bbc|voa|dw|afp|abc|nu|antara|kompas|tempo|republika|viva|okezone|detik\w*|sindo\w*|liputan6|merdeka|"
    r"tribun\w*|jpnn|rmol|kbrn|rri|voi|pikiran rakyat|inilah\w*|kumparan|beritasatu)\b"
    r"|(?:news|pos|post|media|times|online)\b",
    re.IGNORECASE,
)
_CAPITALISED_WORD = re.compile(r"[A-Z][\w.'’/-]*|[a-z]+[A-Z]\w*|\d\w*|of|de|da|do|el|al|kumparan|detikcom")
_BRAND = re.compile(r"[a-z]{1,2}-?[A-Z]")
_JOINED_NAME = re.compile(r"[a-z]{3}[A-Z]")  # "InfoPublik": a place is not written like this
_SHORTEST_CAPITALS = 5
_MOST_PARTS = 4
_MOST_WORDS = 4  # in a part
# A byline, a label or a date between the commas.
_NO_PLACE = re.compile(
    rf"{_BYLINE.pattern}|(?:opini|analisis|kolom|infografis|video|foto|breaking)$|\d"
    r"|(?:senin|selasa|rabu|kamis|jum['’]?at|sabtu|minggu|ahad)$",
    re.IGNORECASE,
)


def strip_dateline(text: str, outlet: str = "") -> tuple[str | None, str]:
    """The place of the dateline (None where there is none, or only an outlet) and the text after it.

    The shape decides, not a list of outlets: up to 80 characters of capitalised parts, separated by commas
    or in parentheses, up to a dash. At least one part must be an outlet (a domain, a name in parentheses),
    be in capitals, or be a known place, so that "Anies - Sandi unggul" stays as it is.

    Args:
        text: the first paragraph of an article, normalised.
        outlet: name of the outlet where it is known, so that a name of ordinary words is recognised too.
    """
    if without_dash := _strip_dashless(text):
        return without_dash
    limit = _LONGEST_BYLINE if _BYLINE.match(text) else _LONGEST_HEAD
    for match in _DASH.finditer(text, 0, limit + 8):
        if match.start() > limit:
            break
        head, rest = text[: match.start()].strip(), text[match.end() :].lstrip()
        colon = ":" in match.group()
        # In a text all in capitals, capitals do not make a place.
        parts = _parts(head, outlet, capitals_name_places=not rest[:_LONGEST_HEAD].isupper())
        if parts and _opens_sentence(rest, parts, outlet) and (not colon or _names_its_source(parts, outlet)):
            return _place(parts, outlet), rest
    return None, text


def _strip_dashless(text: str) -> tuple[str | None, str] | None:
    match = _DASHLESS.match(text)
    if not match:
        return None
    if not match["known"]:
        # "Toko.com Indonesia membuka ..." has a company for its subject.
        named = match["place"] or _OUTLET.match(text)
        return (match["place"], text[match.end() :]) if named else None
    candidates = match["known"].split()
    for count in range(len(candidates), 0, -1):
        place = " ".join(candidates[:count])
        if place.casefold() in places():
            return place, text[match.start("known") + len(place) :].lstrip()
    return None


def _names_its_source(parts: list[str], outlet: str) -> bool:
    """Whether a part is an outlet beyond doubt: "Jakarta: ..." alone may be the beginning of a list."""
    return any(_DOMAIN.fullmatch(part) or _is_named(part, outlet) or part == "KBRN" for part in parts)


def _opens_sentence(rest: str, parts: list[str], outlet: str) -> bool:
    """Whether a sentence can begin with `rest`; a dateline that stands alone must name its outlet."""
    first = rest.lstrip("\"'“”‘’«(")
    if not first:
        return any(_is_outlet(part, outlet) for part in parts)
    return not first[0].islower() or bool(_BRAND.match(first))


def _parts(head: str, outlet: str, *, capitals_name_places: bool) -> list[str]:
    """The parts of a head that is a dateline, else nothing."""
    if _BYLINE.match(head):
        # "Laporan Wartawan Xnews.com, Nama Orang XNEWS.COM, KOTA": only the last part can be the place.
        last = re.split(r"[,.]\s+", head)[-1]
        return [last] if last.isupper() and not _DOMAIN.fullmatch(last) else [head]
    bracketed = re.findall(r"\(([^()]*)\)|\[([^\[\]]*)\]", head)
    open_head = re.sub(r"\([^()]*\)|\[[^\[\]]*\]", ",", head)
    parts = [part.strip() for part in re.split(r"[,/|]\s*|(?<=\.CO)\.\s", open_head) if part.strip()]
    if not parts or len(parts) + len(bracketed) > _MOST_PARTS or not all(map(_is_capitalised, parts)):
        return []
    named = bracketed or any(_is_outlet(part, outlet) for part in parts)
    return parts if named or _is_place(parts[0], capitals_name_places) else []


def _is_capitalised(part: str) -> bool:
    words = part.split()
    return len(words) <= _MOST_WORDS and all(_CAPITALISED_WORD.fullmatch(w) or _DOMAIN.fullmatch(w) for w in words)


def _is_place(part: str, capitals_name_places: bool) -> bool:
    letters = sum(c.isalpha() for c in part)
    in_capitals = capitals_name_places and part.isupper() and letters >= _SHORTEST_CAPITALS
    return in_capitals or part.casefold() in places()


def _is_outlet(part: str, outlet: str) -> bool:
    if _is_named(part, outlet):
        return True
    if part.casefold() in places():
        return False
    return bool(_DOMAIN.search(part) or _OUTLET.search(part) or _JOINED_NAME.search(part))


def _is_named(part: str, outlet: str) -> bool:
    return bool(outlet) and part.casefold() == outlet.casefold()


def _place(parts: list[str], outlet: str) -> str | None:
    named = [part for part in parts if not (_is_outlet(part, outlet) or _NO_PLACE.match(part))]
    return ", ".join(named) or None
