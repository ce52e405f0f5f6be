"""Which sentences make a digest, once each has a score."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

MAX_WORDS = 80
SHORT_WORDS = 25
# A first sentence may be longer: it tells the news, and a list entry without the news is worse than one of 32 words.
SHORT_LEAD_WORDS = 32
# Words after which nothing more is added. IndoSum's editors write 51-65 words (p5-p95); of 45-56, this gives
# the best ROUGE-1 on its train.jsonl, and digests of 53-71 words (p10-p90).
ENOUGH_WORDS = 52
# Two sentences above this cosine say the same (design/summaries.md: 0.8 helps, 0.4 costs 2.7 R1).
REDUNDANT = 0.8
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
    r"ujarnya|katanya|pasalnya|alasannya)\b",
    re.IGNORECASE,
)
# "Film itu", "Kebijakan baru tersebut": a subject that was named before.
_NAMES_AGAIN = re.compile(r"(?:[\w-]+\s+){1,3}(?:itu|tersebut)\b", re.IGNORECASE)
# "Berikut petikannya.", "Berikut lima hal yang perlu diketahui.": worth nothing without what comes after it.
_ANNOUNCES = re.compile(
    r"(?:berikut|inilah|simak)(?: ini| adalah)?\b(?=[^,;]*$)"
    r"(?:.*\b(?:hal|fakta|daftar\w*|cara|tips|syarat|langkah|alasan|rangkuman|ulasan\w*|jadwal\w*|rincian\w*)\b"
    r"| \w+nya\.?$)",
    re.IGNORECASE,
)
# "1. “Kereta Malam” (Bima Aji)."
_LIST_ITEM = re.compile(r"(?:\(?\d{1,2}[.)]|[•▪‣*–—-])\s")
_OPENING_MARKS = "\"'“”‘’«([ "


@dataclass(frozen=True)
class Candidate:
    """A sentence of the article, with its score (higher is better) and its place in the article, from 0."""

    text: str
    score: float
    position: int

    @property
    def words(self) -> int:
        """Words as a reader counts them."""
        return len(self.text.split())


def points_back(sentence: str) -> bool:
    """Whether a sentence opens with a word that needs the sentence before it ("Ia", "Namun", "Hal itu")."""
    return bool(_POINTS_BACK.match(sentence.lstrip(_OPENING_MARKS)))


def belongs_to_list(sentence: str) -> bool:
    """Whether a sentence is an item of a list or announces what comes after it ("Berikut lima fakta")."""
    return bool(_LIST_ITEM.match(sentence) or _ANNOUNCES.match(sentence))


def is_broken(sentence: str) -> bool:
    """Whether a sentence has half a pair of marks or announces what comes after it ("sebagai berikut:")."""
    odd_quotes = sentence.count('"') % 2 or sum(map(sentence.count, "“”")) % 2
    return bool(odd_quotes) or sentence.count("(") != sentence.count(")") or sentence.endswith((":", ","))


def is_sound(sentence: str) -> bool:
    """Whether a sentence can be read alone."""
    if points_back(sentence) or is_broken(sentence) or belongs_to_list(sentence) or sentence.endswith("?"):
        return False
    return len(sentence.split()) >= _FRAGMENT_WORDS


def select(candidates: Sequence[Candidate], similarity: Callable[[int, int], float]) -> list[Candidate]:
    """The sentences of a digest in source order: the best scores first, until there are enough words.

    A sentence that points back comes only directly after the one before it. What repeats a chosen sentence,
    or does not fit into 80 words, is left out, and so are the items of a list and its announcement where the article
    has anything else. There is always at least one sentence.

    Args:
        candidates: in source order, at least one.
        similarity: cosine of two candidates, by their index in `candidates`.
    """
    chosen: set[int] = set()
    total = 0
    prose = [i for i, candidate in enumerate(candidates) if not belongs_to_list(candidate.text)]
    waiting = sorted(prose or range(len(candidates)), key=lambda i: -candidates[i].score)
    while total < ENOUGH_WORDS:
        best = next((i for i in waiting if _is_anchored(candidates, i, chosen)), None)
        if best is None:
            break
        waiting.remove(best)
        words = candidates[best].words
        if chosen and (total + words > MAX_WORDS or any(similarity(best, i) > REDUNDANT for i in chosen)):
            continue
        chosen.add(best)
        total += words
    if not chosen:
        chosen.add(waiting[0])
    return [candidates[i] for i in sorted(chosen)]


def _is_anchored(candidates: Sequence[Candidate], i: int, chosen: set[int]) -> bool:
    """Whether candidate `i` can follow what is chosen without pointing at something left out."""
    if not points_back(candidates[i].text):
        return True
    return i - 1 in chosen and candidates[i - 1].position == candidates[i].position - 1


def pick_short(candidates: Sequence[Candidate]) -> str:
    """One sentence for a list, one that stands alone where there is one.

    The first sentence of the article, if it has at most 32 words; else the best one of at most 25 words, else the
    shortest.
    """
    sound = [candidate for candidate in candidates if is_sound(candidate.text)] or candidates
    sound = [candidate for candidate in sound if not _NAMES_AGAIN.match(candidate.text.lstrip(_OPENING_MARKS))] or sound
    first = min(sound, key=lambda candidate: candidate.position)
    if first.position == 0 and first.words <= SHORT_LEAD_WORDS:
        return first.text
    brief = [candidate for candidate in sound if candidate.words <= SHORT_WORDS]
    if brief:
        return max(brief, key=lambda candidate: candidate.score).text
    return min(sound, key=lambda candidate: candidate.words).text
