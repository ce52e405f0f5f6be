"""Reading saved articles: the seed article by path, and fictional ones."""

from datetime import datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from summarizer import read_article
from summarizer.dates import WIB

# A slow machine is no failure.
CALM = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])

SEED = Path(__file__).parents[3] / "shared/data/seed/article.txt"
BODY = ("Warga Desa Karangsari memanen padi bersama pada Jumat (22/11/2030).", "Panen itu yang terbesar tahun ini.")


def saved(*lines: str) -> str:
    return "\n\n".join(lines)


@pytest.mark.skipif(not SEED.exists(), reason=f"{SEED} is missing")
def test_the_seed_article_gives_its_parts() -> None:
    article = read_article(SEED.read_text(encoding="utf-8"))
    assert article.title.startswith("Di Acara Kemenpan-RB")
    assert article.published == datetime(2019, 11, 22, tzinfo=WIB)
    assert article.place == "JAKARTA"
    assert article.body.startswith("Ketua Umum")
    assert "(22/11/2019)" in article.paragraphs[0]
    assert article.paragraphs[-1].endswith("seluruh Indonesia.")
    for furniture in ("Berita Terkait", "Bagikan Artikel", "(*)", "JAKARTA -"):
        assert furniture not in article.body


def test_headline_date_byline_and_dateline_are_parted_from_the_body() -> None:
    raw = saved(
        "Panen Raya di Karangsari",
        "Oleh: Tirta Laksana",
        "Beritanusa - 22/11/2030, 07:05 WITA",
        f"KUPANG, Beritanusa.com - {BODY[0]}",
        "Baca juga: Harga Gabah Naik",
        f"{BODY[1]} (abc/def)",
        "Berita Terkait",
        "Petani Dapat Pompa",
    )
    article = read_article(raw)
    assert article.title == "Panen Raya di Karangsari"
    assert article.published is not None
    assert article.published.isoformat() == "2030-11-22T07:05:00+08:00"
    assert article.place == "KUPANG"
    assert article.paragraphs == BODY


def test_lines_without_empty_lines_between_them_are_parted_too() -> None:
    article = read_article("\r\n".join(["Panen Raya", "Jumat, 22 November 2030", *BODY]))
    assert (article.title, article.paragraphs) == ("Panen Raya", BODY)


def test_a_given_headline_wins_and_is_not_repeated_in_the_body() -> None:
    article = read_article(saved("PANEN RAYA", *BODY), title=" Panen\nRaya ")
    assert article.title == "Panen Raya"
    assert article.paragraphs == BODY


def test_a_headline_with_markup_and_emoji_is_plain_text() -> None:
    assert read_article(BODY[0], title="<b>Panen</b> & 🌾").title == "<b>Panen</b> & 🌾"


def test_prose_in_the_first_line_is_not_a_headline() -> None:
    article = read_article(saved(*BODY))
    assert (article.title, article.paragraphs) == ("", BODY)


def test_a_long_first_line_without_a_full_stop_is_not_a_headline() -> None:
    article = read_article(saved(*(f"{line.rstrip('.')} dan {line.lower().rstrip('.')}" for line in BODY)))
    assert article.title == ""
    assert len(article.paragraphs) == 2


@pytest.mark.parametrize("names", ["Tirta Laksana - Kabar Nusantara", "Tirta Laksana - detikNusa", "KABAR NUSANTARA"])
def test_names_above_the_date_line_are_not_the_body(names: str) -> None:
    article = read_article(saved("Panen Raya", names, "Jumat, 22 November 2030 10:15 WIB", f"KUPANG - {BODY[0]}"))
    assert (article.place, article.paragraphs) == ("KUPANG", BODY[:1])


def test_words_glued_at_a_link_are_parted() -> None:
    article = read_article(saved("Petani diKarangsari panen.", "Warga Karangsari bersyukur."), title="Panen Raya")
    assert article.paragraphs[0] == "Petani di Karangsari panen."


@pytest.mark.parametrize("first", ["Jumat, 22 November 2030", "Baca juga: Harga Gabah Naik", "KUPANG - Warga panen"])
def test_a_date_line_furniture_or_a_dateline_is_not_a_headline(first: str) -> None:
    assert read_article(saved(first, *BODY)).title == ""


def test_a_single_line_is_the_body() -> None:
    article = read_article("Gempa mengguncang Karangsari")
    assert (article.title, article.body) == ("", "Gempa mengguncang Karangsari")


def test_an_article_without_a_date_has_none_though_its_text_names_one() -> None:
    assert read_article(saved("Panen Raya", *BODY)).published is None


def test_an_age_counts_from_now() -> None:
    now = datetime(2030, 11, 22, 12, tzinfo=WIB)
    article = read_article(saved("Panen Raya", "Beritanusa - 2 jam lalu", *BODY), now=now)
    assert article.published == now - timedelta(hours=2)


def test_a_subheading_with_baru_saja_is_not_a_date_line() -> None:
    now = datetime(2030, 11, 22, 12, tzinfo=WIB)
    article = read_article(saved("Panen Raya", "Baru saja dilantik, camat baru ikut panen", *BODY), now=now)
    assert article.published is None
    assert len(article.paragraphs) == 3


@pytest.mark.parametrize("raw", ["", " \n\n ", "***", "Berita Terkait", "\x00\x01\x02"])
def test_nothing_to_read_gives_an_empty_body(raw: str) -> None:
    assert read_article(raw).body == ""


@CALM
@given(st.text(), st.text())
def test_any_text_can_be_read(raw: str, title: str) -> None:
    article = read_article(raw, title=title)
    assert article.body == "\n\n".join(article.paragraphs)
    assert all(article.paragraphs)


def test_the_space_that_a_link_left_before_a_mark_goes() -> None:
    article = read_article("Pasar Wening dibuka di Kota Sagara , Jumat ( 3/5 ) .\n\nWarga menunggu ... lalu pulang.")
    assert article.paragraphs == (
        "Pasar Wening dibuka di Kota Sagara, Jumat (3/5).",
        "Warga menunggu ... lalu pulang.",
    )


def test_a_space_lost_after_a_short_form_comes_back() -> None:
    assert read_article("Dinas meminta warga negara Indonesia (WNI)dalam rombongan itu pulang.").paragraphs == (
        "Dinas meminta warga negara Indonesia (WNI) dalam rombongan itu pulang.",
    )
