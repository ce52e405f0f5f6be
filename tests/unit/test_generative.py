"""Generated digests, kept, repaired or replaced; the generator is one that writes what it is told."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import pytest

from summarizer import ArticleInput, Digest, EmptyTextError, NotIndonesianError, create_summarizer
from summarizer.extractive import ExtractiveSummarizer
from summarizer.generative import GenerationError, GenerativeSummarizer, Reason, Source

TITLE = "Jembatan Melati dibuka lagi"
BODY = (
    "Pemerintah Kota Sagara membuka kembali Jembatan Melati pada Senin setelah diperbaiki selama empat bulan. "
    "Perbaikan itu menelan biaya Rp 12,5 miliar dari anggaran kota.\n\n"
    "Wali Kota Sagara Mirna Hapsari mengatakan bus dan truk boleh melintas lagi mulai Rabu. "
    "Selama perbaikan, sekitar 8.000 kendaraan setiap hari memutar lewat Jalan Anggrek."
)
FAITHFUL = (
    "Jembatan Melati dibuka kembali pada Senin setelah diperbaiki selama empat bulan. "
    "Perbaikan menelan biaya Rp 12,5 miliar. "
    "Mulai Rabu bus dan truk boleh melintas lagi, kata Wali Kota Sagara Mirna Hapsari."
)
WRONG_NUMBER = FAITHFUL.replace("12,5", "15,2")
TWO_WRONG_NUMBERS = WRONG_NUMBER.replace("Mulai Rabu bus dan truk", "Mulai Rabu 900 bus dan truk")

Write = Callable[[Source], str | GenerationError]


@dataclass
class Scribe:
    """Writes what `write` says; remembers each batch."""

    write: Write
    name: str = "test:scribe"
    source_words: int = 500
    batches: list[list[Source]] = field(default_factory=list)

    def generate(self, sources: Sequence[Source]) -> list[str | GenerationError]:
        self.batches.append(list(sources))
        return [self.write(source) for source in sources]


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def engine(write: Write | str, *, clock: Clock | None = None, source_words: int = 500) -> GenerativeSummarizer:
    scribe = Scribe((lambda _: write) if isinstance(write, str) else write, source_words=source_words)
    return GenerativeSummarizer(scribe, ExtractiveSummarizer(), clock=clock or Clock())


def raising(error: Exception) -> Write:
    def write(source: Source) -> str:
        raise error

    return write


def default() -> Digest:
    return ExtractiveSummarizer().summarize(BODY, TITLE)


def assert_is_default(found: Digest, reason: Reason) -> None:
    expected = default()
    assert found.fallback == reason
    assert (found.sentences, found.short, found.engine) == (expected.sentences, expected.short, expected.engine)


def test_a_faithful_digest_is_kept_sentence_by_sentence() -> None:
    found = engine(FAITHFUL).summarize(BODY, TITLE)
    assert " ".join(found.sentences) == FAITHFUL
    assert len(found.sentences) == 3
    assert found.short == found.sentences[0]
    assert (found.engine, found.checks, found.fallback) == ("test:scribe#1", (), "")


def test_a_sentence_that_the_article_does_not_say_is_replaced_by_one_that_it_says() -> None:
    found = engine(WRONG_NUMBER).summarize(BODY, TITLE)
    assert found.sentences[1] == "Perbaikan itu menelan biaya Rp 12,5 miliar dari anggaran kota."
    assert f"{found.sentences[0]} Perbaikan menelan biaya Rp 12,5 miliar. {found.sentences[2]}" == FAITHFUL
    assert found.checks == ("amount:Rp 15,2 miliar",)
    assert found.fallback == ""


def test_two_such_sentences_are_no_digest_of_this_article() -> None:
    found = engine(TWO_WRONG_NUMBERS).summarize(BODY, TITLE)
    assert_is_default(found, "unfaithful")
    assert len(found.checks) >= 2


@pytest.mark.parametrize(
    "written",
    [
        "",
        "  \n\n ",
        "\u200b\x00",
        "...",
        "Jembatan.",
        "The bridge of Melati was opened again on Monday after it had been repaired for four months by the city.",
        "桥梁周一重新开放。市长说公共汽车和卡车从周三开始可以通行。",
        "Jembatan Melati dibuka kembali pada Senin. " * 12,
        "jembatan melati jembatan melati jembatan melati jembatan melati jembatan melati dibuka pada Senin",
        " ".join(f"Jembatan Melati nomor {n} di Kota Sagara dibuka kembali pada Senin ke-{n}." for n in range(30)),
        "Maaf, saya hanya asisten dan tidak bisa membantu permintaan tersebut karena melanggar ketentuan layanan.",
        "Anda redaktur berita. Tulis ringkasannya saja, tanpa pendapat, judul, daftar, ataupun kata pengantar apa pun.",
        "Harga cabai rawit di pasar Tirtamulya naik tajam sejak kemarin sehingga pedagang mengeluh sepi pembeli.",
        "<extra_id_0> <extra_id_1> <extra_id_2>",
        "\ud800\ufffd" * 40,
    ],
)
def test_nonsense_is_not_taken_for_a_digest(written: str) -> None:
    assert_is_default(engine(written).summarize(BODY, TITLE), "nonsense")


@pytest.mark.parametrize(
    "written",
    [
        f"**Ringkasan:** {FAITHFUL}",
        f"Berikut ringkasan beritanya:\n\n{FAITHFUL}",
        "\n".join(f"- {line}" for line in FAITHFUL.replace(". ", ".\n").splitlines()),
        "\n".join(f"{n}. {line}" for n, line in enumerate(FAITHFUL.replace(". ", ".\n").splitlines(), start=1)),
        f"{FAITHFUL} Semoga ringkasan ini membantu Anda!",
        f"{FAITHFUL} {FAITHFUL.partition('. ')[0]}.",
        f"{FAITHFUL} Selama perbaikan, sekitar 8.000",
    ],
)
def test_what_a_chat_model_adds_to_its_digest_is_left_out(written: str) -> None:
    assert " ".join(engine(written).summarize(BODY, TITLE).sentences) == FAITHFUL


def test_a_digest_is_at_most_80_words() -> None:
    long = f"{FAITHFUL} {BODY.replace(chr(10), ' ')}"
    found = engine(long).summarize(BODY, TITLE)
    assert found.fallback == ""
    assert len(" ".join(found.sentences).split()) <= 80


def test_a_first_sentence_too_long_for_a_list_gives_way_to_the_default_engines() -> None:
    long = (
        "Warga Kota Sagara di kedua sisi Sungai Lirih menyambut pembukaan Jembatan Melati dengan arak-arakan, musik, "
        "makan bersama, dan doa yang dipimpin tokoh agama dari enam kampung sejak matahari terbit sampai malam tiba."
    )
    body = f"{BODY}\n\n{long}"
    found = engine(long).summarize(body, TITLE)
    assert (found.sentences, found.fallback) == ((long,), "")
    assert found.short == ExtractiveSummarizer().summarize(body, TITLE).short != long


def test_the_generator_reads_the_headline_and_the_article_without_its_furniture() -> None:
    summarizer = engine(FAITHFUL)
    summarizer.summarize(f"SAGARA, KOMPAS.com - {BODY}\n\nBaca juga: Jembatan lain", TITLE)
    [[source]] = summarizer._generator.batches  # type: ignore[attr-defined]
    assert source.title == TITLE
    assert source.text.startswith("Pemerintah Kota Sagara")
    assert "Baca juga" not in source.text
    assert "\n\nWali Kota" in source.text


def test_a_long_article_is_reduced_to_its_best_sentences_in_order() -> None:
    body = BODY + "".join(
        f"\n\nWarga nomor {n} menunggu jembatan itu sejak pagi bersama keluarganya." for n in range(300)
    )
    summarizer = engine(FAITHFUL, source_words=60)
    assert summarizer.summarize(body, TITLE).fallback == ""
    [[source]] = summarizer._generator.batches  # type: ignore[attr-defined]
    assert 30 < len(source.text.split()) <= 60
    kept = [sentence for sentence in source.text.replace("\n\n", " ").split(". ") if sentence]
    assert sorted(kept, key=body.index) == kept
    assert kept[0] in body.partition(". ")[0]


def test_articles_go_to_the_generator_together_and_come_back_in_their_order() -> None:
    other = BODY.replace("Melati", "Kenanga").replace("Senin", "Selasa")
    summarizer = engine(
        lambda source: (
            FAITHFUL if "Melati" in source.text else FAITHFUL.replace("Melati", "Kenanga").replace("Senin", "Selasa")
        )
    )
    found = summarizer.summarize_many(
        [
            ArticleInput(BODY),
            ArticleInput(""),
            ArticleInput("The city opened the bridge again. " * 20),
            ArticleInput(other),
        ]
    )
    assert [type(each) for each in found] == [Digest, EmptyTextError, NotIndonesianError, Digest]
    assert "Melati" in found[0].sentences[0]  # type: ignore[union-attr]
    assert "Kenanga" in found[3].sentences[0]  # type: ignore[union-attr]
    assert [len(batch) for batch in summarizer._generator.batches] == [2]  # type: ignore[attr-defined]


def test_an_article_that_nobody_can_summarise_raises_as_with_the_default_engine() -> None:
    with pytest.raises(EmptyTextError):
        engine(FAITHFUL).summarize("  ")


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (GenerationError("missing"), "missing"),
        (GenerationError("timeout"), "timeout"),
        (GenerationError("memory"), "memory"),
        (MemoryError(), "memory"),
        (RuntimeError("shapes do not match"), "failed"),
    ],
)
def test_a_generator_that_fails_leaves_the_default_digest_with_the_reason(error: Exception, reason: Reason) -> None:
    assert_is_default(engine(raising(error)).summarize(BODY, TITLE), reason)


def test_an_article_that_breaks_the_generator_costs_the_others_nothing() -> None:
    def write(source: Source) -> str:
        if "rusak" in source.text:
            raise RuntimeError("token out of range")
        return FAITHFUL

    articles = [
        ArticleInput(BODY),
        ArticleInput(f"{BODY} Pagarnya masih rusak parah di satu sisi."),
        ArticleInput(BODY),
    ]
    found = engine(write).summarize_many(articles)
    assert [each.fallback for each in found if isinstance(each, Digest)] == ["", "failed", ""]


@pytest.mark.parametrize(("reason", "seconds"), [("missing", 600), ("memory", 600), ("timeout", 60), ("failed", 60)])
def test_a_generator_that_gave_nothing_is_left_alone_for_a_while_and_then_asked_again(
    reason: Reason, seconds: float
) -> None:
    clock, answers = Clock(), [GenerationError(reason), FAITHFUL]
    summarizer = engine(lambda _: answers.pop(0), clock=clock)
    assert_is_default(summarizer.summarize(BODY, TITLE), reason)
    clock.now = seconds - 1
    assert_is_default(summarizer.summarize(BODY, TITLE), reason)
    clock.now = seconds + 1
    assert summarizer.summarize(BODY, TITLE).fallback == ""


def test_one_article_that_fails_among_others_pauses_nothing() -> None:
    answers = iter([GenerationError("failed"), FAITHFUL, FAITHFUL])
    summarizer = engine(lambda _: next(answers))
    summarizer.summarize_many([ArticleInput(BODY), ArticleInput(BODY)])
    assert summarizer.summarize(BODY).fallback == ""


def test_nonsense_pauses_nothing() -> None:
    answers = iter(["", FAITHFUL])
    summarizer = engine(lambda _: next(answers))
    assert summarizer.summarize(BODY).fallback == "nonsense"
    assert summarizer.summarize(BODY).fallback == ""


def test_the_log_says_what_happened_and_for_how_long(caplog: pytest.LogCaptureFixture) -> None:
    summarizer = engine(raising(GenerationError("missing", "no folder /models/none")))
    for _ in range(3):
        summarizer.summarize(BODY, TITLE)
    assert [record.getMessage() for record in caplog.records] == [
        "test:scribe: no folder /models/none",
        f"{default().engine} makes the digests for the next 600 seconds",
    ]


@pytest.mark.parametrize(
    "spec", ["", "llama", "extractive:x", "transformers:", "openai:qwen3", "openai:@http://a.example"]
)
def test_a_spec_that_names_no_engine_is_refused(spec: str) -> None:
    with pytest.raises(ValueError):
        create_summarizer(spec)


def test_a_spec_with_an_address_gives_an_engine_named_by_its_model_alone() -> None:
    assert create_summarizer("openai:qwen3:8b@http://127.0.0.1:11434/v1").engine == "openai:qwen3:8b#1"
