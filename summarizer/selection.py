"""Which sentences can stand in a digest, and which one stands best alone."""

import re
from collections.abc import Sequence
from functools import lru_cache

from summarizer.fragments import is_commonplace
from summarizer.introductions import bare_name, introductions
from summarizer.lexicon import stop_words
from summarizer.text import stems, words

MAX_WORDS = 80
SHORT_WORDS = 25
# A first sentence may be longer where no likely one speaks of its news: an entry of a list without it is worse.
SHORT_LEAD_WORDS = 32
_FRAGMENT_WORDS = 5

# Words that point back: what they mean stands in the sentence before.
_POINTS_BACK = re.compile(
    r"(?:ia|dia|beliau|mereka|keduanya|ketiganya|namun|(?:akan )?tetapi|tapi|alhasil|"
    r"selain (?:itu|dia|mereka)|sementara itu|"
    r"(?:oleh )?(?:karena|sebab) itu|karenanya|akibatnya|bahkan|hal (?:itu|ini|tersebut|serupa|senada|sama)|"
    r"itu|ini|itulah|inilah|kemudian|lalu|lantas|sebaliknya|(?:meski|walau)(?:pun)? (?:begitu|demikian)|"
    r"(?:begitu|demikian) (?:pula|juga)|dengan (?:demikian|begitu)|adapun|padahal|sedangkan|"
    r"(?:setelah|sesudah|usai|untuk) itu|di samping itu|(?:tak|tidak|bukan) hanya itu|"
    r"lebih lanjut|selanjutnya|salah satunya|menurut(?:nya| dia| beliau)|"
    r"ujarnya|katanya|pasalnya|alasannya|sisanya)\b",
    re.IGNORECASE,
)
# "Film itu", "Kebijakan baru tersebut": a subject that was named before.
_NAMES_AGAIN = re.compile(
    r"(?:[\w-]+[\s,()]+){1,4}(?:itu|tersebut|(?<!hari )(?<!pagi )(?<!siang )(?<!sore )(?<!malam )(?<!saat )(?<!kali )"
    r"(?<!pekan )(?<!bulan )(?<!tahun )(?<!musim )(?<!selama )(?<!sejauh )(?<!akhir-akhir )ini)\b",
    re.IGNORECASE,
)
# "Berikut petikannya.", "Berikut lima hal yang perlu diketahui.": worth nothing without what comes after it.
_ANNOUNCES = re.compile(
    r"berikut(?: ini| adalah)?\b[^.]{0,80}:|"
    r"berikut(?: ini)? (?:dua|tiga|empat|lima|enam|tujuh|delapan|sembilan|sepuluh|\d+)\b|"
    r"(?:berikut|inilah|simak)(?: ini| adalah)?\b(?=[^,;]*$)"
    r"(?:.*\b(?:hal|fakta|update|harga|daftar\w*|cara|tips|syarat|langkah|alasan|rangkuman|ulasan\w*|jadwal\w*|"
    r"rincian\w*|kumpulan|spesifikasi\w*|deretan)\b"
    r"| \w+nya\.?$)"
    r"|.*\bada (?:dua|tiga|empat|lima|enam|\d+) (?:\w+ )?(?:alasan|cara|hal|faktor|tahap\w*|poin|syarat)\b"
    r"(?!.*(?:yakni|yaitu|:))",
    re.IGNORECASE,
)
# "1. “Kereta Malam” (Bima Aji).", "14.05 WIB - Air mulai surut.", "Tanya: Kapan dibuka?"
_LIST_ITEM = re.compile(
    r"(?:\(?\d{1,2}[.)]|[•▪‣*–—-])\s|\d{1,2}[.:]\d{2}\s*(?:WIB|WITA|WIT)?\s*[-–—:]|(?:T|J|Tanya|Jawab)\s?:"
)
# Anywhere in it, what was said before: "tersebut", "warga itu", "kata dia", "dia".
_LEANS = re.compile(
    r"\b(?:tersebut|itu|begini|begitu|demikian|ia|dia|beliau|mereka|keduanya|ketiganya|berikut)\b|"
    r"(?<!hari )(?<!pagi )(?<!siang )(?<!sore )(?<!malam )(?<!saat )(?<!kali )(?<!pekan )(?<!bulan )(?<!tahun )"
    r"(?<!musim )(?<!sejauh )\bini\b|\bmenurutnya\b|"
    r"^(?:sementara|selain|serta|dan|atau|sebab|karena|sehingga|agar|jika|diketahui|mulanya|awalnya|nantinya|"
    r"ke ?depannya|diberitakan|ketika ditanya|sebagai (?:informasi|perbandingan|catatan)|tetap saja|sebelumnya|"
    r"hasilnya|artinya|menurut|meski\w*|walau\w*|apalagi|berarti|nah|kini|kali ini|di sini|seperti yang|tak lama|"
    r"kabar \w+nya|sebagai \w+ (?:selanjutnya|berikutnya)|berbeda dengan|hasil akhirnya|salah sat\w+)\b|\bjuga\b|"
    r"\b(?:itu|ini)lah\b|^[\"“]|"
    r"\b(?:kata|ujar|tutur|ucap|ungkap|jelas|papar|tegas|imbuh|lanjut|sambung|tambah|terang|pungkas|sebut|beber)nya\b|"
    r"\"[^\"]+[,.!?]?\"\.?$",
    re.IGNORECASE,
)
_ADDRESS = re.compile(r"\w\.(?:com|id|net|org)/\w|={4}")
_SHARED = 5  # content words that a sentence in place of the first one shares with it
_HEADLINE_SHARED = 3  # and with the headline
_HEADLINE_SHARE = 0.5
_HARDLY = 0.15
_LIKELY = 0.2  # less likely ones tell a detail
_FIGURE = re.compile(r"\d+")
_CAPITAL_OR_FIGURE = re.compile(r"(?<=\s)[(\"“']?[A-Z\d]")
# A sentence says another again that has this share of its content words, of which there are at least so many.
_REPEATED = 0.8
_SHORTEST_REPEAT = 3
_OPENING_MARKS = "\"'“”‘’«([ "


def points_back(sentence: str) -> bool:
    """Whether a sentence opens with a word that needs the sentence before it ("Ia", "Namun", "Hal itu")."""
    return bool(_POINTS_BACK.match(sentence.lstrip(_OPENING_MARKS)))


def names_again(sentence: str) -> bool:
    """Whether a sentence opens with what was named before ("Film itu", "Melihat kebutuhan tersebut")."""
    return bool(_NAMES_AGAIN.match(sentence.lstrip(_OPENING_MARKS)))


def asks(sentence: str) -> bool:
    """Whether a sentence is a question: a digest tells."""
    return sentence.rstrip("\"”’' ").endswith("?")


def belongs_to_list(sentence: str) -> bool:
    """Whether a sentence is an item of a list or announces what comes after it ("Berikut lima fakta")."""
    return bool(_LIST_ITEM.match(sentence) or _ANNOUNCES.match(sentence))


def is_broken(sentence: str) -> bool:
    """Whether a sentence has half a pair of marks or an address, or announces what comes after it ("berikut:")."""
    if _ADDRESS.search(sentence):
        return True
    odd_quotes = sentence.count('"') % 2 or sum(map(sentence.count, "“”")) % 2
    return bool(odd_quotes) or sentence.count("(") != sentence.count(")") or sentence.endswith((":", ","))


def is_sound(sentence: str) -> bool:
    """Whether a sentence can be read alone."""
    if points_back(sentence) or is_broken(sentence) or belongs_to_list(sentence) or asks(sentence):
        return False
    return len(sentence.split()) >= _FRAGMENT_WORDS


def stands_alone(sentence: str) -> bool:
    """Whether a sentence that is not the first of its article says to somebody who sees nothing else what it means."""
    opens = sentence[:1].isalnum() or sentence[:1] in _OPENING_MARKS
    return opens and is_sound(sentence) and not names_again(sentence) and _LEANS.search(sentence) is None


def pick_short(sentences: Sequence[str], odds: Sequence[float] | None = None, title: str = "") -> str:
    """One sentence for a list, of at most 25 words where one of those tells the news and can be read alone.

    The first sentence, if it is short enough; else the likeliest other one of at most 25 words that stands alone and
    has half of its content words, and five, from the first, or half of the headline's, and three, so that it tells the
    same news; else the likeliest one that stands alone and speaks of it at all; else the first, of up to 32 words; else
    the likeliest of at most 25 words that stands alone, or at least is sound; else the shortest. A short first sentence
    with hardly a word of the headline makes room for one that tells the headline's news.

    Args:
        sentences: in source order, at least one.
        odds: how much each tells; by default the earlier ones tell more.
        title: the headline, where it is known.
    """
    if odds is None:
        odds = range(len(sentences), 0, -1)
    sound = [at for at, sentence in enumerate(sentences) if is_sound(sentence)] or list(range(len(sentences)))
    sound = [at for at in sound if not names_again(sentences[at])] or sound
    lengths = [len(sentence.split()) for sentence in sentences]
    opens = sound[0] == 0
    headline = content_stems(title)
    if opens and lengths[0] <= SHORT_WORDS and not _tells_nothing(sentences[0], headline):
        return sentences[0]
    brief = [at for at in sound if lengths[at] <= SHORT_WORDS]
    named = {at for at in introductions(sentences) if bare_name(sentences[at]) not in words(title)}
    alone = [at for at in brief if at and at not in named and stands_alone(sentences[at])]
    told = [at for at in alone if _tells(sentences[at], headline)]
    if opens and lengths[0] <= SHORT_WORDS:
        return sentences[max(told, key=lambda at: odds[at])] if told else sentences[0]
    if alike := [at for at in alone if _tells_the_same(sentences[at], sentences[0])] or told:
        return sentences[max(alike, key=lambda at: odds[at])]
    lead = content_stems(sentences[0])
    if akin := [at for at in alone if odds[at] >= _LIKELY and _speaks_of(sentences[at], headline, lead)]:
        return sentences[max(akin, key=lambda at: odds[at])]
    if opens and lengths[0] <= SHORT_LEAD_WORDS:
        return sentences[0]
    if rest := alone or brief:
        return sentences[max(rest, key=lambda at: odds[at])]
    return sentences[min(sound, key=lambda at: lengths[at])]


def _tells_the_same(sentence: str, lead: str) -> bool:
    ours = content_stems(sentence)
    return len(ours & content_stems(lead)) >= max(_SHARED, len(ours) / 2)


def _tells_nothing(sentence: str, headline: frozenset[str]) -> bool:
    """Whether a sentence is a commonplace, or has hardly a word of the headline, no figure and at most one name."""
    if is_commonplace(sentence):
        return True
    hardly = len(headline & content_stems(sentence)) < _HARDLY * len(headline)
    return hardly and len(_CAPITAL_OR_FIGURE.findall(sentence)) < 2


def _tells(sentence: str, headline: frozenset[str]) -> bool:
    return len(headline & content_stems(sentence)) >= max(_HEADLINE_SHARED, _HEADLINE_SHARE * len(headline))


def _speaks_of(sentence: str, headline: frozenset[str], lead: frozenset[str]) -> bool:
    ours = content_stems(sentence)
    return bool(ours & headline) or len(ours & lead) >= _HEADLINE_SHARED


def says_again(one: str, other: str) -> bool:
    """Whether the shorter of two sentences has nearly all of its content words, and its figures, in the longer one."""
    shorter, longer = sorted((one, other), key=lambda sentence: len(content_stems(sentence)))
    content = content_stems(shorter)
    if len(content) < _SHORTEST_REPEAT or len(content & content_stems(longer)) < _REPEATED * len(content):
        return False
    return set(_FIGURE.findall(shorter)) <= set(_FIGURE.findall(longer))


@lru_cache(maxsize=1024)
def content_stems(text: str) -> frozenset[str]:
    """The stems of a text that are no function words."""
    return frozenset(stem for stem in stems(text) if len(stem) > 2) - stop_words()
