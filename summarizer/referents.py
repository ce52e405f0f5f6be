"""Which sentences speak of "riset tersebut", and which ones before them speak of it first."""

import re
from collections.abc import Sequence
from typing import Final

from summarizer.lexicon import stop_words
from summarizer.text import stems

_TIME: Final = (
    r"(?:hari|pagi|siang|sore|malam|petang|saat|kali|pekan|minggu|bulan|tahun|musim|selama|sejauh|sampai|akhir-akhir|"
    r"abad|dekade|waktu|era|masa|edisi)"
)
# As what the sentence opens with, or anywhere with "tersebut": "itu" inside a sentence may point at its own words.
_OPENS = re.compile(r"[\"“]?(?P<head>(?:[\w-]+ ){0,4}?[\w-]+) (?:itu|ini|tersebut)\b")
_SAID = re.compile(r"(?P<head>(?:[\w-]+ ){0,4}[\w-]+) tersebut\b")
_LAST_IS_TIME = re.compile(rf"\b{_TIME}$", re.IGNORECASE)
# What a report tells may be called so, whatever it is: the first sentence is enough for them.
_EVENT = re.compile(
    r"(?:kasus|peristiwa|kejadian|insiden|kecelakaan|tragedi|hal|aksi|laga|pertandingan|duel|balapan|turnamen|ajang|acara|"
    r"kegiatan|gelaran|event|kompetisi|program|perusahaan|klub|tim|negara|kota|daerah|wilayah|lokasi|tempat|pelaku|"
    r"korban|pria|wanita|perempuan|pasangan|rider|pebalap|pemain|pelatih|petarung|atlet|perangkat|ponsel|film|"
    r"bencana|serangan|kebakaran|gempa)\b",
    re.IGNORECASE,
)

_THEY = re.compile(
    r"(?P<before>[^,;:.\"“”]{2,80}(?:, | (?:antara|bagi|saat|ketika|sejak|dari|oleh|dengan|kepada) ))"
    r"(?:mereka|keduanya|ketiganya|keempatnya)\b",
)
# Somebody whom the word may mean.
_SEVERAL = re.compile(
    r"\b(?:para|warga|orang|dan|serta|sejumlah|beberapa|banyak|kedua|ketiga|dua|tiga|empat|lima|tim|pasangan|ribuan|"
    r"ratusan|puluhan|semua|anak|keluarga|masyarakat|tersangka|pelaku|korban|polisi|petugas|(\w+)-\1\w*)\b|\d|/",
    re.IGNORECASE,
)


def referents(sentences: Sequence[str]) -> dict[int, list[int]]:
    """For each sentence with "riset tersebut" or that opens with "Kondisi ini", those before it that say what is meant.

    That is the one directly before, and any that has a word of it. Where it is an event, a person or a place, the
    first sentence is taken to name it. What is named in the same sentence is not listed.

    Args:
        sentences: all those of the article that can be chosen, in order.
    """
    content = [frozenset(stems(sentence)) - stop_words() for sentence in sentences]
    found: dict[int, list[int]] = {}
    for at, sentence in enumerate(sentences[1:], start=1):
        for head in _heads(sentence):
            meant = frozenset(stems(head)) - stop_words()
            before = [earlier for earlier in range(at) if earlier == at - 1 or content[earlier] & meant]
            if _EVENT.search(head):
                before = [0, *(earlier for earlier in before if earlier)]
            found[at] = [earlier for earlier in found.get(at, before) if earlier in before]
    return found


def leans_on_last(sentence: str) -> bool:
    """Whether "mereka" or "keduanya", after the opening words of a sentence, means those of the one before it."""
    match = _THEY.match(sentence)
    return match is not None and not _SEVERAL.search(match["before"])


def _heads(sentence: str) -> list[str]:
    opening = _OPENS.match(sentence)
    heads = [opening["head"]] if opening and not _LAST_IS_TIME.search(opening["head"]) else []
    for said in _SAID.finditer(sentence):
        head = re.split(r"\b(?:di|ke|dari|pada|dalam|oleh|untuk|dengan|bahwa|yang|dan|atas|terkait)\b", said["head"])[
            -1
        ]
        meant = frozenset(stems(head)) - stop_words()
        if said.start() and not meant & frozenset(stems(sentence[: said.start()])):
            heads.append(head)
    return [head for head in heads if frozenset(stems(head)) - stop_words()]
