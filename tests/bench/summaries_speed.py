"""One method's speed and memory in a process of its own, on two cores: a script for any Python that has the method.

    PYTHON tests/bench/summaries_speed.py METHOD < ARTICLES

METHOD is sari, lexrank (sumy) or encoder=FOLDER (transformers in eager mode, 32 bits). ARTICLES are lines {"title",
"text", "sentences"}. Prints one JSON object; see `Speed`. Linux only, as `/proc` says the highest memory.
"""

from __future__ import annotations

import json
import os
import re
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

Articles = Sequence[dict[str, Any]]
Method = Callable[[Articles], object]

CORES = 2
_BATCH = 8
_WORD = re.compile(r"\w+(?:[.,-]\w+)*")


@dataclass(frozen=True, slots=True)
class Speed:
    """What one process needed; seconds, and MB of resident memory at its highest.

    Attributes:
        load: from the method's import to its first digest.
        batch: for all articles at once.
        singles: for each article alone, sorted.
    """

    load: float
    batch: float
    singles: list[float]
    memory: float


def sari() -> Method:
    """The default engine as the bot calls it."""
    from summarizer import ArticleInput, create_summarizer

    engine = create_summarizer()
    return lambda articles: engine.summarize_many([ArticleInput(a["text"], a["title"]) for a in articles])


def lexrank() -> Method:
    """sumy's LexRank with four sentences, on sentences that are already split, since sumy has no Indonesian."""
    from sumy.models.dom import ObjectDocumentModel, Paragraph, Sentence
    from sumy.summarizers.lex_rank import LexRankSummarizer

    class Words:
        def to_words(self, sentence: str) -> list[str]:
            return _WORD.findall(sentence)

    rank, words = LexRankSummarizer(), Words()

    def document(article: dict[str, Any]) -> Any:
        return ObjectDocumentModel([Paragraph([Sentence(text, words) for text in article["sentences"]])])

    return lambda articles: [rank(document(article), 4) for article in articles]


def encoder(folder: str) -> Method:
    """One pass of the encoder that the default engine starts from, all its layers, and nothing after it."""
    import torch
    from transformers import AutoModel, AutoTokenizer

    tokenizer = AutoTokenizer.from_pretrained(folder)
    model = AutoModel.from_pretrained(
        folder, dtype=torch.float32, add_pooling_layer=False, attn_implementation="eager"
    ).eval()

    def encode(articles: Articles) -> None:
        texts = sorted((article["text"] for article in articles), key=len)
        with torch.inference_mode():
            for start in range(0, len(texts), _BATCH):
                batch = texts[start : start + _BATCH]
                model(**tokenizer(batch, truncation=True, max_length=512, padding=True, return_tensors="pt"))

    return encode


def measure(build: Callable[[], Method], articles: Articles) -> Speed:
    """Load the method, give it each article alone, then all at once."""
    began = time.perf_counter()
    method = build()
    method(articles[:1])
    load = time.perf_counter() - began
    singles = []
    for article in articles:
        began = time.perf_counter()
        method([article])
        singles.append(time.perf_counter() - began)
    began = time.perf_counter()
    method(articles)
    return Speed(load, time.perf_counter() - began, sorted(singles), _highest_memory())


def _highest_memory() -> float:
    status = Path("/proc/self/status").read_text(encoding="ascii")
    found = re.search(r"VmHWM:\s+(\d+) kB", status)
    assert found is not None
    return int(found[1]) / 1024


def main() -> None:
    os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:CORES])
    name, _, folder = sys.argv[1].partition("=")
    builds: dict[str, Callable[[], Method]] = {"sari": sari, "lexrank": lexrank, "encoder": lambda: encoder(folder)}
    print(json.dumps(asdict(measure(builds[name], [json.loads(line) for line in sys.stdin]))))


if __name__ == "__main__":
    main()
