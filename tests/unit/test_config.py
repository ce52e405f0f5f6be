"""Settings: what each variable means, what a wrong value says, and that a secret stays one."""

from dataclasses import FrozenInstanceError
from pathlib import Path

import pytest

from bot.config import Secret, Settings, read_settings
from bot.errors import SettingError

TOKEN = "123456:fictional-token_ABC"


def test_nothing_set_gives_the_defaults() -> None:
    settings = read_settings({})
    assert settings == Settings()
    assert settings.token is None
    assert settings.http_address == ("127.0.0.1", 8080)
    assert settings.telegram_api_url == "https://api.telegram.org/bot"


@pytest.mark.parametrize(
    ("name", "text", "field", "value"),
    [
        ("SARI_TELEGRAM_TOKEN", TOKEN, "token", Secret(TOKEN)),
        ("SARI_TELEGRAM_TOKEN", f" {TOKEN}\n", "token", Secret(TOKEN)),
        ("SARI_ADMINS", "42", "admins", frozenset({42})),
        ("SARI_ADMINS", "42, 43 44\n45,", "admins", frozenset({42, 43, 44, 45})),
        ("SARI_FEEDS", "/etc/sari/feeds.opml", "feeds", Path("/etc/sari/feeds.opml")),
        ("SARI_DATABASE_URL", "sqlite+aiosqlite:////srv/x.db", "database_url", "sqlite+aiosqlite:////srv/x.db"),
        ("SARI_DATABASE_URL", "postgresql+asyncpg://a@h/b", "database_url", "postgresql+asyncpg://a@h/b"),
        ("SARI_TELEGRAM_API_URL", "http://127.0.0.1:8081/bot", "telegram_api_url", "http://127.0.0.1:8081/bot"),
        ("SARI_HTTP", "0.0.0.0:9000", "http_address", ("0.0.0.0", 9000)),
        ("SARI_HTTP", "[::1]:9000", "http_address", ("::1", 9000)),
        ("SARI_HTTP", "127.0.0.1:0", "http_address", ("127.0.0.1", 0)),
        ("SARI_HTTP", "Off", "http_address", None),
        ("SARI_SUMMARIZER", "openai:m@http://a.example/v1", "summarizer", "openai:m@http://a.example/v1"),
        ("SARI_SUMMARIZER_KEY", "kunci", "summarizer_key", Secret("kunci")),
        ("SARI_FETCH_MINUTES", "1", "fetch_interval_minutes", 1),
        ("SARI_FETCH_MINUTES", "1440", "fetch_interval_minutes", 1440),
        ("SARI_FETCH_ALLOW", "127.0.0.1:80, feeds.lan:8080", "fetch_allow", {"127.0.0.1:80", "feeds.lan:8080"}),
        ("SARI_LOG_LEVEL", "debug", "log_level", "DEBUG"),
        ("SARI_LANGUAGES", "all", "any_language", True),
        ("SARI_LANGUAGES", "id", "any_language", False),
    ],
)
def test_a_variable_sets_one_field_and_nothing_else(name: str, text: str, field: str, value: object) -> None:
    settings = read_settings({name: text})
    assert getattr(settings, field) == value
    others = set(Settings.__dataclass_fields__) - {field}
    assert all(getattr(settings, other) == getattr(Settings(), other) for other in others)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("SARI_TELEGRAM_TOKEN", "fictional"),
        ("SARI_TELEGRAM_TOKEN", "123456:"),
        ("SARI_TELEGRAM_TOKEN", f"bot{TOKEN}"),
        ("SARI_TELEGRAM_TOKEN", f"{TOKEN} {TOKEN}"),
        ("SARI_ADMINS", "@redaksi"),
        ("SARI_ADMINS", "42;43"),
        ("SARI_DATABASE_URL", "sari.db"),
        ("SARI_DATABASE_URL", "sqlite:///sari.db"),
        ("SARI_TELEGRAM_API_URL", "api.example"),
        ("SARI_TELEGRAM_API_URL", "ftp://api.example/bot"),
        ("SARI_TELEGRAM_API_URL", "https:///bot"),
        ("SARI_TELEGRAM_API_URL", "http://[::1"),
        ("SARI_TELEGRAM_API_URL", "http://api.example:port/bot"),
        ("SARI_HTTP", "8080"),
        ("SARI_HTTP", ":8080"),
        ("SARI_HTTP", "127.0.0.1:"),
        ("SARI_HTTP", "127.0.0.1:http"),
        ("SARI_HTTP", "127.0.0.1:65536"),
        ("SARI_FETCH_MINUTES", "0"),
        ("SARI_FETCH_MINUTES", "1441"),
        ("SARI_FETCH_MINUTES", "-5"),
        ("SARI_FETCH_MINUTES", "2.5"),
        ("SARI_FETCH_MINUTES", "ten"),
        ("SARI_LOG_LEVEL", "LOUD"),
    ],
)
def test_a_wrong_value_is_refused_by_the_name_of_its_variable(name: str, text: str) -> None:
    with pytest.raises(SettingError) as caught:
        read_settings({name: text})
    assert (caught.value.key, caught.value.values) == ("setting_wrong", {"name": name})
    assert text not in f"{caught.value} {caught.value!r}"


@pytest.mark.parametrize("name", ["SARI_ADMIN", "SARI_TELEGRAM_TOKEN_FILE_FILE", "SARI_"])
def test_an_unknown_name_is_refused_as_a_slip(name: str) -> None:
    with pytest.raises(SettingError) as caught:
        read_settings({name: "1"})
    assert (caught.value.key, caught.value.values) == ("setting_unknown", {"name": name})


def test_variables_of_others_and_of_the_tests_are_left_alone() -> None:
    assert read_settings({"PATH": "/bin", "SARIAWAN": "1", "SARI_TEST_SLOW": "1"}) == Settings()


@pytest.mark.parametrize("blank", ["", "   ", "\n"])
def test_a_blank_value_counts_as_not_set(blank: str) -> None:
    names = ["SARI_TELEGRAM_TOKEN", "SARI_ADMINS", "SARI_HTTP", "SARI_FETCH_MINUTES", "SARI_LOG_LEVEL"]
    assert read_settings(dict.fromkeys(names, blank)) == Settings()


def test_a_value_can_come_from_a_file(tmp_path: Path) -> None:
    file = tmp_path / "token"
    file.write_text(f"{TOKEN}\n", encoding="utf-8")
    assert read_settings({"SARI_TELEGRAM_TOKEN_FILE": str(file)}).token == Secret(TOKEN)


def test_a_value_goes_before_its_file(tmp_path: Path) -> None:
    environment = {"SARI_ADMINS": "42", "SARI_ADMINS_FILE": str(tmp_path / "missing")}
    assert read_settings(environment).admins == {42}


def test_a_file_that_cannot_be_read_is_refused_by_name(tmp_path: Path) -> None:
    binary = tmp_path / "binary"
    binary.write_bytes(b"\xff\xfe\x00token")
    for path in (tmp_path / "missing", tmp_path, binary):
        with pytest.raises(SettingError) as caught:
            read_settings({"SARI_TELEGRAM_TOKEN_FILE": str(path)})
        assert (caught.value.key, caught.value.values) == ("setting_file", {"name": "SARI_TELEGRAM_TOKEN_FILE"})


def test_an_empty_secret_file_counts_as_not_set(tmp_path: Path) -> None:
    file = tmp_path / "token"
    file.touch()
    assert read_settings({"SARI_TELEGRAM_TOKEN_FILE": str(file)}).token is None


def test_the_secrets_show_in_no_repr_str_or_format() -> None:
    settings = read_settings({"SARI_TELEGRAM_TOKEN": TOKEN, "SARI_SUMMARIZER_KEY": "sandi-fiktif"})
    shown = f"{settings} {settings!r} {settings.token} {settings.token!r} {[settings.token]} {(settings.token,)}"
    assert "fictional-token" not in shown
    assert "sandi-fiktif" not in shown
    assert "123456" not in shown
    assert settings.require_token().reveal() == TOKEN


def test_a_missing_token_is_asked_for_by_name() -> None:
    with pytest.raises(SettingError) as caught:
        Settings().require_token()
    assert (caught.value.key, caught.value.values) == ("setting_missing", {"name": "SARI_TELEGRAM_TOKEN"})


def test_two_secrets_are_equal_when_their_values_are() -> None:
    assert Secret("a") == Secret("a")
    assert Secret("a") != Secret("b")
    assert Secret("a") != "a"
    assert len({Secret("a"), Secret("a"), Secret("b")}) == 2


def test_settings_are_frozen() -> None:
    with pytest.raises(FrozenInstanceError):
        Settings().log_level = "DEBUG"  # type: ignore[misc]
