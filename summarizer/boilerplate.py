"""What surrounds an article on its page: link lists, players, bylines, reporters' codes."""

import re
from collections.abc import Iterable

# A heading that opens a list of links. The list ends where prose begins again.
_LIST_HEADING = re.compile(
    r"(?:(?:berita|artikel|konten|topik)\s+(?:terkait|lainnya|lain|terbaru|terpopuler|populer|pilihan|rekomendasi)"
    r"|baca juga|lihat juga|simak juga|terpopuler|terkini|rekomendasi(?: untuk anda)?|pilihan editor|most popular"
    r"|bagikan(?: artikel| berita)?(?: ini)?|share(?: this)?|tags?|komentar|kata kunci)\s*[:：]?",
    re.IGNORECASE,
)
_LINE = re.compile(
    r"(?:"
    r"(?:baca|lihat|simak|tonton|saksikan)\s+(?:juga|pula|video|selengkapnya|lengkapnya|infografis|artikel|berita)\b.*"
    r"|(?:simak|tonton|saksikan)\s+(?:\w+\s+)?video\b.*"
    r"|(?:pilihan editor|infografis|sumber foto|foto|gambar|ilustrasi|video)\s*:.*"
    r"|artikel ini (?:telah|sudah) (?:tayang|terbit)\b.*"
    r"|(?:penulis|editor|reporter|pewarta|penyunting|oleh|wartawan|tim redaksi|redaktur|kontributor|uploader)\s*:.*"
    r"|(?:by|oleh)\s+(?-i:[A-Z])[\w.'’-]*(?:\s+(?-i:[A-Z])[\w.'’-]*){0,3}"
    r"|(?:tags?|topik|label|kata kunci|share|bagikan|copyright|hak cipta|sumber)\s*[:©(].*"
    r"|(?:copyright\s*)?(?:©|\(c\))\s.*|.*\ball rights reserved\.?"
    r"|(?:advertisement|iklan|scroll to (?:continue|resume).*|loading\W*|advertorial)"
    r"|halaman\s+(?:selanjutnya|berikutnya|\d+.*)|selanjutnya|selengkapnya|next page"
    r"|(?:dapatkan|ikuti|cek|temukan)\b.{0,80}\b"
    r"(?:telegram|whatsapp|google news|kanal|channel|aplikasi|update berita)\b.*"
    r"|(?:anda harus|mari)\s+(?:install|bergabung)\b.*|(?:download|unduh)\s+aplikasi\b.*"
    r"|(?:(?:facebook|twitter|whatsapp|telegram|line|pinterest|linkedin|instagram|email|copy link|salin tautan|x)"
    r"(?:[\s|,/·]+|$))+"
    r"|[\W_]+"
    r")",
    re.IGNORECASE,
)
_INLINE = re.compile(
    r"\[(?:gambas|video|foto|embed|instagram|tweet)\b[^\]]{0,80}\]|scroll to (?:continue|resume) with content",
    re.IGNORECASE,
)
# "(*)", "(abc/def)", "[abc]" after the last full stop: who wrote and edited it. "(ATR/BPN)." before it is prose.
_CODE = re.compile(
    r"\s*(?:\(\s*\*+\s*\)|\*{2,})\s*$"
    r"|(?<=[.!?…”\"])\s*(?:[(\[]\s*[A-Za-z]{2,12}(?:\s*/\s*[A-Za-z]{2,12})+\s*[)\]]|\[[a-z]{2,4}\])\s*$"
)
# Only at the end of the article: "(Antara)", "(abc)".
_CREDIT = re.compile(r"(?<=[.!?”\"])\s*\((?:[^\W\d][^()\d]{1,30})\)\s*$")

_LONGEST_LINE = 300
_LONGEST_CODE = 80
_SHORTEST_PROSE = 4  # words
_PROSE_END = re.compile(r"(?<!\.)\.[\"”’)\]]*$")  # headlines end with ? and ! and ..., not with a full stop


def is_boilerplate(line: str) -> bool:
    """Whether a line, or a sentence, is page furniture rather than prose."""
    if len(line) > _LONGEST_LINE:
        return False
    return bool(_LIST_HEADING.fullmatch(line) or _LINE.fullmatch(line))


def remove_boilerplate(paragraphs: Iterable[str]) -> list[str]:
    """The paragraphs of an article without page furniture, link lists and reporters' codes.

    Args:
        paragraphs: one line each, normalised, in order.
    """
    kept: list[str] = []
    in_list = False
    for paragraph in paragraphs:
        cleaned = _strip_end(_CODE, _INLINE.sub("", paragraph))
        if in_list and not _is_prose(cleaned):
            continue
        in_list = bool(kept) and bool(_LIST_HEADING.fullmatch(cleaned))
        if cleaned and not is_boilerplate(cleaned):
            kept.append(cleaned)
    if kept:
        kept[-1] = _strip_end(_CREDIT, kept[-1])
    return kept


def _strip_end(pattern: re.Pattern[str], paragraph: str) -> str:
    """The paragraph without what matches at its end; only the end is searched, however long the paragraph."""
    end = max(0, len(paragraph) - _LONGEST_CODE)
    return (paragraph[:end] + pattern.sub("", paragraph[end:])).strip()


def _is_prose(paragraph: str) -> bool:
    return bool(_PROSE_END.search(paragraph)) and len(paragraph.split()) >= _SHORTEST_PROSE
