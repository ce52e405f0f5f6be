"""The storage on SQLAlchemy Core, put together from its groups of methods (``base`` says what each does)."""

from __future__ import annotations

from bot.storage.articles import ArticleQueries
from bot.storage.chats import ChatQueries
from bot.storage.editions import EditionQueries
from bot.storage.feeds import FeedQueries
from bot.storage.inbox import InboxQueries
from bot.storage.listings import ListingQueries
from bot.storage.newsroom import NewsroomQueries
from bot.storage.outbox import OutboxQueries
from bot.storage.search import SearchQueries
from bot.storage.stories import StoryQueries
from bot.storage.subscribers import SubscriberQueries
from bot.storage.upkeep import UpkeepQueries
from bot.storage.work import WorkQueries


class SqlStorage(
    FeedQueries,
    ArticleQueries,
    StoryQueries,
    EditionQueries,
    OutboxQueries,
    ChatQueries,
    SubscriberQueries,
    NewsroomQueries,
    ListingQueries,
    SearchQueries,
    InboxQueries,
    WorkQueries,
    UpkeepQueries,
):
    """Everything that ``bot.storage.base.Storage`` asks for."""
