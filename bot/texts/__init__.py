"""The words. ``id/`` and ``en/`` hold the same keys; nothing else in Sari says a sentence to a reader."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from functools import lru_cache
from importlib.resources import files

from jinja2 import Environment, StrictUndefined, Template
from markupsafe import Markup

LANGUAGES = ("id", "en")


class Catalog:
    """All texts of one language.

    ``html`` escapes what is filled in, for messages; ``plain`` does not, for button labels, callback answers and the
    terminal. A missing key or placeholder is a bug and raises.
    """

    def __init__(self, language: str) -> None:
        source = files(__name__).joinpath(language, "messages.toml").read_text(encoding="utf-8")
        self.language = language
        self._raw: Mapping[str, Mapping[str, str | list[str]]] = tomllib.loads(source)
        options = {"undefined": StrictUndefined, "trim_blocks": True, "lstrip_blocks": True}
        self._html_environment = Environment(autoescape=True, **options)  # type: ignore[arg-type]
        self._plain_environment = Environment(autoescape=False, **options)  # type: ignore[arg-type]  # noqa: S701
        for environment in (self._html_environment, self._plain_environment):
            environment.filters["grouped"] = self._grouped
        self._templates: dict[tuple[bool, str], Template] = {}

    def html(self, key: str, **values: object) -> Markup:
        """The message as Telegram HTML; ``Markup`` values go in as they are, all others are escaped."""
        return Markup(self._template(key, escape=True).render(values).strip("\n"))  # noqa: S704

    def plain(self, key: str, **values: object) -> str:
        """The words without any markup."""
        return self._template(key, escape=False).render(values).strip("\n")

    def words(self, key: str) -> Sequence[str]:
        """A list of words, such as the names of the days."""
        value = self._find(key)
        assert isinstance(value, list)
        return value

    def section(self, name: str) -> Mapping[str, str]:
        """All texts of one section that are single sentences, by key, in the order of the file."""
        return {key: value for key, value in self._raw[name].items() if isinstance(value, str)}

    def has(self, key: str) -> bool:
        section, _, name = key.partition(".")
        return name in self._raw.get(section, {})

    def _grouped(self, number: int) -> str:
        """``12.000`` in Indonesian, ``12,000`` in English."""
        return f"{number:,}".replace(",", "." if self.language == "id" else ",")

    def _find(self, key: str) -> str | list[str]:
        section, _, name = key.partition(".")
        return self._raw[section][name]

    def _template(self, key: str, *, escape: bool) -> Template:
        found = self._templates.get((escape, key))
        if found is None:
            source = self._find(key)
            assert isinstance(source, str)
            environment = self._html_environment if escape else self._plain_environment
            found = self._templates[(escape, key)] = environment.from_string(source)
        return found


@lru_cache
def catalog(language: str) -> Catalog:
    """The texts of a language; Indonesian where the language is not known."""
    return Catalog(language if language in LANGUAGES else LANGUAGES[0])


def terminal_catalog(environment: Mapping[str, str]) -> Catalog:
    """The operator's language: English where the locale says so, Indonesian otherwise."""
    names = (environment.get(name) for name in ("LC_ALL", "LC_MESSAGES", "LANG"))
    locale = next(filter(None, names), "")
    return catalog("en" if locale.startswith("en") else LANGUAGES[0])
