"""The passage of an article that a search found, cut at words. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from bot.storage.query import ParsedQuery, Phrase
from summarizer.text import stems, words

LENGTH = 160
_LEAD_IN = 60
"""Characters of context before the match."""


def make_snippet(body: str, query: ParsedQuery, *, length: int = LENGTH) -> str:
    """Plain text of about ``length`` characters around the first match; the beginning where the body has none."""
    text = " ".join(body.split())
    start = max(0, _first_match(text, query) - _LEAD_IN)
    end = start + length
    if end >= len(text):
        start, end = max(0, len(text) - length), len(text)
    if start > 0:
        start = text.find(" ", start) + 1 or start
    if end < len(text):
        end = text.rfind(" ", start, end) if " " in text[start:end] else end
    return ("…" if start > 0 else "") + text[start:end].strip() + ("…" if end < len(text) else "")


def _first_match(text: str, query: ParsedQuery) -> int:
    """Where the first phrase of the query begins in the text, or else its first word; 0 where there is none."""
    tokens = words(text)
    stemmed = stems(text)
    if len(tokens) != len(stemmed):
        # Lower-casing changed the number of words; such letters are not Indonesian.
        return 0
    found = _index_of_phrase(stemmed, query.phrases)
    if found is None:
        wanted = {*query.words, *(stem for phrase in query.phrases for stem in phrase)}
        found = next((index for index, stem in enumerate(stemmed) if stem in wanted), 0)
    position = 0
    for token in tokens[:found]:
        position = text.index(token, position) + len(token)
    return text.index(tokens[found], position) if tokens else 0


def _index_of_phrase(stemmed: Sequence[str], phrases: Sequence[Phrase]) -> int | None:
    for index in range(len(stemmed)):
        if any(tuple(stemmed[index : index + len(phrase)]) == phrase for phrase in phrases):
            return index
    return None
