"""The contract of feeds, articles and stories."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta, timezone

import pytest

from bot.index_entries import make_entry
from bot.models import Feed, FeedState, FeedUpdate, NewArticle, NewFeed, StoredDigest
from bot.storage.base import Storage
from tests.records import FLOOD, NOW, RICE, new_article

MINUTE = timedelta(minutes=1)
ENGINE = "extractive-1"


def visit(feed: Feed, **changes: object) -> FeedUpdate:
    fields: dict[str, object] = {
        "feed_id": feed.id,
        "next_check_at": NOW + timedelta(hours=1),
        "url": feed.url,
        "state": FeedState.ACTIVE,
        "etag": '"v2"',
        "last_modified": None,
        "failures": 0,
        "last_ok_at": NOW,
        "last_error": None,
    }
    return FeedUpdate(**{**fields, **changes})  # type: ignore[arg-type]


def digest(article: NewArticle, *, engine: str = ENGINE, short: str = "Singkat.") -> StoredDigest:
    return StoredDigest(article.content_hash, engine, ("Kalimat satu.", "Kalimat “dua”."), short)


async def save(storage: Storage, *articles: NewArticle, now: datetime = NOW) -> list[int]:
    """Ids of the articles, in the order given."""
    await storage.save_articles(articles, now)
    known = await storage.known_articles([article.url for article in articles])
    return [known[article.url].id for article in articles]


class FeedContract:
    async def test_a_feed_is_added_once_and_is_due_at_once(self, storage: Storage) -> None:
        feed = NewFeed("https://kabar.example/rss", "Kabar Nusantara", "Kabar", "daerah")
        assert await storage.add_feeds([feed, feed], NOW) == 1
        assert await storage.add_feeds([feed, NewFeed("https://kabar.example/olahraga", "Kabar Nusantara")], NOW) == 1
        first, second = await storage.feeds()
        assert (first.url, second.url) == ("https://kabar.example/olahraga", feed.url)
        assert (second.title, second.topic, second.state) == ("Kabar", "daerah", FeedState.ACTIVE)
        assert (second.next_check_at, second.failures, second.last_ok_at) == (NOW, 0, None)
        assert await storage.due_feeds(NOW - MINUTE, limit=10, per_host=10) == []
        assert len(await storage.due_feeds(NOW, limit=10, per_host=10)) == 2

    async def test_nothing_to_add_is_no_mistake(self, storage: Storage) -> None:
        assert await storage.add_feeds([], NOW) == 0

    async def test_a_feed_is_forgotten_by_its_address_and_its_articles_stay(self, storage: Storage) -> None:
        both = [NewFeed("https://kabar.example/rss", "Kabar"), NewFeed("https://b.example/rss", "B")]
        await storage.add_feeds(both, NOW)
        kabar = next(feed for feed in await storage.feeds() if feed.outlet == "Kabar")
        await storage.save_articles([replace(new_article(), feed_id=kabar.id)], NOW)
        assert await storage.remove_feed("https://kabar.example/rss")
        assert not await storage.remove_feed("https://kabar.example/rss")
        assert [feed.outlet for feed in await storage.feeds()] == ["B"]
        assert len(await storage.articles_without_digest(limit=9)) == 1

    async def test_due_feeds_come_longest_waiting_first_and_few_of_one_host(self, storage: Storage) -> None:
        for age, url in enumerate(("https://a.example/1", "https://b.example/1", "https://A.example/2")):
            await storage.add_feeds([NewFeed(url, "Media")], NOW - age * MINUTE)
        await storage.add_feeds([NewFeed("https://a.example/3", "Media")], NOW - 9 * MINUTE)
        due = await storage.due_feeds(NOW, limit=10, per_host=2)
        assert [feed.url for feed in due] == ["https://a.example/3", "https://A.example/2", "https://b.example/1"]
        assert len(await storage.due_feeds(NOW, limit=1, per_host=2)) == 1

    async def test_a_visit_is_kept_together_with_its_articles(self, storage: Storage) -> None:
        await storage.add_feeds([NewFeed("https://kabar.example/rss", "Kabar Nusantara")], NOW)
        [feed] = await storage.feeds()
        article = replace(new_article(), feed_id=feed.id)
        saved = await storage.save_articles([article], NOW, update=visit(feed, failures=0))
        assert len(saved.new) == 1
        [after] = await storage.feeds()
        assert (after.etag, after.last_ok_at, after.next_check_at) == ('"v2"', NOW, NOW + timedelta(hours=1))
        assert await storage.due_feeds(NOW, limit=10, per_host=10) == []

    async def test_a_failed_visit_changes_the_feed_and_saves_nothing(self, storage: Storage) -> None:
        await storage.add_feeds([NewFeed("https://kabar.example/rss", "Kabar Nusantara")], NOW)
        [feed] = await storage.feeds()
        failed = visit(feed, state=FeedState.GONE, failures=3, last_error="fetch_gone", last_ok_at=None)
        await storage.save_articles([], NOW, update=failed)
        [after] = await storage.feeds()
        assert (after.state, after.failures, after.last_error) == (FeedState.GONE, 3, "fetch_gone")
        assert await storage.due_feeds(NOW + timedelta(days=9), limit=10, per_host=10) == []

    @pytest.mark.parametrize("state", [FeedState.PAUSED, FeedState.GONE])
    async def test_a_feed_visited_no_more_is_told_of_once(self, storage: Storage, state: FeedState) -> None:
        await storage.add_feeds([NewFeed(f"https://kabar.example/{n}", "Media") for n in range(3)], NOW)
        feeds = await storage.feeds()
        assert await storage.untold_feeds(limit=9) == []
        for feed in feeds[1:]:
            await storage.save_articles([], NOW, update=visit(feed, state=state, failures=100))
        assert [feed.id for feed in await storage.untold_feeds(limit=9)] == [feed.id for feed in feeds[1:]]
        assert len(await storage.untold_feeds(limit=1)) == 1
        await storage.mark_told([feeds[1].id], NOW)
        assert [feed.id for feed in await storage.untold_feeds(limit=9)] == [feeds[2].id]

    async def test_a_paused_feed_that_is_listed_again_gets_one_more_visit(self, storage: Storage) -> None:
        listed = NewFeed("https://kabar.example/rss", "Media")
        await storage.add_feeds([listed], NOW)
        [feed] = await storage.feeds()
        paused = visit(feed, state=FeedState.PAUSED, failures=100, next_check_at=NOW + timedelta(days=1))
        await storage.save_articles([], NOW, update=paused)
        await storage.mark_told([feed.id], NOW)
        assert await storage.add_feeds([listed], NOW + MINUTE) == 0
        [again] = await storage.due_feeds(NOW + MINUTE, limit=9, per_host=9)
        assert (again.state, again.failures) == (FeedState.ACTIVE, 100)
        await storage.save_articles([], NOW, update=paused)
        assert await storage.untold_feeds(limit=9) == []
        await storage.save_articles([], NOW, update=visit(feed, failures=0))
        await storage.save_articles([], NOW, update=paused)
        assert len(await storage.untold_feeds(limit=9)) == 1

    async def test_a_feed_that_is_gone_stays_so_however_often_it_is_listed(self, storage: Storage) -> None:
        listed = NewFeed("https://kabar.example/rss", "Media")
        await storage.add_feeds([listed], NOW)
        [feed] = await storage.feeds()
        await storage.save_articles([], NOW, update=visit(feed, state=FeedState.GONE, failures=1))
        await storage.add_feeds([listed], NOW)
        assert await storage.due_feeds(NOW + timedelta(days=9), limit=9, per_host=9) == []

    async def test_a_feed_moves_unless_its_new_address_is_another_feed(self, storage: Storage) -> None:
        addresses = ["https://a.example/rss", "https://b.example/rss"]
        await storage.add_feeds([NewFeed(url, "Media") for url in addresses], NOW)
        first, second = await storage.feeds()
        await storage.save_articles([], NOW, update=visit(first, url=second.url, etag="taken"))
        await storage.save_articles([], NOW, update=visit(second, url="https://c.example/rss", etag="free"))
        assert {feed.url: feed.etag for feed in await storage.feeds()} == {
            "https://a.example/rss": "taken",
            "https://c.example/rss": "free",
        }


class ArticleContract:
    async def test_an_article_is_found_by_the_words_that_came_with_it(self, storage: Storage) -> None:
        article = new_article()
        index = make_entry("Kabar lain sama sekali", "Gerhana terlihat di selatan.", article.outlet, NOW)
        [article_id] = await save(storage, replace(article, index=index))
        assert [hit.article.id for hit in (await storage.search("gerhana", limit=9, now=NOW)).hits] == [article_id]
        assert (await storage.search(article.title, limit=9, now=NOW)).hits == ()

    async def test_an_article_comes_back_as_it_was_saved(self, storage: Storage) -> None:
        jakarta = timezone(timedelta(hours=7))
        article = replace(
            new_article(
                "Judul <b>&amp; 🌊 “kutip”", external_id="a-1", published_at=datetime(2026, 11, 24, tzinfo=jakarta)
            ),
            place="SAGARA",
        )
        [article_id] = await save(storage, article)
        stored = await storage.article(article_id)
        assert stored is not None
        assert (stored.url, stored.outlet, stored.title, stored.body) == (
            article.url,
            article.outlet,
            article.title,
            article.body,
        )
        assert (stored.place, stored.topic, stored.external_id) == ("SAGARA", "daerah", "a-1")
        assert (stored.version, stored.story_id, stored.first_seen_at) == (1, None, NOW)
        assert stored.published_at.isoformat() == "2026-11-23T17:00:00+00:00"

    async def test_an_unknown_article_is_none(self, storage: Storage) -> None:
        assert await storage.article(1) is None

    async def test_the_same_article_twice_is_one_article(self, storage: Storage) -> None:
        article = new_article()
        first = await storage.save_articles([article, article], NOW)
        again = await storage.save_articles([article], NOW + MINUTE)
        assert len(first.new) == 1
        assert again.known == first.new
        assert not again.new
        assert not again.changed

    async def test_a_changed_article_is_a_new_version_of_the_same(self, storage: Storage) -> None:
        [article_id] = await save(storage, new_article(body=FLOOD, external_id="a-1"))
        later = NOW + timedelta(hours=3)
        corrected = new_article(body=RICE, published_at=NOW, external_id="a-2")
        saved = await storage.save_articles([corrected], later)
        assert saved.changed == (article_id,)
        stored = await storage.article(article_id)
        assert stored is not None
        assert (stored.version, stored.body, stored.published_at) == (2, RICE, NOW)
        assert (stored.first_seen_at, stored.external_id) == (NOW, "a-1")

    async def test_an_article_is_found_by_any_of_its_addresses(self, storage: Storage) -> None:
        article = replace(new_article(url="https://kabar.example/1"), aliases=("https://m.kabar.example/1",))
        [article_id] = await save(storage, article)
        by_alias = new_article(url="https://m.kabar.example/1")
        with_another = replace(by_alias, aliases=("https://kabar.example/amp/1",))
        assert (await storage.save_articles([with_another], NOW)).known == (article_id,)
        asked = ["https://kabar.example/1", "https://kabar.example/amp/1", "https://kabar.example/2"]
        known = await storage.known_articles(asked)
        assert {url: found.id for url, found in known.items()} == dict.fromkeys(asked[:2], article_id)
        stored = await storage.article(article_id)
        assert stored is not None
        assert stored.url == "https://kabar.example/1"

    async def test_an_entry_that_changed_without_its_text_is_remembered(self, storage: Storage) -> None:
        article = replace(new_article(topic=None), entry_hash="one")
        await save(storage, article)
        await storage.save_articles([replace(article, entry_hash="two", topic="ekonomi", external_id="x")], NOW)
        known = await storage.known_articles([article.url])
        assert known[article.url].entry_hash == "two"
        stored = await storage.article(known[article.url].id)
        assert stored is not None
        assert (stored.version, stored.topic, stored.external_id) == (1, "ekonomi", "x")

    async def test_many_articles_are_saved_at_once(self, storage: Storage) -> None:
        many = [new_article(f"Berita nomor {number}", external_id=str(number)) for number in range(1200)]
        saved = await storage.save_articles(many, NOW)
        assert len(saved.new) == 1200
        last = await storage.article(saved.new[-1])
        assert last is not None
        assert last.external_id == "1199"
        assert len(await storage.known_articles([article.url for article in many])) == 1200

    async def test_a_time_without_a_zone_is_refused(self, storage: Storage) -> None:
        with pytest.raises(Exception, match="without a zone"):
            await storage.save_articles([new_article(published_at=datetime(2026, 1, 1))], NOW)  # noqa: DTZ001
        assert await storage.articles_without_story(limit=9) == []


class StoryContract:
    async def test_undigested_articles_come_newest_first(self, storage: Storage) -> None:
        first, second, third = new_article("Satu"), new_article("Dua"), new_article("Tiga")
        ids = await save(storage, first, second, third)
        await storage.save_digests([digest(second)])
        assert [article.id for article in await storage.articles_without_digest(limit=9)] == [ids[2], ids[0]]
        assert [article.id for article in await storage.articles_without_digest(limit=1)] == [ids[2]]

    async def test_a_new_engine_digests_what_came_since_and_meanwhile_the_old_digests_are_shown(
        self, storage: Storage
    ) -> None:
        old, recent = new_article("Lama"), new_article("Terkini")
        await save(storage, old, now=NOW - timedelta(days=9))
        [recent_id] = await save(storage, recent)
        story_id = await storage.assign_story(recent_id, None, NOW)
        await storage.save_digests([digest(old, engine="a"), digest(recent, engine="a")])
        await storage.renew_digests("b", NOW - timedelta(days=1))
        assert [found.id for found in await storage.articles_without_digest(limit=9)] == [recent_id]
        for window in ([await storage.story(story_id, "b")], await storage.stories_between(NOW - MINUTE, NOW, "b")):
            assert [found and found.members[0].short for found in window] == ["Singkat."]
        await storage.save_digests([digest(recent, engine="b", short="Baru.")])
        assert await storage.articles_without_digest(limit=9) == []
        for engine, short in (("a", "Singkat."), ("b", "Baru.")):
            found = await storage.story(story_id, engine)
            assert found is not None
            assert found.members[0].short == short

    async def test_going_back_to_an_engine_finds_its_digests_again(self, storage: Storage) -> None:
        article = new_article()
        await save(storage, article)
        for engine in ("a", "b"):
            await storage.save_digests([digest(article, engine=engine)])
        for engine in ("a", "b", "b"):
            await storage.renew_digests(engine, NOW - timedelta(days=1))
            assert await storage.articles_without_digest(limit=9) == []

    async def test_fallbacks_are_counted_by_their_reason(self, storage: Storage) -> None:
        articles = [new_article(title) for title in ("Satu", "Dua", "Tiga", "Empat")]
        await save(storage, *articles)
        reasons = ("", "timeout", "nonsense", "timeout")
        await storage.save_digests(
            [
                replace(digest(article), made_by="extractive-1", checks=("number:12",), fallback=reason)
                for article, reason in zip(articles, reasons, strict=True)
            ]
        )
        assert (await storage.health()).fallbacks == {"timeout": 2, "nonsense": 1}

    async def test_a_second_digest_replaces_the_first(self, storage: Storage) -> None:
        article = new_article()
        [article_id] = await save(storage, article)
        story_id = await storage.assign_story(article_id, None, NOW)
        await storage.save_digests([digest(article)])
        await storage.save_digests([digest(article, short="Lebih baik.")])
        found = await storage.story(story_id, ENGINE)
        assert found is not None
        assert found.members[0].short == "Lebih baik."
        assert found.members[0].sentences == ("Kalimat satu.", "Kalimat “dua”.")

    async def test_a_copy_needs_no_digest_of_its_own(self, storage: Storage) -> None:
        original = new_article()
        await save(storage, original)
        await storage.save_digests([digest(original)])
        await save(storage, new_article(outlet="Media Lain"))
        assert await storage.articles_without_digest(limit=9) == []

    async def test_a_new_version_needs_a_new_digest_and_keeps_its_story(self, storage: Storage) -> None:
        article = new_article()
        [article_id] = await save(storage, article)
        await storage.save_digests([digest(article)])
        story_id = await storage.assign_story(article_id, None, NOW)
        await storage.save_articles([new_article(body=RICE)], NOW)
        assert [found.id for found in await storage.articles_without_digest(limit=9)] == [article_id]
        found = await storage.story(story_id, ENGINE)
        assert found is not None
        assert (found.members[0].version, found.members[0].sentences, found.members[0].short) == (2, (), "")

    async def test_articles_wait_for_a_story_oldest_first(self, storage: Storage) -> None:
        newer = new_article("Baru", published_at=NOW - MINUTE)
        older = new_article("Lama", published_at=NOW - timedelta(days=1))
        newer_id, older_id = await save(storage, newer, older)
        assert await storage.articles_without_story(limit=9) == []  # first the digest, then the story
        await storage.save_digests([digest(newer), digest(older)])
        assert [article.id for article in await storage.articles_without_story(limit=9)] == [older_id, newer_id]
        assert [article.id for article in await storage.articles_without_story(limit=1)] == [older_id]
        story_id = await storage.assign_story(older_id, None, NOW)
        assert [article.id for article in await storage.articles_without_story(limit=9)] == [newer_id]
        recent = await storage.articles_with_story(NOW - timedelta(days=2))
        assert [(article.id, article.story_id) for article in recent] == [(older_id, story_id)]
        assert await storage.articles_with_story(NOW) == []

    async def test_a_story_has_all_its_articles_newest_first(self, storage: Storage) -> None:
        ids = await save(
            storage,
            new_article("Pertama", published_at=NOW - 9 * MINUTE),
            new_article("Ketiga", published_at=NOW - MINUTE),
            new_article("Kedua", published_at=NOW - 5 * MINUTE),
        )
        story_id = await storage.assign_story(ids[0], None, NOW)
        for article_id in ids[1:]:
            assert await storage.assign_story(article_id, story_id, NOW) == story_id
        found = await storage.story(story_id, ENGINE)
        assert found is not None
        assert [member.title for member in found.members] == ["Ketiga", "Kedua", "Pertama"]
        assert found.members[0].sentences == ()

    async def test_stories_come_in_the_order_asked_for_and_only_those_that_exist(self, storage: Storage) -> None:
        ids = await save(storage, new_article("Satu"), new_article("Dua"))
        one, two = [await storage.assign_story(article_id, None, NOW) for article_id in ids]
        found = await storage.stories_by_ids([two, 999, one], ENGINE)
        assert [story.id for story in found] == [two, one]
        assert await storage.stories_by_ids([], ENGINE) == []
        assert await storage.story(999, ENGINE) is None

    async def test_a_window_has_what_was_told_in_it(self, storage: Storage) -> None:
        before, inside, after = new_article("Sebelum"), new_article("Di dalam"), new_article("Sesudah")
        start, end = NOW, NOW + timedelta(hours=12)
        stories = []
        for article, told in ((before, start), (inside, end), (after, end + MINUTE)):
            [article_id] = await save(storage, article, now=start)
            stories.append(await storage.assign_story(article_id, None, told))
        await storage.save_digests([digest(before), digest(inside), digest(after)])
        assert [story.id for story in await storage.stories_between(start, end, ENGINE)] == [stories[1]]

    async def test_a_window_shows_a_story_with_its_past_and_not_with_its_future(self, storage: Storage) -> None:
        old, new, later, undigested = (new_article(title) for title in ("Lama", "Baru", "Nanti", "Tanpa ringkasan"))
        story_id = None
        for article, told in ((old, -30), (new, -5), (undigested, -4), (later, 5)):
            [article_id] = await save(storage, article, now=NOW - timedelta(hours=1))
            story_id = await storage.assign_story(article_id, story_id, NOW + told * MINUTE)
        await storage.save_digests([digest(old), digest(new), digest(later)])
        [found] = await storage.stories_between(NOW - 10 * MINUTE, NOW, ENGINE)
        assert {member.title for member in found.members} == {"Lama", "Baru"}

    async def test_a_story_whose_news_has_no_digest_yet_is_left_out(self, storage: Storage) -> None:
        told, undigested = new_article("Sudah diceritakan"), new_article("Tanpa ringkasan")
        [told_id] = await save(storage, told, now=NOW - timedelta(days=1))
        story_id = await storage.assign_story(told_id, None, NOW - timedelta(days=1))
        await storage.save_digests([digest(told)])
        [undigested_id] = await save(storage, undigested, now=NOW)
        await storage.assign_story(undigested_id, story_id, NOW)
        assert await storage.stories_between(NOW - MINUTE, NOW, ENGINE) == []
