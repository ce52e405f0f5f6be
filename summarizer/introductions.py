"""Which sentences speak of somebody by a bare name or as "-nya", and which ones before them say who that is."""

import re
from collections.abc import Sequence

from summarizer.lexicon import SAYS

_NAME = r"[A-Z][a-z][\w'’-]+"
_SUBJECT = re.compile(
    rf"({_NAME})(?=(?: (?:juga|pun|sendiri|lantas|kemudian|lalu|sebelumnya|kini|tidak|belum))*"
    r" (?:me[a-z]{3,}|ber[a-z]{3,}|di[a-z]{4,}|juga|pun|ingin|yakin|akan|telah|sudah)\b)"
)
_SOURCE = re.compile(rf"Menurut ({_NAME})(?=,| [a-z])")
_SPEAKER = re.compile(rf"[,”\"?!] ?{SAYS} ({_NAME})(?=[.,]|$| (?:saat|di|kepada|usai|dalam|pada|lagi)\b)")

_BY_SUFFIX = re.compile(rf"[,”\"?!] ?{SAYS}nya\b")
_NAMES_SPEAKER = re.compile(
    rf"[,”\"?!] ?{SAYS} (?:[A-Z]|\w+ [A-Z])|"
    r"[A-Z][\w’'-]*,? (?:juga )?(?:me(?:ngatakan|nyebut|negaskan|njelaskan|nyatakan|mastikan|"
    r"ngaku|nilai|nuturkan|nambahkan|mbantah|nyampaikan|maparkan|minta|ngimbau|ngungkap)|bercerita|berharap)"
)


def introductions(sentences: Sequence[str]) -> dict[int, list[int]]:
    """For each sentence that names subject or speaker by one word, the sentences before it that have the whole name.

    "Sura mengatakan …" needs "Kepala Dinas Air Sura Laksana …". A name that no sentence introduces is not listed.

    Args:
        sentences: all those of the article that can be chosen, in order.
    """
    found: dict[int, list[int]] = {}
    for at, sentence in enumerate(sentences):
        name = bare_name(sentence)
        before = [earlier for earlier in range(at) if name and _introduces(sentences[earlier], name)]
        if before:
            found[at] = before
    return found


def speakers(sentences: Sequence[str]) -> dict[int, list[int]]:
    """For each sentence with "katanya", the one directly before it and the nearest one that says who speaks.

    Args:
        sentences: all those of the article that can be chosen, in order.
    """
    found: dict[int, list[int]] = {}
    named: int | None = None
    for at, sentence in enumerate(sentences):
        if _BY_SUFFIX.search(sentence) and named is not None:
            found[at] = sorted({named, at - 1})
        if _NAMES_SPEAKER.search(sentence):
            named = at
    return found


def bare_name(sentence: str) -> str:
    """The one word by which a sentence names its subject or speaker; empty where it has the whole name, or none."""
    match = _SUBJECT.match(sentence) or _SOURCE.match(sentence) or _SPEAKER.search(sentence)
    said = sentence.removeprefix("Menurut ")
    return "" if match is None or _introduces(said, match[1]) else match[1]


def _introduces(sentence: str, name: str) -> bool:
    """Whether the name stands beside another one, a rank or an office, or with an age: "Sura Laksana", "Sura (50)"."""
    name = re.escape(name)
    before = rf"(?:{_NAME}|[A-Z]{{2,}}|\([A-Z]\w+\)),? (?:{_NAME} )?"
    beside = rf"{before}{name}\b|\b{name} (?:{_NAME}|\(\d)|\b(?:bernama|bermarga) {name}\b"
    return bool(re.search(beside, sentence))
