"""A chat server on this machine, with all the moods of a real one."""

import asyncio
import json
import socket
import threading
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest
from aiohttp import web

from summarizer.endpoint import CONCURRENCY, EndpointGenerator, parse_endpoint
from summarizer.generative import GenerationError, Source

DIGEST = "Wali Kota Sagara membuka Jembatan Melati — “akhirnya,” kata warga — pada Senin. 你好"
SOURCE = Source("Jembatan dibuka", "Jembatan Melati di Kota Sagara dibuka lagi pada Senin.")
KEY = "kunci-rahasia-fiktif"

Answer = Callable[[web.Request], Awaitable[web.StreamResponse]]


def completion(content: object = DIGEST) -> web.Response:
    return web.json_response({"choices": [{"index": 0, "message": {"role": "assistant", "content": content}}]})


@dataclass
class ChatServer:
    """Answers as told, in a thread of its own; remembers what it was asked."""

    answer: Answer
    url: str = ""
    asked: list[dict[str, Any]] = field(default_factory=list)
    keys: list[str | None] = field(default_factory=list)
    at_once: int = 0
    most_at_once: int = 0

    async def handle(self, request: web.Request) -> web.StreamResponse:
        self.asked.append(await request.json())
        self.keys.append(request.headers.get("Authorization"))
        self.at_once += 1
        self.most_at_once = max(self.most_at_once, self.at_once)
        try:
            return await self.answer(request)
        finally:
            self.at_once -= 1


@contextmanager
def serving(answer: Answer) -> Iterator[ChatServer]:
    server = ChatServer(answer)
    loop = asyncio.new_event_loop()
    app = web.Application()
    app.router.add_post("/v1/chat/completions", server.handle)
    runner = web.AppRunner(app, shutdown_timeout=0)
    started = threading.Event()

    async def start() -> None:
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        server.url = f"http://127.0.0.1:{runner.addresses[0][1]}/v1"
        started.set()

    def live() -> None:
        loop.run_until_complete(start())
        loop.run_forever()
        loop.run_until_complete(runner.cleanup())
        loop.close()

    thread = threading.Thread(target=live)
    thread.start()
    assert started.wait(10)
    try:
        yield server
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join()


def in_turn(*answers: Callable[[], web.Response]) -> Answer:
    """One answer after the other; the last one for ever."""
    left = list(answers)

    async def answer(request: web.Request) -> web.StreamResponse:
        return (left.pop(0) if len(left) > 1 else left[0])()

    return answer


def generator(url: str, **changes: Any) -> EndpointGenerator:
    return EndpointGenerator("sahabat", url, **{"seconds": 5.0, "pause": 0.01, **changes})


def failure(found: str | GenerationError) -> tuple[str, str]:
    assert isinstance(found, GenerationError)
    return found.reason, str(found)


def test_the_answer_of_the_server_is_the_digest_with_every_letter_of_it() -> None:
    with serving(in_turn(completion)) as server:
        assert generator(server.url).generate([SOURCE]) == [DIGEST]
    [asked] = server.asked
    assert (asked["model"], asked["temperature"], asked["seed"]) == ("sahabat", 0, 0)
    assert 0 < asked["max_tokens"] < 1000
    system, user = asked["messages"]
    assert (system["role"], user["role"]) == ("system", "user")
    assert "bahasa Indonesia" in system["content"]
    assert SOURCE.title in user["content"]
    assert SOURCE.text in user["content"]


def test_each_article_gets_its_own_answer_in_order() -> None:
    async def echo(request: web.Request) -> web.Response:
        text = (await request.json())["messages"][1]["content"]
        await asyncio.sleep(0.1 if "nomor 0" in text else 0)
        return completion(text.partition("nomor ")[2][0])

    with serving(echo) as server:
        sources = [Source("", f"berita nomor {n}") for n in range(6)]
        assert generator(server.url).generate(sources) == list("012345")


def test_the_key_is_sent_as_a_bearer_token_and_nothing_without_one() -> None:
    with serving(in_turn(completion)) as server:
        generator(server.url, api_key=KEY).generate([SOURCE])
        generator(server.url).generate([SOURCE])
    assert server.keys == [f"Bearer {KEY}", None]


def test_what_a_reasoning_model_thinks_is_no_part_of_the_digest() -> None:
    with serving(in_turn(lambda: completion(f"<think>\nHm, berita.\n</think>\n\n{DIGEST}"))) as server:
        assert generator(server.url).generate([SOURCE]) == [DIGEST]


@pytest.mark.parametrize("status", [429, 500, 503])
def test_a_server_that_stumbles_is_asked_again(status: int) -> None:
    with serving(in_turn(lambda: web.Response(status=status), completion)) as server:
        assert generator(server.url).generate([SOURCE]) == [DIGEST]
    assert len(server.asked) == 2


def test_a_server_that_goes_on_stumbling_has_failed_after_three_tries() -> None:
    with serving(in_turn(lambda: web.Response(status=500))) as server:
        [found] = generator(server.url).generate([SOURCE])
    assert failure(found) == ("failed", "the server answers with error 500")
    assert len(server.asked) == 3


def test_a_server_that_asks_for_a_pause_gets_it() -> None:
    busy = lambda: web.Response(status=429, headers={"Retry-After": "1"})  # noqa: E731
    with serving(in_turn(busy, completion)) as server:
        began = time.monotonic()
        assert generator(server.url).generate([SOURCE]) == [DIGEST]
    assert 1.0 <= time.monotonic() - began < 4.0


def test_a_server_that_asks_for_an_hour_does_not_hold_up_the_digest() -> None:
    busy = lambda: web.Response(status=429, headers={"Retry-After": "3600"})  # noqa: E731
    with serving(in_turn(busy)) as server:
        began = time.monotonic()
        [found] = generator(server.url, seconds=0.5).generate([SOURCE])
    assert failure(found) == ("failed", "the server is asked too often (429)")
    assert time.monotonic() - began < 3.0


def test_a_server_that_hangs_is_left_in_time_and_not_waited_for_by_every_article() -> None:
    async def hang(request: web.Request) -> web.Response:
        while request.transport is not None:
            await asyncio.sleep(0.02)
        return completion()

    with serving(hang) as server:
        began = time.monotonic()
        found = generator(server.url, seconds=0.3).generate([SOURCE] * 40)
    assert {failure(each) for each in found} == {("timeout", "the server gave no digest within 0.3 seconds")}
    assert time.monotonic() - began < 3.0
    assert len(server.asked) < 10


def test_a_server_that_drips_its_answer_is_left_in_time_too() -> None:
    async def drip(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse()
        await response.prepare(request)
        while True:
            await response.write(b" ")
            await asyncio.sleep(0.05)

    with serving(drip) as server:
        began = time.monotonic()
        [found] = generator(server.url, seconds=0.3).generate([SOURCE])
    assert failure(found)[0] == "timeout"
    assert time.monotonic() - began < 3.0


def test_a_port_where_nobody_listens_is_named_as_unreachable() -> None:
    with closing(socket.socket()) as taken:
        taken.bind(("127.0.0.1", 0))
        [found] = generator(f"http://127.0.0.1:{taken.getsockname()[1]}/v1").generate([SOURCE])
    reason, sentence = failure(found)
    assert reason == "failed"
    assert "cannot be reached" in sentence


def test_a_server_that_breaks_off_is_asked_again() -> None:
    async def cut(request: web.Request) -> web.StreamResponse:
        if len(server.asked) > 1:
            return completion()
        assert request.transport is not None
        request.transport.close()
        return web.Response()

    with serving(cut) as server:
        assert generator(server.url).generate([SOURCE]) == [DIGEST]


def test_a_wrong_key_is_said_to_be_wrong_and_never_shown() -> None:
    with serving(in_turn(lambda: web.Response(status=401, text=f"bad key {KEY}"))) as server:
        [found] = generator(server.url, api_key=KEY).generate([SOURCE])
    assert failure(found) == ("failed", "the server refuses the key (401)")
    assert KEY not in repr(found)
    assert len(server.asked) == 1


def test_a_model_that_the_server_does_not_have_is_missing() -> None:
    with serving(in_turn(lambda: web.json_response({"error": "model not found"}, status=404))) as server:
        [found] = generator(server.url).generate([SOURCE])
    assert failure(found)[0] == "missing"


@pytest.mark.parametrize("status", [301, 400, 413])
def test_an_article_that_the_server_refuses_is_not_sent_again(status: int) -> None:
    with serving(in_turn(lambda: web.Response(status=status, headers={"Location": "/v1/elsewhere"}))) as server:
        [found] = generator(server.url).generate([SOURCE])
    assert failure(found) == ("failed", f"the server answers with error {status}")
    assert len(server.asked) == 1


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<html>hello</html>",
        b"\xff\xfe\x00",
        b"[" * 100_000,
        b"[]",
        b'{"choices": []}',
        b'{"choices": [{"message": {"content": null}}]}',
        b'{"choices": [{"message": {"content": ["a"]}}]}',
        b'{"choices": {"0": 1}}',
    ],
)
def test_an_answer_that_is_no_completion_has_failed(body: bytes) -> None:
    with serving(in_turn(lambda: web.Response(body=body, content_type="application/json"))) as server:
        [found] = generator(server.url).generate([SOURCE])
    assert failure(found) == ("failed", "the server's answer is not a chat completion")


def test_an_endless_answer_is_cut_off() -> None:
    async def endless(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse()
        await response.prepare(request)
        while True:
            await response.write(b"x" * 65536)

    with serving(endless) as server:
        began = time.monotonic()
        [found] = generator(server.url).generate([SOURCE])
    assert failure(found) == ("failed", "the server's answer is too long")
    assert time.monotonic() - began < 4.0


def test_no_more_requests_are_under_way_at_once_than_allowed_whoever_asks() -> None:
    async def slow(request: web.Request) -> web.Response:
        await asyncio.sleep(0.05)
        return completion()

    with serving(slow) as server:
        one = generator(server.url)
        callers = [threading.Thread(target=one.generate, args=([SOURCE] * 6,)) for _ in range(3)]
        for caller in callers:
            caller.start()
        for caller in callers:
            caller.join()
    assert len(server.asked) == 18
    assert server.most_at_once == CONCURRENCY


def test_one_failure_is_one_articles() -> None:
    async def pick(request: web.Request) -> web.Response:
        return web.Response(status=400) if "rusak" in json.dumps(await request.json()) else completion()

    with serving(pick) as server:
        first, second, third = generator(server.url).generate([SOURCE, Source("", "rusak"), SOURCE])
    assert (first, third) == (DIGEST, DIGEST)
    assert failure(second)[0] == "failed"


async def test_it_can_be_asked_from_a_thread_in_which_a_loop_runs() -> None:
    with serving(in_turn(completion)) as server:
        assert generator(server.url).generate([SOURCE]) == [DIGEST]


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("qwen3:8b@http://127.0.0.1:11434/v1", "openai:qwen3:8b"),
        ("org/model@v2@https://model.example/v1/", "openai:org/model@v2"),
    ],
)
def test_an_endpoint_is_named_by_its_model(text: str, name: str) -> None:
    assert parse_endpoint(text).name == name


@pytest.mark.parametrize(
    "text", ["", "qwen3", "@http://a.example/v1", "m@ftp://a.example", "m@http://", "m@http://[::1"]
)
def test_an_endpoint_without_model_or_address_is_refused(text: str) -> None:
    with pytest.raises(ValueError):
        parse_endpoint(text)
