"""A reader's words are words: read as meant, and never as the language of the index."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, suppress
from datetime import datetime, timedelta, timezone

import asyncpg
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from bot.errors import InputError
from bot.index_entries import make_entry, outlet_tag
from bot.storage import fts5, tsvector
from bot.storage.expressions import Expression, Tagged, Without, Words, all_of, any_of
from bot.storage.expressions import phrase as phrase_of
from bot.storage.query import MAX_TERMS, ParsedQuery, Phrase, parse_query
from bot.storage.relevance import Alternative, Term
from bot.storage.search import SCANNED, oldest_looked_at, steps
from tests import postgres

WIB = timezone(timedelta(hours=7))
NOW = datetime(2026, 11, 24, 15, 30, tzinfo=WIB)
"""A Tuesday."""


def stems_of(phrases: tuple[Phrase, ...]) -> list[str]:
    return [" ".join(word.stem for word in phrase) for phrase in phrases]


def read(text: str) -> ParsedQuery:
    return parse_query(text, NOW)


@pytest.mark.parametrize(
    ("text", "words", "phrases", "excluded"),
    [
        ("banjir", ["banjir"], [], []),
        ("  Banjir BANJIR kebanjiran ", ["banjir"], [], []),
        ("banjir sagara", ["banjir", "sagara"], [], []),
        ("café", ["cafe"], [], []),
        ('"pasar kembar"', [], ["pasar kembar"], []),
        ("“pasar kembar” sagara", ["sagara"], ["pasar kembar"], []),
        ('"satu dua" "tiga empat"', [], ["satu dua", "tiga empat"], []),
        ("timnas -voli", ["timnas"], [], ["voli"]),
        ("timnas –voli −basket", ["timnas"], [], ["voli", "basket"]),
        ('timnas -"bola voli"', ["timnas"], [], ["bola voli"]),
        ("timnas -covid-19", ["timnas"], [], ["covid 19"]),
        ("covid-19", ["covid", "19"], [], []),
        ("timnas - voli", ["timnas", "voli"], [], []),
        ('banjir "sagara', ["banjir", "sagara"], [], []),
        ('banjir ""', ["banjir"], [], []),
        ("AND OR NOT NEAR", ["and", "or", "not", "near"], [], []),
        ("jam 10:30 catatan:penting", ["jam", "10", "30", "catat", "penting"], [], []),
    ],
)
def test_a_query_is_read_as_meant(text: str, words: list[str], phrases: list[str], excluded: list[str]) -> None:
    parsed = read(text)
    assert [word.stem for word in parsed.words] == words
    assert stems_of(parsed.phrases) == phrases
    assert stems_of(parsed.excluded) == excluded


def test_a_word_knows_where_it_was_typed() -> None:
    text = "“pasar” -voli sumber:antara  banjir"
    [word] = read(text).words
    assert text[word.start : word.end] == "banjir"


@pytest.mark.parametrize(
    ("text", "outlets", "topics"),
    [
        ("banjir sumber:antara", ("antara",), ()),
        ("banjir source:antara media:tempo", ("antara", "tempo"), ()),
        ('banjir sumber:"Harian Sagara"', ("Harian Sagara",), ()),
        ("banjir SUMBER: antara", ("antara",), ()),
        ("banjir topik:ekonomi", (), ("ekonomi",)),
        ("banjir topic:Economy", (), ("ekonomi",)),
        ("banjir topic:sports topik:olah", (), ("olahraga", "olahraga")),
    ],
)
def test_outlets_and_topics_are_named_in_both_languages(
    text: str, outlets: tuple[str, ...], topics: tuple[str, ...]
) -> None:
    parsed = read(text)
    assert [word.stem for word in parsed.words] == ["banjir"]
    assert (parsed.filters.outlets, parsed.filters.topics) == (outlets, topics)


@pytest.mark.parametrize(
    ("text", "since", "until"),
    [
        ("sejak:7hari", "2026-11-17", None),
        ("sejak:3 hari", "2026-11-21", None),
        ("since:7days", "2026-11-17", None),
        ("since:2 weeks ago", "2026-11-10", None),
        ("sejak:1bulan", "2026-10-24", None),
        ("sejak:kemarin", "2026-11-23", None),
        ("sampai:kemarin", None, "2026-11-24"),
        ("until:yesterday", None, "2026-11-24"),
        ("sejak:hari ini", "2026-11-24", None),
        ("sejak:senin", "2026-11-23", None),
        ("sejak:selasa", "2026-11-17", None),
        ("sejak:20 November", "2026-11-20", None),
        ("sejak:25 November", "2025-11-25", None),
        ("sejak:20/11/2026", "2026-11-20", None),
        ("sejak:20-11-26", "2026-11-20", None),
        ("sejak:2026-11-20", "2026-11-20", None),
        ("since:November 20, 2025", "2025-11-20", None),
        ("sejak:Agustus", "2026-08-01", None),
        ("sampai:Desember", None, "2026-01-01"),
        ("sampai:Feb 2024", None, "2024-03-01"),
        ("sejak:2024 sampai:2025", "2024-01-01", "2026-01-01"),
        ("sejak:bulan lalu", "2026-10-01", None),
        ('sejak:"20 November 2025" hingga:1 Desember 2025', "2025-11-20", "2025-12-02"),
    ],
)
@pytest.mark.parametrize("text_form", ["banjir {}", "{} banjir"])
def test_days_are_read_in_both_languages(text: str, since: str | None, until: str | None, text_form: str) -> None:
    parsed = read(text_form.format(text))
    assert [word.stem for word in parsed.words] == ["banjir"]

    def day(moment: datetime | None) -> str | None:
        assert moment is None or (moment.tzinfo is WIB and (moment.hour, moment.minute) == (0, 0))
        return moment and f"{moment:%Y-%m-%d}"

    assert (day(parsed.filters.since), day(parsed.filters.until)) == (since, until)


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("", "search_empty"),
        ("?! ...", "search_empty"),
        ("-", "search_empty"),
        ("-voli", "search_only_exclusions"),
        ("sejak:kemarin", "search_only_filters"),
        ("sumber:antara", "search_only_filters"),
        ("banjir sumber:", "search_outlet_missing"),
        ("banjir topik:masakan", "search_topic_unknown"),
        ("banjir topik:", "search_topic_unknown"),
        ("banjir sejak:dahulu", "search_date_unknown"),
        ("banjir sejak:31/02/2026", "search_date_unknown"),
        ("banjir sejak:99/99", "search_date_unknown"),
        ("banjir sejak:0000-01-01", "search_date_unknown"),
        ("banjir sejak:", "search_date_unknown"),
        ("banjir sejak:2026 sampai:2025", "search_dates_crossed"),
    ],
)
def test_a_query_that_cannot_be_answered_says_why(text: str, key: str) -> None:
    with pytest.raises(InputError) as caught:
        read(text)
    assert caught.value.key == key


def test_a_pasted_text_is_cut() -> None:
    assert len(read(" ".join(f"kata{number}" for number in range(500))).words) == MAX_TERMS


A = Term("a", "a", 5)
B = Term("b", "b", 3, (Alternative("x y", 0.3),))
C = Term("c", "c", 9)
PHRASE = Term("p q", "p q", 1)


@pytest.mark.parametrize(
    ("words", "phrases", "asked"),
    [
        ([A], [], ['({title} : ((("a"))))', '(("a"))']),
        ([], [PHRASE], ['{title} : (("p q"))', '("p q")']),
        (
            [A, B],
            [],
            [
                '({title} : ((("a") AND ("b" OR "x y"))))',
                '(("a") AND ("b" OR "x y"))',
                '({title} : (("b" OR "x y")))',
                '({title} : (("a")))',
                '(("b" OR "x y"))',
                '(("a"))',
            ],
        ),
        (
            [A],
            [PHRASE],
            [
                '("p q" AND {title} : ((("a"))))',
                '("p q" AND ("a"))',
                '("p q" AND {title} : (("a")))',
                '("p q" AND ("a"))',
                '("p q")',
            ],
        ),
    ],
)
def test_the_index_is_asked_from_strict_to_loose(words: list[Term], phrases: list[Term], asked: list[str]) -> None:
    strict, loose = steps(words, phrases)
    assert list(map(fts5.match_text, (*strict, *loose))) == asked


def test_one_of_three_words_may_be_missing() -> None:
    _, loose = steps([A, B, C], [])
    assert (
        fts5.match_text(loose[0]) == '(((("a") AND ("c")) OR (("b" OR "x y") AND ("c")) OR (("b" OR "x y") AND ("a"))))'
    )


def test_only_words_that_are_all_common_are_looked_for_in_recent_articles_alone() -> None:
    assert oldest_looked_at([SCANNED, 900_000], 1_000_000) == 0
    assert oldest_looked_at([4 * SCANNED, 900_000], 1_000_000) == 750_000
    assert oldest_looked_at([0], 0) == 0


@pytest.fixture(scope="module")
def index() -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(":memory:")) as connection:
        connection.execute(fts5.CREATE)
        connection.execute("INSERT INTO article_index VALUES ('banjir', 'banjir di sagara', 'oantara')")
        yield connection


SYNTAX = "\" - * ( ) ^ : + { } , NEAR( AND OR NOT title: tags: sumber: sejak: ' ’ \\ \0"
LETTERS = "banjir ² ß İ ﬁ １ ก็ e\u0301 한국 🌊 1.200 jum'at"
PIECES = st.sampled_from([*SYNTAX.split(" "), *LETTERS.split(" "), " "])


def asked_of(parsed: ParsedQuery) -> list[Expression]:
    """Everything that a query may ask the index."""
    words = [Term(word.stem, word.surface, 1, (Alternative("lain kata", 0.3),)) for word in parsed.words]
    phrases = [Term(stems, stems, 1) for stems in stems_of(parsed.phrases)]
    without = any_of([phrase_of(phrase) for phrase in parsed.excluded] or [Words("tak ada")])
    tags = Tagged(tuple(outlet_tag(outlet) for outlet in parsed.filters.outlets) or ("o",))
    strict, loose = steps(words, phrases)
    return [all_of([Without(expression, without), tags]) for expression in (*strict, *loose)]


TEXTS = st.one_of(st.text(), st.lists(PIECES).map("".join), st.lists(PIECES).map(" ".join))


@given(TEXTS)
@example("banjir " * 2000)
@example("-a " * 2000 + "b")
@example('"' + "a " * 3000 + '"')
def test_no_text_is_a_syntax_error(index: sqlite3.Connection, text: str) -> None:
    try:
        parsed = read(text)
    except InputError:
        return
    for expression in asked_of(parsed):
        question = "SELECT rowid FROM article_index WHERE article_index MATCH ?"
        index.execute(question, (fts5.match_text(expression),)).fetchall()


async def test_no_text_is_a_syntax_error_on_postgresql() -> None:
    connection = await asyncpg.connect(await postgres.server())

    # One connection for all examples: they share a loop, which hypothesis knows nothing of.
    examples: list[str] = []

    @settings(max_examples=200, database=None)
    @given(TEXTS)
    @example("banjir " * 2000)
    @example("-a " * 2000 + "b")
    @example('"' + "a " * 3000 + '"')
    def collect(text: str) -> None:
        examples.append(text)

    collect()
    try:
        for text in examples:
            with suppress(InputError):
                for expression in asked_of(read(text)):
                    await connection.fetchval("SELECT $1::text::tsquery", tsvector.query_text(expression))
            entry = make_entry(text, text, text, NOW)
            vector = await connection.fetchval("SELECT $1::text::tsvector::text", tsvector.vector_text(entry))
            assert bool(vector) == bool(entry.title or entry.body or entry.tags)
    finally:
        await connection.close()
