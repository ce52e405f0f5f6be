"""What is known of models that can be named after "transformers:", and what is assumed of others.

Lengths, beams and prefixes are those that each model was trained or published with; its model card is the source.
"""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True)
class Preset:
    """How a model is used.

    Attributes:
        licence: of the weights, as an SPDX identifier; "" where it is not known here.
        warning: why a newsroom may not be free to use it; "" where nothing is known against it.
        source_tokens: of the longest source that it reads.
        min_new_tokens, max_new_tokens: of a digest.
        beams: of the beam search; 1 is greedy.
    """

    licence: str = ""
    warning: str = ""
    source_tokens: int = 512
    min_new_tokens: int = 0
    max_new_tokens: int = 200
    beams: int = 4


_XLSUM = "its licence and XL-Sum's, on which it was trained, forbid commercial use"
_LIPUTAN6 = "it was trained on Liputan6, which its publisher gives for research only"

SEQUENCE_TO_SEQUENCE: Final = Preset()
CHAT: Final = Preset(source_tokens=2048, max_new_tokens=300, beams=1)

PRESETS: Final = {
    # Trained on IndoSum with 512 tokens and no prefix; its vocabulary has no capitals (see `summarizer.respelling`).
    "LazarusNLP/IndoNanoT5-base-IndoSum": Preset("Apache-2.0", beams=5),
    "LazarusNLP/IndoNanoT5-base-Liputan6-Canonical": Preset("Apache-2.0", _LIPUTAN6, beams=5),
    "csebuetnlp/mT5_multilingual_XLSum": Preset("CC-BY-NC-SA-4.0", _XLSUM, max_new_tokens=84),
    "cahya/bert2bert-indonesian-summarization": Preset("Apache-2.0", _LIPUTAN6),
    "cahya/t5-base-indonesian-summarization-cased": Preset("", _LIPUTAN6),
    "sail/Sailor2-1B-Chat": Preset("Apache-2.0", source_tokens=2048, max_new_tokens=300, beams=1),
}
