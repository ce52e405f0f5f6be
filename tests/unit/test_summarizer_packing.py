"""An article as one sequence of tokens."""

import pytest
from tokenizers import Tokenizer

from summarizer.packing import MAX_SENTENCES, MAX_TOKENS, pack, rouge_words, spell_title
from summarizer.salience import MODEL

SENTENCES = ["Harga beras di Jakarta naik 12,5 persen.", "Pedagang berharap pasokan pulih pekan depan."]


@pytest.fixture(scope="module")
def tokenizer() -> Tokenizer:
    return Tokenizer.from_file(str(MODEL / "tokenizer.json"))


def test_each_word_is_found_in_its_sentence_and_at_its_first_token(tokenizer: Tokenizer) -> None:
    packed = pack(tokenizer, SENTENCES, "Harga Beras Naik")
    assert packed.words[0] == ("harga", "beras", "di", "jakarta", "naik", "12", "5", "persen")
    for sentence, words, spans, tokens in zip(
        SENTENCES, packed.words, packed.word_spans, packed.word_tokens, strict=True
    ):
        assert [sentence[start:end].lower() for start, end in spans] == list(words)
        for word, token in zip(words, tokens, strict=True):
            piece = tokenizer.id_to_token(int(packed.ids[token])).lstrip("▁").lower()
            assert word.startswith(piece) or piece.startswith(word[: len(piece)]) or word in piece


def test_segments_say_which_sentence_a_token_belongs_to(tokenizer: Tokenizer) -> None:
    packed = pack(tokenizer, SENTENCES, "Harga Beras Naik")
    assert list(packed.segments[:2]) == [0, 0]
    assert packed.segments[-1] == 0
    assert set(packed.segments.tolist()) == {0, 1, 2}
    assert [packed.segments[token] for token in packed.word_tokens[1]] == [2] * len(packed.words[1])


def test_a_long_article_is_read_from_the_top_in_whole_sentences(tokenizer: Tokenizer) -> None:
    packed = pack(tokenizer, SENTENCES * 100)
    assert len(packed.ids) <= MAX_TOKENS
    assert 2 < packed.sentences <= MAX_SENTENCES
    assert packed.words[-1][-1] in ("persen", "depan")


def test_many_tiny_sentences_do_not_outgrow_the_model(tokenizer: Tokenizer) -> None:
    assert pack(tokenizer, ["Ya."] * 400).sentences == MAX_SENTENCES


def test_one_sentence_longer_than_the_model_reads_is_cut(tokenizer: Tokenizer) -> None:
    packed = pack(tokenizer, [" ".join(SENTENCES * 60)])
    assert packed.sentences == 1
    assert len(packed.ids) == MAX_TOKENS


@pytest.mark.parametrize("sentence", ["…", "🙂🙂", "Çelik", "\u200b", "ﬁnal"])
def test_signs_of_any_kind_do_no_harm(tokenizer: Tokenizer, sentence: str) -> None:
    packed = pack(tokenizer, [sentence, SENTENCES[0]], sentence)
    assert packed.sentences == 2
    assert packed.words[1][0] == "harga"


def test_a_headline_is_spelled_as_the_address_of_a_page_spells_it() -> None:
    assert spell_title("Harga Beras Naik 12,5%: “Pasokan Seret”") == "harga beras naik 12 5 pasokan seret"


def test_words_are_those_that_rouge_counts() -> None:
    assert rouge_words("Rp1,2 triliun, kata Menteri-nya.") == ["rp1", "2", "triliun", "kata", "menteri", "nya"]
