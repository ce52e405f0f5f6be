from summarizer.excerpt import excerpt
from tests.unit.ingest_samples import ENGLISH


def test_an_excerpt_is_the_opening_as_it_stands() -> None:
    sentences, short = excerpt(f"{ENGLISH}\n\nA second paragraph follows. It says more.")
    assert ENGLISH.startswith(" ".join(sentences))
    assert 25 <= len(" ".join(sentences).split()) <= 80
    assert short in sentences


def test_an_excerpt_goes_on_over_short_paragraphs_until_it_is_long_enough() -> None:
    sentences, short = excerpt("\n\n".join(f"The mayor opened bridge number {n} on Monday morning." for n in range(20)))
    assert len(sentences) == 5
    assert short == sentences[0]


def test_nothing_has_no_excerpt() -> None:
    assert excerpt("") == ([], "")
