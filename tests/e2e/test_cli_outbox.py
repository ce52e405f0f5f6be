"""`sari outbox`: what was given up is listed, sent again or dropped."""

from __future__ import annotations

import json
import os
from datetime import timedelta

import pytest

from bot.models import MessageBody, OutboxDraft, OutboxMessage, OutboxRecord, OutboxState, Status
from bot.storage import open_storage
from bot.storage.base import Storage
from tests.e2e.terminal import Terminal
from tests.records import NOW, subscriber


async def claim(storage: Storage, *, days: int = 0) -> list[OutboxMessage]:
    return await storage.claim_due(NOW + timedelta(days=days), owner="kita", limit=9, lease=timedelta(minutes=2))


@pytest.fixture
async def letters(sari: Terminal) -> list[int]:
    """Two messages that were given up."""
    storage = await open_storage(os.environ["SARI_DATABASE_URL"])
    for chat_id in (1, 2):
        await storage.save_subscriber(subscriber(chat_id))
    item = await storage.add_broadcast(editor_id=1, title="Gempa", text="Isi", url=None, outlet="", now=NOW)
    drafts = [OutboxDraft(chat_id, 1, MessageBody("<b>Gempa</b> di Sagara")) for chat_id in (1, 2)]
    await storage.queue_broadcast(item.id, drafts, NOW)
    messages = await claim(storage)
    states = (OutboxState.DEAD, OutboxState.UNKNOWN)
    records = [
        OutboxRecord(message.id, state, 1, 0, NOW, reason=f"alasan {message.chat_id}")
        for message, state in zip(messages, states, strict=True)
    ]
    await storage.advance((), records, owner="kita", now=NOW)
    await storage.close()
    return [message.id for message in messages]


async def test_an_empty_list_says_so(sari: Terminal) -> None:
    found = await sari.run("outbox", "dead")
    assert (found.code, found.out, found.err) == (0, "", "Tidak ada pesan yang gagal.\n")


async def test_what_was_given_up_is_listed_with_its_reason(sari: Terminal, letters: list[int]) -> None:
    found = await sari.run("outbox", "dead")
    first, second = found.out.splitlines()
    assert first == f"{letters[0]}  gagal  breaking 1, bagian 1, ke 1  Gempa di Sagara  (alasan 1)"
    assert "tidak pasti" in second
    lines = (await sari.run("outbox", "dead", "--json", "--after", str(letters[0]))).out.splitlines()
    assert [json.loads(line)["chat_id"] for line in lines] == [2]


async def test_what_belongs_to_a_reader_who_left_is_marked_as_nothing_can_be_done(
    sari: Terminal, letters: list[int]
) -> None:
    storage = await open_storage(os.environ["SARI_DATABASE_URL"])
    await storage.set_status(2, Status.STOPPED, NOW)
    await storage.close()
    first, second = (await sari.run("outbox", "dead")).out.splitlines()
    assert "berlangganan" not in first
    assert second.endswith("[tidak lagi berlangganan]")
    lines = (await sari.run("outbox", "dead", "--json")).out.splitlines()
    assert [json.loads(line)["can_retry"] for line in lines] == [True, False]


async def test_one_is_sent_again_and_the_rest_dropped(sari: Terminal, letters: list[int]) -> None:
    again = await sari.run("outbox", "retry", str(letters[0]))
    assert (again.code, again.out) == (
        0,
        "1 pesan dimasukkan kembali ke antrean; sari run mengirim yang sudah waktunya.\n",
    )
    dropped = await sari.run("outbox", "drop", "--all")
    assert (dropped.code, dropped.out) == (0, "1 pesan dihapus.\n")
    storage = await open_storage(os.environ["SARI_DATABASE_URL"])
    assert [message.id for message in await claim(storage, days=400)] == letters[:1]
    await storage.close()


async def test_a_number_that_is_not_listed_fails(sari: Terminal, letters: list[int]) -> None:
    for action in ("retry", "drop"):
        found = await sari.run("outbox", action, "999")
        assert (found.code, found.out) == (1, "")
        assert found.err == "Tidak ada pesan gagal dengan nomor itu. Lihat daftarnya dengan sari outbox dead.\n"
    assert (await sari.run("outbox", "retry")).code == 2


async def test_all_of_an_empty_list_is_no_failure(sari: Terminal) -> None:
    assert (await sari.run("outbox", "drop", "--all")).out == "0 pesan dihapus.\n"
    assert (await sari.run("outbox", "retry", "--all")).code == 0


async def test_what_cannot_be_sent_again_as_its_reader_left_says_so(sari: Terminal, letters: list[int]) -> None:
    storage = await open_storage(os.environ["SARI_DATABASE_URL"])
    await storage.set_status(2, Status.STOPPED, NOW)
    await storage.close()
    found = await sari.run("outbox", "retry", str(letters[1]))
    assert (found.code, found.out) == (1, "")
    assert "penerimanya tidak lagi berlangganan" in found.err
