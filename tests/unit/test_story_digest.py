"""Several articles of one event become one digest: the lead, what others add, and where their figures differ."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import pytest

from summarizer import Digest, EmptyTextError, create_summarizer
from summarizer.selection import MAX_WORDS
from summarizer.story_digest import STORY_WORDS, StoryArticle, StoryDigest, digest_story
from tests.unit.story_samples import (
    FERRY,
    FIRE,
    FIVE_OUTLETS,
    OLDER_OF_THE_SAME_OUTLET,
    QUAKE,
    STORIES,
    SampleStory,
    article,
)

SUMMARIZER = create_summarizer()


def digested(outlet: str, minutes: int, title: str, *sentences: str) -> StoryArticle:
    """An article whose digest is all of it."""
    told = article(outlet, minutes, title, *sentences)
    return replace(told, digest=Digest(sentences, sentences[0], "extractive-1"))


def text_of(digest: StoryDigest, outlet: str) -> str:
    return " ".join(sentence.text for sentence in digest.sentences if sentence.outlet == outlet)


@pytest.mark.parametrize("story", STORIES, ids=lambda story: story.name)
def test_differences_are_said_where_outlets_disagree_and_nowhere_else(story: SampleStory) -> None:
    found = digest_story(story.articles, SUMMARIZER).differences
    said = tuple((d.what, tuple((value.outlet, value.text) for value in d.values)) for d in found)
    assert said == story.differences


@pytest.mark.parametrize("story", STORIES, ids=lambda story: story.name)
def test_each_sentence_is_verbatim_in_an_article_of_its_outlet(story: SampleStory) -> None:
    for sentence in digest_story(story.articles, SUMMARIZER).sentences:
        assert any(sentence.text in a.text for a in story.articles if a.outlet == sentence.outlet)


@pytest.mark.parametrize("story", STORIES, ids=lambda story: story.name)
def test_the_order_of_the_articles_does_not_matter(story: SampleStory) -> None:
    forwards, backwards = (digest_story(articles, SUMMARIZER) for articles in (story.articles, story.articles[::-1]))
    assert story.articles[forwards.lead] is story.articles[::-1][backwards.lead]
    assert forwards == replace(backwards, lead=forwards.lead)


def test_values_come_with_their_time_newest_first() -> None:
    [difference] = digest_story(FERRY.articles, SUMMARIZER).differences
    assert [value.published for value in difference.values] == [a.published for a in reversed(FERRY.articles)]


@pytest.mark.parametrize(
    ("story", "outdated"),
    [
        (FERRY, "12 orang meninggal"),
        (QUAKE, "magnitudo 6,1"),
        (FIRE, "Rp 8 miliar"),
        (FIVE_OUTLETS, "embilan orang"),
        (OLDER_OF_THE_SAME_OUTLET, "empat orang tewas"),
    ],
)
def test_a_sentence_with_an_outdated_figure_is_not_shown(story: SampleStory, outdated: str) -> None:
    digest = digest_story(story.articles, SUMMARIZER)
    assert outdated in " ".join(a.text for a in story.articles)
    assert outdated not in " ".join(sentence.text for sentence in digest.sentences)
    assert outdated not in digest.short


def test_a_figure_of_the_day_before_is_replaced_but_is_no_difference() -> None:
    old, new = FERRY.articles
    digest = digest_story((replace(old, published=new.published - timedelta(hours=20)), new), SUMMARIZER)
    assert digest.differences == ()
    assert "12 orang" not in text_of(digest, old.outlet)


def test_the_full_report_leads_and_not_the_newer_flash() -> None:
    flash = digested("Kota Kita", 190, "Presiden tiba di Sagara", "Presiden tiba di Sagara untuk menjenguk korban.")
    digest = digest_story((*FERRY.articles, flash), SUMMARIZER)
    assert digest.lead == 1
    assert digest.sentences[0].outlet == "Kabar Pesisir"


def test_a_flash_with_a_newer_toll_leads_as_the_report_opens_with_the_old_one() -> None:
    flash = digested(
        "Kota Kita", 190, "Korban jadi 17", "Korban tewas kapal tenggelam di Selat Batunara jadi 17 orang."
    )
    digest = digest_story((*FERRY.articles, flash), SUMMARIZER)
    assert digest.lead == 2
    assert digest.short == flash.text
    assert "14 orang" not in text_of(digest, "Kabar Pesisir")


def test_the_lead_comes_first_and_the_others_add_what_it_does_not_say() -> None:
    digest = digest_story(FERRY.articles, SUMMARIZER)
    outlets = [sentence.outlet for sentence in digest.sentences]
    assert outlets == sorted(outlets, key=["Kabar Pesisir", "Warta Nusa"].index)
    added = text_of(digest, "Warta Nusa")
    assert "pencarian dilanjutkan" in added


LEAD = digested(
    "Warta Nusa",
    60,
    "Jembatan Melati ditutup sebulan",
    "Jembatan Melati di Kota Sagara ditutup selama sebulan mulai Selasa karena tiang penyangganya retak.",
    "Dinas pekerjaan umum mengalihkan kendaraan ke Jembatan Arum yang berjarak empat kilometer.",
    "Perbaikan menelan biaya Rp 4,2 miliar dari kas kota dan dikerjakan siang dan malam.",
)


@pytest.mark.parametrize(
    "sentence",
    [
        pytest.param("Jembatan Melati ditutup sebulan karena tiang penyangga jembatan itu retak.", id="said before"),
        pytest.param("Namun warga di sekitar Jembatan Melati mengaku belum diberi tahu pemerintah.", id="points back"),
        pytest.param("Penutupan tersebut membuat pedagang di Jembatan Melati kehilangan pembeli.", id="names again"),
        pytest.param("Akibat penutupan jembatan, omzetnya turun separuh sejak Senin pagi.", id="whose"),
        pytest.param("Hartini menutup warung di ujung Jembatan Melati sejak Senin pagi.", id="a name alone"),
        pytest.param("“Kami memutar empat kilometer setiap hari lewat Jembatan Arum.”", id="a quotation"),
        pytest.param("Warga mengeluh di Jembatan Melati.", id="too short"),
        pytest.param("Seekor kucing tidur di atas atap toko kopi milik tetangga.", id="about something else"),
    ],
)
def test_what_cannot_stand_alone_or_adds_nothing_is_not_added(sentence: str) -> None:
    introduction = "Ibu Hartini Wulandari berjualan nasi di ujung timur kota."
    other = digested("Kota Kita", 0, "Warung di Jembatan Melati sepi", sentence)
    other = replace(other, text=f"{introduction}\n\n{sentence}")
    assert text_of(digest_story((LEAD, other), SUMMARIZER), "Kota Kita") == ""


def test_what_another_outlet_adds_is_there() -> None:
    sentence = "Pedagang di ujung Jembatan Melati kehilangan separuh pembeli, kata Ibu Hartini Wulandari."
    other = digested("Kota Kita", 0, "Warung di Jembatan Melati sepi", sentence)
    assert text_of(digest_story((LEAD, other), SUMMARIZER), "Kota Kita") == sentence


def test_a_sentence_that_points_at_an_outdated_one_goes_with_it() -> None:
    report = digested(
        "Kota Kita",
        0,
        "Bandara Tamalou ditutup",
        "Bandara Tamalou ditutup sampai Rabu karena abu letusan Gunung Tamalou menutupi landasan.",
        "Letusan Gunung Tamalou menewaskan sepuluh orang pada Senin malam.",
        "Namun pencarian dihentikan karena abu panas.",
        "Warga dari enam desa di lereng timur Gunung Tamalou dipindahkan ke stadion kabupaten dengan truk tentara.",
    )
    flash = digested("Warta Nusa", 60, "Korban jadi 15", "Letusan Gunung Tamalou menewaskan 15 orang, kata polisi.")
    digest = digest_story((report, flash), SUMMARIZER)
    assert digest.lead == 0
    assert report.digest is not None
    assert text_of(digest, "Kota Kita") == f"{report.digest.sentences[0]} {report.digest.sentences[3]}"


@pytest.mark.parametrize("outlets", [("A", "B", "C", "D"), ("A", "A", "A", "A")])
def test_a_digest_keeps_to_its_length(outlets: Sequence[str]) -> None:
    def sentence(n: int) -> str:
        return f"Jembatan Melati {' '.join(f'kata{n}{chr(97 + at)}' for at in range(22))}."

    articles = [
        digested(outlet, 60 - at, "Jembatan Melati", *(sentence(3 * at + n) for n in range(3)))
        for at, outlet in enumerate(outlets)
    ]
    words = sum(len(one.text.split()) for one in digest_story(articles, SUMMARIZER).sentences)
    assert words <= (STORY_WORDS if len(set(outlets)) > 1 else MAX_WORDS)
    assert words > MAX_WORDS - 25


def test_one_article_is_its_own_digest() -> None:
    digest = digest_story((LEAD,), SUMMARIZER)
    assert LEAD.digest is not None
    assert tuple(sentence.text for sentence in digest.sentences) == LEAD.digest.sentences
    assert digest.short == LEAD.digest.short


def test_articles_without_a_digest_are_summarised_and_those_without_words_left_out() -> None:
    bare = replace(LEAD, digest=None)
    empty = StoryArticle("Kota Kita", "Kosong", "", LEAD.published)
    assert digest_story((empty, bare), SUMMARIZER).lead == 1
    with pytest.raises(EmptyTextError):
        digest_story((empty,), SUMMARIZER)
