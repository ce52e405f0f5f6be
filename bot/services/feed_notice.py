"""Tells the admins of feeds that are visited no more."""

from __future__ import annotations

import logging
from collections.abc import Collection, Sequence
from functools import partial
from typing import Protocol

from bot.models import Clock, Feed, MessageBody
from bot.services.admins import write_to_admin
from bot.services.delivery import Sender
from bot.storage.base import FeedStore, SubscriberStore

log = logging.getLogger(__name__)

FEEDS_A_MESSAGE = 10


class FeedNoticeStore(FeedStore, SubscriberStore, Protocol):
    """What the notice needs of a database."""


class ComposeFeedNotice(Protocol):
    """The words for the operator; stands in ``telegram.render``."""

    def __call__(self, feeds: Sequence[Feed], language: str) -> MessageBody: ...


class FeedNotice:
    """Writes to each admin and to the log, once for each feed that ended or was paused.

    That somebody was told is kept in the database. It is written when all have been: a stop in between may tell an
    admin twice, and never leaves one without.
    """

    def __init__(
        self,
        storage: FeedNoticeStore,
        sender: Sender,
        compose: ComposeFeedNotice,
        admins: Collection[int],
        clock: Clock,
    ) -> None:
        self._storage = storage
        self._sender = sender
        self._compose = compose
        self._admins = admins
        self._clock = clock
        self._told: set[tuple[int, int]] = set()

    async def tell(self) -> None:
        """Tell of the feeds that nobody has been told of. Whom a message did not reach is told the next time.

        Raises:
            SettingError: nothing can be sent with the bot's token.
        """
        feeds = await self._storage.untold_feeds(limit=FEEDS_A_MESSAGE)
        for chat_id in self._admins:
            fresh = [feed for feed in feeds if (chat_id, feed.id) not in self._told]
            compose = partial(self._compose, fresh)
            if fresh and await write_to_admin(self._storage, self._sender, chat_id, compose):
                self._told |= {(chat_id, feed.id) for feed in fresh}
        told = [feed for feed in feeds if all((chat_id, feed.id) in self._told for chat_id in self._admins)]
        if not told:
            return
        for feed in told:
            log.warning("feed %s is visited no more (%s): %s", feed.url, feed.state, feed.last_error)
        await self._storage.mark_told([feed.id for feed in told], self._clock())
        self._told -= {(chat_id, feed.id) for chat_id in self._admins for feed in told}
