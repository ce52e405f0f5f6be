"""What a sentence can lose where it must be short: brackets, the wider region of a place, closing clauses.

Unlike the other spans of `compression`, editors keep these more often than not. They go only from the short form, which
is read alone, and only where that makes it short enough.
"""

import re
from collections.abc import Iterator
from typing import Final

from summarizer.lexicon import SAYS

Tail = tuple[int, int, str]
"""Characters of the sentence from, to (exclusive), and the kind."""

_BRACKETS = re.compile(r" \([^()]{1,60}\)(?=[ ,.])")
_REGION: Final = (
    r"(?:Kecamatan|Kabupaten|Kota|Provinsi|Kepulauan|Daerah|Aceh|Sumatera|Sumatra|Riau|Jambi|Bengkulu|Lampung|Banten|DKI|"
    r"Jakarta|Jawa|DIY|Yogyakarta|Bali|Nusa|NTB|NTT|Kalimantan|Sulawesi|Gorontalo|Maluku|Papua|"
    r"Arab Saudi|Palestina|Malaysia|Singapura|Thailand|Filipina|Jepang|China|"
    r"Korea Selatan|India|Australia|Amerika Serikat|Inggris|Prancis|Spanyol|Italia|Jerman|Belanda|Denmark)"
)
# "di Desa Wening[, Kecamatan Lembayan, Jawa Timur]".
_WIDER = re.compile(
    rf" (?:di|ke|dari|warga) [A-Z][^,.()\"“”]*"
    rf"(?P<tail>(?:, (?:kawasan )?[A-Z][\w’'-]*(?: [A-Z][\w’'-]*){{0,3}})*?, {_REGION}"
    r"(?: [A-Z][\w’'-]*){0,3}(?:(?=\.$)|,(?= [a-z])))"
)
_PLACES: Final = r"(?:, [A-Z][\w’'-]*(?: [A-Z][\w’'-]*){0,3}){0,3}"
# "meresmikan jembatan[ di Hotel Melati, Sukatani]", "[, dalam kunjungan ke Sukatani]", "memulai[ secara resmi]".
_VENUE = re.compile(
    r"(?P<tail>,? (?:yang (?:digelar|berlangsung|diadakan|diselenggarakan) )?di (?:The )?"
    r"(?:Hotel|Gedung|Auditorium|Kantor|Aula|"
    r"Istana|Balai|Ruang|Kompleks|Ballroom)\b(?:,? (?:[A-Z][\w’'-]*|dan))*)(?=\.$)"
)
_OCCASION = re.compile(
    r"(?P<tail>, (?:dalam|pada|di|ke|melalui|lewat|me[lmnrwy]\w{4,}) [^,;\"“”]+" + _PLACES + r")(?=\.$)"
)
_MANNER = re.compile(r"(?P<tail> secara (?:resmi|langsung|rutin|simbolis|besar-besaran))\b")
_TAIL = r"(?P<tail> {} [^,;\"“”]+" + _PLACES.replace("{", "{{").replace("}", "}}") + r")(?=\.$)"
# After a name it only adds to it; after a common noun it says which one is meant.
_RELATIVE = re.compile(
    r"(?<=[\w)])(?P<tail> yang (?P<verb>(?:me|ber|di|ter)\w{3,})\b(?P<rest>[^,;\"“”]*)" + _PLACES + r")(?=\.$)"
)
_PURPOSE = re.compile(r"(?P<tail> untuk (?P<verb>me\w{4,})\b(?P<rest>[^,;\"“”]*)" + _PLACES + r")(?=\.$)")
_ENDS_IN_NAME = re.compile(r"\b(?:[A-Z][\w’'-]*|(?:19|20)\d\d)(?: \([^()]*\))?$")
_REASON = re.compile(
    _TAIL.format(
        r"(?:usai|seusai|setelah|sesudah|lantaran|akibat|imbas|karena|menyusul|demi|guna|dalam rangka|di tengah|"
        r"di sela-sela|seiring|sejalan dengan|berkat|lewat|melalui)"
    )
)
_CONJUNCT = re.compile(_TAIL.format(r"(?:(?:sekaligus|serta|dan) (?:me[lmnrwy]|ber)\w{3,}|sekaligus [a-z]+)"))
_APPOSITION = re.compile(
    r"(?P<tail>, (?:sebuah|seorang|salah satu|salah satunya|salah seorang|tepatnya|merujuk|khususnya|terutama|termasuk|"
    r"yakni|yaitu) [^;\"“”]+)(?=\.$)"
)
# "para menteri[, termasuk Sura dari Wening,] tiba", "surat itu[, yang ditulis pada Senin,] untuk meminta".
_ASIDE = re.compile(
    r"(?P<tail>, (?:(?:termasuk|khususnya|terutama|merujuk|tepatnya) [^,;\"“”]+,(?= [a-z])|"
    r"yang [^,;\"“”]+,(?= (?:untuk|dalam|di|ke|pada|dari|dengan)\b)))"
)
# "menang dengan skor 21-10, 21-12[ dalam waktu 40 menit]".
_DURATION = re.compile(r"(?P<tail>(?<=\d) dalam (?:waktu|tempo|durasi) \d+ (?:menit|jam))(?=\.$)")
# A second sentence after a comma: the first one is told whole without it.
_SPLICE = re.compile(r"(?P<tail>, (?:di ?mana|sejauh ini|sementara|sedangkan|hingga kini) [^;\"“”]+)(?=\.$)")
# A closing clause may hold what these say of the rest: "baru boleh pulang setelah ...", "bukan karena ...".
_LEANS_ON_TAIL = re.compile(
    r"\b(?:tidak|tak|bukan|belum|tanpa|jangan|hanya|cuma|baru(?! saja)|dilarang|melarang|larang\w*|boleh|harus|"
    r"wajib|bisa|dapat|jika|bila|kalau|apabila|sebelum|antara|baik|semakin|makin|lebih(?! dari \d)|demikian|begitu|"
    r"agar|supaya|meski\w*|walau\w*|"
    # Their news stands in the clause.
    r"mendadak|viral|heboh|geger|ramai|sorotan|perhatian|perbincangan|bicara|suara)\b",
    re.IGNORECASE,
)
# What they introduce is a sentence of its own, and its verb may stand in the closing clause.
_REPORTS = re.compile(
    rf"\b(?:bahwa|{SAYS}(?:nya)?|me(?:ngatakan|nyebut\w*|nyatakan|nilai|mastikan|nduga|negaskan|nuturkan|ngaku\w*|"
    r"nganggap|mperkirakan|minta|nginginkan|mbuat|nuding|nuduh|ngajak|ngusulkan|ndorong|"
    r"ngimbau|nyerukan|merintahkan|nugaskan)|berhak|siap|sepakat|berencana|disebut|dinilai|dianggap|diduga|dilaporkan)\b",
    re.IGNORECASE,
)
_ACCUSES = re.compile(r"\b(?:dituduh|dituding|disangka\w*|dikabarkan|dilaporkan|disebut\w*|dinilai|dianggap|diklaim)\b")
_VERB = re.compile(
    r"\b(?:me[lmnrwy]|di|ber(?!skala|bagai|sama|standar|basis|bobot|usia|inisial|nama)|ter)\w{4,}|\b(?:adalah|menjadi|akan|telah|sudah|kini)\b"
)
_JOINED = re.compile(r"\b(?:dan|serta|untuk|dengan|guna|setelah|usai|karena|agar|yang|hingga|saat|ketika) \w+")

# Said by somebody, these belong to what he or she said.
_AFTER_STATEMENT: Final = ("apposition", "occasion", "splice")


def tails(sentence: str) -> Iterator[Tail]:
    """Such spans of a sentence, those first whose loss a reader would miss least; they may overlap."""
    figures = {match.span() for match in _BRACKETS.finditer(sentence) if any(map(str.isdigit, match.group()))}
    for match in _BRACKETS.finditer(sentence):
        inside = match.group()[2:-1]
        if match.span() in figures and len(figures) > 1:
            continue  # "Sura (41) dan Laksana (38)": both ages or none
        if len(re.findall(rf"\b{re.escape(inside)}\b", sentence)) == 1:  # else the short form is used again
            yield (*match.span(), "brackets")
    if wider := _WIDER.search(sentence):
        yield (*wider.span("tail"), "region")
    for pattern, kind in (
        (_DURATION, "duration"),
        (_MANNER, "manner"),
        (_ASIDE, "aside"),
        (_VENUE, "venue"),
        (_OCCASION, "occasion"),
        (_APPOSITION, "apposition"),
        (_SPLICE, "splice"),
        (_CONJUNCT, "conjunct"),
        (_REASON, "reason"),
    ):
        for match in pattern.finditer(sentence):
            before = sentence[: match.start("tail")]
            if _LEANS_ON_TAIL.search(before) or _ACCUSES.search(match["tail"]):
                continue
            if not (kind in _AFTER_STATEMENT and _REPORTS.search(before)):
                yield (*match.span("tail"), kind)
    for pattern, kind in ((_RELATIVE, "relative tail"), (_PURPOSE, "purpose")):
        closing = pattern.search(sentence)
        if closing and _only_adds(sentence[: closing.start("tail")], closing["verb"], closing["rest"]):
            yield (*closing.span("tail"), kind)


def _only_adds(before: str, verb: str, rest: str) -> bool:
    """Whether a closing clause tells more of a name and has no other verb that could be the sentence's own."""
    if not _ENDS_IN_NAME.search(before) or _REPORTS.search(before) or _ACCUSES.search(f"{verb}{rest}"):
        return False
    return not _VERB.search(_JOINED.sub(" ", rest))
