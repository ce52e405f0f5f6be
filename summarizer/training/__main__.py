"""`python -m summarizer.training`: from IndoSum to the shipped weights, and the protocol that measures the method.

    python -m summarizer.training ship  --data FILE... --encoder FOLDER --output FOLDER --check FILE
    python -m summarizer.training folds --data FILE... --encoder FOLDER --output FOLDER [--by outlet] [--only NAME]

`ship` trains on all articles and writes salience.onnx and tokenizer.json; then it compares the digests that the
trained network and the exported file give for the first 100 articles of --check, and keeps what the network says of
them in trained.npz, which a test holds against the shipped file. `folds`
trains once for each fifth of the articles, without it, and writes digests of what was held out: lines
{"id", "sentences"} in FOLDER/NAME.jsonl without headlines and FOLDER/NAME-titled.jsonl with them, for
`python -m summarizer.evaluate`. With --by outlet the parts are thirds of the outlets: each article is then summarised
by a network that has seen nothing of its outlet, nor of a few others. The networks stay in FOLDER/NAME.pt: a run that
was broken off goes on behind the last one, and a run with other rules of choosing trains nothing anew.

Any encoder of BERT's shape will do, 384 wide with `<s>` and `</s>` in its tokenizer: with access to the public
checkpoint intfloat/multilingual-e5-small, give its folder instead of the cut one. More data: any file of IndoSum's
shape (see corpus.py). On 2 cores `ship` takes half an hour; every random choice follows from --seed.
Exit codes: 0 done, 1 failed, 2 used wrongly.
"""

import argparse
import json
import shutil
import sys
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from operator import eq
from pathlib import Path

import torch
from tokenizers import Tokenizer

from summarizer.digest import ArticleInput, Digest
from summarizer.extractive import ExtractiveSummarizer, SalienceReader
from summarizer.salience import SalienceModel
from summarizer.training.corpus import Example, read_corpus
from summarizer.training.export import export
from summarizer.training.fit import Recipe, Trainer, new_network
from summarizer.training.network import SalienceNetwork, TorchSalience
from summarizer.training.recorded import RecordingReader

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
        recipe = Recipe(seed=options.seed, epochs=options.epochs)
        if options.command == "ship":
            trainer = Trainer(recipe, options.encoder, examples)
            _ship(trainer, options.encoder, options.output, read_corpus([options.check])[:_CHECKED])
        else:
            parts = _parts(examples, options.by, options.only)
            _hold_out(_Networks(recipe, options.encoder, examples, options.output), parts)
    except (OSError, ValueError) as error:
        sys.stderr.write(f"training: {error}\n")
        return 1
    return 0


def _ship(trainer: Trainer, encoder: Path, output: Path, checked: Sequence[Example]) -> None:
    network = trainer.train(range(len(trainer.examples)))
    torch.save(network.state_dict(), output / "salience.pt")
    shutil.copyfile(encoder / "tokenizer.json", output / "tokenizer.json")
    export(network, output / "salience.onnx", trainer.inputs(_CALIBRATION))
    recording = RecordingReader(TorchSalience(network, Tokenizer.from_file(str(encoder / "tokenizer.json"))))
    trained, exported = _choices(recording, checked), _choices(SalienceModel(output), checked)
    recording.save(output / "trained.npz")
    same = sum(map(eq, trained, exported))
    sys.stderr.write(f"{same} of {len(trained)} digests of the exported file are those of the network\n")


def _choices(model: SalienceReader, examples: Sequence[Example]) -> list[list[int]]:
    """For each article the places of the sentences that its digest takes."""
    engine = ExtractiveSummarizer(model)
    return [engine.choose(example.text, example.title) for example in examples]


def _parts(examples: Sequence[Example], by: str, only: str | None) -> dict[str, list[int]]:
    """The indices of the articles of each part, by its name; of one part with `only`."""
    outlets = sorted({example.outlet for example in examples})
    parts: dict[str, list[int]] = {}
    for at, example in enumerate(examples):
        part = example.fold if by == "hash" else outlets.index(example.outlet) % _THIRDS
        parts.setdefault(str(part), []).append(at)
    if only is not None and only not in parts:
        raise ValueError(f"no fold {only!r}: there are {', '.join(sorted(parts))}")
    return {name: parts[name] for name in sorted(parts) if only in (None, name)}


class _Networks:
    """Networks that have not seen a part of the articles, from the folder or trained and put there."""

    def __init__(self, recipe: Recipe, encoder: Path, examples: Sequence[Example], folder: Path) -> None:
        self.examples = examples
        self.folder = folder
        self.tokenizer = Tokenizer.from_file(str(encoder / "tokenizer.json"))
        self._recipe = recipe
        self._encoder = encoder
        self._trainer: Trainer | None = None

    def without(self, name: str, held_out: Sequence[int]) -> SalienceNetwork:
        """The network of a part.

        Raises:
            ValueError: the one in the folder was trained in another way.
        """
        file, made = self.folder / f"{name}.pt", asdict(self._recipe) | {"held_out": len(held_out)}
        if file.exists():
            found = torch.load(file, weights_only=True)
            if found["made"] != made:
                raise ValueError(
                    f"{file} was trained in another way ({found['made']}): remove it, or name another folder"
                )
            network = new_network(self._recipe, self._encoder)
            network.load_state_dict(found["state"])
            return network.eval()
        self._trainer = self._trainer or Trainer(self._recipe, self._encoder, self.examples)
        network = self._trainer.train(sorted(set(range(len(self.examples))) - set(held_out)))
        torch.save({"made": made, "state": network.state_dict()}, file)
        return network


def _hold_out(networks: _Networks, parts: Mapping[str, Sequence[int]]) -> None:
    for name, indices in parts.items():
        engine = ExtractiveSummarizer(TorchSalience(networks.without(name, indices), networks.tokenizer))
        held_out = [networks.examples[at] for at in indices]
        _write(engine, held_out, networks.folder / f"{name}.jsonl", titled=False)
        _write(engine, held_out, networks.folder / f"{name}-titled.jsonl", titled=True)


def _write(engine: ExtractiveSummarizer, examples: Sequence[Example], file: Path, *, titled: bool) -> None:
    digests = engine.summarize_many([ArticleInput(e.text, e.title if titled else "") for e in examples])
    with file.open("w", encoding="utf-8") as out:
        for example, digest in zip(examples, digests, strict=True):
            sentences = list(digest.sentences) if isinstance(digest, Digest) else []
            out.write(json.dumps({"id": example.id, "sentences": sentences}, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    sys.exit(main())
