"""Sentences that end in a full stop and tell nothing: fragments, pointers to what is shown beside, announced speech."""

import re

from summarizer.lexicon import SAYS, stop_words

# "Adapun dermaga yang meliputi ruang tunggu dan kantin." never gets to its predicate.
_NEVER_ARRIVES = re.compile(r"Adapun (?:[\w-]+ ){1,4}yang [^,]*(?:, [^,]*)*$")
_PREDICATE = re.compile(
    r"\b(?:adalah|ialah|yakni|yaitu|merupakan|akan|telah|sudah|sedang|masih|bisa|dapat|harus|tidak|tak|belum|bukan|"
    r"menjadi|bakal|kini|sebesar|sebanyak|seperti|antara lain|di antaranya|itu|tersebut)\b"
)
# "Membuat pembeli rela antre." has a verb, an object, and nobody who does it; "Mengutip Reuters, ..." has a comma.
_ACTIVE = re.compile(r"(?:Me(?:ng|ny|m|n|l|r|w)[a-z]{4,}|Termasuk|Mulai dari) (?=[a-z])(?P<rest>.*)")
_NOT_ACTIVE = re.compile(
    r"Me(?:nteri|ntan|reka|mang|lainkan|nurut|ngenai|njelang|lalui|ngapa|dali|rdeka|ntah|ntal|layu|mori)"
)
# "Mencuci daging memicu ..." has what the first verb does for its subject.
_OTHER_VERB = re.compile(
    r"(?<!yang )(?<!untuk )(?<!dan )(?<!dengan )(?<!agar )(?<!guna )\b(?:me[lmnrwy]|ber|ter|di)[a-z]{3,}"
)
_OTHER_CLAUSE = re.compile(r"[,:;—–]| - ")
# 'membuka usaha itu "Sudah lama kami mulai," kata Sura': a full stop is missing before the quotation.
_RUN_TOGETHER = re.compile(rf"[a-z)] [\"“][A-Z][^\"“”]{{20,}}[,.!?][\"”] ?{SAYS}\b")
_INTRODUCES_QUOTATION = re.compile(
    rf"\b(?:{SAYS}(?:nya)?|bahwa|me\w*kata\w*|ber\w*kata|menulis|menyebut|menjawab|bertuliskan|berbunyi|berjudul)"
    r"(?: [\w-]+){0,3} [\"“]"
)
# "dibagi empat, yakni: Belakangan warga ...": the list is gone, and another sentence stands in its place.
_ANNOUNCES = re.compile(r"\b(?:yakni|yaitu|antara lain|adalah|berikut): ([A-Z]\w+)")
# "Simak di sini jadwalnya.", "Ada enam beda pada gambar berikut.": to somebody who has the page before him.
_SHOWS = re.compile(
    r"(?:Simak|Tonton|Saksikan|Cek)\b|.*\b(?:gambar|foto|video|tabel|daftar)\S* (?:berikut|di bawah)(?: ini)?\.?$"
)
# "Sura buka suara soal jembatan itu.": worth nothing without what was said.
_SPEAKS_UP = re.compile(
    r"\b(?:buka suara|angkat (?:suara|bicara)|memberi(?:kan)? (?:\w+ )?(?:respons|tanggapan|penjelasan|klarifikasi))",
    re.IGNORECASE,
)
_STATES = re.compile(
    rf"\b(?:{SAYS}(?:nya)?\b|menurut|me(?:ngatakan|nyebut|negaskan|njelaskan|nyatakan|mastikan|ngaku|nilai|nuturkan|"
    r"nambahkan|mbantah|nyampaikan|maparkan|minta|ngimbau))"
)


def speaks_up(sentence: str) -> bool:
    """Whether a sentence says that somebody spoke and not what."""
    return bool(_SPEAKS_UP.search(sentence)) and not states(sentence)


def states(sentence: str) -> bool:
    """Whether a sentence tells what somebody said."""
    return bool(_STATES.search(sentence))


def shows(sentence: str) -> bool:
    """Whether a sentence sends its reader to what stands beside or after it on the page."""
    return bool(_SHOWS.match(sentence))


def is_fragment(sentence: str) -> bool:
    """Whether a sentence lacks its subject or its predicate, or is two of which the first has lost its full stop."""
    if _NEVER_ARRIVES.match(sentence) and not _PREDICATE.search(sentence):
        return True
    if (announced := _ANNOUNCES.search(sentence)) and announced[1].lower() in stop_words():
        return True
    if _RUN_TOGETHER.search(sentence) and not _INTRODUCES_QUOTATION.search(sentence):
        return True
    active = _ACTIVE.match(sentence)
    if active is None or _NOT_ACTIVE.match(sentence):
        return False
    return not any(mark.search(active["rest"]) for mark in (_OTHER_CLAUSE, _PREDICATE, _OTHER_VERB))
