"""One article as one sequence of tokens for the encoder, and which token stands for which word."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:  # importing tokenizers takes a while, and only `encoder` loads it
    from tokenizers import Tokenizer

MAX_TOKENS = 384
"""Longest sequence. On IndoSum's train.jsonl 97.8 % of the sentences that editors took end before this token."""
MAX_SENTENCES = 48
_TITLE_TOKENS = 24
_WORD = re.compile(r"[a-z0-9]+")
_NOT_IN_TITLE = re.compile(r"[\W_]+")

Ints = NDArray[np.int64]


@dataclass(frozen=True)
class Packed:
    """A sequence `<s> title </s> sentence sentence ... </s>` of T tokens.

    Attributes:
        ids: (T,) token ids.
        segments: (T,) 0 for the title and the marks, n for the n-th sentence, counted from 1.
        words: for each sentence that fits, its words in lower case.
        word_spans: for each of these, (W, 2) where each word begins and ends in the sentence, in characters.
        word_tokens: for each of these, (W,) the place of the first token of each word in the sequence.
    """

    ids: Ints
    segments: Ints
    words: tuple[tuple[str, ...], ...]
    word_spans: tuple[Ints, ...]
    word_tokens: tuple[Ints, ...]

    @property
    def sentences(self) -> int:
        """How many sentences of the article fit, from the first one on."""
        return len(self.words)


def rouge_words(text: str) -> list[str]:
    """The words of a text as rouge_score takes them: lower-case letters a-z and digits."""
    return _WORD.findall(text.lower())


def spell_title(title: str) -> str:
    """A headline as the model reads it: words in lower case, as in the address of a page."""
    return _NOT_IN_TITLE.sub(" ", title.lower()).strip()


def pack(tokenizer: "Tokenizer", sentences: Sequence[str], title: str = "") -> Packed:
    """The sequence of an article: its first sentences, as many as fit, and at least one (cut where it must be).

    Args:
        tokenizer: of the model's folder, without truncation or padding.
        sentences: in source order, at least one.
    """
    begin, end = tokenizer.token_to_id("<s>"), tokenizer.token_to_id("</s>")
    ids = [begin, *_ids(tokenizer, spell_title(title))[:_TITLE_TOKENS], end]
    segments = [0] * len(ids)
    words: list[tuple[str, ...]] = []
    spans: list[Ints] = []
    tokens: list[Ints] = []
    for number, sentence in enumerate(sentences[:MAX_SENTENCES], start=1):
        encoding = tokenizer.encode(sentence, add_special_tokens=False)
        piece, offsets = encoding.ids, encoding.offsets
        room = MAX_TOKENS - 1 - len(ids)
        if len(piece) > room:
            if words:
                break
            piece, offsets = piece[:room], offsets[:room]
        found = [(word, span, len(ids) + token) for word, span, token in _words(sentence, offsets)]
        words.append(tuple(word for word, _, _ in found))
        spans.append(np.array([span for _, span, _ in found], dtype=np.int64).reshape(-1, 2))
        tokens.append(np.array([token for _, _, token in found], dtype=np.int64))
        ids += piece
        segments += [number] * len(piece)
    ids.append(end)
    segments.append(0)
    return Packed(np.array(ids), np.array(segments), tuple(words), tuple(spans), tuple(tokens))


def _ids(tokenizer: "Tokenizer", text: str) -> list[int]:
    ids: list[int] = tokenizer.encode(text, add_special_tokens=False).ids if text else []
    return ids


def _words(sentence: str, offsets: Sequence[tuple[int, int]]) -> Iterator[tuple[str, tuple[int, int], int]]:
    """Each word of the sentence with its span and the first token that reaches into it."""
    token = 0
    for match in _WORD.finditer(sentence.lower()):
        while token < len(offsets) and offsets[token][1] <= match.start():
            token += 1
        if token == len(offsets):
            return
        yield match.group(), match.span(), token
