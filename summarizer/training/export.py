"""The trained network as one int8 ONNX file.

Matrices of the encoder are int8 with a scale for each column, and so are the activations, with one scale a tensor, as
they come. That alone changed 12 of 100 digests: a few channels of each layer are twenty times as strong as the others,
which are left with a handful of steps. So strength is moved from the channels of the activations into the rows of the
weights first (SmoothQuant: Xiao et al. 2023, arXiv 2211.10438). The heads are small and stay in 32 bits.
"""

import logging
import tempfile
import warnings
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import torch

from summarizer.choice import Floats
from summarizer.features import NAMES
from summarizer.training.network import WIDTH, SalienceNetwork

if TYPE_CHECKING:
    from onnx import ModelProto, NodeProto

Inputs = Mapping[str, Any]

_MIGRATED = 0.9
"""How much of a channel's strength goes into the weights; 0.5, the paper's, leaves three times the error here."""
_LEAST = 1e-5


def export(network: SalienceNetwork, file: Path, calibration: Sequence[Inputs]) -> None:
    """Write the ONNX file.

    Args:
        calibration: what the network gets for some articles (`salience.inputs_of`); shows how strong each channel is.
    """
    with tempfile.TemporaryDirectory() as scratch, _quiet():
        plain, ready = Path(scratch, "plain.onnx"), Path(scratch, "ready.onnx")
        _export_plain(network, plain)
        from onnxruntime.quantization.shape_inference import quant_pre_process

        quant_pre_process(plain, ready, skip_symbolic_shape=True)
        quantise(ready, file, calibration)


def quantise(plain: Path, file: Path, calibration: Sequence[Inputs]) -> None:
    """Write the int8 file of a 32-bit ONNX file; see `export`."""
    import onnx
    from onnxruntime.quantization import QuantType, quantize_dynamic

    model = onnx.load(plain)
    strengths = _strengths(model, calibration)
    _smooth(model, strengths)
    smoothed = file.with_suffix(".smooth")
    try:
        onnx.save(model, smoothed)
        quantize_dynamic(
            smoothed,
            file,
            weight_type=QuantType.QInt8,
            per_channel=True,
            nodes_to_exclude=[
                node.name for node in model.graph.node if node.op_type == "MatMul" and not _large(model, node)
            ],
        )
    finally:
        smoothed.unlink(missing_ok=True)


@contextmanager
def _quiet() -> Iterator[None]:
    """Each of these libraries tells every node that it looks at, and the exporter warns of its own old calls."""
    logging.disable(logging.WARNING)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        logging.disable(logging.NOTSET)


def _export_plain(network: SalienceNetwork, file: Path) -> None:
    example = (
        torch.ones(2, 40, dtype=torch.long),
        torch.tensor([[0] * 4 + [1] * 16 + [2] * 20] * 2),
        torch.zeros(2, 3, len(NAMES)),
    )
    batch, tokens, sentences = (
        torch.export.Dim(name, max=limit) for name, limit in (("articles", 64), ("tokens", 512), ("sentences", 49))
    )
    torch.onnx.export(
        network.eval(),
        example,
        file,
        input_names=["ids", "segments", "features"],
        output_names=["words", "sentences", "article"],
        dynamic_shapes=({0: batch, 1: tokens}, {0: batch, 1: tokens}, {0: batch, 1: sentences}),
        dynamo=True,
        external_data=False,
        verbose=False,
    )


def _products(model: "ModelProto") -> list["NodeProto"]:
    return [node for node in model.graph.node if node.op_type == "MatMul"]


def _matrices(model: "ModelProto") -> dict[str, Floats]:
    """The constants that a product takes as its second side, by name."""
    from onnx import numpy_helper

    used = {node.input[1] for node in _products(model)}
    return {each.name: numpy_helper.to_array(each) for each in model.graph.initializer if each.name in used}


def _large(model: "ModelProto", node: "NodeProto") -> bool:
    """Whether a product is with a matrix of the encoder."""
    shapes = {each.name: each.dims for each in model.graph.initializer}
    return node.input[1] in shapes and min(shapes[node.input[1]]) >= WIDTH


def _strengths(model: "ModelProto", calibration: Sequence[Inputs]) -> dict[str, Floats]:
    """The strongest value of each channel of what goes into the encoder's products, by the tensor's name."""
    import onnx
    from onnxruntime import InferenceSession

    names = sorted({node.input[0] for node in _products(model) if _large(model, node)})
    watched = onnx.ModelProto()
    watched.CopyFrom(model)
    watched.graph.output.extend(onnx.ValueInfoProto(name=name) for name in names)
    session = InferenceSession(watched.SerializeToString(), providers=["CPUExecutionProvider"])
    strengths = dict[str, Floats]()
    for inputs in calibration:
        for name, value in zip(names, session.run(names, dict(inputs)), strict=True):
            strongest = np.abs(value).reshape(-1, value.shape[-1]).max(axis=0)
            strengths[name] = np.maximum(strengths[name], strongest) if name in strengths else strongest
    return strengths


def _smooth(model: "ModelProto", strengths: Mapping[str, Floats]) -> None:
    """Divide the channels of these tensors, and multiply the rows of the matrices that they meet, by the same."""
    from onnx import helper, numpy_helper

    graph, matrices = model.graph, _matrices(model)
    meets = {
        name: [node for node in graph.node if node.op_type == "MatMul" and node.input[0] == name] for name in strengths
    }
    scales = dict[str, Floats]()
    for name, strongest in strengths.items():
        weights = np.max([np.abs(matrices[node.input[1]]).max(axis=1) for node in meets[name]], axis=0)
        moved = np.maximum(strongest, _LEAST) ** _MIGRATED / np.maximum(weights, _LEAST) ** (1 - _MIGRATED)
        scales[name] = moved.astype(np.float32)
        graph.initializer.append(numpy_helper.from_array(1 / scales[name], f"{name}_smoothing"))
    nodes = list(graph.node)
    del graph.node[:]
    placed = set[str]()
    for node in nodes:
        name = node.input[0] if node.op_type == "MatMul" else ""
        if name in scales:
            if name not in placed:
                placed.add(name)
                graph.node.append(
                    helper.make_node("Mul", [name, f"{name}_smoothing"], [f"{name}_smooth"], name=f"{name}_smoothed")
                )
            matrix = node.input[1]
            scaled = numpy_helper.from_array(matrices[matrix] * scales[name][:, None], f"{matrix}_{name}")
            graph.initializer.append(scaled)
            node.input[0], node.input[1] = f"{name}_smooth", scaled.name
        graph.node.append(node)
    used = {name for node in graph.node for name in node.input}
    kept = [each for each in graph.initializer if each.name in used]
    del graph.initializer[:]
    graph.initializer.extend(kept)
