"""Places of an article: from headline, dateline and opening; names that are words too only where they are places."""

import pytest

from summarizer.places import MOST_PLACES, closest_place, find_place, places, places_of

OPENING = "Warga membersihkan pasar pada Senin pagi. "


def test_there_are_38_provinces_and_every_place_is_in_one() -> None:
    provinces = {place.key for place in places().values() if place.key == place.province}
    assert len(provinces) == 38
    assert {place.province for place in places().values()} == provinces
    assert len(places()) > 500


def test_every_place_is_found_by_its_own_name_and_key() -> None:
    for place in places().values():
        assert find_place(place.name) == place
        assert find_place(place.key) == place


def test_keys_fit_into_buttons_and_links() -> None:
    assert all(key.replace("-", "").isalpha() and key == key.lower() and len(key) < 50 for key in places())


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("banyuwangi", "banyuwangi"),
        ("Kabupaten Banyuwangi", "banyuwangi"),
        ("KOTA MALANG", "malang"),
        ("kab. malang", "malang"),
        ("Solo", "surakarta"),
        ("jogja", "di-yogyakarta"),
        ("jatim", "jawa-timur"),
        ("  Jawa   Timur ", "jawa-timur"),
        ("Provinsi Papua Barat Daya", "papua-barat-daya"),
        ("Jakarta", "dki-jakarta"),
        ("kabupaten puncak", "kabupaten-puncak"),
    ],
)
def test_a_place_is_found_by_what_people_call_it(name: str, key: str) -> None:
    found = find_place(name)
    assert found is not None
    assert found.key == key


@pytest.mark.parametrize("name", ["", "Sagara", "kota", "1", "-", "😀"])
def test_what_is_no_place_is_not_found(name: str) -> None:
    assert find_place(name) is None


def test_a_misspelt_place_has_a_neighbour() -> None:
    found = closest_place("banyuwanggi")
    assert found is not None
    assert found.name == "Banyuwangi"
    assert closest_place("sepak bola") is None


@pytest.mark.parametrize(
    ("title", "dateline", "body", "expected"),
    [
        ("Banjir rendam pasar di Banyuwangi", None, OPENING, ("banyuwangi", "jawa-timur")),
        ("banjir rendam pasar di banyuwangi", None, OPENING, ("banyuwangi", "jawa-timur")),
        ("Banjir rendam pasar", "BANYUWANGI", OPENING, ("banyuwangi", "jawa-timur")),
        ("Banjir rendam pasar", None, "Banjir merendam pasar di Banyuwangi. ", ("banyuwangi", "jawa-timur")),
        ("Gubernur Jawa Timur tinjau banjir", None, OPENING, ("jawa-timur",)),
        # The longest name counts.
        ("Gempa guncang Lombok Timur", None, OPENING, ("lombok-timur", "nusa-tenggara-barat")),
        ("Gempa guncang Papua Barat Daya", None, OPENING, ("papua-barat-daya",)),
        # Jakarta is where newsrooms and ministries are.
        ("Menteri umumkan aturan baru", "JAKARTA", f"{OPENING}Menteri bicara di Jakarta. ", ()),
        ("Banjir rendam Jakarta", "JAKARTA", OPENING, ("dki-jakarta",)),
        # Words that are places too.
        ("Israel Serang Iran", None, OPENING, ()),
        ("Polisi tangkap pencuri di Serang", None, OPENING, ("serang", "banten")),
        ("Nasib Malang Pedagang Pasar", None, OPENING, ()),
        ("Wisata Kota Batu ramai", None, OPENING, ("batu", "jawa-timur")),
        ("Batu besar tutup jalan", None, OPENING, ()),
        ("Timnas menang", "MALANG", OPENING, ("malang", "jawa-timur")),
        # A street and a company are no places.
        ("Macet di Jalan Surabaya", None, OPENING, ()),
        ("Laba Bank Lampung naik", None, OPENING, ()),
        # In a text, places have a capital.
        ("Pasar ramai", None, "Warga lebak membersihkan pasar. ", ()),
        # What is named once far below is not where it happens.
        ("Pasar ramai", None, OPENING * 10 + "Beras datang dari Karawang. ", ()),
        ("", None, "", ()),
    ],
)
def test_an_article_has_the_places_that_it_is_about(
    title: str, dateline: str | None, body: str, expected: tuple[str, ...]
) -> None:
    assert places_of(title, dateline, body) == expected


def test_a_list_of_places_has_the_surest_ones() -> None:
    title = "Hujan lebat di Medan, Padang, Ambon, Kendari, Manado, Kupang"
    found = places_of(title, None, "Hujan lebat turun di Kupang. ")
    cities = [key for key in found if places()[key].province != key]
    assert len(cities) == MOST_PLACES
    assert cities[0] == "kupang"
