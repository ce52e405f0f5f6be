"""`python -m summarizer.fine_tune`: trains a sequence-to-sequence model to write digests.

    python -m summarizer.fine_tune --data train.jsonl --model LazarusNLP/IndoNanoT5-base --output FOLDER

DATA has IndoSum's shape (see `summarizer.training.corpus`). The model learns to write the editor's summary from what
the bot will show it: the article without dateline and page furniture. SARI_SUMMARIZER=transformers:FOLDER uses it.
Needs the extra `neural`. Exit codes: 0 done, 1 failed, 2 used wrongly.
"""

import argparse
import random
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from summarizer.errors import SummarizerError
from summarizer.extractive import read_sentences
from summarizer.generative import GenerationError
from summarizer.neural import encode, load_model, require_libraries
from summarizer.presets import PRESETS, SEQUENCE_TO_SEQUENCE, Preset
from summarizer.training.corpus import Example, read_corpus

_WARM_UP = 0.1  # of the steps
_GRADIENT_NORM = 1.0
_POOL = 20  # batches between which articles are swapped so that those of one batch have about one length
_REPORT_EVERY = 20  # steps
_IGNORED = -100  # the label that torch's cross entropy leaves out


@dataclass(frozen=True)
class Pair:
    """The token ids of an article and of its summary."""

    source: list[int]
    target: list[int]


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command; see the module's text. Returns the exit code."""
    parser = argparse.ArgumentParser(prog="python -m summarizer.fine_tune", description="Train a model on summaries.")
    parser.add_argument("--data", type=Path, required=True, metavar="FILE", help="JSON lines in IndoSum's shape")
    parser.add_argument("--model", required=True, help="hub id or folder to start from")
    parser.add_argument("--output", type=Path, required=True, metavar="FOLDER", help="where the trained model goes")
    parser.add_argument("--epochs", type=int, default=3)
    parser.add_argument("--batch", type=int, default=8, metavar="ARTICLES")
    parser.add_argument("--lr", type=float, default=3e-4, metavar="RATE", help="highest learning rate (default 3e-4)")
    parser.add_argument("--limit", type=int, metavar="ARTICLES", help="use the first ones only")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args(argv)
    try:
        examples = read_corpus([options.data])[: options.limit]
        if not examples:
            raise ValueError(f"{options.data} has no articles")
        train(
            examples,
            options.model,
            options.output,
            epochs=options.epochs,
            batch=options.batch,
            rate=options.lr,
            seed=options.seed,
        )
    except (GenerationError, OSError, ValueError) as error:
        sys.stderr.write(f"fine_tune: {error}\n")
        return 1
    return 0


def train(
    examples: Sequence[Example], model_id: str, output: Path, *, epochs: int, batch: int, rate: float, seed: int
) -> None:
    """Train a model and save it with its tokenizer; progress goes to standard error.

    AdamW, with a rate that rises over the first tenth of the steps and then falls to zero.

    Args:
        rate: the highest learning rate.
        seed: the same seed, data and number of threads give the same weights.

    Raises:
        GenerationError: the model cannot be loaded.
        OSError: the folder cannot be written.
    """
    require_libraries()
    import torch

    torch.manual_seed(seed)
    tokenizer, model = load_model(model_id)
    if not model.config.is_encoder_decoder:
        raise GenerationError("failed", f"{model_id} is no sequence-to-sequence model")
    output.mkdir(parents=True, exist_ok=True)
    pairs = list(_pairs(examples, tokenizer, model.config, PRESETS.get(model_id, SEQUENCE_TO_SEQUENCE)))
    steps = epochs * -(-len(pairs) // batch)
    warm_up = max(1, round(_WARM_UP * steps))
    optimizer = torch.optim.AdamW(model.parameters(), lr=rate)
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimizer, lambda step: min((step + 1) / warm_up, (steps - step) / max(1, steps - warm_up))
    )
    model.train()
    order = random.Random(seed)  # noqa: S311 - the order of articles is no secret
    losses: list[float] = []
    start = time.monotonic()
    for epoch in range(1, epochs + 1):
        for one in _batches(pairs, batch, order):
            loss = model(**_tensors(one, tokenizer.pad_token_id, model.device)).loss
            loss.backward()
            torch.nn.utils.clip_grad_norm_(model.parameters(), _GRADIENT_NORM)
            optimizer.step()
            schedule.step()
            optimizer.zero_grad()
            losses.append(loss.item())
            if len(losses) % _REPORT_EVERY == 0 or len(losses) == steps:
                recent = losses[-_REPORT_EVERY:]
                sys.stderr.write(
                    f"epoch {epoch}/{epochs}, step {len(losses)}/{steps}: loss {sum(recent) / len(recent):.3f}, "
                    f"{len(losses) * batch / (time.monotonic() - start):.1f} articles/s\n"
                )
    model.save_pretrained(output)
    tokenizer.save_pretrained(output)


def _pairs(examples: Sequence[Example], tokenizer: Any, config: Any, preset: Preset) -> Iterator[Pair]:
    for example in examples:
        try:
            sentences, _ = read_sentences(example.text)
        except SummarizerError:
            continue
        summary = tokenizer(text_target=" ".join(example.summary), truncation=True, max_length=preset.max_new_tokens)
        yield Pair(encode(" ".join(sentences), tokenizer, config, preset), summary.input_ids)


def _batches(pairs: Sequence[Pair], size: int, order: random.Random) -> Iterator[list[Pair]]:
    """All pairs in a new order, those of a batch of about one length, which saves padding."""
    shuffled = order.sample(pairs, len(pairs))
    for start in range(0, len(shuffled), size * _POOL):
        pool = sorted(shuffled[start : start + size * _POOL], key=lambda pair: len(pair.source))
        batches = [pool[at : at + size] for at in range(0, len(pool), size)]
        order.shuffle(batches)
        yield from batches


def _tensors(batch: Sequence[Pair], padding: int, device: Any) -> dict[str, Any]:
    import torch
    from torch.nn.utils.rnn import pad_sequence

    sources = [torch.tensor(pair.source) for pair in batch]
    targets = [torch.tensor(pair.target) for pair in batch]
    return {
        "input_ids": pad_sequence(sources, batch_first=True, padding_value=padding).to(device),
        "attention_mask": pad_sequence([torch.ones_like(s) for s in sources], batch_first=True).to(device),
        "labels": pad_sequence(targets, batch_first=True, padding_value=_IGNORED).to(device),
    }


if __name__ == "__main__":
    sys.exit(main())
