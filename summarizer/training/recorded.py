"""What a network has said of some articles, in a file: digests can be chosen from it without the network.

`ship` keeps what the trained network says of the first articles of --check. Rules of choosing change more often than
weights; so a digest of the network is compared with one of the shipped file under the rules of the day.
"""

import hashlib
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from tokenizers import Tokenizer

from summarizer.choice import Floats
from summarizer.extractive import SalienceReader
from summarizer.packing import Packed, pack
from summarizer.salience import Draft, Salience

_VECTOR = np.zeros(384, dtype=np.float32)  # no digest depends on the article's vector


class RecordingReader:
    """Passes on what another reader says, and keeps it."""

    def __init__(self, reader: SalienceReader) -> None:
        self._reader = reader
        self._arrays: dict[str, Floats] = {}

    def read(self, drafts: Sequence[Draft]) -> Sequence[Salience]:
        """See `extractive.SalienceReader.read`."""
        said = self._reader.read(drafts)
        for each in said:
            key = _key(each.packed)
            self._arrays[f"{key}.words"] = np.concatenate(each.words)
            self._arrays[f"{key}.pairs"] = np.concatenate(each.pairs)
            self._arrays[f"{key}.sentences"] = each.sentences
        return said

    def save(self, file: Path) -> None:
        """Write the odds of words, pairs of words and sentences of all that was read, as .npz."""
        np.savez_compressed(file, allow_pickle=False, **self._arrays)


class RecordedReader:
    """Says of an article what `RecordingReader` has kept of it.

    Raises:
        KeyError: from `read`, for an article that was not recorded or has other sentences now.
    """

    def __init__(self, file: Path, tokenizer: Tokenizer) -> None:
        self._tokenizer = tokenizer
        with np.load(file, allow_pickle=False) as arrays:
            self._arrays = dict(arrays)

    def read(self, drafts: Sequence[Draft]) -> Sequence[Salience]:
        """See `extractive.SalienceReader.read`."""
        return [self._find(pack(self._tokenizer, draft.sentences, draft.title)) for draft in drafts]

    def _find(self, packed: Packed) -> Salience:
        key = _key(packed)
        ends = np.cumsum([len(words) for words in packed.words])[:-1]
        words, pairs = (tuple(np.split(self._arrays[f"{key}.{name}"], ends)) for name in ("words", "pairs"))
        return Salience(packed, words, pairs, self._arrays[f"{key}.sentences"], _VECTOR)


def _key(packed: Packed) -> str:
    return hashlib.sha256(packed.ids.tobytes()).hexdigest()[:16]
