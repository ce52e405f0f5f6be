"""The default engine: the sentences of the article that say most, verbatim."""

import math
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import islice

from summarizer.articles import clean_paragraphs, one_line
from summarizer.boilerplate import is_boilerplate
from summarizer.digest import Digest
from summarizer.errors import EmptyTextError, NotIndonesianError
from summarizer.language import is_indonesian
from summarizer.lexicon import stop_words
from summarizer.selection import MAX_WORDS, Candidate, is_broken, pick_short, select
from summarizer.sentences import split_sentences
from summarizer.text import normalise, split_paragraphs, stems, words
from summarizer.vectors import Vector, dot, total, unit

# A digest comes from the top of an article (on IndoSum's train.jsonl 4 gold sentences in 1,000 stand beyond the
# 30th), so the rest of a long report need not be read.
_LONGEST_TEXT = 400_000  # characters
_MOST_SENTENCES = 200

# What the features of a sentence add to its score. From a logistic regression on the sentences that give the best
# ROUGE on IndoSum's train.jsonl, rounded as far as the digests' ROUGE-1 there stayed: position and quotation alone
# carry it, the others decide between neighbours.
_POSITION = -2.0  # times the logarithm of 1, 2, 3, ...
_QUOTE = -2.5  # opens with a quotation mark: somebody's words without the news
_QUESTION = -1.5
_BROKEN = -1.0
_CENTRALITY = 0.6  # cosine with all the article, 1 for the most central sentence
_HEADLINE = 0.4  # share of the headline's stems
_PRONOUN = -0.3  # "..., katanya": attributed to nobody
_NUMBER = 0.1

_PRONOUN_ATTRIBUTION = re.compile(
    r"[,”\"] ?(?:(?:ujar|kata|ucap|tutur|jelas|ungkap|papar|tegas|tambah|imbuh|sambung|lanjut|pungkas|"
    r"tandas|sebut|terang)"
    r"(?:nya| dia| ia| beliau))\b[^.]{0,30}\.?$",
    re.IGNORECASE,
)


class ExtractiveSummarizer:
    """Scores sentences by position, quotation, centrality and headline, and takes the best."""

    engine = "extractive-1"

    def summarize(self, text: str, title: str = "") -> Digest:
        """See `Summarizer.summarize`.

        Sentences are verbatim after `normalise`, also in a body all in capitals: which words are names cannot be
        told there. Only text without a full stop for 160 words is cut, and marked with "…".
        """
        title = one_line(title)
        _, paragraphs = clean_paragraphs(split_paragraphs(normalise(text[:_LONGEST_TEXT])), title)
        sentences = list(islice(_sentences(paragraphs), _MOST_SENTENCES))
        if not sentences:
            raise EmptyTextError("the text has no words")
        if not is_indonesian(" ".join(sentences)):
            raise NotIndonesianError("the text is not Indonesian")
        vectors = _vectors(sentences)
        scores = _scores(sentences, vectors, title)
        candidates = [Candidate(*row) for row in zip(sentences, scores, range(len(sentences)), strict=True)]
        chosen = select(candidates, lambda i, j: dot(vectors[i], vectors[j]))
        return Digest(tuple(_cut(c.text) for c in chosen), _cut(pick_short(candidates)), self.engine)


def _sentences(paragraphs: Sequence[str]) -> Iterator[str]:
    for paragraph in paragraphs:
        for sentence in split_sentences(paragraph):
            if words(sentence) and not is_boilerplate(sentence):
                yield sentence


def _cut(sentence: str) -> str:
    """The sentence, or the first 80 words of text without full stops."""
    parts = sentence.split(" ", MAX_WORDS)
    if len(parts) <= MAX_WORDS or len(sentence.split()) < 2 * MAX_WORDS:
        return sentence
    return " ".join(parts[:MAX_WORDS]) + " …"


def _vectors(sentences: Sequence[str]) -> list[Vector]:
    """TF-IDF over stems, each of length 1; a sentence of the article is a document."""
    ignored = stop_words()
    counts = [Counter(stem for stem in stems(sentence) if stem not in ignored) for sentence in sentences]
    frequency = Counter(stem for count in counts for stem in count)
    return [unit({s: n * math.log(1 + len(counts) / frequency[s]) for s, n in count.items()}) for count in counts]


def _scores(sentences: Sequence[str], vectors: Sequence[Vector], title: str) -> list[float]:
    everything = total(vectors)
    # The sum of the cosines with all sentences: LexRank's degree centrality, in linear time.
    centralities = [dot(vector, everything) for vector in vectors]
    most = max(centralities) or 1.0
    headline = set(stems(title)) - stop_words()
    return [
        _POSITION * math.log(1 + at)
        + _QUOTE * sentence.startswith(('"', "“", "”"))
        + _QUESTION * sentence.endswith("?")
        + _BROKEN * is_broken(sentence)
        + _CENTRALITY * centrality / most
        + _HEADLINE * len(headline & vector.keys()) / max(1, len(headline))
        + _PRONOUN * bool(_PRONOUN_ATTRIBUTION.search(sentence))
        + _NUMBER * any(c.isdigit() for c in sentence)
        for at, (sentence, vector, centrality) in enumerate(zip(sentences, vectors, centralities, strict=True))
    ]
