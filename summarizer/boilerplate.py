"""What surrounds an article on its page: link lists, players, bylines, reporters' codes."""

import re
from collections.abc import Iterable

from summarizer.datelines import strip_dateline
from summarizer.sentences import split_sentences

# A heading that opens a list of links. The list ends where prose begins again.
_LIST_HEADING = re.compile(
    r"(?:(?:berita|artikel|konten|topik)\s+(?:terkait|lainnya|lain|terbaru|terpopuler|populer|pilihan|rekomendasi)"
    r"|(?:baca|lihat|simak)[ _]juga|terpopuler|terkini|rekomendasi(?: untuk anda)?|pilihan editor|most popular"
    r"|bagikan(?: artikel| berita)?(?: ini)?|share(?: this)?|tags?|komentar|kata kunci)\s*[:：]?",
    re.IGNORECASE,
)
_LINE = re.compile(
    r"(?:"
    r"[(\[]?(?:baca|lihat|simak|tonton|saksikan)[ _](?:juga|pula|video|live|infografis|artikel|berita)\b.*"
    r"|(?:baca|lihat|simak|tonton|saksikan)\s+(?:\w+\s+){0,2}(?:se)?lengkapnya.*"
    r"|(?:simak|tonton|saksikan)\s+(?:\w+\s+)?video\b.*|simak\b.{0,80}\bdi (?:bawah ini|sini)\s?[.:]"
    r"|(?:pilihan editor|infografis|sumber foto|foto|gambar|ilustrasi|video|link berita)\s*:.*"
    r"|informasi dalam artikel ini tidak\b.*|jika anda (?:merasakan|mengalami) gejala depresi\b.*"
    r"|(?:sebagian )?artikel ini (?:(?:telah|sudah) (?:tayang|terbit)|(?:pertama kali|awalnya) \w+|terbit pertama)\b.*"
    r"|diadaptasi oleh\s+(?-i:[A-Z]).*"
    r"|(?:penulis|editor|reporter|pewarta|penyunting|oleh|wartawan|tim redaksi|redaktur|kontributor|uploader)\s*:.*"
    r"|(?:by|oleh)\s+(?-i:[A-Z])[\w.'’-]*(?:\s+(?-i:[A-Z])[\w.'’-]*){0,3}"
    r"|(?:tags?|topik|label|kata kunci|share|bagikan|copyright|hak cipta|sumber)\s*[:©(].*"
    r"|(?:copyright\s*)?(?:©|\(c\))\s.*|.*\ball rights reserved\.?"
    r"|(?:advertisement|iklan|scroll to (?:continue|resume).*|loading\W*|advertorial)"
    r"|(?:bersambung ke )?halaman\s+(?:selanjutnya|berikutnya)\W*|halaman\s*:?(?:\s*\d+)+(?:\s+\w+)?"
    r"|(?:\d+\s+){2,}(?:selanjutnya|berikutnya|next)|selanjutnya|selengkapnya|next page"
    r"|(?:lihat|tampilkan) semua|show all|(?:pukul\s+)?\d{1,2}[.:]\d{2}(?:\s+wi(?:b|ta|t))?"
    r"|(?:dapatkan|ikuti|cek|temukan)\b.{0,80}\b(?:telegram|google news|update berita|breaking news"
    r"|(?:whatsapp )?channel|(?:kanal|saluran|grup|aplikasi) (?:whatsapp|wa|youtube|kami|\w+\.?com))\b.*"
    r"|(?:anda harus|mari)\s+(?:install|bergabung)\b.*|(?:download|unduh)\s+aplikasi\b.*\b(?:kami|\w+\.?com)\b.*"
    r"|[\w.]+\.(?:id|com) adalah (?:portal|situs|media)\b.*|(?:kamu|anda) bisa menjadi member\b.*"
    r"|(?:lihat|view) (?:postingan|unggahan|this post)\b.{0,60}\binstagram\b.*"
    r"|(?:a post shared by|(?:sebuah )?(?:kiriman|unggahan|postingan) (?:dibagikan|bersama) oleh)\b.*"
    r"|[—-]\s?.{2,50}\(@\w+\).*|pic\.twitter\.com/\S+|https?://\S+"
    r"|(?:(?:facebook|twitter|whatsapp|telegram|line|pinterest|linkedin|instagram|email|copy link|salin tautan|x)"
    r"(?:[\s|,/·]+|$))+"
    r"|[(\[][^()\[\].!?]*(?:\.[^()\[\]\s.!?]+)*[)\]]"  # a line of its own in brackets: a code, a credit, a caption
    r"|[\W_]+"
    r")",
    re.IGNORECASE,
)
_INLINE = re.compile(
    r"\s*(?:\[/?(?:gambas|video|foto|embed|instagram|tweet)\b[^\]]{0,80}\]|scroll to (?:continue|resume) with content"
    r"|\bbaca_juga\b:?"
    r"|\((?:foto|penulis|editor|reporter|sumber|dok)\b\s?[:.][^()]{0,120}\)"
    r"|\bfoto: [^.:/]{3,40}/\w+(?=\s+(?-i:[A-Z\"“]))|\bpic\.twitter\.com/\w+)",
    re.IGNORECASE,
)
# Headings of boxes whose links are gone, between two sentences of a page that was saved as one line.
_BETWEEN_SENTENCES = re.compile(r"(?<=[.!?…:”\"’)])\s+(?:Advertisement|ADVERTISEMENT|Baca Juga)(?=\s+[\"“‘A-Z\d]|\s*$)")
# "(*)", "(abc/def)", "[abc]" after the last full stop: who wrote and edited it. "(ATR/BPN)." before it is prose.
_CODE = re.compile(
    r"\s*(?:\(\s*\*+\s*\)|\*{2,})\s*$"
    r"|(?<=[.!?…”\"])\s*(?:[(\[]\s*[A-Za-z][\w. -]{0,15}(?:/[\w. -]{1,16})+[)\]]|\[[a-z]{2,4}\])\s*$"
)
# Only at the end of the article: "(Antara)", "[Antara]", "(abc)"; in lower case also after a heading or a caption.
_CREDIT = re.compile(
    r"(?<=[.!?”\"])\s*(?:\([^\W\d][^()\d]{0,30}\)|\[[^\W\d][^\[\]\d]{0,30}\])\s*$"
    r"|\s*\(\s*[a-z]{2,4}\s*/\s*[a-z]{2,4}\s*\)\s*$"
)

_CLOSING_MARKS = frozenset("\"'”’»)].")
_LONGEST_LINE = 300
_LONGEST_CODE = 80
# On a page saved as one line a link may stand after an item of a list, and the next sentence hangs on its headline.
_LINK = re.compile(r"\bbaca juga\s*:.*", re.IGNORECASE)
_SHORTEST_PROSE = 4  # words
_LONGEST_HEADLINE = 20  # words
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
        cleaned = _strip_end(_CODE, _BETWEEN_SENTENCES.sub("", _INLINE.sub("", paragraph)))
        if in_list and not _is_prose(cleaned):
            continue
        in_list = bool(kept) and bool(_LIST_HEADING.fullmatch(cleaned))
        if is_boilerplate(cleaned) and not _opens_article(cleaned):
            continue
        if prose := _without_furniture(cleaned):
            kept.append(prose)
    if kept:
        kept[-1] = _strip_end(_CREDIT, kept[-1])
    return kept


def _without_furniture(paragraph: str) -> str:
    """The paragraph without the sentences that are page furniture: some pages are saved as one line."""
    sentences = split_sentences(paragraph)
    parts = [_LINK.sub("", sentence).rstrip() for sentence in sentences]
    kept = [part for part in parts if part and not _is_dispensable(part)]
    return paragraph if kept == sentences else " ".join(kept)


def _is_dispensable(sentence: str) -> bool:
    """Whether it is furniture, and neither the end of the quotation before it nor the opening of the article."""
    return is_boilerplate(sentence) and not _CLOSING_MARKS.issuperset(sentence) and not _opens_article(sentence)


def _opens_article(line: str) -> bool:
    """Whether prose follows a byline and a dateline: "Oleh: Nama Orang X.com - Banjir melanda kota." """
    rest = strip_dateline(line)[1]
    return rest != line and _is_prose(rest)


def _strip_end(pattern: re.Pattern[str], paragraph: str) -> str:
    """The paragraph without what matches at its end; only the end is searched, however long the paragraph."""
    end = max(0, len(paragraph) - _LONGEST_CODE)
    return (paragraph[:end] + pattern.sub("", paragraph[end:])).strip()


def _is_prose(paragraph: str) -> bool:
    words = len(paragraph.split())
    return words > _LONGEST_HEADLINE or (words >= _SHORTEST_PROSE and bool(_PROSE_END.search(paragraph)))
