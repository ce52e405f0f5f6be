"""Training: the frozen lower layers once for all articles, then the upper layers and the heads over and over."""

import math
import random
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from tokenizers import Tokenizer
from torch import Tensor, nn

from summarizer.choice import Floats
from summarizer.extractive import read_sentences
from summarizer.features import NAMES, sentence_features, sentence_vectors
from summarizer.packing import Packed, pack, rouge_words
from summarizer.salience import inputs_of
from summarizer.training.corpus import Example
from summarizer.training.network import WIDTH, Encoder, Heads, SalienceNetwork, load_encoder
from summarizer.training.targets import Targets, make_targets

_LOW = -1e4


@dataclass(frozen=True)
class Recipe:
    """What can be chosen. The defaults are what the shipped weights were made with; docs/summaries.md says why."""

    layers: int = 8
    frozen: int = 4
    epochs: int = 3
    batch: int = 16
    encoder_rate: float = 1e-4
    head_rate: float = 1e-3
    seed: int = 1


@dataclass(frozen=True)
class Lesson:
    """An article as the network takes it: once with its headline, or once without."""

    example: Example
    packed: Packed
    features: Floats  # (S, F) of the sentences that fit
    targets: Targets


def prepare(example: Example, tokenizer: Tokenizer, *, titled: bool) -> Lesson:
    """The lesson of an article, with its headline or without."""
    title = example.title if titled else ""
    sentences, openers = read_sentences(example.text, title)
    packed = pack(tokenizer, sentences, title)
    features = sentence_features(sentences, sentence_vectors(sentences), openers, title)
    summary = [word for sentence in example.summary for word in rouge_words(sentence)]
    return Lesson(example, packed, features[: packed.sentences], make_targets(packed.words, summary))


def encode(encoder: Encoder, lessons: Sequence[Lesson]) -> Iterator[tuple[int, Tensor]]:
    """The states (T, WIDTH) after the encoder's last layer for each lesson, with its index; in order of length."""
    for batch in _batches([len(lesson.packed.ids) for lesson in lessons], 16):
        ids, mask = _pad([lessons[i].packed.ids for i in batch])
        with torch.inference_mode(), _short_floats():
            states = encoder.run(encoder.embed(ids), mask)
        for row, i in enumerate(batch):
            yield i, states[row, : len(lessons[i].packed.ids)].half().clone()


def frozen_states(encoder: Encoder, lessons: Sequence[Lesson]) -> list[Tensor]:
    """What an encoder of the frozen layers makes of each lesson: (T, WIDTH), in half precision."""
    states = dict(encode(encoder, lessons))
    return [states[i] for i in range(len(lessons))]


def article_vectors(encoder: Encoder, lessons: Sequence[Lesson]) -> Tensor:
    """(N, WIDTH) what the whole encoder makes of each lesson: the mean of its tokens, of length 1."""
    means = {i: states.float().mean(0) for i, states in encode(encoder, lessons)}
    vectors = torch.stack([means[i] for i in range(len(lessons))])
    # Cosines of e5's vectors lie in a narrow cone (0.78-0.95); without the mean of all they spread out.
    return nn.functional.normalize(vectors - vectors.mean(0), dim=-1)


def _batches(lengths: Sequence[int], size: int, rng: random.Random | None = None) -> Iterator[list[int]]:
    """Indices of articles of about the same length, `size` at a time; in random order with `rng`."""
    order = sorted(range(len(lengths)), key=lambda i: lengths[i] + (rng.random() * 40 if rng else 0))
    batches = [order[i : i + size] for i in range(0, len(order), size)]
    if rng:
        rng.shuffle(batches)
    yield from batches


def _pad(ids: Sequence[NDArray[np.int64]]) -> tuple[Tensor, Tensor]:
    """(B, T) ids and the (B, 1, 1, T) mask to add to the attention."""
    length = max(map(len, ids))
    padded = torch.ones(len(ids), length, dtype=torch.long)
    mask = torch.full((len(ids), 1, 1, length), _LOW)
    for row, one in enumerate(ids):
        padded[row, : len(one)] = torch.from_numpy(one)
        mask[row, :, :, : len(one)] = 0
    return padded, mask


@dataclass
class _Inputs:
    """A batch for the network; see `Heads.forward`."""

    states: Tensor
    mask: Tensor
    segments: Tensor
    features: Tensor


def _gather(lessons: Sequence[Lesson], states: Sequence[Tensor]) -> _Inputs:
    """The batch of some lessons."""
    length = max(len(lesson.packed.ids) for lesson in lessons)
    count = 1 + max(lesson.packed.sentences for lesson in lessons)
    batch = _Inputs(
        torch.zeros(len(lessons), length, WIDTH),
        torch.full((len(lessons), 1, 1, length), _LOW),
        torch.full((len(lessons), length), -1),
        torch.zeros(len(lessons), count, len(NAMES)),
    )
    for row, (lesson, state) in enumerate(zip(lessons, states, strict=True)):
        tokens = len(lesson.packed.ids)
        batch.states[row, :tokens] = state.float()
        batch.mask[row, :, :, :tokens] = 0
        batch.segments[row, :tokens] = torch.from_numpy(lesson.packed.segments)
        batch.features[row, 1 : 1 + lesson.packed.sentences] = torch.from_numpy(lesson.features)
    return batch


def new_network(recipe: Recipe, folder: Path) -> SalienceNetwork:
    """The encoder of a folder with heads that have learned nothing yet."""
    return SalienceNetwork(load_encoder(folder, recipe.layers), Heads(len(NAMES)))


class Trainer:
    """Trains networks on parts of a corpus; what does not depend on the part is computed once.

    Args:
        folder: of the encoder to start from.
    """

    def __init__(self, recipe: Recipe, folder: Path, examples: Sequence[Example]) -> None:
        self.examples = examples
        self._recipe = recipe
        self._folder = folder
        tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        _say(f"{len(examples)} articles: sentences, features and targets")
        # With and without headline; which of the two an article has is drawn anew in each epoch.
        self._lessons = [[prepare(e, tokenizer, titled=titled) for e in examples] for titled in (False, True)]
        _say(f"states after {recipe.frozen} frozen layers")
        lower = load_encoder(folder, recipe.frozen)
        self._states = [frozen_states(lower, lessons) for lessons in self._lessons]
        _say("vectors of the articles")
        self._vectors = article_vectors(load_encoder(folder), self._lessons[1])

    def inputs(self, count: int) -> list[dict[str, Any]]:
        """What the network takes for the first articles, with their headlines."""
        return [inputs_of(lesson.packed, lesson.features) for lesson in self._lessons[1][:count]]

    def train(self, part: Sequence[int]) -> SalienceNetwork:
        """A network that has learned from the articles of these indices."""
        recipe = self._recipe
        torch.manual_seed(recipe.seed)
        rng = random.Random(recipe.seed)  # noqa: S311 - the order of articles is no secret
        network = new_network(recipe, self._folder)
        upper = [p for layer in network.encoder.layers[recipe.frozen :] for p in layer.parameters()]
        network.encoder.requires_grad_(False)
        for parameter in upper:
            parameter.requires_grad_(True)
        optimizer = torch.optim.AdamW(
            [
                {"params": upper, "lr": recipe.encoder_rate, "weight_decay": 0.01},
                {"params": list(network.heads.parameters()), "lr": recipe.head_rate, "weight_decay": 0.05},
            ]
        )
        steps = recipe.epochs * math.ceil(len(part) / recipe.batch)
        warm = max(1, steps // 10)
        schedule = torch.optim.lr_scheduler.LambdaLR(
            optimizer, lambda step: min((step + 1) / warm, max(0.0, (steps - step) / max(1, steps - warm)))
        )
        start = time.monotonic()
        network.train()
        lengths = [len(self._lessons[0][i].packed.ids) for i in part]
        for epoch in range(recipe.epochs):
            losses = []
            for batch in _batches(lengths, recipe.batch, rng):
                drawn = [(rng.randrange(2), part[j]) for j in batch]
                loss = self._loss(network, drawn)
                optimizer.zero_grad()
                loss.backward()
                nn.utils.clip_grad_norm_(network.parameters(), 1.0)
                optimizer.step()
                schedule.step()
                losses.append(loss.item())
            _say(f"epoch {epoch + 1}/{recipe.epochs}: loss {np.mean(losses):.4f}, {time.monotonic() - start:.0f} s")
        return network.eval()

    def _loss(self, network: SalienceNetwork, drawn: Sequence[tuple[int, int]]) -> Tensor:
        """Of some articles: each with headline (1) or without (0), and its index."""
        lessons = [self._lessons[titled][i] for titled, i in drawn]
        batch = _gather(lessons, [self._states[titled][i] for titled, i in drawn])
        with _short_floats():
            states = network.encoder.run(batch.states, batch.mask, self._recipe.frozen)
        tokens, sentences, vectors = network.heads(states.float(), batch.segments, batch.features)
        targets = [lesson.targets for lesson in lessons]
        words = torch.cat([tokens[row, np.concatenate(each.packed.word_tokens)] for row, each in enumerate(lessons)])
        kept = [np.concatenate([part for t in targets for part in parts(t)]) for parts in (_words_of, _pairs_of)]
        chosen = torch.cat([sentences[row, 1 : 1 + each.packed.sentences] for row, each in enumerate(lessons)])
        wanted = np.concatenate([each.sentences for each in targets])
        cosines = (vectors * self._vectors[[i for _, i in drawn]]).sum(1)
        entropy = nn.functional.binary_cross_entropy_with_logits
        return (
            entropy(words, torch.from_numpy(np.stack(kept, axis=1)))
            + entropy(chosen, torch.from_numpy(wanted))
            + 0.5 * (1 - cosines).mean()
        )


def _words_of(targets: Targets) -> tuple[Floats, ...]:
    return targets.words


def _pairs_of(targets: Targets) -> tuple[Floats, ...]:
    return targets.pairs


def _short_floats() -> torch.autocast:
    """Matrices in bfloat16 where the processor has it: where it has not, that takes twenty times as long."""
    has = torch.cpu.get_capabilities()
    return torch.autocast("cpu", torch.bfloat16, enabled=bool(has.get("avx512_bf16") or has.get("amx_bf16")))


def _say(line: str) -> None:
    sys.stderr.write(line + "\n")
