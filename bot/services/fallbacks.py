"""Tells the operator that digests are not by the engine that was chosen."""

from __future__ import annotations

import logging
from collections.abc import Collection, Mapping, Sequence
from functools import partial
from typing import Final, Protocol, get_args

from bot.models import MessageBody, StoredDigest
from bot.services.admins import write_to_admin
from bot.services.delivery import Sender
from bot.storage.base import SubscriberStore
from summarizer.generative import Reason

log = logging.getLogger(__name__)

_REASONS: Final = frozenset(get_args(Reason))


class ComposeNotice(Protocol):
    """The words for the operator; stands in ``telegram.render``."""

    def __call__(self, reason: str, engine: str, language: str) -> MessageBody: ...


class FallbackNotice:
    """Writes to each admin and to the log, once for each reason while the process lives.

    An article that cannot be summarised by any engine is no reason: that is the outlet's matter.
    """

    def __init__(
        self, storage: SubscriberStore, sender: Sender, compose: ComposeNotice, admins: Collection[int]
    ) -> None:
        self._storage = storage
        self._sender = sender
        self._compose = compose
        self._admins = admins
        self._logged: set[str] = set()
        self._told: set[tuple[int, str]] = set()
        self._counted: dict[str, int] | None = None

    async def tell(self, digests: Sequence[StoredDigest]) -> None:
        """Look through new digests. Whom a message certainly did not reach is told with the next ones.

        Raises:
            SettingError: nothing can be sent with the bot's token.
        """
        await self._tell({(made.fallback, made.engine) for made in digests})

    async def tell_counted(self, counts: Mapping[str, int], engine: str) -> None:
        """Look through the number of digests by reason, where workers make them; of the first look nothing is told.

        Raises:
            SettingError: nothing can be sent with the bot's token.
        """
        before, self._counted = self._counted, dict(counts)
        if before is not None:
            await self._tell({(reason, engine) for reason, count in counts.items() if count > before.get(reason, 0)})

    async def _tell(self, found: Collection[tuple[str, str]]) -> None:
        for reason, engine in sorted(each for each in found if each[0] in _REASONS):
            if reason not in self._logged:
                self._logged.add(reason)
                log.warning("digests by the default engine instead of %s: %s", engine, reason)
            compose = partial(self._compose, reason, engine)
            for chat_id in self._admins:
                if (chat_id, reason) in self._told:
                    continue
                if await write_to_admin(self._storage, self._sender, chat_id, compose):
                    self._told.add((chat_id, reason))
