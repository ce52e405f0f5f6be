"""Both languages say the same things, and every error that the code raises has its sentence."""

import ast
import re
from pathlib import Path
from typing import get_args

import pytest
from jinja2 import meta

from bot.models import TOPICS
from bot.texts import LANGUAGES, catalog
from summarizer.generative import Reason

ROOT = Path(__file__).parents[2]
SECTIONS = (
    "calendar",
    "topics",
    "commands",
    "commands_editor",
    "bot",
    "buttons",
    "messages",
    "fallbacks",
    "terminal",
    "feed_warnings",
    "errors",
)


@pytest.mark.parametrize("section", SECTIONS)
def test_both_languages_have_the_same_keys(section: str) -> None:
    assert list(catalog("id").section(section)) == list(catalog("en").section(section))


@pytest.mark.parametrize("section", SECTIONS)
def test_both_languages_fill_in_the_same_values(section: str) -> None:
    environment = catalog("id")._html_environment
    for key, text in catalog("id").section(section).items():
        mine = meta.find_undeclared_variables(environment.parse(text))
        other = meta.find_undeclared_variables(environment.parse(catalog("en").section(section)[key]))
        assert mine == other, key


def test_no_language_has_sections_of_its_own() -> None:
    for language in LANGUAGES:
        assert set(catalog(language)._raw) == set(SECTIONS)


def test_every_reason_for_the_default_engine_has_a_sentence() -> None:
    assert set(catalog("id").section("fallbacks")) == set(get_args(Reason))


def test_every_topic_has_a_name() -> None:
    assert set(catalog("id").section("topics")) == {*TOPICS, "all"}


def _raised_keys() -> set[str]:
    """First argument of every raised SariError, read from the source."""
    keys = set()
    for path in (ROOT / "bot").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id.endswith("Error"):
                first = node.args[0] if node.args else None
                is_key = isinstance(first, ast.Constant) and isinstance(first.value, str)
                if is_key and re.fullmatch(r"[a-z]+(_[a-z]+)+", first.value):  # type: ignore[union-attr]
                    keys.add(first.value)  # type: ignore[union-attr]
    return keys


def test_every_error_has_a_sentence() -> None:
    missing = {key for key in _raised_keys() if not catalog("id").has(f"errors.{key}")}
    assert not missing


def test_what_is_filled_in_is_escaped_in_messages_and_not_in_labels() -> None:
    words = catalog("id")
    assert "&lt;b&gt;&amp;" in words.html("messages.search_none", query="<b>&")
    assert words.plain("buttons.read_at", outlet="A & B") == "Baca di A & B"


@pytest.mark.parametrize(("language", "shown"), [("id", "12.000"), ("en", "12,000")])
def test_large_numbers_are_grouped_as_the_language_does_it(language: str, shown: str) -> None:
    assert shown in catalog(language).plain("buttons.send_to", n=12000)
    assert shown in catalog(language).plain("errors.breaking_too_long", limit=12000)


@pytest.mark.parametrize("key", ["days", "months", "months_short"])
def test_both_languages_name_all_days_and_months(key: str) -> None:
    assert len(catalog("id").words(f"calendar.{key}")) == len(catalog("en").words(f"calendar.{key}"))


def test_commands_fit_into_telegrams_limits() -> None:
    for language in LANGUAGES:
        for section in ("commands", "commands_editor"):
            for name, description in catalog(language).section(section).items():
                assert re.fullmatch(r"[a-z0-9_]{1,32}", name)
                assert 1 <= len(description) <= 256
        assert len(catalog(language).plain("bot.short_description")) <= 120
        assert len(catalog(language).plain("bot.description")) <= 512


def test_an_unknown_language_is_answered_in_indonesian() -> None:
    assert catalog("xx").language == "id"
