"""Inline buttons and what their callback data means.

Ids stand in the data itself, so that a button under an old digest never loses its sense.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from bot.models import TOPICS, Broadcast, Button, Subscriber, Zone
from bot.services.reading import SearchPage
from bot.texts import Catalog
from summarizer.places import places

OPEN: Final = "open"
PAGE: Final = "page"
TOPIC: Final = "topic"
PLACE: Final = "place"
TOPICS_SHOW: Final = "topics"
HOUR: Final = "hour"
QUIET: Final = "quiet"
DIGEST: Final = "digest"
LANGUAGE: Final = "lang"
FIND: Final = "find"
START: Final = "start"
SEND: Final = "send"
SEND_URGENT: Final = "urgent"
CANCEL: Final = "cancel"
REPORT: Final = "report"

HOURS = ("05.00", "06.00", "07.00", "12.00", "18.00", "20.00")
NIGHTS = ("21.00-05.00", "22.00-05.00", "22.00-06.00", "23.00-07.00")
NEVER = "mati"
"""What ends quiet hours, as a reader may write it after /senyap."""
PER_ROW = 5

Rows = tuple[tuple[Button, ...], ...]


def encode(action: str, *values: str | int) -> str:
    """Callback data of at most 64 bytes: an action and its values."""
    data = ":".join((action, *map(str, values)))
    assert len(data.encode()) <= 64, data
    return data


def decode(data: str) -> tuple[str, list[str]]:
    """The action and its values."""
    action, *values = data.split(":")
    return action, values


def numbers(stories: Sequence[tuple[int, int]]) -> Rows:
    """Buttons that open stories: (number, story id) pairs."""
    row = [Button(str(number), data=encode(OPEN, story_id)) for number, story_id in stories]
    return tuple(tuple(row[start : start + PER_ROW]) for start in range(0, len(row), PER_ROW))


def search(words: Catalog, page: SearchPage) -> Rows:
    """The numbers of a page, and the way to the pages beside it."""
    turn = []
    if page.page > 0:
        turn.append(Button(words.plain("buttons.previous"), data=encode(PAGE, page.listing.id, page.page - 1)))
    if page.page + 1 < page.pages:
        turn.append(Button(words.plain("buttons.next"), data=encode(PAGE, page.listing.id, page.page + 1)))
    rows = numbers([(number, told.story.id) for number, told in page.stories])
    return (*rows, tuple(turn)) if turn else rows


def schedule(subscriber: Subscriber) -> Rows:
    """Hours and zones to tap; what holds now is marked."""
    now = {f"{time.hour:02}.{time.minute:02}" for time in subscriber.schedule.times}
    hours = [Button(_mark(hour, hour in now), data=encode(HOUR, hour)) for hour in HOURS]
    zones = [Button(_mark(zone, zone is subscriber.schedule.zone), data=encode(HOUR, zone)) for zone in Zone]
    return tuple(hours[:3]), tuple(hours[3:]), tuple(zones)


def quiet(words: Catalog, subscriber: Subscriber) -> Rows:
    """Nights to tap, and the end of quiet hours where there are any; what holds now is marked."""
    now = subscriber.quiet
    chosen = "" if now is None else f"{now.start:%H.%M}-{now.end:%H.%M}"
    nights = [Button(_mark(night.replace("-", "–"), night == chosen), data=encode(QUIET, night)) for night in NIGHTS]
    rows = (tuple(nights[:2]), tuple(nights[2:]))
    return rows if now is None else (*rows, (Button(words.plain("buttons.no_quiet"), data=encode(QUIET, NEVER)),))


def welcome(words: Catalog, subscriber: Subscriber) -> Rows:
    """The first message: the hour in one tap, the topics in another."""
    more = (
        Button(words.plain("buttons.topics"), data=TOPICS_SHOW),
        Button(words.plain("buttons.digest_now"), data=DIGEST),
    )
    return (*schedule(subscriber), more)


def restart(words: Catalog) -> Rows:
    """Under the goodbye."""
    return ((Button(words.plain("buttons.restart"), data=START),),)


def topics(words: Catalog, subscriber: Subscriber) -> Rows:
    """A button for each topic, and for each followed place one that ends it; what is chosen is marked."""
    chosen = subscriber.topics
    buttons = [
        Button(_mark(words.plain(f"topics.{topic}"), topic in chosen), data=encode(TOPIC, topic)) for topic in TOPICS
    ]
    pairs = tuple(tuple(buttons[start : start + 2]) for start in range(0, len(buttons), 2))
    every = Button(_mark(words.plain("topics.all"), not chosen), data=encode(TOPIC, "*"))
    followed = [
        Button(_mark(place.name, True), data=encode(PLACE, place.key))
        for place in sorted((places()[key] for key in subscriber.places), key=lambda place: place.name)
    ]
    return (*pairs, (every,), *(tuple(followed[start : start + 2]) for start in range(0, len(followed), 2)))


def languages() -> Rows:
    return ((Button("Bahasa Indonesia", data=encode(LANGUAGE, "id")), Button("English", data=encode(LANGUAGE, "en"))),)


def confirm(words: Catalog, broadcast: Broadcast, readers: int) -> Rows:
    """Under the preview of a breaking item."""
    return (
        (Button(words.plain("buttons.send_to", n=readers), data=encode(SEND, broadcast.id)),),
        (Button(words.plain("buttons.send_urgent"), data=encode(SEND_URGENT, broadcast.id)),),
        (Button(words.plain("buttons.cancel"), data=encode(CANCEL, broadcast.id)),),
    )


def report(words: Catalog, broadcast_id: int, *, shown: bool = False) -> Rows:
    """The way to a report, or under a report that is ``shown`` already, to its latest figures."""
    label = words.plain("buttons.report_again" if shown else "buttons.report")
    return ((Button(label, data=encode(REPORT, broadcast_id)),),)


def _mark(label: str, chosen: bool) -> str:
    return f"✓ {label}" if chosen else label
