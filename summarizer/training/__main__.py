"""`python -m summarizer.training`: from IndoSum to the shipped weights, and the protocol that measures the method.

    python -m summarizer.training ship  --data FILE... --encoder FOLDER --output FOLDER --check FILE
    python -m summarizer.training folds --data FILE... --encoder FOLDER --output FOLDER [--by outlet] [--only NAME]

`ship` trains on all articles and writes salience.onnx and tokenizer.json; then it compares the digests that the
trained network and the exported file give for the first 100 articles of --check, and writes the network's choices to
choices.json (article id -> places of the chosen sentences), which a test holds against the shipped file. `folds`
trains once for each fifth of the articles, without it, and writes digests of what was held out: lines
{"id", "sentences"} in FOLDER/NAME.jsonl without headlines and FOLDER/NAME-titled.jsonl with them, for
`python -m summarizer.evaluate`. With --by outlet the parts are thirds of the outlets: each article is then summarised
by a network that has seen nothing of its outlet, nor of a few others.

Any encoder of BERT's shape will do, 384 wide with `<s>` and `</s>` in its tokenizer: with access to the public
checkpoint intfloat/multilingual-e5-small, give its folder instead of the cut one. More data: any file of IndoSum's
shape (see corpus.py). On 2 cores `ship` takes half an hour; every random choice follows from --seed.
Exit codes: 0 done, 1 failed, 2 used wrongly.
"""

import argparse
import json
import shutil
import sys
from collections.abc import Sequence
from pathlib import Path

import torch
from tokenizers import Tokenizer

from summarizer.digest import ArticleInput, Digest
from summarizer.extractive import ExtractiveSummarizer, SalienceReader
from summarizer.salience import SalienceModel
from summarizer.training.corpus import Example, read_corpus
from summarizer.training.export import export
from summarizer.training.fit import Recipe, Trainer
from summarizer.training.network import TorchSalience

_CHECKED = 100
_CALIBRATION = 60
_THIRDS = 3


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command; see the module's text. Returns the exit code."""
    parser = argparse.ArgumentParser(prog="python -m summarizer.training", description="Train the default engine.")
    commands = parser.add_subparsers(dest="command", required=True)
    for name, text in (("ship", "train on everything and write the model"), ("folds", "train without each fold")):
        command = commands.add_parser(name, help=text)
        command.add_argument("--data", type=Path, nargs="+", required=True, help="files of IndoSum's shape")
        command.add_argument(
            "--encoder", type=Path, required=True, help="folder with model.safetensors, tokenizer.json"
        )
        command.add_argument("--output", type=Path, required=True)
        command.add_argument("--seed", type=int, default=Recipe.seed)
        command.add_argument("--epochs", type=int, default=Recipe.epochs)
    commands.choices["ship"].add_argument("--check", type=Path, required=True, help="articles to compare on")
    commands.choices["folds"].add_argument("--by", choices=("hash", "outlet"), default="hash")
    commands.choices["folds"].add_argument("--only", help="one part: its number")
    options = parser.parse_args(argv)
    try:
        examples = read_corpus(options.data)
        options.output.mkdir(parents=True, exist_ok=True)
        trainer = Trainer(Recipe(seed=options.seed, epochs=options.epochs), options.encoder, examples)
        if options.command == "ship":
            _ship(trainer, options.encoder, options.output, read_corpus([options.check])[:_CHECKED])
        else:
            _hold_out(trainer, options.encoder, options.output, options.by, options.only)
    except (OSError, ValueError) as error:
        sys.stderr.write(f"training: {error}\n")
        return 1
    return 0


def _ship(trainer: Trainer, encoder: Path, output: Path, checked: Sequence[Example]) -> None:
    network = trainer.train(range(len(trainer.examples)))
    torch.save(network.state_dict(), output / "salience.pt")
    shutil.copyfile(encoder / "tokenizer.json", output / "tokenizer.json")
    export(network, output / "salience.onnx", trainer.inputs(_CALIBRATION))
    trained = _choices(TorchSalience(network, Tokenizer.from_file(str(encoder / "tokenizer.json"))), checked)
    exported = _choices(SalienceModel(output), checked)
    (output / "choices.json").write_text(json.dumps(trained, indent=0) + "\n", encoding="utf-8")
    same = sum(trained[key] == exported[key] for key in trained)
    sys.stderr.write(f"{same} of {len(trained)} digests of the exported file are those of the network\n")


def _choices(model: SalienceReader, examples: Sequence[Example]) -> dict[str, list[int]]:
    """For each article the places of the sentences that its digest takes."""
    engine = ExtractiveSummarizer(model)
    return {example.id: engine.choose(example.text, example.title) for example in examples}


def _hold_out(trainer: Trainer, encoder: Path, output: Path, by: str, only: str | None) -> None:
    tokenizer = Tokenizer.from_file(str(encoder / "tokenizer.json"))
    outlets = sorted({example.outlet for example in trainer.examples})
    parts = [
        str(example.fold if by == "hash" else outlets.index(example.outlet) % _THIRDS) for example in trainer.examples
    ]
    names = sorted(set(parts))
    if only is not None and only not in names:
        raise ValueError(f"no fold {only!r}: there are {', '.join(names)}")
    for name in [only] if only is not None else names:
        network = trainer.train([i for i, part in enumerate(parts) if part != name])
        engine = ExtractiveSummarizer(TorchSalience(network, tokenizer))
        held_out = [example for example, part in zip(trainer.examples, parts, strict=True) if part == name]
        _write(engine, held_out, output / f"{name}.jsonl", titled=False)
        _write(engine, held_out, output / f"{name}-titled.jsonl", titled=True)


def _write(engine: ExtractiveSummarizer, examples: Sequence[Example], file: Path, *, titled: bool) -> None:
    digests = engine.summarize_many([ArticleInput(e.text, e.title if titled else "") for e in examples])
    with file.open("w", encoding="utf-8") as out:
        for example, digest in zip(examples, digests, strict=True):
            sentences = list(digest.sentences) if isinstance(digest, Digest) else []
            out.write(json.dumps({"id": example.id, "sentences": sentences}, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    sys.exit(main())
