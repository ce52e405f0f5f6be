"""The default engine on fictional articles."""

import re
import subprocess
import sys

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from summarizer import EmptyTextError, NotIndonesianError, SummarizerError, create_summarizer, summarize
from summarizer.text import normalise

# A slow machine is no failure.
CALM = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])

ARTICLE = """\
KUPANG, Beritanusa.com - Pemerintah Kota Laksana membuka kembali Pasar Wening pada Jumat (22/11/2030) setelah dua \
tahun diperbaiki dengan biaya Rp 1,5 triliun.

“Kami senang sekali. Pasar ini milik warga,” ujar Wali Kota Tirta Kenanga.

Ia menambahkan, pedagang lama mendapat kios tanpa biaya sewa selama enam bulan.

Pasar itu menampung 1.240 pedagang di tiga lantai dan dilengkapi tempat pengolahan sampah.

Namun, sejumlah pedagang di lantai tiga khawatir pembeli enggan naik.

Dinas Perdagangan berjanji memasang dua tangga berjalan sebelum akhir tahun.

Pembangunan pasar sempat tertunda karena banjir besar yang merendam kawasan itu pada 2028.

Baca juga: Harga Cabai Turun

Warga berharap harga bahan pokok di pasar itu tetap terjangkau. (abc/def)
"""
LONG_SENTENCE = "Warga menanam padi di sawah yang luas itu bersama para tetangga dan anak sekolah " * 30


def words_of(sentences: tuple[str, ...]) -> int:
    return sum(len(sentence.split()) for sentence in sentences)


def test_a_digest_has_45_to_80_words_in_source_order() -> None:
    digest = summarize(ARTICLE, "Pasar Wening Dibuka Kembali")
    assert 45 <= words_of(digest.sentences) <= 80
    places = [normalise(ARTICLE).index(sentence) for sentence in digest.sentences]
    assert places == sorted(places)
    assert digest.engine == "extractive-2"


def test_the_lead_comes_first_without_its_dateline_and_with_date_and_sum() -> None:
    lead = summarize(ARTICLE).sentences[0]
    assert lead.startswith("Pemerintah Kota Laksana")
    assert "(22/11/2030)" in lead
    assert "Rp 1,5 triliun" in lead


def test_links_and_codes_stay_out() -> None:
    text = " ".join(summarize(ARTICLE).sentences)
    assert "Baca juga" not in text
    assert "abc/def" not in text


@pytest.mark.parametrize("title", ["", "Pedagang Lama Pasar Wening Bebas Sewa Enam Bulan"])
def test_a_sentence_about_ia_comes_only_after_the_one_that_names_the_speaker(title: str) -> None:
    sentences = summarize(ARTICLE, title).sentences
    if any(sentence.startswith("Ia ") for sentence in sentences):
        before = next(at for at, sentence in enumerate(sentences) if sentence.startswith("Ia ")) - 1
        assert sentences[before].endswith("Tirta Kenanga.")


def test_the_short_form_is_one_sound_sentence_of_at_most_25_words() -> None:
    short = summarize(ARTICLE).short
    assert len(short.split()) <= 25
    assert short in normalise(ARTICLE)
    assert not short.startswith(("Ia", "Namun", "“"))


def test_a_sentence_that_says_what_the_headline_says_is_taken() -> None:
    paragraphs = [
        f"Pasar nomor {n} di tepi sungai dikunjungi banyak pembeli dari desa lain setiap pagi." for n in range(9)
    ]
    paragraphs[7] = (
        "Harga cabai di Pasar Wening turun menjadi Rp 30.000 per kilogram karena panen raya di lereng gunung."
    )
    digest = summarize("\n\n".join(paragraphs), "Panen Raya, Harga Cabai di Pasar Wening Turun")
    assert paragraphs[7] in digest.sentences


def test_a_connective_goes_where_the_sentence_before_it_is_not_in_the_digest() -> None:
    sentences = summarize(ARTICLE).sentences
    source = normalise(ARTICLE)
    for at, sentence in enumerate(sentences):
        if sentence.startswith("Namun, "):
            assert at
            assert source.index(sentence) - source.index(sentences[at - 1]) < 2 + len(sentences[at - 1])


def test_an_article_of_one_sentence_is_its_digest() -> None:
    digest = summarize("Gempa bermagnitudo 5,0 mengguncang Karangsari pada Senin pagi.")
    assert digest.sentences == ("Gempa bermagnitudo 5,0 mengguncang Karangsari pada Senin pagi.",)
    assert digest.short == digest.sentences[0]


def test_an_article_without_a_full_stop_still_gives_its_text() -> None:
    assert summarize("gempa mengguncang karangsari pada senin pagi").sentences == (
        "gempa mengguncang karangsari pada senin pagi",
    )


def test_a_run_on_of_hundreds_of_words_is_cut_and_marked() -> None:
    (sentence,) = summarize(LONG_SENTENCE).sentences
    assert words_of((sentence,)) == 81
    assert sentence.endswith(" …")
    assert LONG_SENTENCE.startswith(sentence.removesuffix(" …"))


def test_a_body_in_capitals_gives_a_digest_in_its_own_words() -> None:
    digest = summarize(ARTICLE.upper())
    assert 45 <= words_of(digest.sentences) <= 80
    assert digest.sentences[0].startswith("PEMERINTAH KOTA LAKSANA")


def test_a_report_of_20_000_words_gives_a_digest_from_its_top() -> None:
    body = [f"Warga desa nomor {n} memanen padi di sawah bersama para tetangga pada pagi hari." for n in range(1500)]
    digest = summarize("\n\n".join(body))
    assert 45 <= words_of(digest.sentences) <= 80
    assert digest.sentences[0] == body[0]


def test_a_headline_with_markup_and_emoji_changes_nothing() -> None:
    assert summarize(ARTICLE, "<b>&🌾</b>").sentences == summarize(ARTICLE).sentences


@pytest.mark.parametrize("text", ["", " \n\n", "...", "?! — “”", "\ufeff\u200b", "Berita Terkait\n\nBagikan Artikel :"])
def test_text_without_words_is_refused(text: str) -> None:
    with pytest.raises(EmptyTextError) as caught:
        summarize(text)
    assert caught.value.key == "text_empty"


def test_english_text_is_refused() -> None:
    text = (
        "The mayor opened the old market on Friday. It had been closed for two years and many of the traders are back."
    )
    with pytest.raises(NotIndonesianError) as caught:
        summarize(text)
    assert caught.value.key == "not_indonesian"


def test_an_unknown_engine_is_named() -> None:
    with pytest.raises(ValueError, match="unknown summarizer 'neural'"):
        create_summarizer("neural")


PIECES = st.sampled_from(
    [
        *ARTICLE.split(". "),
        "Ia pulang.",
        "“Kami datang.",
        "Pergi,” kata dia.",
        "dr. Sari (dokter",
        "\n\n",
        "\n",
        "Namun, hujan turun!",
        "Kapan?",
        "JAKARTA - Warga datang.",
        "(*)",
        "…",
    ]
)


@CALM
@given(st.lists(PIECES | st.text(max_size=30), max_size=30).map(" ".join), st.text(max_size=30))
def test_every_word_of_a_digest_is_the_source_s_in_its_order(text: str, title: str) -> None:
    try:
        digest = summarize(text, title)
    except SummarizerError:
        return
    source = re.findall(r"\w+", normalise(text).lower())
    assert digest.sentences
    for sentence in (*digest.sentences, digest.short):
        rest = iter(source)
        assert all(word in rest for word in re.findall(r"\w+", sentence.lower()))


def test_importing_the_package_reads_no_word_list_and_nothing_heavy() -> None:
    code = (
        "import sys, summarizer, summarizer.lexicon as lexicon;"
        "assert not lexicon.stop_words.cache_info().currsize;"
        "heavy = {'bot', 'numpy', 'torch', 'transformers', 'asyncio'} & sys.modules.keys(); assert not heavy, heavy"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
