import pytest

from summarizer.selection import is_sound, pick_short, points_back, says_again


def of_words(count: int, opening: str = "Warga") -> str:
    return " ".join([opening] + ["padi"] * (count - 1)) + "."


@pytest.mark.parametrize("text", ["Diasporanya pulang.", "Iaitu nama desa.", "Lalulintas padat.", "Inilahkota maju."])
def test_a_longer_word_does_not_point_back(text: str) -> None:
    assert not points_back(text)


@pytest.mark.parametrize(
    "text",
    [
        "Dia membuka pasar itu bersama warga.",
        "“Kami membuka pasar itu bersama warga.",
        "Syarat pendaftaran lelang itu sebagai berikut:",
        "Pasar (yang lama ditutup itu dibuka lagi.",
        "Kapan pasar itu dibuka bagi warga?",
        "Pasar dibuka.",
        "1. “Kereta Malam ke Lembayan” (Bima Aji).",
        "• Pasar itu menampung 1.240 pedagang lama.",
        "Berikut lima hal yang perlu diketahui tentang pasar lama.",
        "Berikut petikannya.",
        "Berikut adalah kumpulan tanggapan warga Sukatani soal pasar.",
        "Inilah spesifikasi lengkap pompa air buatan warga Wening.",
        "Pasar lama kabar.com/pasar-lama dibuka lagi bagi pedagang.",
    ],
)
def test_what_cannot_stand_alone_is_not_sound(text: str) -> None:
    assert not is_sound(text)


@pytest.mark.parametrize(
    "text", ["Berikutnya, pasar dibuka bagi semua pedagang.", "12 pasar dibuka bagi pedagang lama."]
)
def test_prose_that_only_looks_like_a_list_is_sound(text: str) -> None:
    assert is_sound(text)


def test_a_first_sentence_of_25_words_is_the_short_form_whatever_tells_more() -> None:
    assert pick_short([of_words(25), of_words(8)], [0.1, 0.9]) == of_words(25)
    assert pick_short(["1. " + of_words(20), of_words(8)]) == of_words(8)


def test_a_longer_first_sentence_stays_where_no_other_speaks_of_its_news() -> None:
    assert pick_short([of_words(32), of_words(8)], [0.1, 0.9]) == of_words(32)
    assert pick_short([of_words(33), of_words(8)], [0.1, 0.9]) == of_words(8)


LONG_LEAD = (
    "Bupati Sukatani Sari Kenanga meresmikan jembatan gantung sepanjang dua ratus meter yang menghubungkan desa Wening "
    "dengan pasar lama di seberang sungai sesudah dua tahun pembangunan oleh warga dan para prajurit."
)


def test_a_shorter_sentence_with_the_same_news_takes_the_place_of_a_long_lead() -> None:
    same = "Sari Kenanga meresmikan jembatan gantung desa Wening untuk warga Sukatani."
    assert pick_short([LONG_LEAD, same]) == same


@pytest.mark.parametrize(
    "leaning",
    [
        "Sari Kenanga meresmikan jembatan gantung desa tersebut untuk warga Sukatani.",
        "Sari Kenanga meresmikan jembatan gantung desa Wening untuk warga Sukatani, kata dia.",
        "Sari Kenanga juga meresmikan jembatan gantung desa Wening untuk warga Sukatani.",
        "Awalnya, Sari Kenanga meresmikan jembatan gantung desa Wening untuk warga Sukatani.",
    ],
)
def test_one_that_leans_on_others_does_not(leaning: str) -> None:
    assert pick_short([LONG_LEAD, leaning]) == LONG_LEAD


def test_the_short_form_is_the_likeliest_sound_sentence_of_at_most_25_words() -> None:
    sentences = [of_words(40), of_words(8, "Ia"), of_words(20), of_words(10)]
    assert pick_short(sentences) == sentences[2]
    assert pick_short(sentences, [0.9, 0.8, 0.1, 0.2]) == sentences[3]


def test_where_the_first_cannot_stand_one_that_can_comes_before_a_likelier_one_that_leans() -> None:
    leaning = "Dari jumlah tersebut, sepuluh kios di pasar lama ditutup oleh dinas."
    standing = "Bupati Wening membuka posko kesehatan baru di tepi sungai."
    between = "Kios di sana milik warga desa Wening itu."
    assert pick_short([leaning, between, standing], [0.9, 0.8, 0.1]) == standing


def test_without_a_short_sentence_the_shortest_sound_one_is_taken() -> None:
    assert pick_short([of_words(40), of_words(33), of_words(26, "Ia")]) == of_words(33)


def test_the_short_form_does_not_open_with_something_named_before() -> None:
    sentences = [
        "Peringatan itu dikeluarkan pada Senin petang oleh badan setempat.",
        "Nelayan Lembayan diminta tidak melaut sampai gelombang tinggi reda.",
        "Film baru tersebut diputar di tiga kota sejak pekan lalu.",
    ]
    assert pick_short(sentences, [0.9, 0.5, 0.8]).startswith("Nelayan Lembayan")
    assert pick_short(sentences[:1]).startswith("Peringatan itu")


COMMONPLACE = "Hidup sehat kini menjadi impian banyak orang."
NEWS = "Sari Kenanga membuka klinik gizi gratis bagi warga desa Wening."
HEADLINE = "Klinik Gizi Gratis Dibuka di Desa Wening"


def test_a_commonplace_makes_room_for_the_sentence_that_tells_the_headline_s_news() -> None:
    assert pick_short([COMMONPLACE, NEWS], title=HEADLINE) == NEWS
    assert pick_short([COMMONPLACE, NEWS]) == COMMONPLACE


@pytest.mark.parametrize(
    "lead", ["Sari Kenanga pulang ke rumahnya di Lembayan.", "Sebanyak 40 orang datang dari 3 kota pada Senin."]
)
def test_a_first_sentence_with_names_or_figures_is_no_commonplace(lead: str) -> None:
    assert pick_short([lead, NEWS], title=HEADLINE) == lead


@pytest.mark.parametrize("opening", ["Apalagi, ", "Hal inilah yang membuat ", '"Kami tahu, '])
def test_a_sentence_that_leans_on_others_does_not_take_its_place(opening: str) -> None:
    leaning = opening + NEWS
    assert pick_short([COMMONPLACE, leaning], title=HEADLINE) == COMMONPLACE


def test_a_long_lead_makes_room_for_the_headline_s_news() -> None:
    long = of_words(33)
    assert pick_short([long, of_words(8), NEWS], [0.1, 0.9, 0.5], HEADLINE) == NEWS


def test_a_sentence_is_said_again_where_its_words_and_figures_stand_in_a_longer_one() -> None:
    whole = "Bupati Sukatani meresmikan jembatan gantung Wening sepanjang 200 meter pada Senin."
    assert says_again("Bupati meresmikan jembatan gantung Wening.", whole)
    assert not says_again("Bupati meresmikan jembatan gantung Wening ke-3.", whole)
    assert not says_again("Bupati menutup pasar lama Wening.", whole)


NEAR = "Dinas Sungai Wening menutup jembatan bagi warga."


def test_a_likely_sentence_that_speaks_of_it_takes_the_place_of_a_long_lead() -> None:
    assert pick_short([LONG_LEAD, NEAR], [0.9, 0.5], "Jembatan Gantung Sari Kenanga") == NEAR
    assert pick_short([LONG_LEAD, NEAR], [0.9, 0.1], "Jembatan Gantung Sari Kenanga") == LONG_LEAD
    assert pick_short([LONG_LEAD, of_words(8)], [0.9, 0.5], "Jembatan Gantung Sari Kenanga") == LONG_LEAD


def test_a_bare_name_stands_alone_where_the_headline_has_it() -> None:
    full, bare = "Kepala Dinas Air Tirta Laksana tiba.", "Tirta mengatakan jembatan gantung aman bagi warga."
    assert pick_short([LONG_LEAD, full, bare], [0.9, 0.1, 0.5], "Tirta: Jembatan Aman") == bare
    assert pick_short([LONG_LEAD, full, bare], [0.9, 0.1, 0.5], "Jembatan Aman") == LONG_LEAD
