"""The order of a search's results, beyond how well each answers."""

from __future__ import annotations

from datetime import timedelta

from bot.models import Article, SearchHit
from bot.services.reading import newest_of_an_event_first
from tests.records import NOW, new_article

FIVE = (
    "Korban meninggal banjir Tirtamulya jadi lima orang",
    "Jumlah korban meninggal akibat banjir di Tirtamulya bertambah menjadi lima orang, kata BPBD setempat.",
)
SEVEN = (
    "Banjir Tirtamulya: Tujuh Orang Meninggal, 12.150 Jiwa Mengungsi",
    "Korban meninggal akibat banjir di Tirtamulya bertambah menjadi tujuh orang, kata BPBD setempat.",
)
FIELDS = (
    "Banjir Tirtamulya Rendam 2.100 Hektare Sawah",
    "Dinas Pertanian menaksir kerugian petani akibat genangan di sawah mencapai Rp 63 miliar.",
)


def hit(number: int, told: tuple[str, str], *, hours_ago: float) -> SearchHit:
    new = new_article(*told, published_at=NOW - timedelta(hours=hours_ago))
    article = Article(
        id=number,
        url=new.url,
        outlet=new.outlet,
        title=new.title,
        body=new.body,
        published_at=new.published_at,
        first_seen_at=new.published_at,
        place=None,
        topic=None,
        content_hash=new.content_hash,
        version=1,
        story_id=number,
    )
    return SearchHit(number, article)


def test_the_newer_toll_stands_above_the_older_one_that_answers_better() -> None:
    five, fields, seven = hit(1, FIVE, hours_ago=30), hit(2, FIELDS, hours_ago=3), hit(3, SEVEN, hours_ago=14)
    assert newest_of_an_event_first([five, fields, seven]) == (seven, fields, five)


def test_what_already_stands_newest_first_stays() -> None:
    seven, fields, five = hit(3, SEVEN, hours_ago=14), hit(2, FIELDS, hours_ago=30), hit(1, FIVE, hours_ago=30)
    assert newest_of_an_event_first([seven, fields, five]) == (seven, fields, five)


def test_the_same_words_on_another_day_are_another_event() -> None:
    five, seven = hit(1, FIVE, hours_ago=60), hit(3, SEVEN, hours_ago=14)
    assert newest_of_an_event_first([five, seven]) == (five, seven)


def test_other_events_keep_their_places_however_old() -> None:
    fields, seven = hit(2, FIELDS, hours_ago=60), hit(3, SEVEN, hours_ago=14)
    assert newest_of_an_event_first([fields, seven]) == (fields, seven)
    assert newest_of_an_event_first([]) == ()
