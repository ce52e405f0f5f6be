"""Text as Telegram keeps it: HTML, entities, trimming, UTF-16."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.sandbox.entities import Entity, arrange_entities
from bot.sandbox.errors import ApiError
from bot.sandbox.formatted import format_text
from bot.sandbox.links import check_link
from bot.sandbox.utf16 import utf16_length, utf16_slice

Shown = list[tuple[str, str]]


def shown(html: str) -> tuple[str, Shown]:
    """The text, and each entity's type with the part it covers."""
    text = format_text(html, "HTML")
    return text.text, [(entity.type, utf16_slice(text.text, entity.offset, entity.end)) for entity in text.entities]


@pytest.mark.parametrize(
    ("html", "text", "entities"),
    [
        ("<b>tebal</b> biasa", "tebal biasa", [("bold", "tebal")]),
        ("<strong>a</strong><em>b</em>", "ab", [("bold", "a"), ("italic", "b")]),
        ("<u>a</u> <ins>b</ins>", "a b", [("underline", "a"), ("underline", "b")]),
        ("<s>a</s>-<strike>b</strike>-<del>c</del>", "a-b-c", [("strikethrough", part) for part in "abc"]),
        ("<tg-spoiler>a</tg-spoiler>.<span class='tg-spoiler'>b</span>", "a.b", [("spoiler", "a"), ("spoiler", "b")]),
        ("<code>x</code>", "x", [("code", "x")]),
        ("<pre>x\ny</pre>", "x\ny", [("pre", "x\ny")]),
        ("<blockquote>q</blockquote>", "q", [("blockquote", "q")]),
        ("<blockquote expandable>q</blockquote>", "q", [("expandable_blockquote", "q")]),
        ("<blockquote>a<blockquote>b</blockquote></blockquote>", "ab", [("blockquote", "ab")]),
        ('<tg-emoji emoji-id="5368324170671202286">👍</tg-emoji>', "👍", [("custom_emoji", "👍")]),
        ("<a href='http://contoh.id/?a=1&amp;b=2'>x</a>", "x", [("text_link", "x")]),
        ("<a>http://contoh.id/</a>", "http://contoh.id/", [("text_link", "http://contoh.id/")]),
        ("<a href='/lokal'>x</a>", "x", []),
        ("<a href='http://localhost/'>x</a>", "x", []),
        ("<B>besar</b>", "besar", [("bold", "besar")]),
        ("<b>a</>", "a", [("bold", "a")]),
        ("<b>a<i>b</i></b>", "ab", [("bold", "ab"), ("italic", "b")]),
        ("<b>a<b>b</b></b>", "ab", [("bold", "ab")]),
        ("<b>a</b><b>b</b>", "ab", [("bold", "ab")]),
        ("<b>a<code>b</code>c</b>", "abc", [("bold", "a"), ("code", "b"), ("bold", "c")]),
        ("<b></b>kosong", "kosong", []),
        ("<b> \n</b>x", "x", []),
        ("&lt;b&gt; &amp; &quot;x&quot;", '<b> & "x"', []),
        ("&#60;&#x3C;&#128512;", "<<😀", []),
        ("&nbsp; &bogus; & &#0; &lt", "&nbsp; &bogus; & &#0; <", []),
        ("😀 <b>😀😀</b>", "😀 😀😀", [("bold", "😀😀")]),
        (" \n <b> a </b> \n", "a", [("bold", "a")]),
        ("a\r\nb\x01c", "a\nb c", []),
        ("/cari banjir", "/cari banjir", [("bot_command", "/cari")]),
        ("/cari@sari_demo_bot x", "/cari@sari_demo_bot x", [("bot_command", "/cari@sari_demo_bot")]),
        ("a/b http://contoh.id/x.", "a/b http://contoh.id/x.", [("url", "http://contoh.id/x")]),
        (
            "halo @ayu_lestari #banjir",
            "halo @ayu_lestari #banjir",
            [("mention", "@ayu_lestari"), ("hashtag", "#banjir")],
        ),
        ("redaksi@contoh.id", "redaksi@contoh.id", [("email", "redaksi@contoh.id")]),
        ("<code>/cari</code>", "/cari", [("code", "/cari")]),
    ],
)
def test_html_becomes_text_with_entities(html: str, text: str, entities: Shown) -> None:
    assert shown(html) == (text, entities)


def test_a_code_block_keeps_its_language_in_either_nesting() -> None:
    for html in (
        '<pre><code class="language-python">x</code></pre>',
        '<code class="language-python"><pre>x</pre></code>',
    ):
        (entity,) = format_text(html, "HTML").entities
        assert (entity.type, entity.language) == ("pre", "python")


def test_a_code_span_has_no_language() -> None:
    (entity,) = format_text('<code class="language-python">x</code>', "HTML").entities
    assert (entity.type, entity.language) == ("code", None)


def test_a_link_to_a_user_is_a_text_mention() -> None:
    (entity,) = format_text('<a href="tg://user?id=1001">Ayu</a>', "HTML").entities
    assert (entity.type, entity.user_id) == ("text_mention", 1001)


@pytest.mark.parametrize(
    ("html", "reason"),
    [
        ("<x>", 'Unsupported start tag "x" at byte offset 0'),
        ("é<h1>", 'Unsupported start tag "h1" at byte offset 2'),
        ("harga < 5000", 'Unsupported start tag "" at byte offset 6'),
        ("a<3", "Unclosed start tag at byte offset 1"),
        ("<b", "Unclosed start tag at byte offset 0"),
        ("<a href='x>y", "Unclosed start tag at byte offset 0"),
        ("<a href=", 'Unclosed start tag "a" at byte offset 0'),
        ("<a =x>y</a>", 'Empty attribute name in the tag "a" at byte offset 0'),
        ("<a href=x:y>z</a>", "Unexpected end of name token at byte offset 8"),
        ("<span>x</span>", 'Tag "span" must have class "tg-spoiler" at byte offset 0'),
        ("</b>", "Unexpected end tag at byte offset 0"),
        ("<b>x</b", "Unclosed end tag at byte offset 4"),
        ("<b>x</i>", 'Unmatched end tag at byte offset 4, expected "</b>", found "</i>"'),
        ("<b><i>x</b></i>", 'Unmatched end tag at byte offset 7, expected "</i>", found "</b>"'),
        ("<b>x", "Can't find end tag corresponding to start tag b"),
        ("<b>&#xD800;</b>", "Text contains invalid Unicode characters"),
    ],
)
def test_broken_html_is_refused_in_telegrams_words(html: str, reason: str) -> None:
    with pytest.raises(ApiError) as refusal:
        format_text(html, "HTML")
    assert refusal.value.code == 400
    assert refusal.value.description.startswith(f"Bad Request: can't parse entities: {reason}")


@pytest.mark.parametrize(
    ("entities", "expected"),
    [
        ([{"type": "bold", "offset": 2, "length": 2}], [("bold", 2, 2)]),
        ([{"type": "url", "offset": 0, "length": 2}], []),
        (
            [{"type": "bold", "offset": 0, "length": 3}, {"type": "italic", "offset": 2, "length": 4}],
            [("bold", 0, 3), ("italic", 2, 1), ("italic", 3, 3)],
        ),
    ],
)
def test_given_entities_are_arranged(entities: list[dict[str, object]], expected: list[tuple[str, int, int]]) -> None:
    text = format_text("😀abcdef", entities=json.dumps(entities))
    assert [(entity.type, entity.offset, entity.length) for entity in text.entities] == expected


@pytest.mark.parametrize(
    ("entities", "reason"),
    [
        ("[", "can't parse entities JSON object"),
        ("{}", "expected an Array of MessageEntity"),
        ('[{"type": "bold", "offset": 1, "length": 2}]', "entity begins or ends in a middle of a UTF-16 symbol"),
        ('[{"type": "bold", "offset": 9, "length": 2}]', "entity begins after the end of the text at UTF-16 offset 9"),
        ('[{"type": "bold", "offset": 2, "length": 9}]', "entity beginning at UTF-16 offset 2 ends after the end"),
        ('[{"type": "besar", "offset": 2, "length": 1}]', "can't parse MessageEntity: Unsupported type specified"),
        ('[{"type": "bold", "length": 1}]', "can't parse MessageEntity: Can't find field \"offset\""),
    ],
)
def test_wrong_entities_are_refused(entities: str, reason: str) -> None:
    with pytest.raises(ApiError) as refusal:
        format_text("😀abcdef", entities=entities)
    assert refusal.value.description.startswith(f"Bad Request: {reason}")


def test_markdown_is_not_spoken_here() -> None:
    with pytest.raises(ApiError, match="parse_mode HTML only"):
        format_text("*x*", "MarkdownV2")


def test_no_more_than_100_entities_are_kept() -> None:
    assert len(format_text("<b>a</b> " * 120, "HTML").entities) == 100


@pytest.mark.parametrize(
    ("url", "kept"),
    [
        ("contoh.id", "http://contoh.id/"),
        ("https://contoh.id/berita?a=1", "https://contoh.id/berita?a=1"),
        ("http://127.0.0.1:8080/berita", "http://127.0.0.1:8080/berita"),
        ("tg://resolve?domain=sari_demo_bot", "tg://resolve?domain=sari_demo_bot"),
        ("http://localhost:8080/", None),
        ("javascript:alert(1)", None),
        ("ftp://contoh.id/", None),
        ("http://contoh.id:99999/", None),
        ("", None),
    ],
)
def test_links_are_checked_as_telegram_does(url: str, kept: str | None) -> None:
    assert check_link(url) == kept


_styles = st.sampled_from(["bold", "italic", "code", "text_link", "blockquote", "spoiler"])
_spans = st.builds(Entity, _styles, st.integers(0, 20), st.integers(0, 10))


@given(st.lists(_spans, max_size=12))
def test_arranged_entities_always_form_a_tree(entities: list[Entity]) -> None:
    arranged = arrange_entities(entities)
    for index, one in enumerate(arranged):
        assert one.length > 0
        for other in arranged[index + 1 :]:
            assert other.offset >= one.end or other.end <= one.end


@given(st.text())
def test_escaped_text_survives_html_parsing(text: str) -> None:
    plain = format_text(text)
    escaped = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    assert format_text(escaped, "HTML") == plain


@given(st.text(max_size=50))
def test_utf16_length_counts_two_units_beyond_the_basic_plane(text: str) -> None:
    assert utf16_length(text) == sum(2 if character > "\uffff" else 1 for character in text)
