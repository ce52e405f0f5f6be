"""Messages as readers get them: escaped, within Telegram's limits, complete."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.errors import InputError
from bot.models import (
    Broadcast,
    BroadcastState,
    Edition,
    EditionItem,
    EditionStory,
    EditionView,
    Listing,
    ListingKind,
    MessageBody,
    OutboxCounts,
    Passage,
    Story,
    Zone,
)
from bot.services.reading import SearchPage
from bot.telegram import render
from bot.telegram.split import visible_length
from bot.telegram.wording import keep_amounts_whole
from summarizer.story_digest import Difference, OutletValue, StorySentence
from tests.records import NOW, member, story, subscriber, told


def edition_view(*stories: Story) -> EditionView:
    items = tuple(EditionItem(n, found.id, found.members[0].article_id) for n, found in enumerate(stories, start=1))
    edition = Edition(1, "key", NOW, NOW - timedelta(days=1), NOW, items)
    return EditionView(edition, tuple(EditionStory(n, told(found)) for n, found in enumerate(stories, start=1)))


def html_of(bodies: list[MessageBody]) -> str:
    return "\n\n".join(body.html for body in bodies)


def test_an_edition_has_date_headlines_digests_outlets_and_age() -> None:
    view = edition_view(story(5, member(1, "Suara Pesisir", title="Feri baru berlayar")))
    text = html_of(render.edition(view, language="id", zone=Zone.WITA))
    assert "Selasa, 24 November 2026" in text
    assert "Edisi 08.00 WITA\u00a0· 1 berita" in text
    assert "<b>1. Feri baru berlayar</b>\nSatu kalimat yang utuh. Satu kalimat lagi." in text
    assert '<a href="https://kabar.example/1">Suara Pesisir</a>\u00a0· 2\u00a0jam\u00a0lalu' in text
    assert "Diringkas otomatis" in text


def test_later_stories_get_one_sentence() -> None:
    view = edition_view(*(story(n, member(n, title=f"Judul {n}")) for n in range(1, 6)))
    text = html_of(render.edition(view, language="id", zone=Zone.WIB))
    assert text.count("Satu kalimat lagi.") == render.FULL_STORIES


def test_one_full_digest_less_is_better_than_a_second_message() -> None:
    def view_with(sentence_length: int) -> EditionView:
        full = ("k" * sentence_length,)
        return edition_view(*(story(n, member(n, title=f"Judul {n}", sentences=full)) for n in range(1, 11)))

    roomy, tight, huge = (render.edition(view_with(n), language="id", zone=Zone.WIB) for n in (300, 1300, 3000))
    assert [len(bodies) for bodies in (roomy, tight)] == [1, 1]
    assert html_of(roomy).count("k" * 300) == render.FULL_STORIES
    assert html_of(tight).count("k" * 1300) == render.FULL_STORIES - 1
    assert html_of(huge).count("k" * 3000) == render.FULL_STORIES


def test_a_story_of_several_outlets_names_them_with_links() -> None:
    both = story(1, member(1, "A & B"), member(2, "Harian C"))
    text = html_of(render.edition(edition_view(both), language="id", zone=Zone.WIB))
    assert 'Diliput 2 media: <a href="https://kabar.example/1">A &amp; B</a>, ' in text


def test_headlines_with_markup_stay_text() -> None:
    view = edition_view(story(1, member(1, title="<b>Harga & upah</b> naik 😀", short="a < b", sentences=("a < b",))))
    text = html_of(render.edition(view, language="id", zone=Zone.WIB))
    assert "&lt;b&gt;Harga &amp; upah&lt;/b&gt; naik 😀" in text
    assert "a &lt; b" in text


def test_a_long_edition_breaks_between_stories_and_keeps_its_buttons_at_the_end() -> None:
    long = tuple("Kalimat yang cukup panjang untuk menguji batas pesan. " * 9 for _ in range(3))
    view = edition_view(*(story(n, member(n, title=f"Judul {n}", sentences=long, short=long[0])) for n in range(1, 11)))
    bodies = render.edition(view, language="id", zone=Zone.WIB)
    assert len(bodies) > 1
    assert all(visible_length(body.html) <= 4096 for body in bodies)
    assert [bool(body.buttons) for body in bodies] == [False] * (len(bodies) - 1) + [True]
    assert sum(body.html.count("<b>") for body in bodies) == sum(body.html.count("</b>") for body in bodies)


def test_every_story_of_an_edition_has_a_button() -> None:
    view = edition_view(*(story(n + 40, member(n)) for n in range(1, 8)))
    rows = render.edition(view, language="id", zone=Zone.WIB)[-1].buttons
    assert [button.label for row in rows for button in row] == list("1234567")
    assert rows[0][0].data == "open:41"


def test_an_empty_edition_says_so() -> None:
    assert "Belum ada berita baru" in html_of(render.edition(edition_view(), language="id", zone=Zone.WIB))


def test_an_open_story_lists_who_reports_it() -> None:
    found = story(1, *(member(n, f"Media {n}", title=f"Versi {n}") for n in range(1, 9)))
    text = html_of(render.story(told(found), language="id", zone=Zone.WIB))
    assert "Media 6" in text
    assert "Media 7" not in text
    assert "dan 2 artikel lain" in text
    assert "<b>Diberitakan oleh</b>\u00a0· Selasa, 24 November 2026\n" in text
    assert '05.00\u00a0· <a href="https://kabar.example/1">Media 1</a>\n' in text
    assert '05.00\u00a0· <a href="https://kabar.example/2">Media 2</a>: Versi 2\n' in text
    assert text.count("Versi 1") == 1


def test_an_open_story_dates_what_was_reported_on_another_day() -> None:
    found = story(1, member(1), member(2, "Harian C", age=timedelta(hours=11, minutes=20)))
    assert "23\u00a0Nov, 19.40\u00a0· <a" in html_of(render.story(told(found), language="id", zone=Zone.WIB))
    found = story(1, member(1), member(2, "Harian C", age=timedelta(hours=8)))  # 23.00 WIB, but 01.00 WIT
    assert "\n01.00\u00a0· <a" in html_of(render.story(told(found), language="id", zone=Zone.WIT))


@pytest.mark.parametrize(("language", "heading"), [("id", "Kata media lain"), ("en", "What other outlets say")])
def test_an_open_story_says_what_other_outlets_add(language: str, heading: str) -> None:
    both = story(1, member(1), member(2, "A & B"))
    added = StorySentence("Kerugian ditaksir Rp 2,7 miliar.", "A & B")
    text = html_of(render.story(told(both, added), language=language, zone=Zone.WIB))
    assert "Satu kalimat yang utuh. Satu kalimat lagi. <i>(Kabar Nusantara)</i>\n" in text
    line = '<a href="https://kabar.example/2">A &amp; B</a>: Kerugian ditaksir Rp\u00a02,7\u00a0miliar.'
    assert f"<b>{heading}</b>\n{line}" in text
    alone = html_of(render.story(told(both), language=language, zone=Zone.WIB))
    assert heading not in alone
    assert "<i>(Kabar Nusantara)</i>" not in alone


DIFFERENCE = Difference(
    "korban tewas",
    (
        OutletValue("A & B", "14 orang", NOW - timedelta(hours=2)),
        OutletValue("Harian C", "12 orang", NOW - timedelta(hours=11, minutes=20)),
    ),
)


def test_an_open_story_says_where_figures_differ_and_since_when() -> None:
    found = told(story(1, member(1, "A & B"), member(2, "Harian C")), differences=(DIFFERENCE,))
    text = html_of(render.story(found, language="id", zone=Zone.WIB))
    line = "Korban tewas – A &amp; B: 14 orang (05.00); Harian C: 12 orang (23\u00a0Nov, 19.40)"
    assert f"<b>Angka yang berbeda</b>\n{line}\n\n" in text


def test_a_full_digest_of_an_edition_names_its_outlets_and_one_difference() -> None:
    found = told(
        story(1, member(1, "A & B"), member(2, "Harian C")),
        StorySentence("Kerugian ditaksir Rp 2,7 miliar.", "Harian C"),
        StorySentence("kata " * render.EDITION_WORDS, "Harian C"),
        differences=(DIFFERENCE, DIFFERENCE),
    )
    edition = Edition(1, "key", NOW, NOW - timedelta(days=1), NOW, ())
    numbered = tuple(EditionStory(number, found) for number in range(1, render.FULL_STORIES + 2))
    text = html_of(render.edition(EditionView(edition, numbered), language="id", zone=Zone.WIB))
    assert (
        "Satu kalimat yang utuh. Satu kalimat lagi. <i>(A &amp; B)</i> "
        "Kerugian ditaksir Rp\u00a02,7\u00a0miliar. <i>(Harian C)</i>\nKorban tewas – A &amp; B: 14 orang"
    ) in text
    assert text.count("Korban tewas") == render.FULL_STORIES
    assert "kata kata" not in text


def test_a_search_shows_the_article_that_a_tap_opens() -> None:
    found = story(1, member(1, title="Belum diringkas", sentences=(), short=""), member(2, title="Sudah diringkas"))
    assert "<b>1. Sudah diringkas</b>" in render.search(search_page(0, 1, found), language="id", now=NOW).html
    assert "<b>Sudah diringkas</b>" in html_of(render.story(told(found), language="id", zone=Zone.WIB))


def test_no_line_ends_inside_an_amount() -> None:
    text = "Biaya Rp 2,7 triliun naik 40 persen, bukan 3 jutawan; Rp x tetap."
    expected = "Biaya Rp\u00a02,7\u00a0triliun naik 40\u00a0persen, bukan 3 jutawan; Rp x tetap."
    assert keep_amounts_whole(text) == expected


def test_an_article_without_an_address_gets_no_link() -> None:
    found = story(1, member(1, url="urn:sari:abc"))
    bodies = render.story(told(found), language="id", zone=Zone.WIB)
    assert "urn:sari" not in html_of(bodies)
    assert bodies[-1].buttons == ()


def search_page(page: int, pages: int, *stories: Story, query: str = "banjir") -> SearchPage:
    ids = tuple(range(1, pages * 5 + 1)) if stories else ()
    listing = Listing(9, 1001, 1001, ListingKind.SEARCH, query, ids, None, NOW)
    numbered = tuple((number, told(found)) for number, found in enumerate(stories, start=page * 5 + 1))
    return SearchPage(listing, page, pages, numbered)


def test_a_search_turns_pages_in_both_directions() -> None:
    def labels(page: int) -> list[str]:
        rows = render.search(search_page(page, 3, story(1)), language="id", now=NOW).buttons
        return [button.label for button in rows[-1]]

    assert labels(0) == ["Berikutnya ›"]
    assert labels(1) == ["‹ Sebelumnya", "Berikutnya ›"]
    assert labels(2) == ["‹ Sebelumnya"]


def test_a_search_without_result_says_what_to_do() -> None:
    body = render.search(search_page(0, 1, query="<xyz>"), language="id", now=NOW)
    assert "Tidak ada berita tentang “&lt;xyz&gt;”" in body.html
    assert body.buttons == ()


def test_a_search_marks_what_it_found_in_escaped_text() -> None:
    found = story(1)
    passage = Passage("Banjir <b>Rp 2 juta</b> & banjir", ((0, 6),))
    page = replace(search_page(0, 1, found), passages={found.id: passage})
    text = render.search(page, language="id", now=NOW).html
    assert "<b>Banjir</b> &lt;b&gt;Rp\u00a02\u00a0juta&lt;/b&gt; &amp; banjir" in text


def test_a_search_for_something_else_than_typed_says_so() -> None:
    page = replace(search_page(0, 1, story(1), query="<gubernur>"), asked="<gubenur>")
    text = render.search(page, language="id", now=NOW).html
    assert "Maksud Anda <b>&lt;gubernur&gt;</b>?" in text
    assert "“&lt;gubenur&gt;”" in text
    assert "Did you mean <b>&lt;gubernur&gt;</b>?" in render.search(page, language="en", now=NOW).html


def test_a_breaking_item_keeps_its_lines_and_is_escaped() -> None:
    item = Broadcast(1, 2001, "Jembatan <ditutup>", "Baris satu\nBaris dua & tiga", None, "", BroadcastState.DRAFT, NOW)
    text = html_of(render.breaking(item, language="id"))
    assert "<b>BERITA PENTING</b>" in text
    assert "Jembatan &lt;ditutup&gt;" in text
    assert "Baris satu\nBaris dua &amp; tiga" in text


def test_the_preview_asks_with_the_number_of_readers() -> None:
    item = Broadcast(3, 2001, "", "Isi", "https://x.example/a", "x.example", BroadcastState.DRAFT, NOW)
    bodies = render.breaking_preview(item, 12, language="id")
    assert bodies[0].buttons[0][0].label == "Baca di x.example"
    assert [row[0].data for row in bodies[-1].buttons] == ["send:3", "urgent:3", "cancel:3"]
    assert bodies[-1].buttons[0][0].label == "Kirim ke 12 penerima"


def test_a_shown_report_offers_to_be_brought_up_to_date() -> None:
    body = render.breaking_report(3, OutboxCounts(), language="id")
    assert [(button.label, button.data) for [button] in body.buttons] == [("Perbarui laporan", "report:3")]


@pytest.mark.parametrize("language", ["id", "en"])
def test_settings_are_shown_with_what_is_chosen(language: str) -> None:
    reader = subscriber(topics=frozenset({"ekonomi"}), language=language)
    assert any("✓" in button.label for row in render.topics(reader).buttons for button in row)
    assert any(button.label == "✓ 07.00" for row in render.schedule(reader).buttons for button in row)
    assert "07.00 WIB" in render.schedule(reader).html


def test_an_error_is_a_sentence_with_the_readers_own_words_escaped() -> None:
    problem = InputError("schedule_bad_time", word="25.99<")
    assert "“25.99&lt;” bukan jam yang sah" in render.error("id", problem).html
    assert "“25.99<” is no time" in render.error_note("en", problem)
    assert len(render.error_note("id", InputError("schedule_bad_word", word="x" * 300))) <= 200


def test_unknown_words_offer_a_search_when_they_are_few() -> None:
    assert render.unknown_text("id", "banjir").buttons[0][0].label == "Cari “banjir”"
    assert render.unknown_text("id", "x" * 4000).buttons == ()
