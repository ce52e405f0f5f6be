"""What ``bot.storage.base`` promises, on every kind of database."""

from __future__ import annotations

from tests.storage.contract_chats import ChatContract
from tests.storage.contract_feeds import ArticleContract, FeedContract, StoryContract
from tests.storage.contract_follow_ups import ListingContract, NewsroomContract, UpkeepContract
from tests.storage.contract_outbox import ClaimContract, DeadLetterContract, QuietContract, RecordContract
from tests.storage.contract_readers import EditionContract, QueueContract, SubscriberContract
from tests.storage.contract_search import SearchContract
from tests.storage.contract_stories import StoryChangeContract


class TestStorageContract(
    FeedContract,
    ArticleContract,
    StoryContract,
    StoryChangeContract,
    SubscriberContract,
    EditionContract,
    QueueContract,
    ClaimContract,
    RecordContract,
    QuietContract,
    DeadLetterContract,
    ChatContract,
    NewsroomContract,
    ListingContract,
    SearchContract,
    UpkeepContract,
):
    """Each test gets ``storage`` on an empty database of each kind in ``conftest.BACKENDS``."""
