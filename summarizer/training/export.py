"""The trained network as one int8 ONNX file."""

import tempfile
import warnings
from pathlib import Path

import torch

from summarizer.features import NAMES
from summarizer.training.network import SalienceNetwork


def export(network: SalienceNetwork, file: Path) -> None:
    """Write the ONNX file: weights of matrices and embeddings as int8, activations quantized as they come."""
    from onnxruntime.quantization import QuantType, quantize_dynamic
    from onnxruntime.quantization.shape_inference import quant_pre_process

    example = (
        torch.ones(2, 40, dtype=torch.long),
        torch.tensor([[0] * 4 + [1] * 16 + [2] * 20] * 2),
        torch.zeros(2, 3, len(NAMES)),
    )
    batch, tokens, sentences = (
        torch.export.Dim(name, max=limit) for name, limit in (("articles", 64), ("tokens", 512), ("sentences", 49))
    )
    with tempfile.TemporaryDirectory() as scratch, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the exporter warns of its own old calls, and that axes share their names
        plain, ready = Path(scratch, "plain.onnx"), Path(scratch, "ready.onnx")
        torch.onnx.export(
            network.eval(),
            example,
            plain,
            input_names=["ids", "segments", "features"],
            output_names=["words", "sentences", "article"],
            dynamic_shapes=({0: batch, 1: tokens}, {0: batch, 1: tokens}, {0: batch, 1: sentences}),
            dynamo=True,
            external_data=False,
            verbose=False,
        )
        quant_pre_process(plain, ready, skip_symbolic_shape=True)
        quantize_dynamic(
            ready,
            file,
            weight_type=QuantType.QInt8,
            per_channel=True,
            op_types_to_quantize=["MatMul", "Gemm", "Gather"],
        )
