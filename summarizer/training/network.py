"""The network: an encoder of BERT's shape, and heads for words, sentences and the article.

A sequence (see `summarizer.packing`) goes through the encoder once. Mean token vectors of each sentence, with its
features, go through a small transformer over the sentences of the article (as in BertSumExt: Liu & Lapata 2019, arXiv
1908.08345), which scores each sentence. Each token is then read again beside its sentence: will the editor have used
this word, and this word together with the next one? The mean of all tokens gives the article's vector.

Shapes: B articles, T tokens, S sentences and the title before them, F features.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import torch
from numpy.typing import NDArray
from safetensors.torch import load_file
from tokenizers import Tokenizer
from torch import Tensor, nn

from summarizer.packing import MAX_SENTENCES
from summarizer.salience import Draft, Salience, read_with

WIDTH = 384
_HEADS = 12
_INNER = 1536
_EPSILON = 1e-12
_SENTENCE_WIDTH = 256


def low_where(absent: Tensor) -> Tensor:
    """A mask to add to attention: very low where `absent`, else 0."""
    return absent.float() * -1e4


class Layer(nn.Module):
    """A layer of BERT: attention and a feed-forward network, each added to its input and normalised."""

    def __init__(self, width: int, heads: int, inner: int, dropout: float) -> None:
        super().__init__()
        self.heads = heads
        self.project = nn.Linear(width, 3 * width)
        self.attended = nn.Linear(width, width)
        self.attended_norm = nn.LayerNorm(width, eps=_EPSILON)
        self.inner = nn.Linear(width, inner)
        self.outer = nn.Linear(inner, width)
        self.outer_norm = nn.LayerNorm(width, eps=_EPSILON)
        self.dropout = nn.Dropout(dropout)

    def forward(self, states: Tensor, mask: Tensor) -> Tensor:
        """(B, N, width) from the same; `mask` (B, 1, 1, N) is added to the attention: 0, or very low for padding."""
        batch, length, width = states.shape
        query, key, value = (
            part.view(batch, length, self.heads, width // self.heads).transpose(1, 2)
            for part in self.project(states).split(width, dim=-1)
        )
        attended = nn.functional.scaled_dot_product_attention(query, key, value, attn_mask=mask)
        attended = self.attended(attended.transpose(1, 2).reshape(batch, length, width))
        states = self.attended_norm(states + self.dropout(attended))
        return self.outer_norm(states + self.dropout(self.outer(nn.functional.gelu(self.inner(states)))))


class Encoder(nn.Module):
    """BERT's embeddings and its first `layers` layers.

    Without dropout: on a CPU it doubles the time of an epoch, and few epochs are trained.
    """

    def __init__(self, layers: int, vocabulary: int) -> None:
        super().__init__()
        self.words = nn.Embedding(vocabulary, WIDTH)
        self.positions = nn.Embedding(512, WIDTH)
        self.norm = nn.LayerNorm(WIDTH, eps=_EPSILON)
        self.layers = nn.ModuleList(Layer(WIDTH, _HEADS, _INNER, dropout=0.0) for _ in range(layers))

    def embed(self, ids: Tensor) -> Tensor:
        """(B, T, WIDTH) what goes into the first layer."""
        embedded: Tensor = self.norm(self.words(ids) + self.positions.weight[: ids.shape[1]])
        return embedded

    def run(self, states: Tensor, mask: Tensor, first: int = 0) -> Tensor:
        """(B, T, WIDTH) the states after the layers from `first` on."""
        for layer in self.layers[first:]:
            states = layer(states, mask)
        return states


def load_encoder(folder: Path, layers: int | None = None) -> Encoder:
    """The first layers of the BERT in a folder (such as ../shared/model/e5-small-id), or all of them."""
    weights = {
        name.removeprefix("bert."): value.float() for name, value in load_file(folder / "model.safetensors").items()
    }
    words = weights["embeddings.word_embeddings.weight"]
    if layers is None:
        layers = 1 + max(int(name.split(".")[2]) for name in weights if name.startswith("encoder.layer."))
    encoder = Encoder(layers, len(words))
    state = {
        "words.weight": words,
        # A sequence has one type here, so its vector can be added to the positions once.
        "positions.weight": weights["embeddings.position_embeddings.weight"][:512]
        + weights["embeddings.token_type_embeddings.weight"][0],
        "norm.weight": weights["embeddings.LayerNorm.weight"],
        "norm.bias": weights["embeddings.LayerNorm.bias"],
    }
    names = {
        "attended": "attention.output.dense",
        "attended_norm": "attention.output.LayerNorm",
        "inner": "intermediate.dense",
        "outer": "output.dense",
        "outer_norm": "output.LayerNorm",
    }
    for number in range(layers):
        prefix = f"encoder.layer.{number}."
        for kind in ("weight", "bias"):
            parts = [weights[f"{prefix}attention.self.{part}.{kind}"] for part in ("query", "key", "value")]
            state[f"layers.{number}.project.{kind}"] = torch.cat(parts)
            for ours, theirs in names.items():
                state[f"layers.{number}.{ours}.{kind}"] = weights[f"{prefix}{theirs}.{kind}"]
    encoder.load_state_dict(state)
    return encoder


class Heads(nn.Module):
    """What is read off the encoder's last states."""

    def __init__(self, features: int, dropout: float = 0.2) -> None:
        super().__init__()
        width = _SENTENCE_WIDTH
        self.from_tokens = nn.Linear(WIDTH, width)
        self.from_features = nn.Sequential(nn.Linear(features, width), nn.GELU(), nn.Linear(width, width))
        self.order = nn.Embedding(MAX_SENTENCES + 1, width)
        self.norm = nn.LayerNorm(width)
        self.context = nn.ModuleList(Layer(width, 4, 2 * width, dropout) for _ in range(2))
        self.sentence = nn.Linear(width, 1)
        self.token = nn.Linear(WIDTH, width)
        self.word = nn.Linear(width, 2)
        self.article = nn.Linear(WIDTH, WIDTH)
        self.dropout = nn.Dropout(dropout)

    def forward(self, states: Tensor, segments: Tensor, features: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Scores and vectors.

        Args:
            states: (B, T, WIDTH) of the encoder.
            segments: (B, T) 0 for title and marks, n for the n-th sentence, -1 for padding.
            features: (B, S, F), zeros for the title.

        Returns:
            (B, T, 2) logits that a word, and a word with the next one, are kept; (B, S) logits of the sentences, the
            first of which belongs to the title and means nothing; (B, WIDTH) the article's vector, of length 1.
        """
        count = features.shape[1]
        belongs = (segments[:, None, :] == torch.arange(count, device=segments.device)[None, :, None]).to(states.dtype)
        sizes = belongs.sum(2, keepdim=True)
        means = belongs @ states / sizes.clamp(min=1)
        rows = self.norm(self.from_tokens(means) + self.from_features(features) + self.order.weight[:count])
        rows = self.dropout(rows)
        missing = low_where(sizes[:, None, None, :, 0] == 0)
        for layer in self.context:
            rows = layer(rows, missing)
        beside = belongs.transpose(1, 2) @ rows
        tokens = self.word(self.dropout(nn.functional.gelu(self.token(states) + beside)))
        present = (segments >= 0).to(states.dtype)[:, :, None]
        article = self.article((states * present).sum(1) / present.sum(1))
        return tokens, self.sentence(rows)[:, :, 0], nn.functional.normalize(article, dim=-1)


class SalienceNetwork(nn.Module):
    """All of it, as it is exported: ids, segments and features in; probabilities and the article's vector out."""

    def __init__(self, encoder: Encoder, heads: Heads) -> None:
        super().__init__()
        self.encoder = encoder
        self.heads = heads

    def forward(self, ids: Tensor, segments: Tensor, features: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """(B, T, 2), (B, S) and (B, WIDTH) from (B, T), (B, T) and (B, S, F); see `Heads.forward`."""
        states = self.encoder.run(self.encoder.embed(ids), low_where(segments < 0)[:, None, None, :])
        tokens, sentences, article = self.heads(states, segments, features)
        return tokens.sigmoid(), sentences.sigmoid(), article


class TorchSalience:
    """A network as `summarizer.salience.SalienceModel` serves the shipped one."""

    def __init__(self, network: SalienceNetwork, tokenizer: Tokenizer) -> None:
        self._network = network.eval()
        self._tokenizer = tokenizer

    def read(self, drafts: Sequence[Draft]) -> list[Salience]:
        """What the network says of each article, in order."""
        return read_with(self._tokenizer, self._run, drafts)

    @torch.inference_mode()
    def _run(self, inputs: dict[str, NDArray[Any]]) -> list[NDArray[Any]]:
        tensors = [torch.from_numpy(inputs[name]) for name in ("ids", "segments", "features")]
        return [output.numpy() for output in self._network(*tensors)]
