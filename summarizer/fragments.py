"""Sentences that end in a full stop and tell nothing: fragments, pointers to what is shown beside, commonplaces."""

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
_QUOTED = re.compile(r"[\"“][^\"“”]*[\"”]|'[^']*'")
_INTRODUCES_QUOTATION = re.compile(
    rf"\b(?:{SAYS}(?:nya)?|bahwa|me\w*kata\w*|ber\w*kata|menulis|menyebut|menjawab|bertuliskan|berbunyi|berjudul)"
    r"(?: [\w-]+){0,3} [\"“]"
)
# "rumah itu di Karangsari Ia mengatakan", "Penyebab Kebakaran Menurut polisi": a sentence opens inside this one.
_OPENS_INSIDE = re.compile(
    r"(?<=[\w)] )(?:Ia|Dia|Mereka|Namun|Meski(?:pun)?|Selain|Sementara|Kemudian|Sebelumnya|Adapun|Hal|Kini|Jika|"
    r"Apabila|Setelah|Ketika|Dalam|Pada|Para|Banyak|Ada|Dari|Untuk|Menurut|Mengacu|Berdasarkan|Sejumlah|Beberapa|Sebanyak|"
    r"Seorang|Salah satu|Tidak|(?:Cara|Alasan|Hasil|Pasal|Menurut|Akibat|Selanjut|Arti|Misal|Tujuan)nya) [a-z]"
)
# "Harga Beras Bisa Naik Lagi Harga beras di pasar …": a heading with its verb, and then the sentence.
_CAPITALS = r"(?:(?:[A-Z\d][\w'’-]*|di|ke|ke-\d+|dan|untuk|yang|dari|dengan|pada|bagi|soal|saat) )"
_HEADING = re.compile(
    rf"[A-Z][\w'’-]* {_CAPITALS}{{0,6}}?(?:Bisa|Jadi|Dapat|Bikin|Punya|Tak|Bakal|Harus|Masih|Ambil|Terjadi|"
    rf"Disebut|Dibuat) {_CAPITALS}{{1,8}}?[A-Z][\w-]+ [a-z]"
    rf"|(?:Penyebab|Kronologi|Alasan|Motif|Langkah|Pentingnya|Gejala|Manfaat) {_CAPITALS}{{1,6}}[A-Z]\w+ [a-z]"
)
# "dibagi empat, yakni: Belakangan warga ...": the list is gone, and another sentence stands in its place.
_ANNOUNCES = re.compile(r"\b(?:yakni|yaitu|antara lain|adalah): ([A-Z]\w+)")
# "memakai fitur berikut ini: Kamera utama merekam lebih tajam.": the list has lost its bullets.
_LISTS = re.compile(r"\bberikut(?: ini)?: [A-Z]")
# "Simak di sini jadwalnya.", "Ada enam beda pada gambar berikut.": to somebody who has the page before him.
_SHOWS = re.compile(
    r"(?:Simak|Tonton|Saksikan|Cek|Temukan|Coba|Lihat|Yuk|Ayo|Kenali)\b|"
    r".*\b(?:sudah|telah|bisa|dapat) (?:dilihat|disimak|diketahui)\.$|"
    r".*\b(?:gambar|foto|video|tabel|daftar)\S* (?:berikut|di bawah)(?: ini)?\.?$"
)
# What a headline promises, and by what a sentence is known that tells it.
_PROMISES = tuple(
    (re.compile(rf"\b(?:{promise})\b", re.IGNORECASE), re.compile(told))
    for promise, told in (
        (
            r"alasan\w*|kenapa|mengapa|penyebab\w*|gara-gara|gegara|pemicu\w*|biang kerok\w*",
            r"\b(?:karena|sebab\w*|lantaran|akibat\w*|disebabkan|dipicu|memicu|alasan\w*|gara-gara|imbas|faktor)\b",
        ),
        (r"harga\w*|tarif\w*|biaya\w*|gaji\w*|besaran\w*|segini", r"\bRp ?\d|US\$ ?\d"),
        (r"jadwal\w*|kapan|jam berapa|live streaming", r"\bpukul \d|\d[.:]\d\d WI[BT]"),
        (r"hasil", r"\b\d{1,2}-\d{1,2}\b"),
    )
)
# "Berkebun kini semakin digemari warga kota.", "Tubuh yang sehat menjadi impian banyak orang.": no news yet.
_COMMONPLACE = re.compile(
    r"(?:Tren|Fenomena|Masifnya|Pesatnya|Maraknya|Perkembangan|Banyak orang|(?:Tidak|Tak) sedikit|Sekilas|Siapa sangka|"
    r"Di (?:era|zaman)|Gaya hidup)\b|"
    r".*\b(?:kini|saat ini|tengah|semakin|makin|kian|terus|belakangan|kerap|sering)\b.{0,60}"
    r"\b(?:populer|digemari|diminati|tren|marak|menjamur|berkembang|diperkuat|sorotan|dianggap|dibutuhkan|penting)\b|"
    r".*\b(?:(?:tidak|tak) (?:cukup|selalu|hanya|sekadar|lagi)|bukan (?:lagi|hanya|cuma|sekadar|soal)|"
    r"adalah (?:kondisi|salah satu|momen)|menjadi (?:salah satu|bagian|momen|hal)|banyak orang|sebagian orang|"
    r"setiap orang)\b"
)
_NAME = re.compile(r"(?<=\s)[(\"“']?[A-Z]")
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


def promised(headline: str) -> list[re.Pattern[str]]:
    """What a headline promises ("ini alasannya", "kapan", "harganya"): each a pattern of sentences that tell it."""
    return [told for promise, told in _PROMISES if promise.search(headline)]


def is_commonplace(sentence: str) -> bool:
    """Whether a sentence says what is always so, or a trend, with no figure and at most one name."""
    if any(map(str.isdigit, sentence)) or len(_NAME.findall(sentence)) > 1:
        return False
    return bool(_COMMONPLACE.match(sentence))


def shows(sentence: str) -> bool:
    """Whether a sentence sends its reader to what stands beside or after it on the page."""
    return bool(_SHOWS.match(sentence))


def is_fragment(sentence: str) -> bool:
    """Whether a sentence lacks its subject or its predicate, or is two of which the first has lost its full stop."""
    if _NEVER_ARRIVES.match(sentence) and not _PREDICATE.search(sentence):
        return True
    if _LISTS.search(sentence):
        return True
    if (announced := _ANNOUNCES.search(sentence)) and announced[1].lower() in stop_words():
        return True
    if _HEADING.match(sentence) or _OPENS_INSIDE.search(_QUOTED.sub(" ", sentence)):
        return True
    if _RUN_TOGETHER.search(sentence) and not _INTRODUCES_QUOTATION.search(sentence):
        return True
    active = _ACTIVE.match(sentence)
    if active is None or _NOT_ACTIVE.match(sentence):
        return False
    return not any(mark.search(active["rest"]) for mark in (_OTHER_CLAUSE, _PREDICATE, _OTHER_VERB))
