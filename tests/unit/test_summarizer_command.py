"""`python -m summarizer` and `python -m summarizer.stories`, as processes."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

ARTICLE = "Pasar Wening Dibuka\n\nJumat, 22 November 2030\n\nKUPANG - Pemerintah kota membuka Pasar Wening bagi warga."
SENTENCE = "Pemerintah kota membuka Pasar Wening bagi warga."
ENGLISH = "The mayor opened the old market on Friday and many of the traders are back to sell their goods."


def run(*arguments: str, stdin: bytes = b"", module: str = "summarizer") -> subprocess.CompletedProcess[bytes]:
    return subprocess.run([sys.executable, "-m", module, *arguments], input=stdin, capture_output=True, check=False)


def lines(*records: object) -> bytes:
    return "".join(json.dumps(record) + "\n" for record in records).encode()


def test_an_article_on_standard_input_gives_its_digest() -> None:
    done = run(stdin=ARTICLE.encode())
    assert (done.returncode, done.stdout.decode(), done.stderr) == (0, SENTENCE + "\n", b"")


def test_an_article_in_a_file_gives_its_digest(tmp_path: Path) -> None:
    file = tmp_path / "artikel.txt"
    file.write_text("\ufeff" + ARTICLE, encoding="utf-8")
    assert run(str(file)).stdout.decode() == SENTENCE + "\n"


@pytest.mark.parametrize(
    ("stdin", "message"),
    [
        (b"", b"no words"),
        (ENGLISH.encode(), b"not Indonesian"),
        (b"\x89PNG\x00\x01", b"binary"),
        (b"Pasar \xe9 dibuka", b"not UTF-8"),
        (b"padi " * 2_000_001, b"larger than 10 MB"),
    ],
)
def test_what_is_no_article_is_refused_in_one_line(stdin: bytes, message: bytes) -> None:
    done = run(stdin=stdin)
    assert (done.returncode, done.stdout) == (1, b"")
    assert message in done.stderr
    assert done.stderr.count(b"\n") == 1


@pytest.mark.parametrize("module", ["summarizer", "summarizer.stories"])
def test_a_missing_file_is_refused(tmp_path: Path, module: str) -> None:
    file = tmp_path / "tiada.txt"
    done = run("--jsonl", str(file), module=module)
    assert (done.returncode, done.stdout) == (1, b"")
    assert done.stderr.decode().endswith(f": cannot read {file}: No such file or directory\n")


@pytest.mark.parametrize("module", ["summarizer", "summarizer.stories"])
def test_a_wrong_option_exits_with_2(module: str) -> None:
    assert run("--xml", module=module).returncode == 2


def test_json_lines_are_answered_in_order() -> None:
    records = [{"id": n, "title": "Pasar", "text": SENTENCE} for n in ("a", 2)]
    done = run("--jsonl", stdin=lines(*records) + b"\n")
    assert done.returncode == 0
    assert [json.loads(line) for line in done.stdout.splitlines()] == [
        {"id": "a", "sentences": [SENTENCE]},
        {"id": 2, "sentences": [SENTENCE]},
    ]


def test_an_article_that_cannot_be_summarised_is_answered_with_its_error() -> None:
    done = run("--jsonl", stdin=lines({"id": "a", "text": "..."}, {"id": "b", "text": ENGLISH}))
    assert done.returncode == 0
    assert [json.loads(line) for line in done.stdout.splitlines()] == [
        {"id": "a", "sentences": [], "error": "text_empty"},
        {"id": "b", "sentences": [], "error": "not_indonesian"},
    ]


BAD_LINES = [
    b"{",
    b"[]",
    b'{"text": "tanpa id"}',
    b'{"id": "a", "title": 5}',
    b'{"id": "\\ud800", "text": "Warga datang."}',
    b"\xff\xfe",
    b"[" * 100_000,
]


@pytest.mark.parametrize("module", ["summarizer", "summarizer.stories"])
def test_bad_lines_are_named_and_the_others_are_answered(module: str) -> None:
    good = lines({"id": "b", "title": "Pasar", "text": SENTENCE})
    done = run("--jsonl", stdin=good + b"\n".join(BAD_LINES) + b"\n" + good, module=module)
    assert done.returncode == 1
    assert [json.loads(line)["id"] for line in done.stdout.splitlines()] == ["b", "b"]
    messages = done.stderr.decode().splitlines()
    assert [message.split(":")[0] for message in messages] == [f"line {number}" for number in range(2, 9)]
    assert messages[0] == "line 2: not JSON: Expecting property name enclosed in double quotes"


def test_articles_of_one_story_get_one_name() -> None:
    text = "Pemerintah kota membuka kembali Pasar Wening setelah dua tahun diperbaiki akibat kebakaran besar."
    records = [
        {"id": "a", "outlet": "x", "date": "2030-11-22T07:00:00+07:00", "title": "Pasar Wening Dibuka", "text": text},
        {
            "id": "b",
            "outlet": "y",
            "date": "2030-11-22",
            "title": "Gempa Karangsari",
            "text": "Gempa terasa di tiga desa.",
        },
        {
            "id": "c",
            "outlet": "z",
            "date": None,
            "title": "Pasar Wening Kembali Dibuka",
            "text": "Usai dua tahun. " + text,
        },
        {"id": "d", "outlet": "z", "date": "2030-11-29", "title": "Pasar Wening Dibuka", "text": text},
    ]
    done = run("--jsonl", stdin=lines(*records), module="summarizer.stories")
    assert done.returncode == 0
    stories = {row["id"]: row["story"] for row in map(json.loads, done.stdout.splitlines())}
    assert stories == {"a": "a", "b": "b", "c": "a", "d": "d"}
