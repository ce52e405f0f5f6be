"""Settings from the environment: read once, checked at start, frozen. A secret never shows in ``repr``."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from bot.errors import SettingError

TELEGRAM_API: Final = "https://api.telegram.org/bot"
_WEBHOOK_SECRET = re.compile(r"[A-Za-z0-9_-]{16,256}\Z")
_TOKEN = re.compile(r"\d{3,20}:[A-Za-z0-9_-]{10,}\Z")


class Secret:
    """A string that shows itself only when asked by name."""

    __slots__ = ("_value",)

    def __init__(self, value: str) -> None:
        self._value = value

    def reveal(self) -> str:
        return self._value

    def __repr__(self) -> str:
        return "Secret('…')"

    __str__ = __repr__

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and other._value == self._value

    def __hash__(self) -> int:
        return hash(self._value)


@dataclass(frozen=True, slots=True)
class Webhook:
    """The address that Telegram posts updates to, and the word by which it is known."""

    url: str
    secret: Secret

    @property
    def path(self) -> str:
        """Of the address: what a proxy passes on."""
        return urlsplit(self.url).path or "/"


@dataclass(frozen=True, slots=True)
class Settings:
    """All that an operator can set; ``deploy/env.example`` explains each."""

    token: Secret | None = None
    admins: frozenset[int] = frozenset()
    feeds: Path | None = None
    database_url: str = "sqlite+aiosqlite:///sari.db"
    telegram_api_url: str = TELEGRAM_API
    http_address: tuple[str, int] | None = ("127.0.0.1", 8080)
    """Where health is served; None switches it off."""
    webhook: Webhook | None = None
    """Where Telegram brings updates; None: they are polled."""
    summarizer: str = "extractive"
    """What ``summarizer.create_summarizer`` takes."""
    summarizer_key: Secret | None = None
    """For the server of a summarizer ``openai:…``."""
    fetch_interval_minutes: int = 10
    fetch_allow: frozenset[str] = frozenset()
    """``host:port`` pairs that may be fetched although they are not public."""
    paid_broadcast: int | None = None
    """Messages a second that the operator pays Telegram for; None: the 30 that cost nothing."""
    any_language: bool = False
    """Whether articles that are not Indonesian are taken, too."""
    log_level: str = "INFO"

    def require_token(self) -> Secret:
        """The token, or SettingError when none is set."""
        if self.token is None:
            raise SettingError("setting_missing", name="SARI_TELEGRAM_TOKEN")
        return self.token

    def require_webhook(self) -> Webhook:
        """The webhook, or SettingError when none is set."""
        if self.webhook is None:
            raise SettingError("setting_missing", name="SARI_WEBHOOK_URL")
        return self.webhook


def read_settings(environment: Mapping[str, str]) -> Settings:
    """Settings from variables ``SARI_…``; ``SARI_…_FILE`` names a file that holds the value (Docker, systemd).

    Raises:
        SettingError: ``setting_wrong`` or ``setting_file`` with the name of the variable; ``setting_unknown`` for a
            variable that starts with ``SARI_`` and that nobody reads, as it is a slip of the keyboard.
    """
    get = _Reader(environment)
    defaults = Settings()
    token = get.text("SARI_TELEGRAM_TOKEN")
    if token is not None and not _TOKEN.match(token):
        raise SettingError("setting_wrong", name="SARI_TELEGRAM_TOKEN")
    feeds = get.text("SARI_FEEDS")
    summarizer_key = get.text("SARI_SUMMARIZER_KEY")
    settings = Settings(
        token=Secret(token) if token else None,
        admins=get.numbers("SARI_ADMINS"),
        feeds=Path(feeds) if feeds else None,
        database_url=get.database_url("SARI_DATABASE_URL") or defaults.database_url,
        telegram_api_url=get.http_url("SARI_TELEGRAM_API_URL") or defaults.telegram_api_url,
        http_address=get.address("SARI_HTTP", defaults.http_address),
        webhook=get.webhook(),
        summarizer=get.text("SARI_SUMMARIZER") or defaults.summarizer,
        summarizer_key=Secret(summarizer_key) if summarizer_key else None,
        fetch_interval_minutes=get.number("SARI_FETCH_MINUTES", defaults.fetch_interval_minutes, 1, 1440),
        fetch_allow=frozenset(get.words("SARI_FETCH_ALLOW")),
        paid_broadcast=get.optional_number("SARI_PAID_BROADCAST", 31, 1000),
        any_language=get.choice("SARI_LANGUAGES", "ID", ("ID", "ALL")) == "ALL",
        log_level=get.choice("SARI_LOG_LEVEL", defaults.log_level, ("DEBUG", "INFO", "WARNING", "ERROR")),
    )
    get.refuse_unknown()
    if settings.webhook and settings.http_address is None:
        raise SettingError("setting_wrong", name="SARI_HTTP")  # nobody would be there to take the updates
    return settings


class _Reader:
    """Finds values by name and remembers which names were asked for."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        self._environment = environment
        self._asked: set[str] = set()

    def text(self, name: str) -> str | None:
        self._asked |= {name, f"{name}_FILE"}
        value, path = self._environment.get(name, "").strip(), self._environment.get(f"{name}_FILE", "").strip()
        if path and not value:
            try:
                value = Path(path).read_text(encoding="utf-8").strip()
            except (OSError, UnicodeDecodeError):
                raise SettingError("setting_file", name=f"{name}_FILE") from None
        return value or None

    def words(self, name: str) -> list[str]:
        return [word for word in re.split(r"[,\s]+", self.text(name) or "") if word]

    def numbers(self, name: str) -> frozenset[int]:
        try:
            return frozenset(int(word) for word in self.words(name))
        except ValueError:
            raise SettingError("setting_wrong", name=name) from None

    def number(self, name: str, default: int, low: int, high: int) -> int:
        value = self.text(name)
        if value is None:
            return default
        if not value.isdecimal() or not low <= int(value) <= high:
            raise SettingError("setting_wrong", name=name)
        return int(value)

    def optional_number(self, name: str, low: int, high: int) -> int | None:
        return None if self.text(name) is None else self.number(name, low, low, high)

    def choice(self, name: str, default: str, allowed: tuple[str, ...]) -> str:
        value = (self.text(name) or default).upper()
        if value not in allowed:
            raise SettingError("setting_wrong", name=name)
        return value

    def http_url(self, name: str) -> str | None:
        value = self.text(name)
        if value is not None and not _is_http_url(value):
            raise SettingError("setting_wrong", name=name)
        return value

    def database_url(self, name: str) -> str | None:
        value = self.text(name)
        if value is not None and not value.startswith(("sqlite+aiosqlite:///", "postgresql+asyncpg://")):
            raise SettingError("setting_wrong", name=name)
        return value

    def webhook(self) -> Webhook | None:
        url, secret = self.http_url("SARI_WEBHOOK_URL"), self.text("SARI_WEBHOOK_SECRET")
        if url is None:
            return None
        if secret is None:
            raise SettingError("setting_missing", name="SARI_WEBHOOK_SECRET")
        if not _WEBHOOK_SECRET.match(secret):
            raise SettingError("setting_wrong", name="SARI_WEBHOOK_SECRET")
        if urlsplit(url).path in ("/healthz", "/readyz") or not _takes_webhooks(url):
            raise SettingError("setting_wrong", name="SARI_WEBHOOK_URL")
        return Webhook(url, Secret(secret))

    def address(self, name: str, default: tuple[str, int] | None) -> tuple[str, int] | None:
        value = self.text(name)
        if value is None:
            return default
        if value.lower() == "off":
            return None
        host, _, port = value.rpartition(":")
        if not host or not port.isdecimal() or int(port) > 65535:
            raise SettingError("setting_wrong", name=name)
        return host.strip("[]"), int(port)

    def refuse_unknown(self) -> None:
        for name in self._environment:
            if name.startswith("SARI_") and name not in self._asked and not name.startswith("SARI_TEST_"):
                raise SettingError("setting_unknown", name=name)


def _takes_webhooks(url: str) -> bool:
    """Telegram delivers over https and to these ports only; the sandbox, on this machine, to any."""
    parts = urlsplit(url)
    if parts.hostname in ("127.0.0.1", "localhost"):
        return True
    return parts.scheme == "https" and (parts.port or 443) in (443, 80, 88, 8443)


def _is_http_url(value: str) -> bool:
    try:
        parts = urlsplit(value)
        return parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:  # half a bracket, or a port that is no number
        return False
