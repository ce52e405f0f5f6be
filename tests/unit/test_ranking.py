"""The rule of an edition: what comes first, what is left out, how topics share the space."""

from datetime import timedelta

from bot.services.ranking import EDITION_SIZE, lead_of, rank_stories
from tests.records import NOW, member, story

ALL: frozenset[str] = frozenset()


def ranked_ids(stories, topics=ALL, size=EDITION_SIZE):  # type: ignore[no-untyped-def]
    return [found.id for found, _ in rank_stories(stories, now=NOW, topics=topics, size=size)]


def test_a_story_of_more_outlets_comes_first() -> None:
    one = story(1, member(1))
    three = story(2, member(2, "A"), member(3, "B"), member(4, "C"))
    assert ranked_ids([one, three]) == [2, 1]


def test_copies_of_one_text_count_as_one_outlet() -> None:
    copies = story(1, *(member(number, f"Media {number}", content_hash="same") for number in range(5)))
    two = story(2, member(8, "A"), member(9, "B"))
    assert copies.outlets == ("Media 0",)
    assert ranked_ids([copies, two]) == [2, 1]


def test_an_agency_report_that_others_took_over_counts_once() -> None:
    agency = (
        "Tiga orang tewas dan 41 lainnya terluka akibat gempa yang mengguncang Kota Sagara pada Senin pagi, "
        "menurut data badan penanggulangan bencana setempat."
    )
    copy = "Sagara: " + agency.replace("menurut", "berdasarkan")
    own = "Gempa pada Senin pagi menewaskan tiga warga Kota Sagara dan merusak pasar induk."
    lone = story(1, member(1, "A", sentences=(copy,)), member(2, "Agency", sentences=(agency, "Pasar ikut rusak.")))
    both = story(2, member(3, "A", sentences=(own,)), member(4, "B", sentences=(copy,)), member(5, sentences=(agency,)))
    assert lone.outlets == ("A",)
    assert both.outlets == ("A", "B")


def test_articles_without_a_digest_are_no_copies_of_each_other() -> None:
    assert story(1, member(1, "A", sentences=()), member(2, "B", sentences=())).outlets == ("A", "B")


def test_among_equals_the_newer_story_comes_first() -> None:
    assert ranked_ids([story(1, member(1, age=timedelta(hours=9))), story(2, member(2, age=timedelta(hours=1)))]) == [
        2,
        1,
    ]


def test_a_story_of_long_ago_is_no_news() -> None:
    assert ranked_ids([story(1, member(1, age=timedelta(hours=49)))]) == []


def test_only_chosen_topics_are_told() -> None:
    stories = [story(1, member(1, topic="olahraga")), story(2, member(2, topic="ekonomi"))]
    assert ranked_ids(stories, frozenset({"ekonomi"})) == [2]


def test_no_topic_takes_more_than_its_share_while_others_have_news() -> None:
    sports = [story(n, member(n, topic="olahraga", age=timedelta(hours=1))) for n in range(1, 10)]
    others = [story(n, member(n, topic=f"topik{n}", age=timedelta(hours=9))) for n in range(20, 30)]
    chosen = ranked_ids([*sports, *others])
    assert len(chosen) == EDITION_SIZE
    assert len([number for number in chosen if number < 10]) == 4  # a third of ten, rounded up


def test_a_quiet_day_is_filled_with_what_there_is() -> None:
    sports = [story(n, member(n, topic="olahraga")) for n in range(1, 20)]
    assert len(ranked_ids(sports)) == EDITION_SIZE


def test_a_reader_of_one_topic_gets_all_of_it_in_order_of_weight() -> None:
    sports = [story(n, member(n, topic="olahraga", age=timedelta(hours=n))) for n in range(1, 20)]
    assert ranked_ids(sports, frozenset({"olahraga"})) == list(range(1, 11))


def test_the_newest_article_with_a_digest_stands_for_the_story() -> None:
    newest = member(1, sentences=(), short="")
    assert lead_of(story(1, newest, member(2))).article_id == 2
    assert lead_of(story(1, newest)).article_id == 1
