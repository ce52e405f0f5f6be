"""Articles as they are: what is read of each golden case, and what its digest must never hold."""

import re

import pytest

from summarizer import ArticleText, Digest, read_article, summarize
from summarizer.boilerplate import is_boilerplate
from tests.quality.golden_articles import GoldenCase, digest_of, read_cases, source

REAL, WRITTEN = read_cases("real"), read_cases("written")
MOST_WORDS = 80

DANGLING = re.compile(
    r"(?:ia|dia|beliau|mereka|namun|selain itu|sementara itu|hal (?:itu|ini)|kemudian)\b", re.IGNORECASE
)
TIME_STAMP = re.compile(r"\d{1,2}[.:]\d{2}\b")
LIST_PART = re.compile(r"\(?\d{1,2}[.)]\s|[•*–-]\s|berikut\b|.*:$", re.IGNORECASE)
QUESTION_LABEL = re.compile(r"(?:t|j|tanya|jawab)\s?:", re.IGNORECASE)


every_case = pytest.mark.parametrize("case", REAL + WRITTEN, ids=lambda case: case.name)


def cases_of(kind: str) -> pytest.MarkDecorator:
    chosen = [case for case in REAL + WRITTEN if case.kind == kind]
    return pytest.mark.parametrize("case", chosen, ids=lambda case: case.name)


def opened(case: GoldenCase) -> tuple[str, str]:
    try:
        return source(case)
    except FileNotFoundError as missing:
        pytest.skip(f"{missing.filename} is missing")


def read(case: GoldenCase) -> ArticleText:
    text, title = opened(case)
    return read_article(text, title=title)


def digest(case: GoldenCase) -> Digest:
    return summarize(*opened(case))


@pytest.mark.parametrize("case", REAL, ids=lambda case: case.name)
def test_a_real_case_is_the_text_that_it_was_written_for(case: GoldenCase) -> None:
    text, _ = opened(case)
    assert digest_of(text) == case.sha256, "the data changed: look at the case again"
    assert [anchor for anchor in case.without if anchor not in text] == []
    assert all(len(anchor.split()) <= 4 for anchor in (case.begins, case.ends, *case.has, *case.without))


@every_case
def test_the_dateline_gives_the_place_and_the_body_begins_after_it(case: GoldenCase) -> None:
    article = read(case)
    assert article.place == case.place
    assert " ".join(article.body.split()).startswith(case.begins)


@every_case
def test_the_body_is_whole_and_without_furniture(case: GoldenCase) -> None:
    article = read(case)
    body = " ".join(article.body.split())
    assert body.endswith(case.ends)
    assert [anchor for anchor in case.has if anchor not in body] == []
    assert [anchor for anchor in case.without if anchor in body] == []
    assert not case.paragraphs or len(article.paragraphs) == case.paragraphs


@every_case
def test_the_digest_has_words_of_the_article_and_no_furniture(case: GoldenCase) -> None:
    made = digest(case)
    together = " ".join(made.sentences)
    assert together
    assert made.short
    assert len(made.sentences) == 1 or len(together.split()) <= MOST_WORDS
    assert [anchor for anchor in case.without if anchor in f"{together} {made.short}"] == []
    assert [sentence for sentence in (*made.sentences, made.short) if is_boilerplate(sentence)] == []


@every_case
def test_the_digest_does_not_open_with_a_word_that_points_back(case: GoldenCase) -> None:
    made = digest(case)
    assert not DANGLING.match(made.sentences[0])
    assert not DANGLING.match(made.short)


@cases_of("interview")
def test_the_digest_of_an_interview_has_no_question_without_its_answer(case: GoldenCase) -> None:
    made = digest(case)
    assert [s for s in (*made.sentences, made.short) if s.endswith("?") or QUESTION_LABEL.match(s)] == []


@cases_of("live")
def test_the_digest_of_a_live_blog_has_no_time_stamps(case: GoldenCase) -> None:
    made = digest(case)
    assert [s for s in (*made.sentences, made.short) if TIME_STAMP.match(s)] == []


@cases_of("list")
def test_the_digest_of_a_list_has_no_item_and_no_announcement_alone(case: GoldenCase) -> None:
    made = digest(case)
    assert [s for s in (*made.sentences, made.short) if LIST_PART.match(s)] == []


def test_a_report_of_twenty_thousand_words_is_read_and_summarised() -> None:
    opening = "SAGARA, KabarNusantara.com - Komisi banjir Sagara menyerahkan laporan setebal 300 halaman pada Senin."
    chapter = "Bagian ke-{} laporan itu menguraikan keadaan {} tanggul di tepi sungai dan biaya perbaikannya. "
    report = "\n\n".join([opening, *(chapter.format(number, number + 7) * 10 for number in range(1, 145))])
    assert len(report.split()) > 20_000
    article = read_article(report)
    assert (article.place, len(article.paragraphs)) == ("SAGARA", 145)
    assert summarize(report).sentences[0].startswith("Komisi banjir Sagara")
