"""The contract of what happens to stories after they were opened: merges, splits, copies, changed articles."""

from __future__ import annotations

from datetime import timedelta

from bot.models import EditionItem, ListingKind, NewArticle, NewEdition, StoredDigest, StoryChangeKind
from bot.storage.base import Storage
from tests.records import NOW, RICE, new_article

ENGINE = "extractive-1"
URL = "https://kabar.example/sawah"


async def put(storage: Storage, article: NewArticle, story_id: int | None = None) -> tuple[int, int]:
    """Save, digest and assign an article; gives its id and that of its story."""
    await storage.save_articles([article], NOW)
    await storage.save_digests([StoredDigest(article.content_hash, ENGINE, ("Satu.",), "Satu.")])
    article_id = (await storage.known_articles([article.url]))[article.url].id
    return article_id, await storage.assign_story(article_id, story_id, NOW)


class StoryChangeContract:
    async def test_the_articles_of_a_merged_story_are_found_under_both_ids(self, storage: Storage) -> None:
        _, kept = await put(storage, new_article("Satu"))
        _, gone = await put(storage, new_article("Dua"))
        await storage.merge_stories(kept, gone, NOW)
        for story_id in (kept, gone):
            found = await storage.story(story_id, ENGINE)
            assert found is not None
            assert (found.id, {member.title for member in found.members}) == (kept, {"Satu", "Dua"})
        [change] = await storage.story_changes(gone)
        assert (change.kind, change.story_id, change.other_id, change.at) == (StoryChangeKind.MERGE, gone, kept, NOW)
        assert await storage.story_changes(kept) == [change]

    async def test_a_story_that_was_merged_twice_is_one_step_away(self, storage: Storage) -> None:
        first, second, third = [(await put(storage, new_article(title)))[1] for title in ("Satu", "Dua", "Tiga")]
        await storage.merge_stories(second, third, NOW)
        await storage.merge_stories(first, second, NOW)
        found = await storage.story(third, ENGINE)
        assert found is not None
        assert (found.id, len(found.members)) == (first, 3)

    async def test_numbers_that_a_reader_saw_lead_to_what_the_story_became(self, storage: Storage) -> None:
        _, kept = await put(storage, new_article("Satu"))
        article_id, gone = await put(storage, new_article("Dua"))
        _, other = await put(storage, new_article("Tiga"))
        items = tuple(EditionItem(number, story, article_id) for number, story in enumerate((gone, other, kept), 1))
        edition = await storage.save_edition(NewEdition("pagi", NOW, NOW, NOW, items), NOW)
        listing = await storage.add_listing(
            chat_id=1, user_id=1, kind=ListingKind.SEARCH, query="x", story_ids=[other, gone], now=NOW
        )
        await storage.merge_stories(kept, gone, NOW)
        assert await storage.numbered_stories(1, None) == (other, kept)
        found = await storage.listing(listing.id)
        assert found is not None
        assert found.story_ids == (other, kept)
        shown = await storage.edition(edition.id)
        assert shown is not None
        assert [(item.number, item.story_id) for item in shown.items] == [(1, kept), (2, other)]

    async def test_an_article_that_leaves_its_story_splits_it(self, storage: Storage) -> None:
        article_id, story_id = await put(storage, new_article("Satu"))
        await put(storage, new_article("Dua"), story_id)
        opened = await storage.assign_story(article_id, None, NOW + timedelta(minutes=1))
        [change] = await storage.story_changes(story_id)
        assert (change.kind, change.story_id, change.other_id) == (StoryChangeKind.SPLIT, story_id, opened)

    async def test_a_changed_article_waits_to_be_placed_again_once_it_is_digested(self, storage: Storage) -> None:
        article_id, story_id = await put(storage, new_article("Sawah", url=URL))
        assert await storage.articles_without_story(limit=9) == []
        changed = new_article("Sawah", RICE, url=URL)
        await storage.save_articles([changed], NOW)
        assert await storage.articles_without_story(limit=9) == []
        await storage.save_digests([StoredDigest(changed.content_hash, ENGINE, ("Dua.",), "Dua.")])
        [waiting] = await storage.articles_without_story(limit=9)
        assert (waiting.id, waiting.story_id, waiting.version) == (article_id, story_id, 2)
        await storage.keep_story(article_id, None)
        assert await storage.articles_without_story(limit=9) == []

    async def test_a_copy_says_so_in_its_story(self, storage: Storage) -> None:
        original, story_id = await put(storage, new_article("Satu", outlet="Agency"))
        copy, _ = await put(storage, new_article("Dua", outlet="A"))
        await storage.assign_story(copy, story_id, NOW, copy_of=original)
        found = await storage.story(story_id, ENGINE)
        assert found is not None
        assert {member.article_id: member.copy_of for member in found.members} == {original: None, copy: original}
        assert len(found.outlets) == 1
        await storage.keep_story(copy, None)
        found = await storage.story(story_id, ENGINE)
        assert found is not None
        assert len(found.outlets) == 2
