"""One spelling for each address."""

import pytest

from bot.errors import InputError
from bot.ingest.urls import canonical_url, host_of, same_host


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("HTTPS://Kabar.Example/Daerah/Banjir", "https://kabar.example/Daerah/Banjir"),
        ("https://kabar.example", "https://kabar.example/"),
        ("  https://kabar.example/a \n", "https://kabar.example/a"),
        ("https://kabar.example./a", "https://kabar.example/a"),
        ("https://kabar.example:443/a", "https://kabar.example/a"),
        ("http://kabar.example:80/a", "http://kabar.example/a"),
        ("http://kabar.example:8080/a", "http://kabar.example:8080/a"),
        ("https://kabar.example/a#komentar", "https://kabar.example/a"),
        ("https://kabar.example/a?utm_source=rss&UTM_Medium=x&fbclid=1&gclid=2&ref=home", "https://kabar.example/a"),
        ("https://kabar.example/a?id=7&utm_source=rss&page=2", "https://kabar.example/a?id=7&page=2"),
        ("https://kabar.example/a?z=1&a=2", "https://kabar.example/a?z=1&a=2"),
        ("https://kabar.example/a?reference=7&refund=1", "https://kabar.example/a?reference=7&refund=1"),
        ("https://kabar.example/a?q=a%20b&kosong=", "https://kabar.example/a?q=a%20b&kosong="),
        ("https://kabar.example/a b/é", "https://kabar.example/a%20b/%C3%A9"),
        ("https://bücher.example/a", "https://xn--bcher-kva.example/a"),
        ("http://[2001:db8::1]:8080/a", "http://[2001:db8::1]:8080/a"),
    ],
)
def test_an_address_has_one_spelling(url: str, expected: str) -> None:
    assert canonical_url(url) == expected
    assert canonical_url(expected) == expected


@pytest.mark.parametrize(
    "url",
    [
        "",
        "kabar.example/a",
        "ftp://kabar.example/a",
        "javascript:alert(1)",
        "file:///etc/passwd",
        "https://",
        "https:///a",
        "https://kabar.example:0/a",
        "https://kabar.example:99999/a",
        "https://kabar.example:x/a",
        "https://kabar.example@jahat.example/a",
        "https://user:rahasia@kabar.example/a",
        "https://kabar example/a",
        "https://[::1/a",
        "https://kabar.example/a\x00b",
        "https://kabar.example/" + "a" * 3000,
    ],
)
def test_what_is_no_web_address_is_refused(url: str) -> None:
    with pytest.raises(InputError) as caught:
        canonical_url(url)
    assert caught.value.key == "url_bad"
    assert len(str(caught.value.values["url"])) <= 100


def test_a_host_is_named_without_www() -> None:
    assert host_of("https://www.kabar.example/a") == "kabar.example"
    assert host_of("https://daerah.kabar.example/a") == "daerah.kabar.example"
    assert host_of("urn:sari:1") == ""


def test_mobile_pages_are_on_the_same_host_and_others_are_not() -> None:
    assert same_host("https://www.kabar.example/a", "http://m.kabar.example/b")
    assert not same_host("https://kabar.example/a", "https://warta.example/a")
    assert not same_host("https://kabar.example.jahat.example/a", "https://kabar.example/a")
    assert not same_host("", "")
