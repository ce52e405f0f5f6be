"""The templates of the sample sites, and article text as HTML."""

from __future__ import annotations

from collections.abc import Sequence

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup, escape

from bot.sandbox.news.dates import write_moment


def load_templates() -> Environment:
    """Give the templates with everything escaped that is not marked as HTML."""
    environment = Environment(
        loader=PackageLoader("bot.sandbox.news"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["moment"] = write_moment
    environment.filters["paragraph"] = paragraph_html
    return environment


def body_html(paragraphs: Sequence[str]) -> Markup:
    """Give an article's paragraphs as HTML."""
    return Markup("\n").join(paragraph_html(paragraph) for paragraph in paragraphs)


def paragraph_html(paragraph: str) -> Markup:
    """Give one paragraph or subheading as HTML, line breaks kept."""
    if paragraph.startswith("## "):
        return Markup("<h3>{}</h3>").format(paragraph.removeprefix("## "))
    lines = Markup("<br>").join(escape(line) for line in paragraph.split("\n"))
    return Markup("<p>{}</p>").format(lines)
