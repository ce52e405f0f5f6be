"""What an entry is to us, and the article it becomes."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.errors import ParseError
from bot.ingest.decide import Decision, build_article, decide, entry_hash, is_teaser
from bot.models import Entry, KnownArticle, NewArticle, Page
from tests.unit.ingest_samples import ENGLISH, NOW, PARAGRAPHS, TEXT, TITLE, entry

PAGE = Page(
    url="https://kabar.example/daerah/jembatan-melati-dibuka",
    title="Jembatan Melati Dibuka",
    text=TEXT,
    published_at=datetime(2026, 11, 23, 8, 0, tzinfo=UTC),
    section="Daerah",
)


def build(item: Entry, page: Page | None = None, topic: str | None = None) -> NewArticle:
    return build_article(item, page, outlet="Kabar Nusantara", now=NOW, topic=topic, feed_id=7)


def test_an_entry_is_new_then_known_then_changed() -> None:
    first = entry()
    known = KnownArticle(1, build(first).content_hash, build(first).entry_hash)
    assert decide(first, None) is Decision.NEW
    assert decide(first, known) is Decision.KNOWN
    assert decide(replace(first, text=TEXT + "\n\nJembatan diperiksa lagi."), known) is Decision.CHANGED
    assert decide(replace(first, title="Jembatan Melati Ditutup Lagi"), known) is Decision.CHANGED


def test_a_new_date_or_other_spacing_is_no_change() -> None:
    first = entry()
    again = replace(first, published_at=NOW, text=TEXT.replace("\n\n", "\n \n"), categories=("Daerah",))
    assert entry_hash(again) == entry_hash(first)


def test_an_article_from_a_file_is_looked_at_again_when_its_feed_has_it() -> None:
    assert decide(entry(), KnownArticle(1, "x", "")) is Decision.CHANGED


@pytest.mark.parametrize(
    ("text", "expected"),
    [("", True), (PARAGRAPHS[0], True), (TEXT, False), (TEXT + "...", True), (TEXT + " […]", True), (TEXT + "…", True)],
)
def test_a_short_or_cut_text_is_a_teaser(text: str, expected: bool) -> None:
    assert is_teaser(entry(text=text)) is expected


def test_an_article_has_a_clean_body_a_place_and_a_topic() -> None:
    article = build(
        entry(text=TEXT + "\n\nBaca juga: Harga Beras Turun\n\nEditor: Raka Wirawan", categories=("Daerah",))
    )
    assert article.place == "SAGARA"
    assert article.body.startswith("Pemerintah Kota Sagara membuka")
    assert article.body.split("\n\n")[1:] == list(PARAGRAPHS[1:])
    assert (article.title, article.topic, article.outlet, article.feed_id) == (TITLE, "daerah", "Kabar Nusantara", 7)
    assert article.url == entry().url
    assert article.aliases == ()
    assert article.published_at == datetime(2026, 11, 23, 9, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("opening", "place"),
    [
        ("SAGARA, Kabar Nusantara - ", "SAGARA"),
        ("SAGARA, 23 November 2026 (Kabar Nusantara) -- ", "SAGARA"),
        ("Kabar Nusantara, Sagara: ", "Sagara"),
        ("KABAR NUSANTARA, Port Amrita – ", "Port Amrita"),
        ("Kabar Nusantara - ", None),
        ("", None),
    ],
)
def test_an_opening_with_the_outlets_name_gives_the_place(opening: str, place: str | None) -> None:
    article = build(entry(text=f"{opening}{PARAGRAPHS[1]}\n\n{PARAGRAPHS[2]}"))
    assert (article.place, article.body) == (place, f"{PARAGRAPHS[1]}\n\n{PARAGRAPHS[2]}")


def test_a_sentence_that_begins_with_the_outlets_name_stays() -> None:
    text = "Kabar Nusantara, media di Sagara, menerima tiga penghargaan: untuk berita, foto, dan tata letak."
    assert build(entry(text=text)).body == text


def test_marks_of_reporters_and_agencies_are_left_out() -> None:
    marked = TEXT + "\n\n(bim)\n\n(Warta Antarpulau)\n\n[abc/def]\n\nhttps://kabar.example/foto"
    assert build(entry(text=marked)).content_hash == build(entry()).content_hash


def test_an_article_has_the_places_of_its_headline_and_dateline() -> None:
    article = build(entry(title="Jembatan di Banyuwangi dibuka", text="SURABAYA, Kabar Nusantara - " + TEXT))
    assert article.places == ("banyuwangi", "jawa-timur", "surabaya")
    assert build(entry()).places == ()


def test_the_topic_of_a_feed_is_that_of_all_its_articles() -> None:
    assert build(entry(categories=("Ekonomi",)), topic="kesehatan").topic == "kesehatan"


def test_the_page_gives_the_text_that_the_feed_has_not() -> None:
    article = build(entry(text=PARAGRAPHS[0] + "...", published_at=None), PAGE)
    assert article.body.endswith(PARAGRAPHS[-1])
    assert article.title == TITLE
    assert article.topic == "daerah"
    assert article.published_at == PAGE.published_at


def test_a_page_that_has_less_than_the_feed_is_not_preferred() -> None:
    assert build(entry(), replace(PAGE, text=PARAGRAPHS[0])).body.endswith(PARAGRAPHS[-1])


def test_the_date_of_the_feed_counts_before_that_of_the_page() -> None:
    assert build(entry(), PAGE).published_at == entry().published_at


def test_a_cut_headline_is_taken_from_the_page() -> None:
    assert build(entry(title="Jembatan Melati Dibuka Lagi, Warga..."), PAGE).title == PAGE.title
    assert build(entry(title=""), PAGE).title == PAGE.title


def test_the_canonical_address_counts_and_the_link_of_the_feed_is_an_alias() -> None:
    article = build(entry(), PAGE)
    assert article.url == PAGE.url
    assert article.aliases == (entry().url,)


def test_a_page_cannot_pass_for_an_article_of_another_host() -> None:
    article = build(entry(), replace(PAGE, url="https://warta.example/berita/1"))
    assert article.url == entry().url
    assert article.aliases == ()


@pytest.mark.parametrize("published", [None, NOW + timedelta(minutes=1), NOW + timedelta(days=4000)])
def test_an_article_without_a_date_or_from_the_future_is_of_now(published: datetime | None) -> None:
    assert build(entry(published_at=published)).published_at == NOW


def test_a_date_line_in_the_text_is_the_last_resort() -> None:
    article = build(entry(text=f"Jumat, 20 November 2026 | 10:15 WIB\n\n{TEXT}", published_at=None))
    assert article.published_at == datetime(2026, 11, 20, 3, 15, tzinfo=UTC)
    assert "November 2026 |" not in article.body


def test_the_same_text_is_the_same_article_however_its_lines_are_broken() -> None:
    first = build(entry())
    assert build(entry(text=TEXT.replace("\n\n", "\r\n\r\n\r\n") + "\n")).content_hash == first.content_hash
    assert build(entry(url="https://warta.example/x")).content_hash == first.content_hash
    assert build(entry(text=TEXT.replace("Rp 12,4", "Rp 12,5"))).content_hash != first.content_hash
    assert build(entry(title="Jembatan Melati Ditutup")).content_hash != first.content_hash


def test_an_article_without_an_address_is_named_by_outlet_headline_and_day() -> None:
    first = build(entry(url=""))
    assert first.url.startswith("urn:sari:")
    assert build(entry(url="", text=PARAGRAPHS[1])).url == first.url
    assert build(entry(url="", title="Jembatan Melati Ditutup")).url != first.url
    assert build(entry(url="", published_at=NOW - timedelta(days=3))).url != first.url


def test_an_article_without_address_and_date_keeps_its_name_the_next_day() -> None:
    undated = entry(url="", published_at=None)
    tomorrow = build_article(undated, None, outlet="Kabar Nusantara", now=NOW + timedelta(days=1))
    assert tomorrow.url == build(undated).url


@pytest.mark.parametrize("text", ["", " \n\t ", "Baca juga: Harga Beras Turun", "(abc/def)", "(bim)", "\u200b\ufeff"])
def test_a_text_with_nothing_to_read_is_refused(text: str) -> None:
    with pytest.raises(ParseError) as caught:
        build(entry(text=text))
    assert (caught.value.key, caught.value.values) == ("article_empty", {"title": TITLE})


def test_english_is_refused_and_short_texts_of_names_are_not() -> None:
    with pytest.raises(ParseError) as caught:
        build(entry(title="Melati Bridge Opens Again", text=ENGLISH))
    assert caught.value.key == "not_indonesian"
    assert build(
        entry(
            title="Mirna Hapsari Temui Raka Wirawan",
            text="Mirna Hapsari, Galuh Paramartha, Budi Rahayu, Bimo Adhyaksa, Meilani Kusno, Raka Wirawan.",
        )
    ).body


def test_an_article_of_one_sentence_is_an_article() -> None:
    sentence = "Jembatan Melati di Kota Sagara dibuka kembali pada Senin pagi."
    article = build(entry(text=sentence))
    assert article.body == sentence
    assert build(entry(title="", text=sentence)).title == sentence


def test_an_article_of_20_000_words_is_kept_whole() -> None:
    paragraphs = [f"Pada hari ke-{number} warga Kota Sagara memeriksa jembatan itu lagi." for number in range(2000)]
    article = build(entry(text="\n\n".join(paragraphs)))
    assert len(article.body.split()) == 20_000
    assert article.body.split("\n\n")[-1] == paragraphs[-1]


def test_a_headline_with_markup_and_emoji_stays_as_it_is() -> None:
    title = "Tarif <b>& tol naik 🎉👩‍🚒"
    assert build(entry(title=title)).title == title


def test_a_body_in_capitals_is_an_article() -> None:
    article = build(entry(text=TEXT.upper()))
    assert article.body.endswith(PARAGRAPHS[-1].upper())
