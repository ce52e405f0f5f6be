"""One question to Telegram, for ``sari check``: is the token good, and does our clock agree with theirs?"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime

import aiohttp

from bot.config import Secret
from bot.errors import SettingError

_TIMEOUT = aiohttp.ClientTimeout(total=15)


@dataclass(frozen=True, slots=True)
class Probe:
    username: str
    clock_ahead: timedelta | None
    """How far our clock is ahead of Telegram's; None when the answer had no date."""


async def probe(token: Secret, api_url: str, now: datetime) -> Probe:
    """Ask who the bot is. Nothing that is raised carries the token.

    Raises:
        SettingError: ``token_wrong``, ``telegram_unreachable``.
    """
    try:
        async with (
            aiohttp.ClientSession(timeout=_TIMEOUT) as session,
            session.get(f"{api_url}{token.reveal()}/getMe") as response,
        ):
            if response.status in (401, 404):
                raise SettingError("token_wrong")
            answer = await response.json()
            username = answer["result"]["username"]
            date = response.headers.get("Date")
    except (aiohttp.ClientError, TimeoutError, KeyError, TypeError, ValueError):
        raise SettingError("telegram_unreachable") from None
    return Probe(username, now - parsedate_to_datetime(date) if date else None)
