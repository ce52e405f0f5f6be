"""Tells the operator that digests are not by the engine that was chosen."""

from __future__ import annotations

import logging
from collections.abc import Collection, Sequence
from typing import Final, Protocol, get_args

from bot.models import MessageBody, Result, StoredDigest
from bot.services.delivery import Sender
from bot.storage.base import SubscriberStore
from bot.texts import LANGUAGES
from summarizer.generative import Reason

log = logging.getLogger(__name__)

_REASONS: Final = frozenset(get_args(Reason))
_NOT_TOLD: Final = frozenset({Result.LATER, Result.RETRY})


class ComposeNotice(Protocol):
    """The words for the operator; stands in ``telegram.render``."""

    def __call__(self, reason: str, engine: str, *, language: str) -> MessageBody: ...


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

    async def tell(self, digests: Sequence[StoredDigest]) -> None:
        """Look through new digests. Whom a message certainly did not reach is told with the next ones.

        Raises:
            SettingError: nothing can be sent with the bot's token.
        """
        for reason, engine in sorted({(made.fallback, made.engine) for made in digests if made.fallback in _REASONS}):
            if reason not in self._logged:
                self._logged.add(reason)
                log.warning("digests by the default engine instead of %s: %s", engine, reason)
            for chat_id in self._admins:
                if (chat_id, reason) not in self._told:
                    await self._write(chat_id, reason, engine)

    async def _write(self, chat_id: int, reason: str, engine: str) -> None:
        subscriber = await self._storage.subscriber(chat_id)
        language = subscriber.language if subscriber is not None else LANGUAGES[0]
        outcome = await self._sender.send(chat_id, self._compose(reason, engine, language=language))
        if outcome.result not in _NOT_TOLD:
            self._told.add((chat_id, reason))
        if outcome.result is not Result.SENT:
            log.info("notice to admin %d: %s %s", chat_id, outcome.result, outcome.reason)
