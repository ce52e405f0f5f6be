"""One digest for a story that several articles tell."""

from __future__ import annotations

import asyncio

from bot.models import Story, ToldStory
from bot.storage.base import PipelineStore
from summarizer import Digest, Summarizer
from summarizer.story_digest import StoryArticle, StoryDigest, digest_story

MOST_ARTICLES = 12
"""Articles of a story that are read for its digest, the newest ones."""


class Storyteller:
    """Digests stories from the digests and texts of their articles; each story once, while its articles stay the same.

    Made for one run of editions or for one answer: what it has told is never forgotten.
    """

    def __init__(self, storage: PipelineStore, summarizer: Summarizer) -> None:
        self._storage = storage
        self._summarizer = summarizer
        self._told: dict[Story, ToldStory] = {}

    @property
    def engine(self) -> str:
        """Of the digests that it reads."""
        return self._summarizer.engine

    async def tell(self, story: Story) -> ToldStory:
        """The story with its digest and the article that leads it; where no article has a digest, the headline."""
        if story not in self._told:
            self._told[story] = await self._tell(story)
        return self._told[story]

    async def _tell(self, story: Story) -> ToldStory:
        members = [member for member in story.members if member.sentences][:MOST_ARTICLES]
        if not members:
            lead, engine = story.members[0], self._summarizer.engine
            return ToldStory(story, lead, StoryDigest(0, (), lead.short, (), engine))
        articles = []
        for member in members:
            # The whole text is needed only for what the articles disagree on.
            article = await self._storage.article(member.article_id) if len(members) > 1 else None
            digest = Digest(member.sentences, member.short, self._summarizer.engine)
            text = article.body if article else ""
            articles.append(StoryArticle(member.outlet, member.title, text, member.published_at, digest))
        told = await asyncio.to_thread(digest_story, articles, self._summarizer)
        return ToldStory(story, members[told.lead], told)
