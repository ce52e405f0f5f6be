"""What one article looks like in the search index, on either kind of database. Pure.

Worked out in the parser process, where articles come from a feed; storage does it for all others.
"""

from __future__ import annotations

from datetime import UTC, datetime

from bot.models import IndexEntry
from bot.terms import fold, read_words


def make_entry(title: str, body: str, outlet: str, published_at: datetime) -> IndexEntry:
    """The entry of an article. Stemming is the larger part of the work of saving it."""
    in_title, in_body = read_words(title), read_words(body)
    return IndexEntry(
        " ".join(word.stem for word in in_title),
        " ".join(word.stem for word in in_body),
        " ".join((outlet_tag(outlet), *month_tags(published_at))),
        {word.surface: word.stem for word in (*in_title, *in_body)},
    )


def outlet_tag(outlet: str) -> str:
    """One word that no outlet shares with another."""
    return "o" + fold(outlet).replace(" ", "").replace("'", "").replace(".", "").replace(",", "")


def month_tags(moment: datetime) -> tuple[str, str]:
    """The year and the month of a moment (UTC), each as one word."""
    moment = moment.astimezone(UTC)
    return f"y{moment.year:04}", f"m{moment.year:04}{moment.month:02}"
