"""Dropping spans of sentences. All sentences are fictional and written for this project."""

import json
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from summarizer.compression import Span, compress, droppable, remove, spans_to_drop, without_connective

TRAIN = Path(__file__).resolve().parents[2] / "../shared/data/indosum/train.jsonl"

SPANS = [
    ("dateline", "[SUKATANI, Beritanusa.com - ]Bupati Sari Kenanga meresmikan pasar baru di tepi sungai."),
    ("connective", "[Sementara itu, ]warga Sukatani sudah kembali ke rumah masing-masing."),
    ("source", "[Dilansir dari Kabar Laut, Senin (3/2/2031), ]kapal itu sudah berlabuh di Karangsari."),
    ("source", "Kapal itu sudah berlabuh di pelabuhan Karangsari[, seperti dikutip dari Kabar Laut, Senin (3/2)]."),
    ("setting", "“Kami siap berangkat besok pagi,” kata Tirta Laksana[ di Balai Kota Sukatani, Senin (3/2/2031)]."),
    ("setting", "“Kami siap berangkat besok pagi,” kata Kepala Dinas Air, Tirta Laksana[, di Sukatani, Senin]."),
    ("setting", "Bendungan itu aman sampai musim kemarau, ujar Tirta[ usai rapat bersama warga]."),
    ("setting", "[Ditemui di kantornya, Senin (3/2), ]Tirta Laksana menjelaskan rencana bendungan itu."),
    ("when", "Bupati Sari Kenanga meresmikan pasar baru di tepi sungai[, Senin (3/2/2031)]."),
    ("gloss", "Tim itu mengukur waktu bongkar muat[ (dwell time)] di semua pelabuhan besar."),
    ("adverbial", "[Dalam beberapa pekan terakhir, ]harga cabai di Sukatani naik terus."),
    ("clause", "Jembatan Karangsari ditutup sampai akhir bulan ini[, karena tiangnya retak]."),
    ("relative", "Jembatan Karangsari[, yang dibangun seratus tahun lalu,] ditutup sampai akhir bulan."),
]


def cut(marked: str) -> tuple[str, str]:
    """The sentence without the marks, and the text between them."""
    return re.sub(r"[\[\]]", "", marked), marked[marked.index("[") + 1 : marked.index("]")]


@pytest.mark.parametrize(("kind", "marked"), SPANS)
def test_a_span_that_can_go_is_found(kind: str, marked: str) -> None:
    sentence, inside = cut(marked)
    assert (kind, inside) in [(span.kind, sentence[span.start : span.end]) for span in droppable(sentence)]


@pytest.mark.parametrize(
    "sentence",
    [
        pytest.param(
            "Menurut polisi, pelaku masuk lewat jendela belakang rumah itu.", id="a claim would become a fact"
        ),
        pytest.param("Pelaku masuk lewat jendela, kata polisi, lalu membawa dua sepeda.", id="the same inside"),
        pytest.param("Jika hujan turun lagi, warga Sukatani akan mengungsi ke balai desa.", id="a condition"),
        pytest.param(
            "Warga Sukatani akan mengungsi ke balai desa, jika hujan turun lagi.", id="a condition at the end"
        ),
        pytest.param("Rapat kemarin sore membahas jembatan baru itu, meski warga tidak setuju.", id="a negation"),
        pytest.param(
            "Panitia lomba sudah memilih tiga kota besar, yakni Sukatani dengan 412 suara dan Karangsari.",
            id="a figure",
        ),
        pytest.param("Dinas Pekerjaan Umum (DPU) menutup jembatan itu sampai Senin depan pagi.", id="a short form"),
        pytest.param("Bupati Sukatani, Sari Kenanga, meresmikan pasar baru di tepi sungai.", id="who it was"),
        pytest.param(
            "Di Stadion Melati, Karangsari, tim itu akhirnya menang lagi setelah setahun.",
            id="a comma inside the adverbial",
        ),
        pytest.param("Setelah beras habis, gula menghilang, dan telur naik, semua pedagang menutup toko.", id="a list"),
        pytest.param(
            "Untuk itu, ujar dia, semua warga Sukatani harus ikut menjaga sungai.", id="speech without a start"
        ),
        pytest.param(
            "Bupati meresmikan pasar dan warga desa, setelah pasar terbakar, membangun kios.",
            id="the predicate follows",
        ),
        pytest.param("Dinas menutup dua jalan besar (Jalan Melati, yakni jalur barat).", id="half a pair of brackets"),
        pytest.param("Namun, hujan turun lagi di Sukatani.", id="too short"),
        pytest.param("Pasar itu melayani warga, mulai dari bayi, ibu hamil, hingga kakek dan nenek.", id="a range"),
    ],
)
def test_what_would_change_the_meaning_or_break_the_sentence_stays(sentence: str) -> None:
    assert droppable(sentence) == []


def test_no_span_reaches_into_a_quotation() -> None:
    sentence = "Warga menulis di tembok balai desa ‘Kami menolak, karena sawah kami hilang’."
    assert droppable(sentence) == []


def test_what_is_left_has_its_capital_commas_and_spaces() -> None:
    sentence = "Sementara itu, jembatan Karangsari, yang dibangun warga, ditutup, Senin (3/2/2031)."
    parts = ("Sementara itu, ", ", yang dibangun warga,", ", Senin (3/2/2031)")
    spans = [Span(sentence.index(part), sentence.index(part) + len(part), "any") for part in parts]
    assert remove(sentence, spans) == "Jembatan Karangsari ditutup."


def test_a_brand_in_lower_case_keeps_its_first_letter() -> None:
    assert remove("Selain itu, iPhone lama ikut dijual.", [Span(0, 12, "connective")]) == "iPhone lama ikut dijual."


def test_a_sentence_without_spans_comes_back_as_it_is() -> None:
    sentence = "Pasar itu  ramai ."
    assert compress(sentence) == sentence


def test_where_a_thing_was_said_goes_and_when_it_happened_stays() -> None:
    said = "“Kami siap berangkat besok pagi,” kata Tirta Laksana di Balai Kota Sukatani, Senin (3/2/2031)."
    assert compress(said) == "“Kami siap berangkat besok pagi,” kata Tirta Laksana."
    happened = "Bupati Sari Kenanga meresmikan pasar baru di tepi sungai, Senin (3/2/2031)."
    assert compress(happened) == happened


def test_the_models_opinion_of_a_span_decides() -> None:
    sentence, inside = cut("Jembatan Karangsari ditutup sampai akhir bulan ini[, karena tiangnya retak].")
    assert compress(sentence, keep=lambda start, end: 0.02) == sentence.replace(inside, "")
    assert compress(sentence, keep=lambda start, end: 0.9) == sentence


# What goes from the short form only, beside a limit of words that the sentence just misses.
TAILS = [
    pytest.param("Dinas Pekerjaan Umum[ (DPU)] menutup jembatan Karangsari sampai Senin depan pagi.", id="brackets"),
    pytest.param("Banjir merendam enam rumah warga di Desa Wening[, Kecamatan Lembayan, Jawa Tengah].", id="region"),
    pytest.param("Banjir merendam pasar di Desa Wening[, Kecamatan Lembayan,] sampai atap rumah.", id="region inside"),
    pytest.param("Bima Aji menaklukkan Tirta Laksana dengan skor 21-10, 21-12[ dalam waktu 40 menit].", id="duration"),
    pytest.param("Para menteri Sukatani[, termasuk Sari dari Wening,] tiba di pelabuhan lama.", id="aside"),
    pytest.param("Dinas menutup jembatan gantung lama di Karangsari[, sejauh ini 12 orang dirawat].", id="splice"),
    pytest.param("Dinas menjual beras murah [(sekitar Rp 9.000) ]di pasar lama Sukatani.", id="brackets with a figure"),
    pytest.param("Bupati[ secara resmi] membuka pasar baru Sukatani bagi para pedagang.", id="manner"),
    pytest.param("Para menteri Sukatani membahas harga beras[ di Hotel Melati, Sukatani].", id="venue"),
    pytest.param(
        "Dinas merilis daftar pasar lama Sukatani[, membuka arsip yang lama tersimpan rapat].", id="participle"
    ),
    pytest.param(
        "Pemerintah bergabung dalam Gerakan Sungai Bersih[, sebuah prakarsa warga, pelajar, dan nelayan].",
        id="apposition",
    ),
    pytest.param(
        "Polisi Sukatani menutup jalan lingkar Karangsari[ sekaligus mengalihkan kendaraan ke jalan desa].",
        id="conjunct",
    ),
    pytest.param("Warga Sukatani mengungsi ke balai desa[ setelah sungai meluap sampai ke sawah].", id="reason"),
    pytest.param(
        "Bupati Sari Kenanga meresmikan Jembatan Karangsari[ yang terletak di ujung desa nelayan].", id="relative"
    ),
    pytest.param(
        "Dua pihak menandatangani Perjanjian Sungai Wening[ untuk menjaga air bersih bagi warga].", id="purpose"
    ),
]


TAILS += [
    pytest.param("Polisi Sukatani[ melalui Satuan Air] bergerak mencari kapal nelayan yang hilang.", id="through whom"),
    pytest.param("Bupati Sukatani membuka pasar[ pada Senin (3/2)] bersama para pedagang lama.", id="the day"),
    pytest.param("Warga Sukatani merawat kedai kopi milik desa nelayan[ sejak tahun 1986].", id="the year"),
    pytest.param("[Berdasarkan hasil rapat tahun 2031, ]Dinas Air membuka posko di tepi sungai.", id="opening"),
    pytest.param("Kepala Dinas Air Wening[, Tirta Laksana,] menutup bendungan lama itu.", id="bearer of an office"),
    pytest.param("Sari Kenanga[, bidan desa yang bertugas di Wening,] sukses membuka klinik gizi.", id="who she is"),
    pytest.param("Tim itu mencari dua pendaki di lereng Gunung Melati[ di Lembayan Utara].", id="a place with a name"),
    pytest.param("Bupati membuka pameran batu di sudut alun-alun, Masjid Wening[, Sukatani].", id="place of a place"),
    pytest.param("Bupati meninjau kapal nelayan di kawasan Pasar Melati[, Jakarta].", id="city"),
    pytest.param(
        "Dinas Air Wening merilis peta sungai[, yang semula hanya dibuat untuk para nelayan desa].",
        id="closing relative",
    ),
    pytest.param("Perusahaan meminta warga bekerja dari rumah[, di mana mereka menunggu 10 kabar].", id="where"),
    pytest.param("Bima Aji melaju ke final Piala Wening[ usai mengalahkan Tirta 21-16, 21-13].", id="after a match"),
    pytest.param(
        "Tsunami itu menjadi yang tertinggi di Teluk Melati[, dan para nelayan pulang selamat].", id="and they"
    ),
    pytest.param(
        "Tim menyusun rencana Detail Engineering Design[ atau DED] pelabuhan Karangsari.", id="its short form"
    ),
]


@pytest.mark.parametrize("marked", TAILS)
def test_the_short_form_loses_what_it_can_to_be_short_enough(marked: str) -> None:
    sentence, inside = cut(marked)
    shorter = sentence.replace(inside, "")
    limit = len(shorter.split())
    assert remove(sentence, spans_to_drop(sentence, words=limit)) == shorter
    assert spans_to_drop(sentence, words=len(sentence.split())) == []
    assert inside not in [sentence[span.start : span.end] for span in spans_to_drop(sentence)]


@pytest.mark.parametrize(
    "sentence",
    [
        pytest.param("Warga hanya boleh pulang ke rumah setelah sungai surut sampai batas aman.", id="a condition"),
        pytest.param("Bupati menutup pasar bukan karena api membakar kios para pedagang lama.", id="a negation"),
        pytest.param("Dinas menutup Pasar Melati yang tidak membayar sewa kepada desa.", id="a negation in the clause"),
        pytest.param("Polisi menangkap Tirta Laksana yang dituduh mencuri beras dari gudang.", id="an accusation"),
        pytest.param(
            "Bupati mengatakan Pasar Melati yang terletak di ujung desa terbakar habis.", id="the verb is in it"
        ),
        pytest.param("Polisi mendata para pedagang yang menjual beras dari gudang lama.", id="which ones are meant"),
        pytest.param("Tirta Laksana menempuh jalan desa sampai puncak bukit dalam 34 menit.", id="a figure"),
        pytest.param("Program Sekolah Desa Wening bertujuan menjawab sekaligus mengatasi hal.", id="one object"),
    ],
)
def test_the_short_form_keeps_its_meaning(sentence: str) -> None:
    assert spans_to_drop(sentence, words=8) == []


@pytest.mark.parametrize(
    ("sentence", "shorter"),
    [
        ("Badan Gizi Nasional (BGN) menutup dapur di Sukatani.", "BGN menutup dapur di Sukatani."),
        ("Kementerian Kesehatan (Kemenkes) RI menutup dapur di Sukatani.", "Kemenkes RI menutup dapur di Sukatani."),
        ("Dapur itu milik badan usaha milik negara (BUMN) baru.", "Dapur itu milik BUMN baru."),
        (
            "Menteri Sungai dan Danau (Mensuda) Tirta Laksana menutup bendungan.",
            "Mensuda Tirta Laksana menutup bendungan.",
        ),
    ],
)
def test_a_name_that_readers_know_by_its_short_form_is_told_by_it(sentence: str, shorter: str) -> None:
    limit = max(len(shorter.split()), 6)
    longer = f"{sentence[:-1]} sejak pagi hari tadi."
    assert remove(longer, spans_to_drop(longer, words=limit + 4)) == f"{shorter[:-1]} sejak pagi hari tadi."


@pytest.mark.parametrize(
    "sentence",
    [
        "Dinas Pantai Lembayan Sukatani (DPLS) menutup jembatan Karangsari sampai Senin depan pagi.",
        "Warga berkata “Badan Gizi Nasional (BGN) menutup dapur kami” sampai Senin depan pagi.",
        "Dinas melalui Satuan Air untuk menutup pintu bendungan lama di Karangsari.",
    ],
)
def test_an_unknown_name_a_quotation_and_a_purpose_stay(sentence: str) -> None:
    assert spans_to_drop(sentence, words=len(sentence.split()) - 2) == []


def test_what_a_sentence_answers_to_goes_with_the_words_that_point_back() -> None:
    assert without_connective("Menanggapi keluhan warga itu, Dinas Air membuka posko.") == "Dinas Air membuka posko."
    assert without_connective("Dari kesadaran itulah, Dinas Air membuka posko.") == "Dinas Air membuka posko."
    assert without_connective("Menanggapi banjir Wening, Dinas Air membuka posko.").startswith("Menanggapi")


def test_two_ages_go_together_or_not_at_all() -> None:
    sentence = "Sari Kenanga (41) dan Tirta Laksana (38) membuka kedai kopi di Sukatani."
    assert spans_to_drop(sentence, words=11) == []


def test_what_would_not_make_it_short_enough_stays() -> None:
    sentence = "Dinas Pekerjaan Umum (DPU) menutup jembatan Karangsari sampai Senin depan pagi."
    assert spans_to_drop(sentence, words=8) == []


def assert_nothing_is_invented_or_cut(sentence: str, shorter: str) -> None:
    kept = iter(re.findall(r"\w+", sentence.lower()))
    assert all(word in kept for word in re.findall(r"\w+", shorter.lower())), "words in their order"
    numbers = re.compile(r"\d+(?:[.,/]\d+)*")
    assert set(numbers.findall(shorter)) <= set(numbers.findall(sentence))
    for mark in '"“”':
        assert shorter.count(mark) == sentence.count(mark)
    assert shorter.count("(") - shorter.count(")") == sentence.count("(") - sentence.count(")")
    assert len(shorter.split()) >= min(6, len(sentence.split()))


# Pieces that meet in all orders, so that spans nest, touch and overlap.
PIECES = st.sampled_from(
    [re.sub(r"[\[\]]", "", marked).rstrip(".") for _, marked in SPANS]
    + [
        ", kata Tirta",
        ", Senin (3/2/2031)",
        " (dwell time",
        ")",
        "“",
        "”",
        '"',
        ", ",
        " 12.500",
        " Rp 1,5 miliar",
        " tidak",
    ]
    + ["Namun, ", ", yang retak,", ", karena hujan", " menutup", " di Sukatani", ". ", "\u2009", "-", "iPhone"]
)


@given(st.lists(PIECES, max_size=6).map("".join), st.floats(0, 1))
def test_no_sentence_whatever_its_shape_gets_a_new_word_or_half_a_pair(sentence: str, chance: float) -> None:
    for span in droppable(sentence):
        assert_nothing_is_invented_or_cut(sentence, remove(sentence, [span]))
    assert_nothing_is_invented_or_cut(sentence, compress(sentence, keep=lambda start, end: chance))
    assert_nothing_is_invented_or_cut(sentence, remove(sentence, spans_to_drop(sentence, words=8)))


@given(st.text(max_size=200))
def test_any_text_can_be_compressed(text: str) -> None:
    assert len(compress(text)) <= len(text) + 1


@pytest.mark.skipif(not TRAIN.exists(), reason=f"{TRAIN} is missing")
def test_no_sentence_of_indosum_gets_a_new_word_or_half_a_pair() -> None:
    seen = 0
    for line in TRAIN.read_text(encoding="utf-8").splitlines()[::5]:
        for paragraph in json.loads(line)["paragraphs"]:
            for sentence in (" ".join(tokens) for tokens in paragraph):
                for span in droppable(sentence):
                    assert_nothing_is_invented_or_cut(sentence, remove(sentence, [span]))
                    seen += 1
    assert seen > 500
