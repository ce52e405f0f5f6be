"""The trained network as one int8 ONNX file."""

import logging
import tempfile
import warnings
from pathlib import Path

import torch

from summarizer.features import NAMES
from summarizer.training.network import SalienceNetwork


def export(network: SalienceNetwork, file: Path) -> None:
    """Write the ONNX file with int8 weights: embeddings by column, matrices in blocks of 64 with a scale each.

    Activations are made int8 by block too, as they come (accuracy level 4). With one scale for a whole tensor, as
    `quantize_dynamic` has it for matrices, 12 of 100 articles got another digest than from the trained network, not 1.
    """
    logging.disable(logging.WARNING)  # each of these libraries tells every node that it looks at
    try:
        _export(network, file)
    finally:
        logging.disable(logging.NOTSET)


def _export(network: SalienceNetwork, file: Path) -> None:
    import onnx
    from onnxruntime.quantization import QuantType, quantize_dynamic
    from onnxruntime.quantization.matmul_nbits_quantizer import MatMulNBitsQuantizer
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
        plain, ready, embedded = (Path(scratch, f"{name}.onnx") for name in ("plain", "ready", "embedded"))
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
            ready, embedded, weight_type=QuantType.QInt8, per_channel=True, op_types_to_quantize=["Gather"]
        )
        quantizer = MatMulNBitsQuantizer(
            onnx.load(embedded), bits=8, block_size=64, is_symmetric=True, accuracy_level=4
        )
        quantizer.process()
        quantizer.model.save_model_to_file(str(file), use_external_data_format=False)
