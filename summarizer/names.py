"""Names of a generated sentence that its article does not have, or has otherwise in their place."""

import re
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher

from summarizer.aliases import other_names
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
    "kecamatan desa kelurahan jalan tim mantan dokter pangeran putri raja ratu sultan mayor kolonel letjen mayjen "
    "iptu ipda aiptu bripka brigadir kang kiai ustaz ustadz habib aktor aktris penyanyi bek kiper penyerang gelandang "
    "manajer skuad skuat klub ponsel dewan komisi badan dinas kementerian stadion"
)
# Said of somebody who is not named: "pelatih asal Karangsari itu", "raksasa mesin pencari ini".
_DESCRIBES = _words(
    "itu ini tersebut sang si bersangkutan ia dia mereka saya kami kita julukan berjuluk asuhan besutan arahan"
)
_LONG_ENOUGH = 5  # letters of a name of which one may be spelled otherwise
_LONG_ENOUGH_FOR_TWO = 7
_MOST_PLAIN = 2  # plain words of a slot in which a name still stands for a name
_VERB = re.compile(r"(?:me|di|ber|ter)\w{4,}")
_SUFFIX = re.compile(r"(?:nya|ku|mu)$")


def wrong_names(laid: Alignment) -> Iterator[str]:
    """Capitalised words that the article does not have, or that stand in the place of another name."""
    for at, token in enumerate(laid.tokens):
        if not _is_name(laid, at):
            continue
        fold = token.text.casefold()
        if fold not in laid.source.folded:
            if not _is_variant(laid, at) or _replaces(laid, at):
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


def _names_another(laid: Alignment, at: int) -> bool:
    """Whether the place of this name belongs to another one in the article."""
    slot = laid.slot_of(at)
    if slot is None:
        return False
    fold = laid.tokens[at].text.casefold()
    names = _names(laid, slot.theirs)
    if fold in names:
        return False
    replaced = slot.is_swap and not names & {token.text.casefold() for token in laid.tokens}
    if _has_moved(laid, slot, fold) and not replaced:
        return False  # `wrong_roles` sees to names that change places
    frames = laid.framed_otherwise(at)
    if frames and not any(_same(laid, at, frame.tokens) for frame in frames):
        return True
    # Described, not named: "tim asuhan Bima itu".
    if slot.plain > _MOST_PLAIN or any(token.text.casefold() in _DESCRIBES for token in slot.theirs):
        return False
    return bool(names) and not _same(laid, at, slot.theirs)


def _has_moved(laid: Alignment, slot: Slot, fold: str) -> bool:
    """Whether the name stands elsewhere in the sentence of the article, or of the two sentences."""
    elsewhere = (each for i, each in enumerate(slot.row.folded) if not slot.row_begin <= i < slot.row_end)
    return fold in elsewhere or any(laid.tokens[i].text.casefold() == fold for i in laid.matched)


def _replaces(laid: Alignment, at: int) -> bool:
    """Whether another spelling of some name of the article stands in the place of quite another name."""
    slot = laid.slot_of(at)
    if slot is None or not slot.is_swap:
        return False
    fold = laid.tokens[at].text.casefold()
    names = _names(laid, slot.theirs)
    alike = any(fold in name or name in fold or _is_spelled_like(fold, name) for name in names)
    return bool(names) and not alike and not _same(laid, at, slot.theirs)


def _names(laid: Alignment, tokens: Sequence[Token]) -> set[str]:
    return {token.text.casefold() for token in tokens if looks_like_name(laid.source, token)}


def _same(laid: Alignment, at: int, theirs: Sequence[Token]) -> bool:
    """Whether a name and the names among other words may well mean the same."""
    fold = laid.tokens[at].text.casefold()
    names = _names(laid, theirs)
    slot = laid.slot_of(at)
    ours = {token.text.casefold() for token in slot.ours} if slot else {fold}
    if names & (laid.source.companions.get(fold, set()) | ours) or any(fold[:4] == name[:4] for name in names):
        return True
    if _has_other_name(laid, at, f" {' '.join(token.text.casefold() for token in theirs)} "):
        return True
    known = frozenset(names)
    return _is_acronym_of(fold, laid.source.spans, names) or _expands(laid.tokens, at, known, known)


def _has_other_name(laid: Alignment, at: int, text: str) -> bool:
    words = [token.text.casefold() for token in laid.tokens]
    return any(f" {other} " in text for other in other_names(words, at))


def _is_variant(laid: Alignment, at: int) -> bool:
    """Whether a name that the article does not have is another spelling of one that it has."""
    token, source = laid.tokens[at], laid.source
    fold = _SUFFIX.sub("", token.text.casefold())
    if fold in source.folded or token.key in source.keys or fold in source.glued:
        return True
    if len(fold) > 5 and any(other.endswith(fold) for other in source.folded):  # a space was lost: "PresidenBima"
        return True
    if any(_is_spelled_like(fold, other) for other in source.folded):
        return True
    if _has_other_name(laid, at, source.spoken):
        return True
    if _is_acronym_of(fold, source.spans, set()):
        return True
    return _expands(laid.tokens, at, source.acronyms, source.folded)


def _is_spelled_like(one: str, other: str) -> bool:
    """Whether one letter differs in a word of five letters at least, or two in one of seven."""
    if len(one) < _LONG_ENOUGH or one[:1] != other[:1]:
        return False
    if _differ_by_one(one, other):
        return True
    if len(one) < _LONG_ENOUGH_FOR_TWO or abs(len(one) - len(other)) > 2:
        return False
    blocks = SequenceMatcher(None, one, other, autojunk=False).get_matching_blocks()
    return max(len(one), len(other)) - sum(block.size for block in blocks) <= 2


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


def _expands(tokens: Sequence[Token], at: int, initials: frozenset[str], known: frozenset[str]) -> bool:
    """Whether the word `at` is one of capitalised words whose first letters or beginnings make a word of the article.

    Args:
        initials: words that may be made of first letters.
        known: words that may be made of beginnings.
    """
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
    if any("".join(word[0] for word in run) in initials for run in runs):
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
