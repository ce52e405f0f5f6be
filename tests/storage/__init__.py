"""Storage, on every kind of database. The contract's modules hold asserts that pytest should explain."""

import pytest

pytest.register_assert_rewrite(
    "tests.storage.contract_chats",
    "tests.storage.contract_feeds",
    "tests.storage.contract_follow_ups",
    "tests.storage.contract_outbox",
    "tests.storage.contract_readers",
    "tests.storage.contract_search",
)
