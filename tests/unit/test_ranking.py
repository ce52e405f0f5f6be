"""The rule of an edition: what comes first, what is left out, how topics share the space."""

from collections import Counter
from dataclasses import replace
from datetime import timedelta
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.models import Story, StoryMember
from bot.services.ranking import EDITION_SIZE, WEIGHTS, Wishes, lead_of, rank_stories, topic_of
from summarizer.alikeness import Gist, is_same_event
from tests.records import NOW, member, story

ALL = Wishes()
CAP = 3
"""A third of ten."""


def ranked_ids(stories: list[Story], wishes: Wishes = ALL, size: int = EDITION_SIZE) -> list[int]:
    return [found.id for found, _ in rank_stories(stories, now=NOW, wishes=wishes, size=size)]


def topics(*names: str) -> Wishes:
    return Wishes(topics=frozenset(names))


def news_of(topic: str | None, numbers: range, *, age: timedelta = timedelta(hours=1)) -> list[Story]:
    return [story(n, member(n, topic=topic, age=age)) for n in numbers]


# --- what comes first ---------------------------------------------------------------------------------------------


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
    agency, own = member(1, "Agency"), member(2, "B")
    copies = [replace(member(number, f"Media {number}"), copy_of=1) for number in (3, 4)]
    assert story(1, *copies, agency).outlets == ("Media 3",)
    assert story(1, copies[0], own, copies[1]).outlets == ("Media 3", "B")


def test_articles_without_a_digest_are_no_copies_of_each_other() -> None:
    assert story(1, member(1, "A", sentences=()), member(2, "B", sentences=())).outlets == ("A", "B")


def test_among_equals_the_newer_story_comes_first() -> None:
    old, new = story(1, member(1, age=timedelta(hours=9))), story(2, member(2, age=timedelta(hours=1)))
    assert ranked_ids([old, new]) == [2, 1]


def test_three_outlets_of_last_night_stand_between_a_lone_report_and_two_outlets_of_now() -> None:
    night = timedelta(hours=12)
    three = story(1, member(1, "A", age=night), member(2, "B", age=night), member(3, "C", age=night))
    lone = story(2, member(4, age=timedelta(0)))
    two = story(3, member(5, "A", age=timedelta(hours=1)), member(6, "B", age=timedelta(hours=1)))
    assert ranked_ids([lone, three, two]) == [3, 1, 2]


def test_a_story_that_more_outlets_file_under_the_chosen_topic_comes_first() -> None:
    half = story(1, member(1, "A", topic="ekonomi"), member(2, "B", topic="nasional"))
    whole = story(2, member(3, "A", topic="ekonomi"), member(4, "B", topic="ekonomi"))
    assert ranked_ids([half, whole], topics("ekonomi")) == [2, 1]


def test_a_followed_place_comes_before_other_news() -> None:
    near = story(1, member(1, places=frozenset({"banyuwangi", "jawa-timur"}), age=timedelta(hours=12)))
    far = story(2, member(2, "A"), member(3, "B"))
    assert ranked_ids([near, far]) == [2, 1]
    assert ranked_ids([near, far], Wishes(places=frozenset({"banyuwangi"}))) == [1, 2]


# --- what is left out ---------------------------------------------------------------------------------------------


def test_a_story_of_long_ago_is_no_news() -> None:
    assert ranked_ids([story(1, member(1, age=timedelta(hours=49)))]) == []


def test_only_chosen_topics_are_told() -> None:
    stories = [story(1, member(1, topic="olahraga")), story(2, member(2, topic="ekonomi"))]
    assert ranked_ids(stories, topics("ekonomi")) == [2]


def test_a_followed_place_is_told_whatever_its_topic() -> None:
    stories = [
        story(1, member(1, topic="olahraga", places=frozenset({"banyuwangi"}))),
        story(2, member(2, topic="olahraga")),
        story(3, member(3, topic="ekonomi")),
    ]
    wishes = Wishes(frozenset({"ekonomi"}), frozenset({"banyuwangi"}))
    assert sorted(ranked_ids(stories, wishes)) == [1, 3]


def test_the_topic_of_a_story_is_that_of_most_articles_and_not_that_of_the_newest() -> None:
    found = story(1, member(1, topic="hiburan"), member(2, topic="ekonomi"), member(3, topic="ekonomi"))
    assert topic_of(found) == "ekonomi"
    assert topic_of(story(2, member(4, topic=None), member(5, topic="ekonomi"))) == "ekonomi"
    assert topic_of(story(3, member(6, topic=None))) is None


def test_of_two_stories_of_one_event_only_the_better_one_is_told() -> None:
    sentence = "Gempa bermagnitudo 6,1 mengguncang Kota Sagara pada Senin pagi dan merusak pasar induk."
    two = story(
        1,
        member(1, "A", title="Gempa magnitudo 6,1 guncang Sagara, pasar induk rusak", sentences=(sentence,)),
        member(2, "B", title="Gempa di Sagara", sentences=("Warga Sagara mengungsi setelah gempa kuat.",)),
    )
    again = story(
        2, member(3, "C", title="Sagara diguncang gempa magnitudo 6,1, pasar induk rusak parah", sentences=(sentence,))
    )
    other = story(3, member(4, "D", title="Harga beras di pasar induk Sagara turun", sentences=("Panen raya tiba.",)))
    assert ranked_ids([again, two, other]) == [1, 3]


def test_headlines_of_few_words_are_not_enough_for_one_event() -> None:
    one, other = Gist.of("Harga emas naik", ()), Gist.of("Harga emas naik", ())
    assert not is_same_event(one, other)


# --- how topics share the space -----------------------------------------------------------------------------------


def test_no_topic_takes_more_than_a_third_while_others_have_news() -> None:
    others = [story(n, member(n, topic=f"topik{n}", age=timedelta(hours=9))) for n in range(20, 30)]
    chosen = ranked_ids([*news_of("olahraga", range(1, 10)), *others])
    assert len(chosen) == EDITION_SIZE
    assert len([number for number in chosen if number < 10]) == CAP


def test_a_quiet_day_is_filled_with_what_there_is() -> None:
    assert len(ranked_ids(news_of("olahraga", range(1, 20)))) == EDITION_SIZE


def test_places_that_stay_free_are_shared_evenly() -> None:
    sports, money = news_of("olahraga", range(1, 10)), news_of("ekonomi", range(20, 30), age=timedelta(hours=9))
    chosen = ranked_ids([*sports, *money])
    assert Counter(number < 10 for number in chosen) == {True: 5, False: 5}


def test_articles_of_unknown_topic_take_nobodys_share() -> None:
    chosen = ranked_ids([*news_of(None, range(1, 8)), *news_of("ekonomi", range(20, 30))])
    assert Counter(number < 10 for number in chosen) == {True: 7, False: 3}


def test_a_reader_of_one_topic_gets_all_of_it_in_order_of_weight() -> None:
    sports = [story(n, member(n, topic="olahraga", age=timedelta(hours=n))) for n in range(1, 20)]
    assert ranked_ids(sports, topics("olahraga")) == list(range(1, 11))


def test_a_reader_of_two_topics_gets_half_of_each() -> None:
    sports, money = news_of("olahraga", range(1, 10)), news_of("ekonomi", range(20, 30), age=timedelta(hours=9))
    chosen = ranked_ids([*sports, *money], topics("olahraga", "ekonomi"))
    assert Counter(number < 10 for number in chosen) == {True: 5, False: 5}


# --- the article that stands for a story --------------------------------------------------------------------------


def test_the_newest_article_with_a_digest_stands_for_the_story() -> None:
    newest = member(1, sentences=(), short="")
    assert lead_of(story(1, newest, member(2))).article_id == 2
    assert lead_of(story(1, newest)).article_id == 1


# --- whatever the day brings --------------------------------------------------------------------------------------

TOPIC_NAMES = ["ekonomi", "olahraga", "nasional", None]
WORDS = ["gempa", "sagara", "pasar", "rusak", "harga", "beras", "timnas", "menang"]


def day_of(seed: int, number: int) -> list[Story]:
    """So many stories: topics, ages, outlets and headlines as they come."""
    draw = Random(seed)

    def article(article_id: int) -> StoryMember:
        return member(
            article_id,
            f"Media {draw.randrange(6)}",
            title=" ".join(draw.choices(WORDS, k=draw.randint(1, 6))),
            topic=draw.choice(TOPIC_NAMES),
            age=timedelta(minutes=draw.randrange(50 * 60)),
            places=frozenset(draw.sample(["banyuwangi", "bandung"], draw.randrange(3))),
            sentences=(f"Kalimat milik artikel {article_id}.",),
        )

    return [
        story(story_id, *(article(story_id * 100 + place) for place in range(draw.randint(1, 4))))
        for story_id in range(1, number + 1)
    ]


DAYS = st.builds(day_of, st.integers(0, 10**6), st.integers(0, 25))
WISHES = st.builds(
    Wishes,
    st.frozensets(st.sampled_from(["ekonomi", "olahraga", "nasional"])),
    st.frozensets(st.sampled_from(["banyuwangi", "bandung"])),
)


@settings(deadline=None)
@given(DAYS, WISHES, st.integers())
def test_the_order_in_which_stories_come_changes_nothing(day: list[Story], wishes: Wishes, seed: int) -> None:
    shuffled = day.copy()
    Random(seed).shuffle(shuffled)
    assert ranked_ids(shuffled, wishes) == ranked_ids(day, wishes)


@settings(deadline=None)
@given(DAYS, WISHES)
def test_no_event_and_no_story_stands_twice(day: list[Story], wishes: Wishes) -> None:
    ranked = rank_stories(day, now=NOW, wishes=wishes)
    gists = [Gist.of(lead.title, lead.sentences) for _, lead in ranked]
    assert len({found.id for found, _ in ranked}) == len(ranked) <= EDITION_SIZE
    assert not any(is_same_event(one, other) for at, one in enumerate(gists) for other in gists[:at])


@settings(deadline=None)
@given(DAYS, WISHES)
def test_a_topic_grows_beyond_its_share_only_where_no_other_has_a_story_left(day: list[Story], wishes: Wishes) -> None:
    size = 6
    ranked = rank_stories(day, now=NOW, wishes=wishes, size=size)
    chosen = {found.id: Gist.of(lead.title, lead.sentences) for found, lead in ranked}
    count = Counter(topic_of(found) for found, _ in ranked)
    left = {
        topic_of(found)
        for other in day
        for found, lead in rank_stories([other], now=NOW, wishes=wishes)
        if found.id not in chosen
        and not any(is_same_event(Gist.of(lead.title, lead.sentences), told) for told in chosen.values())
    }
    share = size * max(WEIGHTS.topic_share, 1 / len(wishes.topics) if wishes.topics else 0)
    for topic, times in count.items():
        if topic is not None and times > share:
            assert None not in left
            assert all(count[other] >= times - 1 for other in left)


@settings(deadline=None)
@given(DAYS, WISHES, st.data())
def test_one_more_outlet_never_moves_a_story_down(day: list[Story], wishes: Wishes, data: st.DataObject) -> None:
    ranked = ranked_ids(day, wishes)
    if not ranked:
        return
    lifted = data.draw(st.sampled_from(ranked))
    members = {found.id: found.members for found in day}[lifted]
    another = member(
        9999,
        "Media baru",
        topic=topic_of(Story(lifted, members)),
        places=frozenset.union(*(one.places for one in members)),
        age=NOW - members[-1].published_at,
        sentences=("Sama sekali lain bunyinya.",),
    )
    with_another = Story(lifted, (*members, another))
    after = ranked_ids([with_another if found.id == lifted else found for found in day], wishes)
    assert lifted in after
    assert after.index(lifted) <= ranked.index(lifted)
