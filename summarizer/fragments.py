"""Sentences that end in a full stop and tell nothing: fragments, pointers to what is shown beside, announced speech."""

import re

from summarizer.lexicon import SAYS

# "Adapun dermaga yang meliputi ruang tunggu dan kantin." never gets to its predicate.
_NEVER_ARRIVES = re.compile(r"Adapun (?:[\w-]+ ){1,4}yang [^,]*(?:, [^,]*)*$")
_PREDICATE = re.compile(
    r"\b(?:adalah|ialah|yakni|yaitu|merupakan|akan|telah|sudah|sedang|masih|bisa|dapat|harus|tidak|tak|belum|bukan|"
    r"menjadi|bakal|kini|sebesar|sebanyak|seperti|antara lain|di antaranya|itu|tersebut)\b"
)
# "Membuat pembeli rela antre." has a verb, an object, and nobody who does it; "Mengutip Reuters, ..." has a comma.
_ACTIVE = re.compile(r"(?:Me(?:ng|ny|m|n|l|r|w)[a-z]{4,}|Termasuk|Mulai dari)\b")
_NOT_ACTIVE = re.compile(
    r"Me(?:nteri|ntan|reka|mang|lainkan|lawan|nurut|ngenai|njelang|lalui|ngapa|ngacu|ngingat|rek|dali|rdeka|lbourne|nara|"
    r"mbaca|nit|rah|ntah|ntal|rcedes|layu|mori|nhub|nkes|ndag|nlu|nkeu|nko|npora|nperin|ntrans)\w*"
)
# 'membuka usaha itu "Sudah lama kami mulai," kata Sura': a full stop is missing before the quotation.
_RUN_TOGETHER = re.compile(rf"[a-z)] [\"“][A-Z][^\"“”]{{20,}}[,.!?][\"”] ?{SAYS}\b")
_INTRODUCES_QUOTATION = re.compile(
    rf"\b(?:{SAYS}(?:nya)?|bahwa|me\w*kata\w*|ber\w*kata|menulis|menyebut|menjawab|bertuliskan|berbunyi|berjudul)(?: [\w-]+){{0,3}} [\"“]"
)
# "Simak di sini jadwalnya.", "Ada enam beda pada gambar berikut.": to somebody who has the page before him.
_SHOWS = re.compile(r"(?:Simak|Tonton|Saksikan|Cek)\b|.*\b(?:berikut|berikut ini|di bawah ini)\.?$")
# "Sura buka suara soal jembatan itu.": worth nothing without what was said.
_SPEAKS_UP = re.compile(
    r"\b(?:buka suara|angkat (?:suara|bicara)|bicara soal|memberi(?:kan)? (?:\w+ )?(?:respons|tanggapan|penjelasan|"
    r"klarifikasi)|menanggapi|(?:meng)?ungkap(?:kan)? (?:alasan|penyebab))",
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
    if _RUN_TOGETHER.search(sentence) and not _INTRODUCES_QUOTATION.search(sentence):
        return True
    active = _ACTIVE.match(sentence) and not _NOT_ACTIVE.match(sentence)
    return bool(active) and not re.search(r"[,:;—–]| - ", sentence) and not _PREDICATE.search(sentence)
