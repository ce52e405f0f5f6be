"""How the weights in `summarizer/model/` were made, from data to file: `python -m summarizer.training --help`.

The recipe, a module a step:

    corpus.py    IndoSum as plain articles: detokenised, datelines stripped, five folds by hash of the id
    targets.py   what the model learns: which words and word pairs editors kept, which sentences score best
    network.py   the encoder's layers and three heads
    fit.py       frozen lower layers once, then the upper ones and the heads
    export.py    ONNX, int8
    recorded.py  what the network says of some articles, kept for a test
    __main__.py  the commands
    compression.py  the gate of `summarizer.compression`, a command of its own

Needs the extra `neural` (torch, transformers, onnx). Nothing here is imported when a digest is made.
"""
