"""A name server on this machine, over UDP, which answers as the test says."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from ipaddress import ip_address
from typing import Any

from aiohttp.abc import AbstractResolver, ResolveResult
from dnslib import AAAA, QTYPE, RR, A, DNSRecord


@dataclass
class NameServer(asyncio.DatagramProtocol):
    """Gives each name its addresses; who asks again gets the next ones of the row, and the last ones for ever."""

    port: int = 0
    rows: dict[str, list[tuple[str, ...]]] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    _transport: Any = None

    def gives(self, name: str, *row: tuple[str, ...]) -> None:
        self.rows[name] = list(row)

    def connection_made(self, transport: Any) -> None:
        self._transport = transport
        self.port = transport.get_extra_info("sockname")[1]

    def datagram_received(self, data: bytes, addr: Any) -> None:
        query = DNSRecord.parse(data)
        reply = query.reply()
        for address in self._addresses(str(query.q.qname).rstrip("."), QTYPE[query.q.qtype]):
            packed = tuple(ip_address(address).packed)
            record = AAAA(packed) if len(packed) == 16 else A(packed)
            reply.add_answer(RR(query.q.qname, query.q.qtype, ttl=0, rdata=record))
        self._transport.sendto(reply.pack(), addr)

    def _addresses(self, name: str, kind: str) -> list[str]:
        row = self.rows.get(name, [()])
        now = row[0]
        if kind == "AAAA":
            self.asked.append(name)
            self.rows[name] = row[1:] or row
        return [address for address in now if (":" in address) == (kind == "AAAA")]

    def resolver(self) -> Resolver:
        return Resolver(self.port)


class Resolver(AbstractResolver):
    """Asks that server, each time anew and for both kinds of addresses, as ``getaddrinfo`` asks the system's."""

    def __init__(self, port: int) -> None:
        self._port = port

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC
    ) -> list[ResolveResult]:
        loop = asyncio.get_running_loop()
        found = []
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as ours:
            ours.setblocking(False)
            ours.connect(("127.0.0.1", self._port))
            for kind, version in (("A", socket.AF_INET), ("AAAA", socket.AF_INET6)):
                await loop.sock_sendall(ours, DNSRecord.question(host, kind).pack())
                answer = DNSRecord.parse(await loop.sock_recv(ours, 4096))
                for record in answer.rr:
                    found.append(
                        ResolveResult(
                            hostname=host, host=str(record.rdata), port=port, family=version, proto=0, flags=0
                        )
                    )
        if not found:
            raise OSError("no such name")
        return found

    async def close(self) -> None:
        pass


@asynccontextmanager
async def name_server() -> AsyncIterator[NameServer]:
    server = NameServer()
    loop = asyncio.get_running_loop()
    transport, _ = await loop.create_datagram_endpoint(lambda: server, local_addr=("127.0.0.1", 0))
    try:
        yield server
    finally:
        transport.close()
