"""The settings of the webhook."""

from __future__ import annotations

import pytest

from bot.config import Secret, Webhook, read_settings
from bot.errors import SettingError

URL, SECRET = "https://sari.example/telegram-kait", "rahasia_dari-uji-ini"


def test_address_and_secret_make_a_webhook() -> None:
    settings = read_settings({"SARI_WEBHOOK_URL": URL, "SARI_WEBHOOK_SECRET": SECRET})
    assert settings.require_webhook() == Webhook(URL, Secret(SECRET))
    assert settings.require_webhook().path == "/telegram-kait"
    assert SECRET not in repr(settings)


def test_without_an_address_updates_are_polled() -> None:
    settings = read_settings({"SARI_WEBHOOK_SECRET": SECRET})
    assert settings.webhook is None
    with pytest.raises(SettingError, match="SARI_WEBHOOK_URL"):
        settings.require_webhook()


def test_an_address_alone_lies_at_the_root() -> None:
    settings = read_settings({"SARI_WEBHOOK_URL": "https://sari.example", "SARI_WEBHOOK_SECRET": SECRET})
    assert settings.require_webhook().path == "/"


@pytest.mark.parametrize("url", ["https://sari.example:8443/kait", "http://127.0.0.1:9000/kait"])
def test_the_ports_of_telegram_and_the_sandbox_on_this_machine_are_taken(url: str) -> None:
    assert read_settings({"SARI_WEBHOOK_URL": url, "SARI_WEBHOOK_SECRET": SECRET}).require_webhook().url == url


@pytest.mark.parametrize(
    ("change", "key", "name"),
    [
        ({"SARI_WEBHOOK_SECRET": ""}, "setting_missing", "SARI_WEBHOOK_SECRET"),
        ({"SARI_WEBHOOK_SECRET": "tooshort"}, "setting_wrong", "SARI_WEBHOOK_SECRET"),
        ({"SARI_WEBHOOK_SECRET": "not what Telegram takes!"}, "setting_wrong", "SARI_WEBHOOK_SECRET"),
        ({"SARI_WEBHOOK_SECRET": "x" * 257}, "setting_wrong", "SARI_WEBHOOK_SECRET"),
        ({"SARI_WEBHOOK_URL": "sari.example/kait"}, "setting_wrong", "SARI_WEBHOOK_URL"),
        ({"SARI_WEBHOOK_URL": "https://sari.example/readyz"}, "setting_wrong", "SARI_WEBHOOK_URL"),
        ({"SARI_WEBHOOK_URL": "http://sari.example/kait"}, "setting_wrong", "SARI_WEBHOOK_URL"),
        ({"SARI_WEBHOOK_URL": "https://sari.example:9000/kait"}, "setting_wrong", "SARI_WEBHOOK_URL"),
        ({"SARI_HTTP": "off"}, "setting_wrong", "SARI_HTTP"),
    ],
)
def test_a_webhook_that_cannot_work_is_refused_by_name(change: dict[str, str], key: str, name: str) -> None:
    with pytest.raises(SettingError) as caught:
        read_settings({"SARI_WEBHOOK_URL": URL, "SARI_WEBHOOK_SECRET": SECRET, **change})
    assert (caught.value.key, caught.value.values) == (key, {"name": name})
