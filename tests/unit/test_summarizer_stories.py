"""Which articles report one event: the text of each, their likeness, and the window that puts them into stories."""

from datetime import datetime, timedelta

import pytest

from summarizer.dates import WIB
from summarizer.story_likeness import FEATURES, Rarity, compare, likeness, shipped_weights, weigh
from summarizer.story_text import is_another_of_series, read_story_text
from summarizer.story_window import JOIN, WINDOW, Placement, StoryWindow

NOW = datetime(2030, 11, 22, 12, tzinfo=WIB)
HOUR = timedelta(hours=1)
MARKET = (
    "Pasar Wening Dibuka Kembali",
    "Pemerintah Kota Laksana membuka kembali Pasar Wening pada Jumat (22/11/2030) setelah dua tahun diperbaiki akibat "
    "kebakaran. Pasar tiga lantai itu menampung 1.240 pedagang lama, kata Wali Kota Laksana Ratna Wirya.",
)
MARKET_RETOLD = (
    "Dua Tahun Diperbaiki, Pasar Wening di Laksana Dibuka",
    "KUPANG, Beritanusa.com - Setelah kebakaran dua tahun lalu, Pasar Wening di Kota Laksana kembali dibuka bagi 1.240 "
    "pedagang. Pasar itu kini berlantai tiga, dan Wali Kota Ratna Wirya membukanya pada Jumat (22/11/2030).",
)
MARKET_ONCE_MORE = (
    "Pedagang Kembali Berjualan di Pasar Wening Laksana",
    "Sebanyak 1.240 pedagang kembali berjualan di Pasar Wening, Kota Laksana, yang dibuka Wali Kota Ratna Wirya pada "
    "Jumat (22/11/2030) setelah dua tahun diperbaiki karena kebakaran.",
)
QUAKE = (
    "Gempa Guncang Karangsari",
    "Gempa bermagnitudo 5,0 mengguncang Karangsari pada Senin pagi. Warga berhamburan keluar rumah.",
)


def place(window: StoryWindow, article: tuple[str, str], published: datetime = NOW, outlet: str = "") -> Placement:
    return window.place(read_story_text(*article), published, outlet)


def add(
    window: StoryWindow,
    article_id: str,
    story: str,
    article: tuple[str, str],
    published: datetime = NOW,
    outlet: str = "",
) -> None:
    window.add(article_id, story, read_story_text(*article), published, outlet)


def window_with(*articles: tuple[str, str]) -> StoryWindow:
    window = StoryWindow()
    for number, article in enumerate(articles):
        add(window, f"a{number}", f"s{number}", article)
    return window


def odds(
    one: tuple[str, str], other: tuple[str, str], apart: timedelta = timedelta(0), *, one_outlet: bool = False
) -> float:
    first, second = (weigh(read_story_text(*article), Rarity()) for article in (one, other))
    return likeness(first, second, apart, one_outlet=one_outlet)


# --- the text -----------------------------------------------------------------------------------------------------


def test_names_are_words_with_a_capital_that_opens_no_sentence() -> None:
    body = "Warga melapor kepada Ratna Wirya. Banjir surut. “Gudang aman,” kata BPCG."
    text = read_story_text("Banjir", body)
    assert text.names == ("ratna", "wirya", "bpcg")


def test_numbers_are_counts_and_no_years_days_or_hours() -> None:
    body = "Sebanyak 1.240 pedagang datang pada 2030, Jumat (22/11), pukul 10.15, hingga 11.30 WIB dari 7 desa."
    assert read_story_text("Pasar 3 Lantai", body).numbers == {"1.240", "7"}
    assert read_story_text("Pasar 3 Lantai", body).title_numbers == {"3"}


def test_the_day_is_the_first_one_printed() -> None:
    assert read_story_text("Pasar", "Pasar dibuka Jumat (22/11/2030), terbakar Rabu (1/2/2028).").day == "22/11"
    assert read_story_text("Pasar", "Pasar dibuka kemarin.").day == ""


@pytest.mark.parametrize(
    ("one", "other", "another"),
    [
        ("Prakiraan Cuaca Sagara Hari Ini", "Prakiraan Cuaca Laksana Hari Ini", True),
        ("Harga Emas Naik Jadi Rp 1.905.000", "Harga Emas Turun Jadi Rp 1.890.000", True),
        ("Prakiraan Cuaca Sagara Hari Ini", "Prakiraan Cuaca Hari Ini di Sagara", False),
        ("Gempa Guncang Sagara", "Gempa Guncang Laksana", False),
    ],
)
def test_headlines_of_a_series_that_differ_in_a_name_or_number_are_of_different_events(
    one: str, other: str, another: bool
) -> None:
    texts = [
        read_story_text(title, f"Kabar pagi ini dari {title.replace('Hari Ini', '')} untuk warga.")
        for title in (one, other)
    ]
    assert is_another_of_series(*texts) is another
    assert is_another_of_series(*reversed(texts)) is another


# --- likeness -----------------------------------------------------------------------------------------------------


def test_two_tellings_of_an_event_are_likelier_one_than_two_events() -> None:
    assert odds(MARKET, MARKET_RETOLD) > JOIN > odds(MARKET, QUAKE)


def test_likeness_does_not_depend_on_which_comes_first() -> None:
    assert odds(MARKET, MARKET_RETOLD) == pytest.approx(odds(MARKET_RETOLD, MARKET))


def test_the_longer_apart_the_less_likely_and_within_one_outlet_even_less() -> None:
    near, far = odds(MARKET, MARKET_RETOLD), odds(MARKET, MARKET_RETOLD, 24 * HOUR)
    assert near > far > odds(MARKET, MARKET_RETOLD, 24 * HOUR, one_outlet=True)


def test_shared_numbers_and_days_count() -> None:
    rarity = Rarity()
    first, second = (weigh(read_story_text(*article), rarity) for article in (MARKET, MARKET_RETOLD))
    found = dict(zip(FEATURES, compare(first, second, timedelta(0), one_outlet=False), strict=True))
    assert (found["numbers"], found["day"], found["hours"], found["one_outlet"]) == (1.0, 1.0, 0.0, 0.0)


def test_an_empty_article_is_like_nothing() -> None:
    assert odds(("", ""), MARKET) < 0.01


def test_there_is_a_weight_for_each_feature() -> None:
    assert len(shipped_weights().of) == len(FEATURES)


def test_a_stem_is_the_rarer_the_fewer_articles_have_it() -> None:
    rarity = Rarity()
    for number in range(300):
        rarity.count(["sungai", f"nama{number}"])
    before = rarity.of(["sungai", "nama1", "takterlihat"])
    assert 0 <= before["sungai"] < before["nama1"] < before["takterlihat"] <= 1
    rarity.count(["sungai", "baru"])
    rarity.discount(["sungai", "baru"])
    assert rarity.of(["sungai", "nama1", "takterlihat"]) == before


# --- the window ---------------------------------------------------------------------------------------------------


def test_another_telling_of_an_event_finds_its_story() -> None:
    assert place(window_with(QUAKE, MARKET), MARKET_RETOLD) == Placement("s1")


def test_another_event_finds_none() -> None:
    assert place(window_with(MARKET), QUAKE) == Placement()


def test_an_empty_window_and_an_empty_article_find_none() -> None:
    assert place(StoryWindow(), MARKET) == Placement()
    assert place(window_with(MARKET, ("", "")), ("", "")) == Placement()


def test_only_articles_within_72_hours_count() -> None:
    window = StoryWindow()
    add(window, "a", "s", MARKET, NOW - WINDOW - HOUR)
    assert place(window, MARKET, NOW) == Placement()
    assert place(window, MARKET, NOW - HOUR) == Placement("s")
    assert place(window, MARKET, NOW - 2 * WINDOW) == Placement("s")


def test_expired_articles_are_forgotten() -> None:
    window = StoryWindow()
    add(window, "old", "s0", MARKET, NOW - 80 * HOUR)
    add(window, "new", "s1", QUAKE)
    assert window.expire(NOW - WINDOW) == ["old"]
    assert (len(window), window.has("s0"), window.has("s1")) == (1, False, True)
    assert place(window, MARKET, NOW - 70 * HOUR) == Placement()
    assert place(window, QUAKE) == Placement("s1")


def test_the_same_article_again_replaces_itself() -> None:
    window = window_with(MARKET)
    add(window, "a0", "s9", QUAKE)
    assert len(window) == 1
    assert place(window, MARKET) == Placement()
    assert place(window, QUAKE) == Placement("s9")


def test_one_close_article_does_not_outweigh_the_others_of_its_story() -> None:
    window = window_with(MARKET)
    add(window, "alone", "z", MARKET)
    for number in range(3):
        add(window, f"other{number}", "s0", QUAKE)
    assert place(window, MARKET).story == "z"


def test_of_equal_stories_the_choice_does_not_depend_on_which_came_first() -> None:
    found = set()
    for order in (("s1", "s2"), ("s2", "s1")):
        window = StoryWindow()
        for story in order:
            add(window, f"of {story}", story, MARKET)
        found.add(place(window, MARKET_RETOLD).story)
    assert found == {"s1"}


def test_an_article_that_links_two_stories_of_one_event_shows_them_to_be_one() -> None:
    window = window_with(MARKET, MARKET_RETOLD, QUAKE)
    placement = place(window, MARKET_ONCE_MORE)
    assert {placement.story, *placement.same} == {"s0", "s1"}
    window.merge("s0", "s1")
    assert not window.has("s1")
    assert place(window, MARKET_ONCE_MORE) == Placement("s0")


def test_a_story_is_found_among_many_others() -> None:
    window = window_with(MARKET)
    places = ["bukit", "pantai", "sungai", "hutan", "danau", "lembah", "kebun"]
    for number in range(300):
        title = f"Desa {number} Panen di {places[number % 7]}"
        text = (
            f"Warga desa {number} memanen {places[number % 5]} nomor {number * 7} bersama kelompok tani {number * 13}."
        )
        add(window, f"b{number}", f"t{number}", (title, text))
    assert place(window, MARKET_RETOLD).story == "s0"
