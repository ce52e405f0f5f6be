"""``sari outbox dead|retry|drop``: the messages that were given up, and what is done with them.

Takes settings and parsed arguments and gives the exit code, as the commands of ``bot.cli``.
"""

from __future__ import annotations

import argparse
import json
import re
from collections.abc import Iterable
from dataclasses import asdict
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from bot.config import Settings
from bot.errors import InputError
from bot.models import DeadLetter
from bot.terminal import complain, print_line, words

if TYPE_CHECKING:
    from bot.storage.base import Storage

PAGE = 50
_TAG = re.compile(r"<[^>]*>")


async def outbox(settings: Settings, arguments: argparse.Namespace) -> int:
    """``sari outbox ACTION``."""
    return await {"dead": dead, "retry": retry, "drop": drop}[arguments.action](settings, arguments)


async def dead(settings: Settings, arguments: argparse.Namespace) -> int:
    """``sari outbox dead [--after ID] [--json]``: a page of what was given up or never confirmed, oldest first."""
    from bot.storage import opened_storage

    async with opened_storage(settings.database_url) as storage:
        letters = await storage.dead_letters(limit=PAGE + 1, after=arguments.after)
    for letter in letters[:PAGE]:
        print_line(json.dumps(asdict(letter), ensure_ascii=False) if arguments.json else _line(letter))
    if not letters:
        complain(words().plain("terminal.outbox_empty"))
    if len(letters) > PAGE:
        complain(words().plain("terminal.outbox_more", after=letters[PAGE - 1].id))
    return 0


async def retry(settings: Settings, arguments: argparse.Namespace) -> int:
    """``sari outbox retry ID...|--all``: into the queue again. A message that was not confirmed may come twice."""
    from bot.storage import opened_storage

    async with opened_storage(settings.database_url) as storage:
        count = await storage.retry_dead(arguments.ids or None, datetime.now(UTC))
        if not count and arguments.ids:
            # Those of readers who left are listed and stay where they are.
            listed = await _any_listed(storage, arguments.ids)
            raise InputError("outbox_readers_gone" if listed else "outbox_unknown")
    print_line(words().plain("terminal.outbox_retried", n=count))
    return 0


async def drop(settings: Settings, arguments: argparse.Namespace) -> int:
    """``sari outbox drop ID...|--all``: delete them."""
    from bot.storage import opened_storage

    async with opened_storage(settings.database_url) as storage:
        count = await storage.drop_dead(arguments.ids or None)
    if not count and arguments.ids:
        raise InputError("outbox_unknown")
    print_line(words().plain("terminal.outbox_dropped", n=count))
    return 0


async def _any_listed(storage: Storage, ids: Iterable[int]) -> bool:
    for each in ids:
        if any(letter.id == each for letter in await storage.dead_letters(limit=1, after=each - 1)):
            return True
    return False


def _line(letter: DeadLetter) -> str:
    text = " ".join(_TAG.sub("", letter.html).split())
    return words().plain(
        "terminal.outbox_letter",
        id=letter.id,
        state=letter.state,
        kind=letter.kind,
        source=letter.source_id,
        part=letter.part,
        chat=letter.chat_id,
        text=f"{text[:60]}…" if len(text) > 60 else text,
        reason=letter.reason,
        can_retry=letter.can_retry,
    )
