"""Generators on torch and transformers: any sequence-to-sequence or chat model, from the hub or a folder.

Also folders that CTranslate2's converter made of sequence-to-sequence models (int8, several times as fast); they need
the tokenizer beside the weights:

    ct2-transformers-converter --model MODEL --output_dir FOLDER --quantization int8 \\
        --copy_files tokenizer.json tokenizer_config.json

Needs the extra `neural`. Its libraries take seconds to import, so only functions that need them do.
"""

import importlib.util
import logging
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final, Protocol

from summarizer.generative import GenerationError, Source
from summarizer.presets import CHAT, PRESETS, SEQUENCE_TO_SEQUENCE, Preset
from summarizer.prompt import chat_messages
from summarizer.respelling import respell

log = logging.getLogger(__name__)

_BATCH: Final = 8
# Punctuation included; IndoSum's train.jsonl has 1.8 by a vocabulary of 4,000 pieces, fewer by larger ones.
_TOKENS_PER_WORD: Final = 2
_NO_MEMORY: Final = ("not enough memory", "can't allocate memory", "out of memory", "bad_alloc")


class TransformersGenerator:
    """Digests by a model of transformers, loaded at the first use. Safe to share between threads: one at a time.

    Decoding is deterministic: beams or the likeliest token, never a sample.

    Args:
        model: hub id, or a folder with weights and tokenizer.
    """

    def __init__(self, model: str) -> None:
        self.name = f"transformers:{model}"
        self._model = model
        self._preset = PRESETS.get(model, SEQUENCE_TO_SEQUENCE)
        self._engine: _Engine | None = None
        self._lock = threading.Lock()
        if self._preset.warning:
            log.warning("%s: %s", model, self._preset.warning)

    @property
    def source_words(self) -> int:
        """See `Generator.source_words`; a longer source is cut at the model's last token all the same."""
        return self._preset.source_tokens // _TOKENS_PER_WORD

    def generate(self, sources: Sequence[Source]) -> list[str]:
        """See `Generator.generate`."""
        with self._lock:
            if self._engine is None:
                self._engine = _load(self._model, self._preset)
            engine = self._engine
            prompts = [engine.prompt(source) for source in sources]
            # Those of about one length together: padding costs as much as text.
            order = sorted(range(len(prompts)), key=lambda i: -len(prompts[i]))
            texts: dict[int, str] = {}
            for start in range(0, len(order), _BATCH):
                batch = order[start : start + _BATCH]
                texts.update(zip(batch, _write(engine, [prompts[i] for i in batch]), strict=True))
        return [respell(texts[at], f"{source.title}\n{source.text}") for at, source in enumerate(sources)]


class _Engine(Protocol):
    """A loaded model."""

    def prompt(self, source: Source) -> list[int]:
        """The tokens that the model reads for a source."""
        ...

    def write(self, prompts: Sequence[list[int]]) -> list[str]:
        """The text for each prompt of one batch."""
        ...


def _write(engine: _Engine, prompts: Sequence[list[int]]) -> list[str]:
    try:
        return [text.strip() for text in engine.write(prompts)]
    except RuntimeError as error:  # torch and CTranslate2 raise it, and subclasses, for whatever goes wrong
        if any(words in str(error).lower() for words in _NO_MEMORY):
            raise GenerationError("memory", "not enough memory for the model") from error
        raise


def require_libraries() -> None:
    """Raises GenerationError("missing") unless torch and transformers are installed."""
    for library in ("torch", "transformers"):
        if importlib.util.find_spec(library) is None:
            raise GenerationError(
                "missing", f"{library} is not installed: make neural, or pip install '.[neural]' in Sari's folder"
            )


def load_model(model: str) -> tuple[Any, Any]:
    """The tokenizer of a model, and its weights, from a folder or the hub's cache or the hub.

    Weights are 32-bit on a processor, where halves are slow or missing, and as they were saved on a graphics card.

    Raises:
        GenerationError: "missing", there is no such model; "failed", it cannot be used.
    """
    import torch
    from safetensors import SafetensorError
    from transformers import AutoConfig, AutoModelForCausalLM, AutoModelForSeq2SeqLM, AutoTokenizer
    from transformers.utils import logging as transformers_logging

    # What goes wrong is said below, in one line of our own log.
    transformers_logging.set_verbosity_error()
    transformers_logging.disable_progress_bar()
    device = "cuda" if torch.cuda.is_available() else "cpu"
    try:
        config = AutoConfig.from_pretrained(model)
        kind = AutoModelForSeq2SeqLM if config.is_encoder_decoder else AutoModelForCausalLM
        tokenizer = AutoTokenizer.from_pretrained(model)
        weights, report = kind.from_pretrained(
            model, dtype="auto" if device == "cuda" else torch.float32, output_loading_info=True
        )
    except OSError as error:
        raise GenerationError("missing", f"cannot load {model}: {_first_line(error)}") from error
    except (ImportError, KeyError, TypeError, ValueError, SafetensorError) as error:
        raise GenerationError("failed", f"cannot use {model}: {_first_line(error)}") from error
    # transformers fills what is missing with random numbers and goes on. A BERT's pooler is not used here.
    missing = sorted(key for key in report["missing_keys"] if ".pooler." not in key)
    if missing:
        raise GenerationError("failed", f"cannot use {model}: weights are missing, {missing[0]} and others")
    return tokenizer, weights.to(device).eval()


def encode(text: str, tokenizer: Any, config: Any, preset: Preset) -> list[int]:
    """The tokens that a sequence-to-sequence model reads for an article, cut at the longest that it takes.

    With the prefix that T5's first models were trained with, where the model's configuration names it.
    """
    tasks = getattr(config, "task_specific_params", None) or {}
    prefix = tasks.get("summarization", {}).get("prefix", "")
    positions = getattr(getattr(config, "encoder", config), "max_position_embeddings", None)
    limit = min(preset.source_tokens, tokenizer.model_max_length, positions or preset.source_tokens)
    tokens: list[int] = tokenizer(prefix + " ".join(text.split()), truncation=True, max_length=limit).input_ids
    return tokens


def _load(model: str, preset: Preset) -> _Engine:
    folder = Path(model)
    if (folder / "model.bin").is_file() and not (folder / "pytorch_model.bin").exists():
        return _Converted(folder, preset)
    require_libraries()
    tokenizer, weights = load_model(model)
    if weights.config.is_encoder_decoder:
        return _SequenceToSequence(tokenizer, weights, preset)
    return _Chat(tokenizer, weights, preset if model in PRESETS else CHAT)


def _generate(weights: Any, tokenizer: Any, prompts: Sequence[list[int]], side: str, preset: Preset) -> Any:
    """The tokens, shape (prompts, longest), that the model gives for prompts padded on a side."""
    import torch

    if tokenizer.pad_token is None:
        tokenizer.pad_token = tokenizer.eos_token
    batch = tokenizer.pad({"input_ids": list(prompts)}, padding_side=side, return_tensors="pt").to(weights.device)
    with torch.inference_mode():
        return weights.generate(
            input_ids=batch["input_ids"],
            attention_mask=batch["attention_mask"],
            pad_token_id=tokenizer.pad_token_id,
            do_sample=False,
            temperature=None,  # these three come with chat models and say nothing without sampling
            top_k=None,
            top_p=None,
            num_beams=preset.beams,
            max_length=None,
            max_new_tokens=preset.max_new_tokens,
            min_new_tokens=preset.min_new_tokens,
        )


class _SequenceToSequence:
    """T5, mT5, BART, mBART, two BERTs: whatever has an encoder and a decoder."""

    def __init__(self, tokenizer: Any, weights: Any, preset: Preset) -> None:
        self._tokenizer = tokenizer
        self._weights = weights
        self._preset = preset

    def prompt(self, source: Source) -> list[int]:
        return encode(source.text, self._tokenizer, self._weights.config, self._preset)

    def write(self, prompts: Sequence[list[int]]) -> list[str]:
        tokens = _generate(self._weights, self._tokenizer, prompts, "right", self._preset)
        texts: list[str] = self._tokenizer.batch_decode(tokens, skip_special_tokens=True)
        return texts


class _Chat:
    """A decoder that answers an instruction, by the template of its tokenizer."""

    def __init__(self, tokenizer: Any, weights: Any, preset: Preset) -> None:
        if tokenizer.chat_template is None:
            raise GenerationError("failed", "the model has no chat template: choose one that is trained to chat")
        self._tokenizer = tokenizer
        self._weights = weights
        self._preset = preset

    def prompt(self, source: Source) -> list[int]:
        # The article is cut, not the prompt, which ends with what makes the model answer. Half of the positions
        # are room for the instruction and the answer.
        limit = min(self._preset.source_tokens, self._weights.config.max_position_embeddings // 2)
        article = self._tokenizer(source.text, add_special_tokens=False).input_ids
        if len(article) > limit:
            source = Source(source.title, self._tokenizer.decode(article[:limit]))
        # In one message of the user's: the templates of Gemma and others know no system.
        content = "\n\n".join(message["content"] for message in chat_messages(source))
        tokens: list[int] = self._tokenizer.apply_chat_template(
            [{"role": "user", "content": content}],
            add_generation_prompt=True,
            return_dict=False,
            enable_thinking=False,  # read by the templates of models that would think aloud first
        )
        return tokens

    def write(self, prompts: Sequence[list[int]]) -> list[str]:
        tokens = _generate(self._weights, self._tokenizer, prompts, "left", self._preset)
        answers = tokens[:, max(map(len, prompts)) :]
        texts: list[str] = self._tokenizer.batch_decode(answers, skip_special_tokens=True)
        return texts


class _Converted:
    """A folder that CTranslate2's converter made of a sequence-to-sequence model."""

    def __init__(self, folder: Path, preset: Preset) -> None:
        try:
            import ctranslate2
        except ImportError as error:
            raise GenerationError("missing", f"{folder} is CTranslate2's: pip install ctranslate2") from error
        from transformers import AutoTokenizer

        try:
            self._tokenizer = AutoTokenizer.from_pretrained(folder)
            self._translator = ctranslate2.Translator(str(folder))
        except (OSError, RuntimeError, ValueError) as error:
            raise GenerationError("failed", f"cannot use {folder}: {_first_line(error)}") from error
        self._preset = preset

    def prompt(self, source: Source) -> list[int]:
        return encode(source.text, self._tokenizer, None, self._preset)

    def write(self, prompts: Sequence[list[int]]) -> list[str]:
        results = self._translator.translate_batch(
            [self._tokenizer.convert_ids_to_tokens(prompt) for prompt in prompts],
            beam_size=self._preset.beams,
            max_decoding_length=self._preset.max_new_tokens,
            min_decoding_length=self._preset.min_new_tokens,
        )
        ids = [self._tokenizer.convert_tokens_to_ids(result.hypotheses[0]) for result in results]
        texts: list[str] = self._tokenizer.batch_decode(ids, skip_special_tokens=True)
        return texts


def _first_line(error: Exception) -> str:
    return (str(error).strip() or repr(error)).splitlines()[0]
