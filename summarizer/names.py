"""Names of a generated sentence that its article does not have, or has otherwise in their place."""

import re
from collections.abc import Iterator, Sequence

from summarizer.alignment import Alignment, Slot, SourceFacts
from summarizer.lexicon import stop_words
from summarizer.numbers import Token


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


# Offices and forms of address: written with a capital or without, kept or dropped with the same name.
_TITLES = _words(
    "presiden wakil menteri gubernur bupati wali walikota kota ketua kepala direktur utama jenderal "
    "sekretaris anggota bapak ibu pak bu mas mbak dr prof h hj drs ir sir mr mrs komisaris komjen irjen "
    "brigjen kombes akbp akp kompol pelatih kapten juru bicara jubir ceo pt cv tbk kabupaten provinsi "
    "kecamatan desa kelurahan jalan tim"
)
# Names for the same that no rule on letters finds.
_ALIASES = [
    _words(names)
    for names in [
        "as usa amerika serikat",
        "cina china tiongkok rrt",
        "mu manchester united",
        "inggris britania",
        "ri indonesia",
        "densus detasemen khusus",
        "uud undang dasar",
        "menpora menteri pemuda olahraga",
        "kemenkumham kementerian hukum ham",
        "menkumham menteri hukum ham",
        "kemendikbud kementerian pendidikan kebudayaan",
        "pbb perserikatan bangsa",
        "ham hak asasi manusia",
        "jokowi joko widodo",
        "sby susilo bambang yudhoyono",
    ]
]
_VERB = re.compile(r"(?:me|di|ber|ter)\w{4,}")
_SUFFIX = re.compile(r"(?:nya|ku|mu)$")


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
    if not token.text[0].isupper() or fold in _TITLES or fold in stop_words() or len(fold) == 1:
        return False
    if not looks_like_name(laid.source, token):
        # A common noun elsewhere in the article, but here it has a capital and the place of a name.
        slot = laid.slot_of(at) if at not in laid.matched else None
        return at > 0 and slot is not None and bool(slot.theirs) and looks_like_name(laid.source, slot.theirs[0])
    return at > 0 or fold in laid.source.named or _stands_for_name(laid, at)


def _stands_for_name(laid: Alignment, at: int) -> bool:
    """Whether the first word, which the article does not have, is a name: it stands in the place of one."""
    slot = laid.slot_of(at)
    if slot is None or _VERB.match(laid.tokens[at].text.casefold()) or not slot.theirs:
        return False
    return slot.end == at + 1 and looks_like_name(laid.source, slot.theirs[-1])


def _in(slot: Slot, there: int) -> bool:
    return slot.row_begin <= there < slot.row_end


def _names_another(laid: Alignment, at: int) -> bool:
    """Whether the place of this name belongs to another one in the article."""
    slot = laid.slot_of(at)
    if slot is None:
        return False
    fold = laid.tokens[at].text.casefold()
    names = {token.text.casefold() for token in slot.theirs if looks_like_name(laid.source, token)}
    if not names or fold in names:
        return False
    if slot.theirs[0].text.islower() and slot.theirs[-1].text in (
        "itu",
        "ini",
        "tersebut",
    ):  # described instead of named: "tim asuhan Bima itu"
        return False
    elsewhere = [token.text.casefold() for i, token in enumerate(slot.row.tokens) if not _in(slot, i)]
    if fold in elsewhere or any(laid.tokens[i].text.casefold() == fold for i in laid.matched):
        return False  # it has only moved; `wrong_roles` sees to names that change places
    companions = laid.source.companions.get(fold, set())
    ours = {token.text.casefold() for token in laid.tokens[slot.begin : slot.end]}
    if names & (companions | ours) or any(fold[:4] == name[:4] for name in names):
        return False
    if any(fold in alias and names & alias for alias in _ALIASES):
        return False
    return not (_is_acronym_of(fold, laid.source.spans, names) or _expands(laid.tokens, at, frozenset(names)))


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
    if any(fold in alias and source.folded & alias for alias in _ALIASES):
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
    return len(acronym) > 3 and any(
        acronym[:2] == words[0][:2] and _syllables_make(acronym, words[:last], letters=1)
        for last in range(2, len(words) + 1)
    )


def _syllables_make(rest: str, words: Sequence[str], letters: int) -> bool:
    """Whether beginnings of all the words make `rest`, at most so many of them a single letter."""
    if not rest or not words:
        return not rest and not words
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


def looks_like_name(source: SourceFacts, token: Token) -> bool:
    fold = token.text.casefold()
    if token.kind != "word" or not token.text[0].isupper() or fold in stop_words() or fold in _TITLES:
        return False
    return fold not in source.lower and (fold in source.named or fold not in source.folded)
