"""Small models that the tests make: a vocabulary from their own sentences, and random weights."""

import random
from pathlib import Path
from typing import Any

import torch
from tokenizers import Tokenizer, decoders, models, pre_tokenizers, processors, trainers
from transformers import (
    BartConfig,
    BartForConditionalGeneration,
    BertConfig,
    BertLMHeadModel,
    BertModel,
    EncoderDecoderModel,
    LlamaConfig,
    LlamaForCausalLM,
    PreTrainedTokenizerFast,
    T5Config,
    T5ForConditionalGeneration,
)

PLACES = ("Sukamaju", "Tanjung Asri", "Kota Rimba", "Waringin", "Batu Layar", "Lembah Pinus", "Muara Teduh", "Cendana")
THINGS = ("jembatan", "pasar", "sekolah", "puskesmas", "pelabuhan", "taman", "perpustakaan", "terminal")
DEEDS = ("dibangun", "diperbaiki", "dibuka", "diresmikan", "ditutup", "dibersihkan")
SPECIAL = ["<pad>", "<s>", "</s>", "<unk>"]

CHAT_TEMPLATE = (
    "{% for message in messages %}{% if message['role'] != 'user' %}{{ raise_exception('no system') }}{% endif %}"
    "<s> {{ message['content'] }} {% endfor %}{% if add_generation_prompt %}jawab :{% endif %}"
)


def sentence(chance: random.Random) -> str:
    return f"{chance.choice(THINGS).capitalize()} di {chance.choice(PLACES)} {chance.choice(DEEDS)}."


def article(chance: random.Random, sentences: int = 2) -> str:
    return " ".join(sentence(chance) for _ in range(sentences))


def make_tokenizer() -> PreTrainedTokenizerFast:
    """Byte-pair encoding of the tests' own sentences; a text is between <s> and </s>."""
    chance = random.Random(0)
    tokenizer = Tokenizer(models.BPE(unk_token="<unk>"))
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace()
    tokenizer.decoder = decoders.Metaspace()
    trainer = trainers.BpeTrainer(vocab_size=500, special_tokens=SPECIAL, show_progress=False)
    tokenizer.train_from_iterator([article(chance) for _ in range(200)], trainer)
    tokenizer.post_processor = processors.TemplateProcessing(
        single="<s> $A </s>", special_tokens=[("<s>", 1), ("</s>", 2)]
    )
    return PreTrainedTokenizerFast(
        tokenizer_object=tokenizer, pad_token="<pad>", bos_token="<s>", eos_token="</s>", unk_token="<unk>"
    )


def make_model(kind: str, vocabulary: int) -> Any:
    """Random weights, large ones, so that what is written depends on what is read.

    Args:
        kind: "t5", "bart", "bert2bert" or "llama".
    """
    torch.manual_seed(1)
    ids: dict[str, Any] = {"pad_token_id": 0, "bos_token_id": 1, "eos_token_id": 2}
    if kind == "t5":
        return T5ForConditionalGeneration(
            T5Config(
                vocab_size=vocabulary,
                d_model=32,
                d_kv=8,
                d_ff=64,
                num_layers=2,
                num_heads=4,
                initializer_factor=4.0,
                decoder_start_token_id=0,
                **ids,
            )
        )
    if kind == "bart":
        return BartForConditionalGeneration(make_bart_config(vocabulary))
    shape: dict[str, Any] = {
        "vocab_size": vocabulary,
        "hidden_size": 32,
        "intermediate_size": 64,
        "num_hidden_layers": 2,
        "num_attention_heads": 4,
        "initializer_range": 0.5,
    }
    if kind == "llama":
        return LlamaForCausalLM(LlamaConfig(max_position_embeddings=4096, **shape, **ids))
    encoder = BertModel(BertConfig(**shape, **ids))
    decoder = BertLMHeadModel(BertConfig(is_decoder=True, add_cross_attention=True, **shape, **ids))
    model = EncoderDecoderModel(encoder=encoder, decoder=decoder)
    for config in (model.config, model.generation_config):
        config.decoder_start_token_id, config.pad_token_id, config.eos_token_id = 1, 0, 2
    return model


def make_bart_config(vocabulary: int, spread: float = 0.5) -> BartConfig:
    return BartConfig(
        normalize_before=False,  # as in the files of published models; CTranslate2 asks for it
        vocab_size=vocabulary,
        d_model=64,
        encoder_layers=2,
        decoder_layers=2,
        encoder_attention_heads=4,
        decoder_attention_heads=4,
        encoder_ffn_dim=128,
        decoder_ffn_dim=128,
        max_position_embeddings=512,
        init_std=spread,
        pad_token_id=0,
        bos_token_id=1,
        eos_token_id=2,
        decoder_start_token_id=2,
        forced_eos_token_id=2,
    )


def save(kind: str, folder: Path) -> Path:
    """A random model and its tokenizer, as transformers saves them. Returns the folder."""
    tokenizer = make_tokenizer()
    if kind == "llama":
        tokenizer.chat_template = CHAT_TEMPLATE
    make_model(kind, len(tokenizer)).save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    return folder
