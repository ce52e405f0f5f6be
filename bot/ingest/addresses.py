"""Which network addresses and ports may be connected to: public ones of the web and nothing else."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address

WEB_PORTS = frozenset({80, 443})
"""On others stand databases, consoles and the like, of public hosts as well."""

# IANA special-purpose registries (RFC 6890 and updates) as of 2025, written out because `is_global` differs between
# Python versions and calls multicast, site-local and embedded addresses global. microsoft-antissrf 1.0.0 has a table as
# well, without IPv4-compatible addresses and what IANA has not given out; docs/decisions.md has the comparison.
_BLOCKED_V4 = tuple(
    IPv4Network(text)
    for text in (
        "0.0.0.0/8",  # this network, unspecified
        "10.0.0.0/8",
        "100.64.0.0/10",  # carrier-grade NAT
        "127.0.0.0/8",
        "168.63.129.16/32",  # Azure's metadata, on an address that looks public
        "169.254.0.0/16",  # link-local, cloud metadata
        "172.16.0.0/12",
        "192.0.0.0/24",
        "192.0.2.0/24",
        "192.31.196.0/24",  # AS112: whichever name server is near
        "192.52.193.0/24",  # AMT relays
        "192.88.99.0/24",  # 6to4 relays
        "192.168.0.0/16",
        "192.175.48.0/24",  # AS112
        "198.18.0.0/15",
        "198.51.100.0/24",
        "203.0.113.0/24",
        "224.0.0.0/4",  # multicast
        "240.0.0.0/4",  # reserved, broadcast
    )
)
_PUBLIC_V6 = IPv6Network("2000::/3")  # the only global unicast space that is given out
_BLOCKED_V6 = tuple(
    IPv6Network(text)
    for text in (
        "2001::/23",  # protocol assignments: Teredo, ORCHID, benchmarking
        "2001:db8::/32",
        "2002::/16",  # 6to4: a tunnel to any IPv4 address
        "2620:4f:8000::/48",  # AS112
        "3fff::/20",
    )
)
# The well-known prefix only: a machine with nothing but IPv6 reaches every IPv4 site by it (RFC 6052). What is behind
# 64:ff9b:1::/48 is up to each network (RFC 8215), and stays out.
_NAT64 = IPv6Network("64:ff9b::/96")


def is_public(address: str) -> bool:
    """Whether a numeric address is on the public internet.

    Loopback, private, carrier-grade NAT, link-local, multicast, unspecified, reserved and site-local addresses are
    not, nor what hides one of them (IPv4-mapped, IPv4-compatible, NAT64, 6to4). False for anything unreadable.
    """
    try:
        ip = ip_address(address)
    except ValueError:
        return False
    if isinstance(ip, IPv6Address):
        embedded = ip.ipv4_mapped or (IPv4Address(ip.packed[-4:]) if ip in _NAT64 else None)
        if embedded is None:
            return ip in _PUBLIC_V6 and not any(ip in network for network in _BLOCKED_V6)
        ip = embedded
    return not any(ip in network for network in _BLOCKED_V4)


def is_web_port(port: int) -> bool:
    """Whether pages are served there everywhere."""
    return port in WEB_PORTS


def spell(address: str, port: int) -> str:
    """Give `address:port`, an IPv6 address in brackets."""
    return f"[{address}]:{port}" if ":" in address else f"{address}:{port}"
