"""Which sentences speak of somebody by a bare name, and which ones before them say who that is."""

import re
from collections.abc import Sequence

from summarizer.lexicon import SAYS

_NAME = r"[A-Z][a-z][\w'’-]+"
_SUBJECT = re.compile(
    rf"({_NAME})(?=(?: (?:juga|pun|sendiri|lantas|kemudian|lalu|sebelumnya|kini|tidak|belum))*"
    r" (?:me[a-z]{3,}|ber[a-z]{3,}|di[a-z]{4,}|juga|pun|ingin|yakin|akan|telah|sudah)\b)"
)
_SPEAKER = re.compile(rf"[,”\"?!] ?{SAYS} ({_NAME})(?=[.,]|$| (?:saat|di|kepada|usai|dalam|pada|lagi)\b)")


def introductions(sentences: Sequence[str]) -> dict[int, list[int]]:
    """For each sentence that names subject or speaker by one word, the sentences before it that have the whole name.

    "Sura mengatakan …" needs "Kepala Dinas Air Sura Laksana …". A name that no sentence introduces is not listed.

    Args:
        sentences: all those of the article that can be chosen, in order.
    """
    found: dict[int, list[int]] = {}
    for at, sentence in enumerate(sentences):
        match = _SUBJECT.match(sentence) or _SPEAKER.search(sentence)
        if match is None or _introduces(sentence, match[1]):
            continue
        before = [earlier for earlier in range(at) if _introduces(sentences[earlier], match[1])]
        if before:
            found[at] = before
    return found


def _introduces(sentence: str, name: str) -> bool:
    """Whether the name stands beside another one, a rank or an office, or with an age: "Sura Laksana", "Sura (50)"."""
    name = re.escape(name)
    beside = (
        rf"(?:{_NAME}|[A-Z]{{2,}}),? (?:{_NAME} )?{name}\b|\b{name} (?:{_NAME}|\(\d)|\b(?:bernama|bermarga) {name}\b"
    )
    return bool(re.search(beside, sentence))
