"""Records become messages. The words stand in ``texts``; what is filled in is escaped there."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import groupby

from markupsafe import Markup, escape

from bot.errors import SariError
from bot.models import (
    TOPICS,
    Broadcast,
    Button,
    ChatKind,
    EditionStory,
    EditionView,
    Feed,
    MessageBody,
    OutboxCounts,
    Passage,
    Story,
    StoryMember,
    Subscriber,
    ToldStory,
    Zone,
)
from bot.services.reading import SearchPage
from bot.telegram import buttons
from bot.telegram.split import split_blocks
from bot.telegram.wording import (
    age_words,
    date_words,
    days_words,
    hour_words,
    keep_amounts_whole,
    moment_words,
    short_moment_words,
    times_words,
)
from bot.texts import Catalog, catalog
from summarizer.places import places
from summarizer.story_digest import StorySentence

FULL_STORIES = 3
"""Stories at the top of an edition that get their full digest; the later ones get one sentence."""
EDITION_WORDS = 80
"""Words of a full digest in an edition; more than one outlet's stand only in the open story."""
MAX_DIFFERENCES = 3
"""Figures on which outlets disagree, under an open story; in an edition one."""
MAX_SOURCES = 6
"""Articles listed under an open story."""
LABEL_LENGTH = 40
"""Characters of a button's label that a phone shows whole."""


def message(language: str, key: str, rows: buttons.Rows = (), **values: object) -> MessageBody:
    """A message that is nothing but one text."""
    return MessageBody(catalog(language).html(f"messages.{key}", **values), rows)


def error(language: str, problem: SariError) -> MessageBody:
    """The sentence for an error."""
    return MessageBody(catalog(language).html(f"errors.{problem.key}", **problem.values))


def error_note(language: str, problem: SariError) -> str:
    """The same for a callback answer, which holds 200 characters and no markup."""
    return _shorten(catalog(language).plain(f"errors.{problem.key}", **problem.values), 200)


# --- editions -----------------------------------------------------------------------------------------------------


def edition(view: EditionView, *, language: str, zone: Zone) -> list[MessageBody]:
    """The messages of an edition; the buttons that open its stories stand under the last one.

    Where one full digest less lets it fit into one message, that is what the reader gets: a second message for a line
    or two doubles the deliveries and rings twice.
    """
    words = catalog(language)
    if not view.stories:
        return [message(language, "edition_empty")]
    due, now = view.edition.due_at, view.edition.window_to
    head = words.html(
        "messages.edition_head",
        date=date_words(words, due, zone),
        hour=hour_words(words, due, zone),
        n=len(view.stories),
    )
    foot = words.html("messages.edition_foot")
    rows = buttons.numbers([(item.number, item.told.story.id) for item in view.stories])

    def pack(full_stories: int) -> list[MessageBody]:
        blocks = [_edition_block(words, item, now, zone, item.number <= full_stories) for item in view.stories]
        return _messages([head, *blocks, foot], rows)

    bodies = pack(FULL_STORIES)
    if len(bodies) == 1:
        return bodies
    shorter = pack(FULL_STORIES - 1)
    return shorter if len(shorter) == 1 else bodies


def _edition_block(words: Catalog, item: EditionStory, now: datetime, zone: Zone, is_full: bool) -> Markup:
    told = item.told
    sentences = list(_first_words(told.digest.sentences, EDITION_WORDS)) if is_full else []
    differences = _differences(words, told, zone, beside=now)[:1] if is_full else []
    return words.html(
        "messages.edition_story",
        number=item.number,
        title=told.lead.title,
        text=_attributed(words, sentences) or keep_amounts_whole(told.digest.short),
        differences=Markup("\n").join(differences),
        sources=_sources(words, told.story),
        age=age_words(words, told.lead.published_at, now),
    )


def _first_words(sentences: Sequence[StorySentence], limit: int) -> Iterator[StorySentence]:
    """The first sentences of a digest, at least one, that have so many words together."""
    total = 0
    for sentence in sentences:
        total += len(sentence.text.split())
        if total > limit and total > len(sentence.text.split()):
            return
        yield sentence


def _attributed(words: Catalog, sentences: Sequence[StorySentence]) -> Markup:
    """Sentences as running text; where they are of several outlets, each outlet's end with its name."""
    voices = _voices(sentences)
    if len(voices) < 2:
        return escape("".join(text for _, text in voices))
    return Markup(" ").join(words.html("messages.story_voice", text=text, outlet=outlet) for outlet, text in voices)


def _voices(sentences: Sequence[StorySentence]) -> list[tuple[str, str]]:
    """What each outlet says, in the order of the digest."""
    by_outlet = groupby(sentences, key=lambda sentence: sentence.outlet)
    return [(outlet, keep_amounts_whole(" ".join(one.text for one in said))) for outlet, said in by_outlet]


def _differences(words: Catalog, told: ToldStory, zone: Zone, *, beside: datetime) -> list[Markup]:
    """The figures on which outlets disagree, a line each, with when each outlet gave its own."""
    return [
        words.html(
            "messages.story_difference",
            what=difference.what,
            values=[
                (
                    value.outlet,
                    keep_amounts_whole(value.text),
                    short_moment_words(words, value.published, zone, beside=beside),
                )
                for value in difference.values
            ],
        )
        for difference in told.digest.differences[:MAX_DIFFERENCES]
    ]


def _sources(words: Catalog, story: Story) -> Markup:
    """The outlets of a story, each with the link to its newest article."""
    links = {member.outlet: member.url for member in reversed(story.members)}
    listed = Markup(", ").join(_link(links[outlet], outlet) for outlet in story.outlets)
    if len(story.outlets) == 1:
        return listed
    return words.html("messages.covered_by", n=len(story.outlets), outlets=listed)


# --- a story, a search --------------------------------------------------------------------------------------------


def story(told: ToldStory, *, language: str, zone: Zone) -> list[MessageBody]:
    """An open story: its digest, what other outlets add, where figures differ, who reports it and when, links."""
    words = catalog(language)
    found, lead, digest = told.story, told.lead, told.digest
    voices = _voices(digest.sentences)
    text = voices[0][1] if voices else digest.short
    if len(voices) > 1:
        text = words.html("messages.story_voice", text=text, outlet=lead.outlet)
    blocks = [words.html("messages.story", title=lead.title, text=text)]
    if lead.version > 1:
        blocks.append(words.html("messages.story_updated"))
    if differences := _differences(words, told, zone, beside=found.members[0].published_at):
        blocks.append(Markup("\n").join([words.html("messages.story_differences"), *differences]))
    blocks += [*_other_voices(words, found, voices[1:]), _timeline(words, found, lead, zone)]
    blocks.append(words.html("messages.story_foot"))
    rows: buttons.Rows = ()
    if lead.url.startswith("http"):
        label = _shorten(words.plain("buttons.read_at", outlet=lead.outlet), LABEL_LENGTH)
        rows = ((Button(label, url=lead.url),),)
    return _messages(blocks, rows)


def _other_voices(words: Catalog, found: Story, voices: Sequence[tuple[str, str]]) -> list[Markup]:
    links = {member.outlet: member.url for member in reversed(found.members)}
    lines = [
        words.html("messages.story_other", outlet=_link(links[outlet], outlet), text=text) for outlet, text in voices
    ]
    return [Markup("\n").join([words.html("messages.story_others"), *lines])] if lines else []


def _timeline(words: Catalog, found: Story, lead: StoryMember, zone: Zone) -> Markup:
    """Who reported it and when, newest first; a title is said again only where it is another than the lead's."""
    newest = found.members[0].published_at
    lines = [words.html("messages.story_sources", date=date_words(words, newest, zone))]
    lines += [
        words.html(
            "messages.story_source",
            hour=short_moment_words(words, member.published_at, zone, beside=newest),
            outlet=_link(member.url, member.outlet),
            title="" if member.title == lead.title else member.title,
        )
        for member in found.members[:MAX_SOURCES]
    ]
    if len(found.members) > MAX_SOURCES:
        lines.append(words.html("messages.story_more", n=len(found.members) - MAX_SOURCES))
    return Markup("\n").join(lines)


def search(page: SearchPage, *, language: str, now: datetime) -> MessageBody:
    """One page of a search."""
    words, query = catalog(language), _shorten(page.listing.query, 80)
    if not page.stories:
        return message(language, "search_none", query=query)
    blocks = [words.html("messages.search_head", query=query, n=len(page.listing.story_ids))]
    if page.asked is not None:
        blocks.append(words.html("messages.search_corrected", asked=_shorten(page.asked, 80), query=query))
    for number, told in page.stories:
        blocks.append(
            words.html(
                "messages.search_item",
                number=number,
                title=told.lead.title,
                text=_marked(page.passages.get(told.story.id, Passage(told.digest.short))),
                sources=_sources(words, told.story),
                age=age_words(words, told.lead.published_at, now),
            )
        )
    blocks.append(words.html("messages.search_foot"))
    # Five headlines and sentences never fill a message; were it otherwise, a page must still be one message.
    return MessageBody(split_blocks(blocks)[0], buttons.search(words, page))


def _marked(passage: Passage) -> Markup:
    """The text with what was found in bold."""
    text = keep_amounts_whole(passage.text)  # one character for another: the marks stay where they are
    shown, at = Markup(), 0
    for start, end in passage.marks:
        shown += Markup("{}<b>{}</b>").format(text[at:start], text[start:end])
        at = end
    return shown + text[at:]


# --- settings -----------------------------------------------------------------------------------------------------


def welcome(subscriber: Subscriber, *, returning: bool, foreign: bool) -> MessageBody:
    """The answer to /start; ``foreign`` adds a line for those whose Telegram is not in a language of Indonesia."""
    language, when = subscriber.language, next_words(subscriber)
    if returning:
        return message(language, "welcome_back", next=when)
    if subscriber.kind is not ChatKind.PRIVATE:
        return message(language, "welcome_group", next=when)
    return message(language, "welcome", buttons.welcome(catalog(language), subscriber), next=when, foreign=foreign)


def schedule(subscriber: Subscriber) -> MessageBody:
    """Hours, days and zone as they stand, with buttons to change them."""
    words = catalog(subscriber.language)
    return message(
        subscriber.language,
        "schedule",
        buttons.schedule(subscriber),
        hours=times_words(words, subscriber.schedule),
        days=days_words(words, subscriber.schedule),
        next=next_words(subscriber),
    )


def quiet(subscriber: Subscriber) -> MessageBody:
    """Quiet hours as they stand, with buttons to change them."""
    words, hours = catalog(subscriber.language), subscriber.quiet
    return message(
        subscriber.language,
        "quiet",
        buttons.quiet(words, subscriber),
        hours="" if hours is None else f"{hours.start:%H.%M}–{hours.end:%H.%M} {subscriber.schedule.zone}",
    )


def next_words(subscriber: Subscriber) -> str:
    """When the next digest comes; empty while the subscription rests."""
    if subscriber.next_digest_at is None:
        return ""
    return moment_words(catalog(subscriber.language), subscriber.next_digest_at, subscriber.schedule.zone)


def topics(subscriber: Subscriber) -> MessageBody:
    """The chosen topics and the followed places, with a button for each."""
    words = catalog(subscriber.language)
    chosen = [words.plain(f"topics.{topic}") for topic in TOPICS if topic in subscriber.topics]
    listed = ", ".join(chosen) or words.plain("topics.all")
    followed = ", ".join(sorted(places()[key].name for key in subscriber.places))
    return message(subscriber.language, "topics", buttons.topics(words, subscriber), chosen=listed, places=followed)


def help_text(language: str, *, editor: bool) -> MessageBody:
    words = catalog(language)
    commands = [*words.section("commands").items()]
    if editor:
        commands += words.section("commands_editor").items()
    return message(language, "help", commands=commands)


# --- newsroom -----------------------------------------------------------------------------------------------------


def breaking(broadcast: Broadcast, *, language: str) -> list[MessageBody]:
    """A breaking item as readers get it."""
    words = catalog(language)
    blocks = [words.html("messages.breaking", title=broadcast.title, text=_paragraphs(broadcast.text))]
    rows: buttons.Rows = ()
    if broadcast.url is not None:
        label = _shorten(words.plain("buttons.read_at", outlet=broadcast.outlet), LABEL_LENGTH)
        blocks.append(words.html("messages.breaking_foot_digest", outlet=broadcast.outlet))
        rows = ((Button(label, url=broadcast.url),),)
    return _messages(blocks, rows)


def breaking_preview(broadcast: Broadcast, readers: int, *, language: str) -> list[MessageBody]:
    """What readers will get, and the question whether to send it."""
    rows = buttons.confirm(catalog(language), broadcast, readers)
    return [*breaking(broadcast, language=language), message(language, "breaking_preview", rows)]


def breaking_report(broadcast_id: int, counts: OutboxCounts, *, language: str) -> MessageBody:
    rows = buttons.report(catalog(language), broadcast_id, shown=True)
    return message(
        language,
        "breaking_report",
        rows,
        sent=counts.sent,
        pending=counts.pending,
        dead=counts.dead,
        unknown=counts.unknown,
    )


def fallback_notice(reason: str, engine: str, language: str) -> MessageBody:
    """To an admin: why digests are not by the engine that was chosen."""
    words = catalog(language)
    return message(language, "fallback_notice", engine=engine, why=words.plain(f"fallbacks.{reason}"))


def feed_notice(feeds: Sequence[Feed], language: str) -> MessageBody:
    """To an admin: which feeds are visited no more, and why."""
    return message(language, "feed_notice", feeds=feeds)


def unknown_text(language: str, text: str) -> MessageBody:
    """A helpful answer to words that are no command, with a search for them in one tap."""
    words = catalog(language)
    rows: buttons.Rows = ()
    if 0 < len(text) <= 60:
        label = words.plain("buttons.search_this", query=_shorten(text, LABEL_LENGTH))
        rows = ((Button(label, data=buttons.FIND),),)
    return message(language, "unknown_text", rows)


def _messages(blocks: Sequence[str], rows: buttons.Rows) -> list[MessageBody]:
    """Blocks packed into messages that break between blocks only; the buttons stand under the last one."""
    parts = split_blocks(blocks)
    return [MessageBody(part, rows if number == len(parts) else ()) for number, part in enumerate(parts, start=1)]


def _link(url: str, label: str) -> Markup:
    if not url.startswith("http"):
        return escape(label)
    return Markup('<a href="{}">{}</a>').format(url, label)


def _paragraphs(text: str) -> str:
    return "\n".join(line.strip() for line in text.splitlines())


def _shorten(text: str, limit: int) -> str:
    return text if len(text) <= limit else text[: limit - 1].rstrip() + "…"
