"""Messages are cut to Telegram's limits; the sandbox's parser, written apart from the splitter, is the judge."""

from __future__ import annotations

import re

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.sandbox.html_parse import parse_html
from bot.telegram.split import MAX_ENTITIES, split_blocks, split_html, utf16_length, visible_length

# A busy machine is slow, not wrong.
patiently = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])

TAGS = ("b", "i", "u", "s", "code", "tg-spoiler", 'a href="https://contoh.example/?a=1&amp;b=2"')
ESCAPED = {"<": "&lt;", ">": "&gt;", "&": "&amp;", '"': "&quot;"}

# Without control characters and surrogates, which no text from a feed carries this far.
plain_text = st.text(st.characters(exclude_categories=["Cs", "Cc"], include_characters="\n"), max_size=40)
written = plain_text.map(lambda text: "".join(ESCAPED.get(character, character) for character in text))
numeric = st.sampled_from("é😀<&").map(lambda character: f"&#{ord(character)};")


def tagged(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.builds(lambda tag, body: f"<{tag}>{body}</{tag.split()[0]}>", st.sampled_from(TAGS), inner)


markup = st.recursive(
    written | numeric,
    lambda inner: tagged(inner) | st.lists(inner, max_size=4).map("".join),
    max_leaves=12,
)


def text_of(html: str) -> str:
    """What the chat would show; raises ApiError for anything that Telegram would refuse."""
    return parse_html(html)[0]


def without_space(text: str) -> str:
    return re.sub(r"\s", "", text)


def marks(html: str) -> list[tuple[str, frozenset[str]]]:
    """Each visible character that is no space, with the kinds of formatting that it has."""
    text, entities = parse_html(html)
    seen, offset = [], 0
    for character in text:
        kinds = frozenset(f"{e.type} {e.url}" for e in entities if e.offset <= offset < e.offset + e.length)
        if not character.isspace():
            seen.append((character, kinds))
        offset += utf16_length(character)
    return seen


@patiently
@given(st.text())
def test_utf16_length_is_that_of_the_encoded_text(text: str) -> None:
    assert utf16_length(text) == len(text.encode("utf-16-le", "surrogatepass")) // 2


@patiently
@given(markup)
def test_visible_length_is_what_telegram_counts(html: str) -> None:
    assert visible_length(html) == utf16_length(text_of(html))


def test_entities_that_telegram_does_not_know_count_as_they_are_written() -> None:
    assert visible_length("&nbsp;&hellip;&lt;") == len("&nbsp;&hellip;<")


@patiently
@given(markup, st.integers(2, 60))
def test_every_part_of_a_cut_block_fits_is_valid_and_nothing_is_lost(html: str, limit: int) -> None:
    parts = split_html(html, limit=limit)
    assert all(utf16_length(text_of(part)) <= limit for part in parts)
    assert all(text_of(part).strip() for part in parts)
    assert [mark for part in parts for mark in marks(part)] == marks(html)


@patiently
@given(st.lists(markup, max_size=6), st.integers(2, 120))
def test_packed_blocks_fit_are_valid_and_nothing_is_lost(blocks: list[str], limit: int) -> None:
    parts = split_blocks(blocks, limit=limit)
    assert all(utf16_length(text_of(part)) <= limit for part in parts)
    assert [mark for part in parts for mark in marks(part)] == [mark for block in blocks for mark in marks(block)]


@patiently
@given(st.lists(markup.filter(lambda html: text_of(html).strip() != ""), min_size=1, max_size=8))
def test_blocks_that_fit_stay_whole_and_fill_the_message(blocks: list[str]) -> None:
    limit = max(visible_length(block) for block in blocks) + 10
    parts = split_blocks(blocks, separator="\n\n", limit=limit)
    assert "\n\n".join(parts) == "\n\n".join(blocks)
    rest = list(blocks)
    for part in parts:
        taken = rest.pop(0)
        while taken != part:
            taken += "\n\n" + rest.pop(0)
        if rest:
            assert visible_length(part) + 2 + visible_length(rest[0]) > limit


def test_a_digest_of_many_links_stays_within_the_hundred_entities_that_telegram_keeps() -> None:
    blocks = [f'{n}. <a href="https://contoh.example/{n}">Berita</a>' for n in range(120)]
    parts = split_blocks(blocks)
    assert [len(parse_html(part)[1]) for part in parts] == [MAX_ENTITIES, 20]


def test_one_block_with_too_many_entities_is_cut_without_losing_any() -> None:
    html = "<u>" + " ".join(f"<b>kata</b> <i>{n}</i>" for n in range(150)) + "</u>"
    parts = split_html(html)
    assert all(len(parse_html(part)[1]) <= MAX_ENTITIES for part in parts)
    assert [mark for part in parts for mark in marks(part)] == marks(html)


def test_a_block_that_is_too_long_begins_a_message_and_the_next_block_follows_its_end() -> None:
    parts = split_blocks(["awal", "x" * 15, "ekor"], limit=10)
    assert parts == ["awal", "x" * 10, "x" * 5, "ekor"]
    assert split_blocks(["awal", "x" * 15, "ek"], limit=10) == ["awal", "x" * 10, "x" * 5 + "\n\nek"]


def test_blank_blocks_are_left_out() -> None:
    assert split_blocks(["", "satu", " \n", "<b> </b>", "dua"]) == ["satu\n\ndua"]
    assert split_blocks([]) == []


@pytest.mark.parametrize(
    ("html", "limit", "first"),
    [
        ("Satu dua. Tiga\n\nempat lima. Enam tujuh", 30, "Satu dua. Tiga\n\n"),  # a paragraph before a sentence
        ("Satu dua.\nTiga empat. Lima enam tujuh", 16, "Satu dua.\n"),  # a line before a sentence
        ("Satu dua tiga. Empat lima enam", 20, "Satu dua tiga. "),  # a sentence before a word
        ("“Satu dua tiga.” Empat lima enam", 22, "“Satu dua tiga.” "),  # with the quote that closes it
        ("satu dua tiga empat", 10, "satu dua "),
        ("A. satu dua tiga empat", 16, "A. satu dua "),  # not a tiny part for the sake of a sentence
        ("satuduatigaempat", 10, "satuduatig"),
        ("😀😀😀", 5, "😀😀"),  # 2 units each: the third would be torn
        ("&amp;&amp;&amp;&amp;", 3, "&amp;&amp;&amp;"),
    ],
)
def test_a_block_is_cut_at_the_best_place(html: str, limit: int, first: str) -> None:
    parts = split_html(html, limit=limit)
    assert parts[0] == first
    assert "".join(parts) == html


def test_open_tags_are_closed_at_a_cut_and_opened_again_after_it() -> None:
    html = '<b>satu <a href="https://contoh.example/">dua tiga</a></b> empat'
    assert split_html(html, limit=9) == [
        '<b>satu <a href="https://contoh.example/">dua </a></b>',
        '<b><a href="https://contoh.example/">tiga</a></b> ',
        "empat",
    ]


def test_an_article_of_twenty_thousand_words_is_cut_into_full_messages() -> None:
    html = "<blockquote>" + "Kalimat contoh ini panjangnya tujuh kata saja. " * 2900 + "</blockquote>"
    parts = split_html(html)
    assert all(4000 < visible_length(part) <= 4096 for part in parts[:-1])
    assert without_space("".join(text_of(part) for part in parts)) == without_space(text_of(html))
