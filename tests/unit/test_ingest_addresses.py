"""Only public addresses are connected to."""

import pytest

from bot.ingest.addresses import is_public, spell


@pytest.mark.parametrize(
    "address",
    [
        "0.0.0.0",
        "0.1.2.3",
        "10.0.0.1",
        "100.64.0.1",
        "100.127.255.255",
        "127.0.0.1",
        "127.255.255.254",
        "168.63.129.16",
        "169.254.169.254",
        "172.16.0.1",
        "172.31.255.255",
        "192.0.0.8",
        "192.0.2.1",
        "192.31.196.1",
        "192.52.193.1",
        "192.88.99.1",
        "192.168.1.1",
        "192.175.48.1",
        "198.18.0.1",
        "198.51.100.7",
        "203.0.113.9",
        "224.0.0.1",
        "239.255.255.255",
        "240.0.0.1",
        "255.255.255.255",
        "::",
        "::1",
        "::7f00:1",
        "::ffff:127.0.0.1",
        "::ffff:10.0.0.1",
        "64:ff9b::7f00:1",
        "64:ff9b::a9fe:a9fe",
        "64:ff9b:1::1",
        "100::1",
        "2001::1",
        "2001:db8::1",
        "2620:4f:8000::1",
        "4000::1",
        "100.100.100.200",
        "192.0.0.192",
        "fd00:ec2::254",
        "2002:7f00:1::",
        "2002:c0a8:101::1",
        "3fff::1",
        "5f00::1",
        "fc00::1",
        "fd12:3456::1",
        "fe80::1",
        "fe80::1%eth0",
        "fec0::1",
        "ff02::1",
        "",
        "kabar.example",
        "127.1",
        "0x7f000001",
        "2130706433",
        "0177.0.0.1",
    ],
)
def test_an_address_that_is_not_public_is_refused(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize(
    "address",
    [
        "1.1.1.1",
        "168.63.129.17",
        "100.63.255.255",
        "100.128.0.0",
        "172.32.0.1",
        "223.255.255.254",
        "2404:6800:4003::1",
        "2606:4700::1",
    ],
)
def test_a_public_address_is_allowed(address: str) -> None:
    assert is_public(address)


def test_a_public_address_inside_another_counts_as_itself() -> None:
    assert is_public("::ffff:1.1.1.1")
    assert is_public("64:ff9b::101:101")


def test_an_ipv6_address_is_spelled_with_brackets() -> None:
    assert spell("127.0.0.1", 80) == "127.0.0.1:80"
    assert spell("::1", 80) == "[::1]:80"
