"""Records for tests, with every field that a test does not care about filled in."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime, timedelta

from bot.models import (
    ChatKind,
    MessageBody,
    NewArticle,
    OutboxKind,
    OutboxMessage,
    Schedule,
    Status,
    Story,
    StoryMember,
    Subscriber,
    ToldStory,
)
from summarizer.story_digest import Difference, StoryDigest, StorySentence

NOW = datetime(2026, 11, 24, 0, 0, tzinfo=UTC)
"""07.00 WIB on a Tuesday."""

FLOOD = (
    "Banjir merendam 1.200 rumah di Kota Sagara pada Senin malam setelah Sungai Lirih meluap. "
    "Badan penanggulangan bencana setempat mengungsikan 3.400 warga ke empat gedung sekolah. "
    "Wali Kota Sagara Mirna Hapsari meminta warga di bantaran sungai tetap waspada sampai Rabu. "
    "Air mulai surut pada pukul 05.00 WIB, tetapi listrik di tiga kelurahan masih dipadamkan."
)
RICE = (
    "Harga beras medium di pasar induk Tirtamulya turun menjadi Rp 12.900 per kilogram pada pekan ini. "
    "Kepala dinas perdagangan setempat menyebut panen raya di lima kecamatan sebagai penyebabnya. "
    "Pedagang memperkirakan harga masih turun sampai akhir bulan karena stok gudang mencapai 48.000 ton. "
    "Petani berharap pemerintah menyerap gabah agar harga di tingkat petani tidak jatuh."
)


def new_article(
    title: str = "Banjir rendam 1.200 rumah di Sagara",
    body: str = FLOOD,
    *,
    outlet: str = "Kabar Nusantara",
    url: str | None = None,
    published_at: datetime = NOW - timedelta(hours=2),
    topic: str | None = "daerah",
    external_id: str | None = None,
    places: tuple[str, ...] = (),
) -> NewArticle:
    content = hashlib.sha256(f"{title}\n{body}".encode()).hexdigest()
    slug = hashlib.sha256(f"{outlet}/{title}".encode()).hexdigest()[:10]
    return NewArticle(
        url=url or f"https://kabar.example/{slug}",
        outlet=outlet,
        title=title,
        body=body,
        published_at=published_at,
        place=None,
        topic=topic,
        content_hash=content,
        external_id=external_id,
        places=places,
    )


def member(
    article_id: int = 1,
    outlet: str = "Kabar Nusantara",
    *,
    title: str = "Judul",
    topic: str | None = "daerah",
    age: timedelta = timedelta(hours=2),
    sentences: tuple[str, ...] = ("Satu kalimat yang utuh.", "Satu kalimat lagi."),
    short: str = "Satu kalimat yang utuh.",
    content_hash: str | None = None,
    url: str | None = None,
    places: frozenset[str] = frozenset(),
    copy_of: int | None = None,
) -> StoryMember:
    return StoryMember(
        article_id=article_id,
        outlet=outlet,
        title=title,
        url=url or f"https://kabar.example/{article_id}",
        published_at=NOW - age,
        content_hash=content_hash or f"hash-{article_id}",
        topic=topic,
        place=None,
        sentences=sentences,
        short=short,
        places=places,
        copy_of=copy_of,
    )


def story(story_id: int, *members: StoryMember) -> Story:
    return Story(story_id, members or (member(story_id),))


def told(found: Story, *added: StorySentence, differences: tuple[Difference, ...] = ()) -> ToldStory:
    """A story that its first article with a digest leads; ``added`` is what other outlets say."""
    at, lead = next(((n, one) for n, one in enumerate(found.members) if one.sentences), (0, found.members[0]))
    sentences = (*(StorySentence(text, lead.outlet) for text in lead.sentences), *added)
    return ToldStory(found, lead, StoryDigest(at, sentences, lead.short, differences, "extractive-1"))


def subscriber(chat_id: int = 1001, *, due: datetime | None = NOW, **changes: object) -> Subscriber:
    fields: dict[str, object] = {
        "chat_id": chat_id,
        "kind": ChatKind.PRIVATE,
        "language": "id",
        "status": Status.ACTIVE,
        "schedule": Schedule(),
        "topics": frozenset(),
        "places": frozenset(),
        "next_digest_at": due,
        "last_edition_at": None,
        "created_at": NOW - timedelta(days=3),
    }
    return Subscriber(**{**fields, **changes})  # type: ignore[arg-type]


def outbox_message(*, attempts: int = 0, ambiguous: int = 0) -> OutboxMessage:
    return OutboxMessage(1, 1001, OutboxKind.DIGEST, 1, 1, MessageBody("halo"), attempts, ambiguous)
