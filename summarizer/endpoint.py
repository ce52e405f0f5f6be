"""A model behind any server that speaks OpenAI's chat completions: vLLM, Ollama, llama.cpp and others."""

import asyncio
import json
import re
import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from http import HTTPStatus
from typing import Any, Final
from urllib.parse import urlsplit

import aiohttp

from summarizer.generative import GenerationError, Source
from summarizer.prompt import chat_messages

CONCURRENCY: Final = 4
"""Requests under way at once, whoever asks: more make no small server quicker, and each of them slower."""
_TRIES: Final = 3
_CONNECT_SECONDS: Final = 10.0
_RETRY_STATUSES: Final = frozenset({429, 500, 502, 503, 504})
_MOST_TOKENS: Final = 400  # 80 words with room for a tokenizer that knows no Indonesian
_LARGEST_ANSWER: Final = 1_000_000  # bytes
# Ollama reads 2,048 or 4,096 tokens unless told otherwise, and drops the beginning of what is longer without a word; an
# Indonesian word has about two tokens.
_SOURCE_WORDS: Final = 700
_REASONING: Final = re.compile(r"\s*<think>.*?(?:</think>|\Z)", re.DOTALL)


class EndpointGenerator:
    """Asks a server for each digest. Safe to share between threads; takes no proxy from the environment.

    Args:
        model: as the server calls it.
        url: up to and without "/chat/completions", as in "http://127.0.0.1:11434/v1".
        api_key: sent as a bearer token; shown nowhere.
        seconds: for one digest, with all tries and the pauses between them.
        pause: seconds before the second try, doubled for the third; the server's own Retry-After counts more.
    """

    source_words = _SOURCE_WORDS

    def __init__(self, model: str, url: str, api_key: str = "", *, seconds: float = 60.0, pause: float = 1.0) -> None:
        self.name = f"openai:{model}"
        self._model = model
        self._url = f"{url.rstrip('/')}/chat/completions"
        self._headers = {"Authorization": f"Bearer {api_key}"} if api_key else {}
        self._seconds = seconds
        self._pause = pause
        self._pool = ThreadPoolExecutor(CONCURRENCY, thread_name_prefix="summarizer-endpoint")

    def generate(self, sources: Sequence[Source]) -> list[str | GenerationError]:
        """See `Generator.generate`; every source has its own request, so that one failure is one article's."""
        # A server that hangs is waited for once, not for each article of the batch.
        is_late = threading.Event()

        def ask(source: Source) -> str | GenerationError:
            try:
                if not is_late.is_set():
                    return asyncio.run(self._ask(source))
            except GenerationError as error:
                return error
            except TimeoutError:
                is_late.set()
            return GenerationError("timeout", f"the server gave no digest within {self._seconds:g} seconds")

        return list(self._pool.map(ask, sources))

    async def _ask(self, source: Source) -> str:
        body = {
            "model": self._model,
            "messages": chat_messages(source),
            "temperature": 0,
            "seed": 0,
            "max_tokens": _MOST_TOKENS,
            "stream": False,
        }
        limits = aiohttp.ClientTimeout(total=None, sock_connect=_CONNECT_SECONDS)
        async with (
            asyncio.timeout(self._seconds),
            aiohttp.ClientSession(headers=self._headers, timeout=limits) as session,
        ):
            pause = self._pause
            for _ in range(_TRIES - 1):
                try:
                    return await self._post(session, body)
                except _TemporaryError as error:
                    if error.wait > self._seconds:
                        raise
                    await asyncio.sleep(max(pause, error.wait))
                    pause *= 2
            return await self._post(session, body)

    async def _post(self, session: aiohttp.ClientSession, body: dict[str, Any]) -> str:
        try:
            async with session.post(self._url, json=body, allow_redirects=False) as response:
                if response.status in _RETRY_STATUSES:
                    raise _TemporaryError(_refusal(response.status), _retry_after(response))
                if response.status == HTTPStatus.NOT_FOUND:
                    raise GenerationError("missing", "the server does not know the model or the address (404)")
                if response.status != HTTPStatus.OK:
                    raise GenerationError("failed", _refusal(response.status))
                return _content(await _read(response))
        except aiohttp.ClientError as error:
            # Without the message of the error, which may quote what was sent.
            raise _TemporaryError(f"the server cannot be reached or breaks off ({type(error).__name__})") from None


class _TemporaryError(GenerationError):
    """A failure that may pass. After the last try it is what the caller gets."""

    def __init__(self, message: str, wait: float = 0.0) -> None:
        super().__init__("failed", message)
        self.wait = wait
        """Seconds that the server asked for."""


def parse_endpoint(model_at_url: str, api_key: str = "") -> EndpointGenerator:
    """The generator for "MODEL@URL".

    Raises:
        ValueError: it is not of this form; says what is wrong.
    """
    model, at, url = model_at_url.rpartition("@")
    if not at or not model:
        raise ValueError('an endpoint is "openai:MODEL@URL", as in "openai:qwen3@http://127.0.0.1:11434/v1"')
    parts = urlsplit(url)  # a ValueError of its own for half a bracket
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.port == 0:
        raise ValueError("the address of an endpoint begins with http:// or https:// and a host")
    return EndpointGenerator(model, url, api_key)


def _refusal(status: int) -> str:
    match status:
        case HTTPStatus.UNAUTHORIZED | HTTPStatus.FORBIDDEN:
            return f"the server refuses the key ({status})"
        case HTTPStatus.TOO_MANY_REQUESTS:
            return f"the server is asked too often ({status})"
        case _:
            return f"the server answers with error {status}"


def _retry_after(response: aiohttp.ClientResponse) -> float:
    """Seconds; 0 where the header is missing or a date, which no server of this kind sends."""
    value = response.headers.get("Retry-After", "")
    return float(value) if value.isascii() and value.isdecimal() else 0.0


async def _read(response: aiohttp.ClientResponse) -> bytes:
    body = bytearray()
    async for chunk in response.content.iter_any():
        body += chunk
        if len(body) > _LARGEST_ANSWER:
            raise GenerationError("failed", "the server's answer is too long")
    return bytes(body)


def _content(body: bytes) -> str:
    """The text of the first choice, without what a reasoning model thought before it."""
    try:
        content = json.loads(body)["choices"][0]["message"]["content"]
    except (ValueError, LookupError, TypeError, RecursionError):
        content = None
    if not isinstance(content, str):
        raise GenerationError("failed", "the server's answer is not a chat completion")
    return _REASONING.sub("", content).strip()
