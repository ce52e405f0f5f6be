"""A reader's words are words: read as meant, and never as the language of the index."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.errors import InputError
from bot.storage.fts5 import RANK, match_expression
from bot.storage.query import MAX_TERMS, ParsedQuery, parse_query


@pytest.mark.parametrize(
    ("text", "parsed"),
    [
        ("banjir", ParsedQuery(("banjir",))),
        ("  Banjir BANJIR kebanjiran ", ParsedQuery(("banjir",))),
        ("banjir sagara", ParsedQuery(("banjir", "sagara"))),
        ('"pasar kembar"', ParsedQuery((), (("pasar", "kembar"),))),
        ("“pasar kembar” sagara", ParsedQuery(("sagara",), (("pasar", "kembar"),))),
        ('"satu dua" "tiga empat"', ParsedQuery((), (("satu", "dua"), ("tiga", "empat")))),
        ("timnas -voli", ParsedQuery(("timnas",), (), (("voli",),))),
        ("timnas –voli −basket", ParsedQuery(("timnas",), (), (("voli",), ("basket",)))),
        ('timnas -"bola voli"', ParsedQuery(("timnas",), (), (("bola", "voli"),))),
        ("timnas -covid-19", ParsedQuery(("timnas",), (), (("covid", "19"),))),
        ("covid-19", ParsedQuery(("covid", "19"))),
        ("timnas - voli", ParsedQuery(("timnas", "voli"))),
        ('banjir "sagara', ParsedQuery(("banjir", "sagara"))),
        ('banjir ""', ParsedQuery(("banjir",))),
        ("AND OR NOT NEAR", ParsedQuery(("and", "or", "not", "near"))),
    ],
)
def test_a_query_is_read_as_meant(text: str, parsed: ParsedQuery) -> None:
    assert parse_query(text) == parsed


@pytest.mark.parametrize(
    ("text", "key"),
    [("", "search_empty"), ("?! ...", "search_empty"), ("-", "search_empty"), ("-voli", "search_only_exclusions")],
)
def test_a_query_without_a_word_is_refused(text: str, key: str) -> None:
    with pytest.raises(InputError) as caught:
        parse_query(text)
    assert caught.value.key == key


def test_a_pasted_text_is_cut() -> None:
    assert len(parse_query(" ".join(f"kata{number}" for number in range(500))).words) == MAX_TERMS


@pytest.mark.parametrize(
    ("query", "expression"),
    [
        (ParsedQuery(("a", "b")), '("a" OR "b")'),
        (ParsedQuery((), (("a", "b"),)), '"a b"'),
        (ParsedQuery(("c",), (("a", "b"),)), '"a b" AND ("a b" OR "c")'),
        (ParsedQuery(("a",), (), (("b",), ("c", "d"))), '(("a")) NOT ("b" OR "c d")'),
    ],
)
def test_the_expression_quotes_every_word(query: ParsedQuery, expression: str) -> None:
    assert match_expression(query) == expression


@pytest.fixture(scope="module")
def index() -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(":memory:")) as connection:
        connection.execute('CREATE VIRTUAL TABLE t USING fts5(title, body, tokenize = "unicode61 remove_diacritics 2")')
        connection.execute("INSERT INTO t VALUES ('banjir', 'banjir di sagara')")
        yield connection


SYNTAX = "\" - * ( ) ^ : + { } , NEAR( AND OR NOT title: ' ’ \\ \0"
LETTERS = "banjir ² ß İ ﬁ １ ก็ e\u0301 한국 🌊 1.200 jum'at"
PIECES = st.sampled_from([*SYNTAX.split(" "), *LETTERS.split(" "), " "])


@given(st.one_of(st.text(), st.lists(PIECES).map("".join), st.lists(PIECES).map(" ".join)))
@example("banjir " * 2000)
@example("-a " * 2000 + "b")
@example('"' + "a " * 3000 + '"')
def test_no_text_is_a_syntax_error(index: sqlite3.Connection, text: str) -> None:
    try:
        expression = match_expression(parse_query(text))
    except InputError:
        return
    index.execute("SELECT rowid FROM t WHERE t MATCH ? AND rank MATCH ? ORDER BY rank", (expression, RANK)).fetchall()
