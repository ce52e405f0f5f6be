"""Writing to the admins about the bot itself."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Final

from bot.models import MessageBody, Result
from bot.services.delivery import Sender
from bot.storage.base import SubscriberStore
from bot.texts import LANGUAGES

log = logging.getLogger(__name__)

_NOT_TOLD: Final = frozenset({Result.LATER, Result.RETRY})


async def write_to_admin(
    storage: SubscriberStore, sender: Sender, chat_id: int, compose: Callable[[str], MessageBody]
) -> bool:
    """Send one admin a message in the admin's language. False when it certainly did not arrive and may do later.

    Raises:
        SettingError: nothing can be sent with the bot's token.
    """
    subscriber = await storage.subscriber(chat_id)
    outcome = await sender.send(chat_id, compose(subscriber.language if subscriber is not None else LANGUAGES[0]))
    if outcome.result is not Result.SENT:
        log.info("notice to admin %d: %s %s", chat_id, outcome.result, outcome.reason)
    return outcome.result not in _NOT_TOLD
