"""The written cases that `python -m tests.bench.splitting` also gives to other splitters."""

from summarizer.sentences import split_sentences
from tests.bench.splitting import boundaries, detokenise, inside_quotations, written_cases

# Without its space, a name like "Serba.Ada" cannot be told from two sentences.
KNOWN_ERRORS = {"Toko Serba.Ada milik Bima itu sepi."}


def test_each_written_case_is_split_where_its_sentences_end() -> None:
    wrong = set()
    for case in written_cases():
        inside = inside_quotations(case.text)
        if boundaries(split_sentences(case.text)) - inside != boundaries(case.sentences) - inside:
            wrong.add(case.text)
    assert wrong == KNOWN_ERRORS


def test_the_written_cases_are_many_and_none_is_there_twice() -> None:
    texts = [case.text for case in written_cases()]
    assert len(texts) >= 120
    assert len(set(texts)) == len(texts)


def test_a_quotation_of_several_sentences_stays_whole() -> None:
    text = "“Kami menanam padi. Kami memanen jagung,” ujar Tirta. Panen raya tiba."
    assert split_sentences(text) == [text[: text.index(" Panen")], "Panen raya tiba."]


def test_a_reporters_code_is_not_part_of_the_last_sentence() -> None:
    assert split_sentences("Korban dirawat. (bim/sar)") == ["Korban dirawat.", "(bim/sar)"]


def test_indosums_tokens_become_print_again() -> None:
    tokens = ['"', "Rp", "10", ".", "000", ",", '"', "kata", "Sari", "(", "40", ")", "."]
    assert detokenise([tokens]) == ['"Rp 10.000," kata Sari (40).']
