"""What a sentence can lose where it must be short: long names, brackets, the wider region of a place, closing clauses.

Unlike the other spans of `compression`, editors keep these more often than not. They go only from the short form, which
is read alone, and only where that makes it short enough.
"""

import re
from collections.abc import Iterator
from typing import Final

from summarizer.lexicon import SAYS, places, synonyms

Tail = tuple[int, int, str]
"""Characters of the sentence from, to (exclusive), and the kind."""

_BRACKETS = re.compile(r" \([^()]{1,60}\)(?=[ ,.])")
_REGION: Final = (
    r"(?:Kecamatan|Kabupaten|Kota|Provinsi|Kepulauan|Daerah|Aceh|Sumatera|Sumatra|Riau|Jambi|Bengkulu|Lampung|Banten|DKI|"
    r"Jakarta|Jawa|DIY|Yogyakarta|Bali|Nusa|NTB|NTT|Kalimantan|Sulawesi|Gorontalo|Maluku|Papua|"
    r"Arab Saudi|Palestina|Malaysia|Singapura|Thailand|Filipina|Jepang|China|"
    r"Korea Selatan|India|Australia|Amerika Serikat|Inggris|Prancis|Spanyol|Italia|Jerman|Belanda|Denmark)"
)
# "[Badan Gizi Nasional (]BGN[)]", "[Badan Gizi Nasional (]BGN RI[)]": the short form is a name by itself.
_SHORT_NAME = re.compile(r"(?<=\w) \((?P<short>[A-Z][\w-]*)(?: RI)?\)")
# "[Menteri Air dan Sungai (]Menair[)]": as such names are made, so that the lexicon need not know each.
_MINISTRY = re.compile(
    r"\b(?P<long>(?:Wakil )?(?:Menteri|Kementerian) (?:[A-Z]\w+,? |dan ){1,6}\()(?:Wam|M|Kem)en\w+\)"
)
# "Detail Engineering Design[ atau DED]", "perawatan[ atau Maintenance and Repair (MR)]".
_OTHER_NAME = re.compile(r" atau (?P<name>[A-Z]{2,}\b|(?:[A-Z][\w-]*,? |and |of ){1,5}\([A-Z]{2,}\)|[a-z]+\b)")
# "Kepala Dinas Air Wening[, Sura Laksana,] mengatakan": the office says who it is.
_OFFICE_BEARER = re.compile(
    r"(?:Menteri|Wakil|Ketua|Kepala|Sekretaris|Direktur|Deputi|Gubernur|Bupati|Wali|Kapol\w+|Juru|Komisaris|Anggota) "
    r"[^,.;\"“”()]+(?P<tail>, [A-Z][\w’'-]*(?: [A-Z][\w’'-]*){0,3},(?= me[a-z]{4,}))"
)
_DAY = re.compile(
    r"(?<!\batau)(?<!\bdan)(?<!\bsejak)(?<!\bhingga)(?<!\bsampai)(?P<tail> pada (?:hari )?"
    r"(?:Senin|Selasa|Rabu|Kamis|Jum['’]?at|Sabtu|Minggu)(?: \(\d[\d/]*\))?(?! [a-z]+ hingga))(?=[ .,])"
)
_YEAR = re.compile(r"(?P<tail> (?:pada|sejak) (?:tahun )?(?:19|20)\d\d)(?=\.$)")
# "[Berdasarkan hasil rapat pada Senin, ]Dinas Air membuka posko."; what it is about ("Menanggapi …") stays.
_OPENING = re.compile(
    r"(?P<tail>(?:Berdasarkan|Sesuai|Seiring|Di tengah|Memahami) "
    r"[^,\"“”()]+(?: \([^()]*\)[^,\"“”()]*)?(?:, [a-z][^,\"“”()]+)?, )(?=[A-Z])"
)
_GOES_ON = re.compile(r"\b(?:juga|pun|tersebut|itu|ini|ia|dia|mereka)\b")
# "merilis ponsel[, yang diklaim sebagai yang pertama, yakni di Wening].": after a sentence that is whole.
_CLOSING_RELATIVE = re.compile(r"(?P<tail>, yang (?:\w+ ){0,2}(?:me|ber|di|ter)[a-z]{3,}\b[^;\"“”]+)(?=\.$)")
# "di Desa Wening[, Kecamatan Lembayan, Jawa Timur]".
_WIDER = re.compile(
    rf" (?:di|ke|dari|menuju|warga) [A-Z][^,.()\"“”]*"
    rf"(?P<tail>(?:, (?:kawasan )?[A-Z][\w’'-]*(?: [A-Z][\w’'-]*){{0,3}})*?, {_REGION}"
    r"(?: [A-Z][\w’'-]*){0,3}(?:(?=\.$)|,(?= [a-z])))"
)
# "di Jembatan Wening[, Lembayan]."
_PLACE_LAST = re.compile(
    r"\b(?:di|ke|dari|kawasan|menuju) [A-Z][^,.()\"“”]*(?P<tail>, (?P<place>[A-Z]\w+(?: [A-Z]\w+)?))(?=\.$)"
)
_PLACES: Final = r"(?:, [A-Z][\w’'-]*(?: [A-Z][\w’'-]*){0,3}){0,3}"
# "meresmikan jembatan[ di Hotel Melati, Sukatani]", "[, dalam kunjungan ke Sukatani]", "memulai[ secara resmi]".
_VENUE = re.compile(
    r"(?P<tail>,? (?:yang (?:digelar|berlangsung|diadakan|diselenggarakan) )?di (?:The )?"
    r"(?:Hotel|Gedung|Auditorium|Kantor|Aula|"
    r"Istana|Balai|Ruang|Kompleks|Ballroom|pemerintahan|era)\b(?:,? (?:[A-Z][\w’'-]*|dan))*)(?=\.$)"
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
# "melaju ke final[ usai mengalahkan Sura dengan skor 21-10, 21-12].": the score goes with its match.
_AFTER = re.compile(r"(?P<tail> (?:usai|seusai|setelah|sesudah) (?:[^,;\"“”]|,(?= \d))+)(?=\.$)")
_CONJUNCT = re.compile(_TAIL.format(r"(?:(?:sekaligus|serta|dan) (?:me[lmnrwy]|ber)\w{3,}|sekaligus [a-z]+)"))
_APPOSITION = re.compile(
    r"(?P<tail>, (?:sebuah|seorang|salah satu|salah satunya|salah seorang|tepatnya|merujuk|khususnya|terutama|termasuk|"
    r"yakni|yaitu) [^;\"“”]+)(?=\.$)"
)
# "para menteri[, termasuk Sura dari Wening,] tiba", "surat itu[, yang ditulis pada Senin,] untuk meminta".
_ASIDE = re.compile(
    r"(?P<tail>, (?:(?:termasuk|khususnya|terutama|merujuk|tepatnya) [^,;\"“”]+,(?= [a-z])|"
    r"yang [^,;\"“”]+,(?= (?:untuk|dalam|di|ke|pada|dari|dengan)\b)|"
    r"tepatnya [^,;\"“”]+(?=\.$))| yang (?:disiarkan|dimuat|diterima) [^,;\"“”]+(?=\.$))"
)
# "Sura Laksana[, dokter desa yang bertugas di Wening,] meninggal".
_WHO = re.compile(
    r"(?<=[\w)])(?<! dan)(?P<tail>, (?!dan\b|serta\b|atau\b|hingga\b|yang\b|di\b|ke\b|dari\b|pada\b|dengan\b|untuk\b|"
    r"(?:me|ber|ter|di)[a-z]{3,}\b)[a-z]+ [^,;\"“”]+,)"
    r"(?= (?:me[a-z]{4,}|ber[a-z]{4,}|di[a-z]{5,}|sukses|sepakat|akan|telah)\b)"
)
_NAME_BEFORE = re.compile(r"[A-Z]\w*(?: \([^()]*\))?$")
# "Polisi Wening[ melalui Satuan Air] bergerak": who did it for them.
_THROUGH = re.compile(
    r"[A-Z][^,;.\"“”]{2,80}?(?P<tail>,? melalui [^,;\"“”]+?(?:, (?:[A-Z]\w+ ?){1,4},)?)"
    r"(?<! untuk)(?<! yang)(?<! dan)(?<! guna)(?= (?:me[lmnrwy][a-z]{3,}|ber(?!sama)[a-z]{4,})\b)"
)
# "erupsi Gunung Wening[ di Lembayan Utara].", "di Pasar Lama, Wening[, Lembayan].": the place has a name.
_PLACE_OF_PLACE = re.compile(
    r"\b(?:(?:Gunung|Pelabuhan|Bandara|Jembatan|Stadion|Pantai|Pulau|Masjid|Pasar|Terminal|Stasiun) "
    r"[A-Z]\w+(?: [A-Z]\w+)*(?P<tail> di [A-Z]\w+(?: [A-Z]\w+){0,2})|"
    r"(?:di|ke|dari) [^,.;\"“”]+, [A-Z][\w’'-]*(?: [A-Z][\w’'-]*){0,2}(?P<last>, [A-Z]\w+(?: [A-Z]\w+)?))(?=\.$)"
)
# "menang dengan skor 21-10, 21-12[ dalam waktu 40 menit]".
_DURATION = re.compile(r"(?P<tail>(?<=\d) dalam (?:waktu|tempo|durasi) \d+ (?:menit|jam))(?=\.$)")
# A second sentence after a comma: the first one is told whole without it.
_SPLICE = re.compile(
    r"(?P<tail>, (?:dan (?:para|kini|mereka)|sejauh ini|sementara|sedangkan|hingga kini) [^;\"“”]+)(?=\.$)"
)
_WHERE = re.compile(r"(?P<tail>, di ?mana [^;\"“”]+)(?=\.$)")
# A closing clause may hold what these say of the rest: "baru boleh pulang setelah ...", "bukan karena ...".
_LEANS_ON_TAIL = re.compile(
    r"\b(?:tidak|tak(?! dikenal)|bukan|belum|tanpa|jangan|hanya|cuma|baru(?! saja)|dilarang|melarang|larang\w*|"
    r"boleh|harus|wajib|bisa|dapat|jika|bila|kalau|apabila|sebelum|(?<!di )antara|baik|semakin|makin|"
    r"lebih(?! dari \d)|demikian|begitu|agar|supaya|meski\w*|walau\w*|"
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
# "untuk menjawab sekaligus mengatasi masalah air": both verbs have one object.
_LACKS_OBJECT = re.compile(r"\bme[a-z]{4,}$")
_JOINED = re.compile(r"\b(?:dan|serta|untuk|dengan|guna|setelah|usai|karena|agar|yang|hingga|saat|ketika) \w+")

# Said by somebody, these belong to what he or she said.
_AFTER_STATEMENT: Final = ("apposition", "occasion", "splice")


def long_names(sentence: str) -> Iterator[tuple[Tail, ...]]:
    """What can go of "Badan Gizi Nasional (BGN)" so that "BGN" stays, for each such name that readers know by both.

    Also "atau" and a second name of the same thing. What belongs together goes together.
    """
    for match in _SHORT_NAME.finditer(sentence):
        if (start := _start_of_long_name(sentence[: match.start()], match["short"])) is not None:
            yield (start, match.start() + 2, "long name"), (match.end() - 1, match.end(), "long name")
    for match in _MINISTRY.finditer(sentence):
        if _start_of_long_name(match["long"][:-2], match.group()[len(match["long"]) : -1]) is None:
            yield (*match.span("long"), "long name"), (match.end() - 1, match.end(), "long name")
    for match in _OTHER_NAME.finditer(sentence):
        before, name = sentence[: match.start()], match["name"]
        if name.endswith(")") or _spells(before, name) or _start_of_long_name(before, name) is not None:
            yield ((*match.span(), "other name"),)


def _start_of_long_name(before: str, short: str) -> int | None:
    """Where the long form of a known short name begins, if the text ends in it."""
    for form in synonyms().get((short.lower(),), ()):
        if len(form) > 1 and (match := re.search(rf"\b{r'[ -]'.join(map(re.escape, form))}$", before, re.IGNORECASE)):
            return match.start()
    return None


def _spells(before: str, short: str) -> bool:
    """Whether the last words of a text begin with the letters of the short name."""
    return short.isupper() and "".join(word[0] for word in before.split()[-len(short) :]) == short


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
    if (last := _PLACE_LAST.search(sentence)) and last["place"].lower() in places():
        yield (*last.span("tail"), "region")
    if within := _PLACE_OF_PLACE.search(sentence):
        yield (*within.span("tail" if within["tail"] else "last"), "region")
    if through := _THROUGH.match(sentence):
        yield (*through.span("tail"), "aside")
    for who in _WHO.finditer(sentence):
        if _NAME_BEFORE.search(sentence[: who.start("tail")]):
            yield (*who.span("tail"), "aside")
    if (opening := _OPENING.match(sentence)) and not _GOES_ON.search(sentence, opening.end()):
        yield (*opening.span("tail"), "opening")
    for pattern, kind in ((_DAY, "day"), (_YEAR, "day"), (_OFFICE_BEARER, "office bearer")):
        yield from ((*match.span("tail"), kind) for match in pattern.finditer(sentence))
    for pattern, kind in (
        (_DURATION, "duration"),
        (_MANNER, "manner"),
        (_ASIDE, "aside"),
        (_VENUE, "venue"),
        (_OCCASION, "occasion"),
        (_APPOSITION, "apposition"),
        (_SPLICE, "splice"),
        (_WHERE, "where"),
        (_CONJUNCT, "conjunct"),
        (_REASON, "reason"),
        (_AFTER, "after"),
        (_CLOSING_RELATIVE, "splice"),
    ):
        for match in pattern.finditer(sentence):
            before = sentence[: match.start("tail")]
            if _LEANS_ON_TAIL.search(before) or _ACCUSES.search(match["tail"]):
                continue
            if kind == "conjunct" and _LACKS_OBJECT.search(before):
                continue
            if not (kind in _AFTER_STATEMENT and _REPORTS.search(before)):
                yield (*match.span("tail"), kind)
    for pattern, kind in ((_RELATIVE, "relative tail"), (_PURPOSE, "purpose")):
        closing = pattern.search(sentence)
        if closing and _only_adds(sentence[: closing.start("tail")], closing["verb"], closing["rest"]):
            yield (*closing.span("tail"), kind)


def _only_adds(before: str, verb: str, rest: str) -> bool:
    """Whether a closing clause tells more of a name and has no other verb that could be the sentence's own."""
    names_only = not re.search(r"(?<![\w’'-])[a-z]", rest)
    reported = _REPORTS.search(before) and not names_only
    if not _ENDS_IN_NAME.search(before) or reported or _ACCUSES.search(f"{verb}{rest}"):
        return False
    return not _VERB.search(_JOINED.sub(" ", rest))
