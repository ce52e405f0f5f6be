from datetime import datetime, timedelta

from summarizer.dates import WIB
from summarizer.stories import WINDOW, StoryWindow

NOW = datetime(2030, 11, 22, 12, tzinfo=WIB)
MARKET = (
    "Pasar Wening Dibuka Kembali",
    "Pemerintah Kota Laksana membuka kembali Pasar Wening pada Jumat setelah dua tahun diperbaiki akibat kebakaran. "
    "Pasar tiga lantai itu menampung 1.240 pedagang lama.",
)
MARKET_RETOLD = (
    "Dua Tahun Diperbaiki, Pasar Wening Dibuka",
    "KUPANG, Beritanusa.com - Setelah kebakaran dua tahun lalu, Pasar Wening di Kota Laksana kembali dibuka bagi 1.240 "
    "pedagang. Pasar itu kini berlantai tiga.",
)
QUAKE = (
    "Gempa Guncang Karangsari",
    "Gempa bermagnitudo 5,0 mengguncang Karangsari pada Senin pagi. Warga berhamburan keluar rumah.",
)


def window_with(*rows: tuple[str, str, datetime]) -> StoryWindow:
    window = StoryWindow()
    for number, (title, text, published) in enumerate(rows):
        window.add(f"a{number}", f"s{number}", title, text, published)
    return window


def test_another_telling_of_an_event_finds_its_story() -> None:
    assert window_with((*QUAKE, NOW), (*MARKET, NOW)).best_match(*MARKET_RETOLD, NOW) == "s1"


def test_another_event_finds_none() -> None:
    assert window_with((*MARKET, NOW)).best_match(*QUAKE, NOW) is None


def test_an_empty_window_and_an_empty_article_find_none() -> None:
    assert StoryWindow().best_match(*MARKET, NOW) is None
    assert window_with((*MARKET, NOW), ("", "", NOW)).best_match("", "", NOW) is None


def test_only_articles_within_72_hours_count() -> None:
    window = window_with((*MARKET, NOW - WINDOW - timedelta(minutes=1)))
    assert window.best_match(*MARKET, NOW) is None
    assert window.best_match(*MARKET, NOW - timedelta(minutes=1)) == "s0"
    assert window.best_match(*MARKET, NOW - 2 * WINDOW) == "s0"


def test_expired_articles_are_forgotten() -> None:
    window = window_with((*MARKET, NOW - timedelta(hours=80)), (*QUAKE, NOW))
    window.expire(NOW - WINDOW)
    assert len(window) == 1
    assert window.best_match(*MARKET, NOW - timedelta(hours=70)) is None
    assert window.best_match(*QUAKE, NOW) == "s1"


def test_the_same_article_again_replaces_itself() -> None:
    window = window_with((*MARKET, NOW))
    window.add("a0", "s9", *QUAKE, NOW)
    assert len(window) == 1
    assert window.best_match(*MARKET, NOW) is None
    assert window.best_match(*QUAKE, NOW) == "s9"
    window.expire(NOW + WINDOW)
    assert window.best_match(*MARKET, NOW) is None


def test_the_nearest_of_several_stories_wins() -> None:
    title, text = MARKET
    window = window_with((title, text + " Hujan turun deras pada sore hari di kota itu.", NOW), (title, text, NOW))
    assert window.best_match(*MARKET, NOW) == "s1"


def test_a_story_is_found_among_many_others() -> None:
    window = window_with((*MARKET, NOW))
    places = ["bukit", "pantai", "sungai", "hutan", "danau", "lembah", "kebun"]
    for number in range(300):
        title = f"Desa {number} Panen di {places[number % 7]}"
        text = (
            f"Warga desa {number} memanen {places[number % 5]} nomor {number * 7} bersama kelompok tani {number * 13}."
        )
        window.add(f"b{number}", f"t{number}", title, text, NOW)
    assert window.best_match(*MARKET_RETOLD, NOW) == "s0"


# Cosine 0.44 in a window of their own: enough for two outlets, too little for one.
HARBOUR = (
    "Dermaga Lirih Mulai Diperbaiki",
    "Perbaikan Dermaga Lirih di Kota Sagara dimulai pada Senin dengan biaya Rp 14 miliar. "
    "Kapal kayu dialihkan ke Batu Hitam selama delapan bulan.",
)
HARBOUR_RETOLD = (
    "Nelayan Berlayar Lebih Jauh karena Dermaga Lirih Ditutup",
    "Nelayan mengeluhkan penutupan Dermaga Lirih yang menambah jarak berlayar dua jam setiap hari. "
    "Koperasi meminta bantuan solar selama perbaikan delapan bulan itu dari Kota Sagara.",
)


def test_articles_of_one_outlet_must_be_more_alike_than_those_of_two() -> None:
    window = StoryWindow()
    window.add("a", "s", *HARBOUR, NOW, "Kabar A")
    assert window.best_match(*HARBOUR_RETOLD, NOW, "Kabar B") == "s"
    assert window.best_match(*HARBOUR_RETOLD, NOW, "Kabar A") is None
    assert window.best_match(*HARBOUR_RETOLD, NOW) is None


def test_one_close_article_does_not_outweigh_the_others_of_its_story() -> None:
    window = window_with((*MARKET, NOW))
    window.add("alone", "z", *MARKET, NOW)
    for number in range(3):
        window.add(f"other{number}", "s0", *QUAKE, NOW)
    assert window.best_match(*MARKET, NOW) == "z"


def test_of_equal_stories_the_choice_does_not_depend_on_which_came_first() -> None:
    found = set()
    for order in (("s1", "s2"), ("s2", "s1")):
        window = StoryWindow()
        for story in order:
            window.add(f"of {story}", story, *MARKET, NOW)
        found.add(window.best_match(*MARKET_RETOLD, NOW))
    assert found == {"s1"}
