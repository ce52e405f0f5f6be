"""The sample articles of the demo: what they must hold, and how a wrong file is refused."""

from __future__ import annotations

import re
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from importlib import resources

import pytest

from bot.models import TOPICS
from bot.sandbox.news import OUTLETS, ArticleFileError, SampleArticle, load_articles
from bot.sandbox.news.article_file import parse_file
from bot.sandbox.news.dates import fill_dates

START = datetime(2026, 11, 23, 22, 30, tzinfo=UTC)  # Tuesday 24 November, 05.30 WIB
LATE = START + timedelta(minutes=1600)


@pytest.fixture(scope="module")
def articles() -> tuple[SampleArticle, ...]:
    return load_articles(START)


def words_of(article: SampleArticle) -> list[str]:
    return re.findall(r"\w+", " ".join(article.versions[0].paragraphs).lower())


def shingles(article: SampleArticle) -> set[tuple[str, ...]]:
    words = words_of(article)
    return set(zip(words, words[1:], words[2:], strict=False))


# --- what the articles hold ---------------------------------------------------------------------------------------


def test_there_are_enough_articles_of_each_outlet_and_topic(articles: tuple[SampleArticle, ...]) -> None:
    assert len(articles) >= 64
    assert {article.outlet for article in articles} == set(OUTLETS)
    topics = Counter(article.section for article in articles)
    assert set(topics) == set(TOPICS)
    assert min(topics.values()) >= 6


def test_every_file_is_marked_as_fiction_and_loaded(articles: tuple[SampleArticle, ...]) -> None:
    folder = resources.files("bot.sandbox.news") / "articles"
    texts = [file.read_text(encoding="utf-8") for file in folder.iterdir()]
    assert len(texts) == len(articles)
    assert all(text.startswith("fiksi: ya\n") for text in texts)


def test_slugs_and_guids_are_unique(articles: tuple[SampleArticle, ...]) -> None:
    assert len({article.slug for article in articles}) == len(articles)
    assert len({article.guid for article in articles}) == len(articles)


def test_no_date_token_is_left_in_the_text(articles: tuple[SampleArticle, ...]) -> None:
    for article in articles:
        for version in article.versions:
            assert not re.search(r"[{}]", version.title + "".join(version.paragraphs)), article.slug


def test_weekdays_fit_their_dates_which_lie_close_to_publication(
    articles: tuple[SampleArticle, ...],
) -> None:
    days = ("Senin", "Selasa", "Rabu", "Kamis", "Jumat", "Sabtu", "Minggu")
    for article in articles:
        text = " ".join(article.versions[0].paragraphs)
        dated = [
            (name, date(int(year), int(month), int(day)))
            for name, day, month, year in re.findall(r"(\w+) \((\d+)/(\d+)/(\d+)\)", text)
        ]
        assert all(days[day.weekday()] == name for name, day in dated), article.slug
        assert all(-3 <= (day - article.published.date()).days <= 2 for _, day in dated), article.slug


def test_most_articles_are_out_at_the_start_and_many_come_later(articles: tuple[SampleArticle, ...]) -> None:
    out = [article for article in articles if article.published < START]
    assert len(out) >= 45
    assert len(articles) - len(out) >= 15
    assert articles[-1].published <= LATE


def test_a_dozen_stories_are_told_by_several_outlets(articles: tuple[SampleArticle, ...]) -> None:
    outlets: dict[str, set[str]] = {}
    for article in articles:
        if article.story is not None and article.wire_of is None:
            outlets.setdefault(article.story, set()).add(article.outlet.key)
    assert sum(len(keys) >= 2 for keys in outlets.values()) >= 12


def test_wire_copies_share_their_words_with_the_agency(articles: tuple[SampleArticle, ...]) -> None:
    by_slug = {article.slug: article for article in articles}
    copies = [article for article in articles if article.wire_of is not None]
    assert len(copies) >= 8
    for copy in copies:
        original = by_slug[copy.wire_of or ""]
        assert original.outlet.key == "warta-antarpulau"
        assert copy.outlet != original.outlet
        assert copy.published > original.published
        assert copy.versions[0].title != original.versions[0].title
        assert "Warta Antarpulau" in copy.versions[0].paragraphs[-1]
        assert len(shingles(copy) & shingles(original)) / len(shingles(copy)) > 0.8, copy.slug


def test_outlets_tell_a_story_in_words_of_their_own(articles: tuple[SampleArticle, ...]) -> None:
    own = [article for article in articles if article.wire_of is None and article.story is not None]
    for one in own:
        for other in own:
            if one.story == other.story and one.outlet.key < other.outlet.key:
                smaller = min(len(shingles(one)), len(shingles(other)))
                assert len(shingles(one) & shingles(other)) / smaller < 0.5, (one.slug, other.slug)


def test_corrections_say_what_was_wrong(articles: tuple[SampleArticle, ...]) -> None:
    corrected = [article for article in articles if len(article.versions) > 1]
    assert len(corrected) >= 3
    for article in corrected:
        first, second = article.versions
        assert "RALAT" not in " ".join(first.paragraphs)
        assert "RALAT" in second.paragraphs[-1]
        assert first.paragraphs != second.paragraphs[: len(first.paragraphs)], article.slug


def test_lengths_vary_from_flashes_to_long_reports(articles: tuple[SampleArticle, ...]) -> None:
    lengths = [len(words_of(article)) for article in articles]
    assert sum(length < 70 for length in lengths) >= 4
    assert sum(length >= 700 for length in lengths) >= 3


def test_dates_follow_the_first_day() -> None:
    assert fill_dates("{hari-1} ({tgl-1}), {tanggal+8}", date(2026, 11, 24)) == ("Senin (23/11/2026), 2 Desember 2026")


# --- files that are wrong -----------------------------------------------------------------------------------------

GOOD = """fiksi: ya
outlet: suara-pesisir
slug: contoh
minutes: -10
section: daerah
title: Contoh
author: Seseorang
guid: sp-1

Paragraf satu.

Paragraf dua.
=== koreksi +30
title: Contoh Baru

Paragraf baru.
"""


def test_a_correction_keeps_what_it_does_not_change() -> None:
    parsed = parse_file(GOOD.replace("guid: sp-1", "guid: sp-1\nphoto_caption: Foto"), "contoh.txt", START.date())
    first, second = parsed.versions
    assert (first.title, second.title) == ("Contoh", "Contoh Baru")
    assert second.after_start - first.after_start == timedelta(minutes=30)
    assert second.photo_caption == "Foto"


@pytest.mark.parametrize(
    ("old", "new", "line"),
    [
        ("fiksi: ya", "fiksi: tidak", 1),
        ("author: Seseorang\n", "", 1),
        ("outlet: suara-pesisir", "outlet: koran-lain", 2),
        ("slug: contoh", "slug: Contoh Ini", 3),
        ("minutes: -10", "minutes: sepuluh", 4),
        ("section: daerah", "section: gosip", 5),
        ("author: Seseorang", "penulis: Seseorang", 7),
        ("author: Seseorang", "title: Dua Kali", 7),
        ("Paragraf satu.", "Terjadi {lusa}.", 10),
        ("Paragraf dua.", "Kurung {hari tertinggal.", 12),
        ("=== koreksi +30", "=== koreksi nanti", 13),
        ("=== koreksi +30", "=== koreksi +0", 13),
        ("title: Contoh Baru", "author: Orang Lain", 14),
        ("\nParagraf baru.\n", "\n", 16),
    ],
)
def test_a_wrong_file_is_named_with_its_line(old: str, new: str, line: int) -> None:
    assert old in GOOD
    with pytest.raises(ArticleFileError, match=rf"contoh\.txt, line {line}:"):
        parse_file(GOOD.replace(old, new, 1), "contoh.txt", START.date())


def test_a_start_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="aware"):
        load_articles(START.replace(tzinfo=None))
