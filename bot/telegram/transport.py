"""python-telegram-bot's requests over aiohttp.

Its default transport (httpx) falls from 602 messages a second with 8 in flight to 139 with 50, and it reports a cut
connection like one that never came about. Here the two differ: ``NetworkError`` says that the request cannot have
arrived, ``TimedOut`` that it may have. ``tests/bench/bench_transport.py`` measures the speed.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from io import BytesIO
from typing import TYPE_CHECKING, Final, cast

import aiohttp
from telegram.error import NetworkError, TimedOut
from telegram.request import BaseRequest, RequestData
from yarl import URL

if TYPE_CHECKING:
    from telegram._utils.types import ODVInput

_CONNECT_SECONDS: Final = 5.0
_POOL_SECONDS: Final = 5.0
_WRITE_SECONDS: Final = 5.0
_UPLOAD_SECONDS: Final = 20.0
"""Time to write a request with files in it, as python-telegram-bot's own transport has it."""

_NOT_SENT: Final = (
    aiohttp.ClientConnectorError,  # refused, unreachable, no such name, TLS
    aiohttp.ConnectionTimeoutError,  # neither a free connection of the pool nor a new one in time
    aiohttp.InvalidURL,
    aiohttp.NonHttpUrlClientError,
)
"""What aiohttp raises before the first byte of a request is written. After anything else it may have arrived."""

_WITHOUT_URL: Final = (
    aiohttp.ClientConnectorError,
    aiohttp.ServerDisconnectedError,
    aiohttp.SocketTimeoutError,
    aiohttp.ClientPayloadError,
)
"""Errors whose text never has the URL in it (read in aiohttp 3.14); the URL carries the token."""


class AiohttpRequest(BaseRequest):
    """Sends what python-telegram-bot wants to be sent, over a connection pool of its own.

    A ``POST`` is never repeated here: aiohttp repeats only idempotent methods on a stale connection, and redirects
    are not followed.

    Args:
        connection_pool_size: connections at most; requests beyond it wait.
        read_timeout: seconds without a byte of the answer, where a call does not say otherwise. Generous, because
            giving up leaves a message of which nobody knows whether it arrived.
        monotonic: seconds of a clock that only runs forward.
    """

    def __init__(
        self,
        connection_pool_size: int = 32,
        *,
        read_timeout: float = 10.0,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._connection_pool_size = connection_pool_size
        self._read_timeout = read_timeout
        self._monotonic = monotonic
        self._session: aiohttp.ClientSession | None = None
        self._last_success_at: float | None = None

    @property
    def read_timeout(self) -> float:
        """Default read timeout in seconds; python-telegram-bot adds the length of a long poll to it."""
        return self._read_timeout

    @property
    def seconds_since_success(self) -> float | None:
        """Age in seconds of the last answer with a status of 2xx; None before the first."""
        if self._last_success_at is None:
            return None
        return self._monotonic() - self._last_success_at

    async def initialize(self) -> None:
        """Opens the pool; a second call changes nothing."""
        if self._session is None:
            self._session = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(limit=self._connection_pool_size),
                cookie_jar=aiohttp.DummyCookieJar(),
                headers={"User-Agent": self.USER_AGENT},
            )

    async def shutdown(self) -> None:
        """Closes the pool; a second call changes nothing."""
        session, self._session = self._session, None
        if session is not None:
            await session.close()

    async def do_request(
        self,
        url: str,
        method: str,
        request_data: RequestData | None = None,
        read_timeout: ODVInput[float] = BaseRequest.DEFAULT_NONE,
        write_timeout: ODVInput[float] = BaseRequest.DEFAULT_NONE,
        connect_timeout: ODVInput[float] = BaseRequest.DEFAULT_NONE,
        pool_timeout: ODVInput[float] = BaseRequest.DEFAULT_NONE,
    ) -> tuple[int, bytes]:
        """Status and body of the answer, whatever the status is. Time-outs in seconds; None waits for ever.

        Raises:
            NetworkError: the request was not sent.
            TimedOut: it was sent or may have been, and no whole answer came.
        """
        if self._session is None:
            raise RuntimeError("AiohttpRequest is used before initialize() or after shutdown()")
        has_files = request_data is not None and request_data.contains_files
        timeout = _timeout(
            read=_given(read_timeout, self._read_timeout),
            # A download writes no body, and may take long as a whole as long as bytes keep coming.
            write=_given(write_timeout, _UPLOAD_SECONDS if has_files else _WRITE_SECONDS) if method != "GET" else None,
            connect=_given(connect_timeout, _CONNECT_SECONDS),
            pool=_given(pool_timeout, _POOL_SECONDS),
        )
        try:
            async with self._session.request(
                method,
                URL(url, encoded=True),
                data=_form(request_data) if request_data is not None else None,
                timeout=timeout,
                allow_redirects=False,
            ) as response:
                payload = await response.read()
        except (aiohttp.ClientError, OSError) as error:  # TimeoutError is an OSError
            failure = _as_telegram_error(error)
        else:
            if 200 <= response.status <= 299:
                self._last_success_at = self._monotonic()
            return response.status, payload
        # Outside of the except block: else the original, with the token in its text, would stay as __context__.
        raise failure


def _given(value: ODVInput[float], default: float) -> float | None:
    return default if value is BaseRequest.DEFAULT_NONE else cast("float | None", value)


def _timeout(
    *, read: float | None, write: float | None, connect: float | None, pool: float | None
) -> aiohttp.ClientTimeout:
    """aiohttp has no time-out for writing: there the sum of all four ends a request that stalls."""
    waiting = None if pool is None or connect is None else pool + connect
    whole = None if waiting is None or write is None or read is None else waiting + write + read
    return aiohttp.ClientTimeout(total=whole, connect=waiting, sock_connect=connect, sock_read=read)


def _form(request_data: RequestData) -> aiohttp.FormData:
    """The parameters as a form: multipart when files are among them (``attach://`` names are plain fields)."""
    # Names of fields and files go out in UTF-8 as browsers do it; percent signs would show in the chat.
    form = aiohttp.FormData(quote_fields=False)
    for name, value in request_data.json_parameters.items():
        form.add_field(name, value)
    for name, (filename, content, content_type) in request_data.multipart_data.items():
        # As a stream, which aiohttp writes in pieces; a large block of bytes would hold up the loop.
        stream = BytesIO(content) if isinstance(content, bytes) else content
        form.add_field(name, stream, filename=filename, content_type=content_type)
    return form


def _as_telegram_error(error: aiohttp.ClientError | OSError) -> NetworkError:
    failure: NetworkError
    if isinstance(error, _NOT_SENT):
        failure = NetworkError(f"Not sent ({type(error).__name__})")
    else:
        failure = TimedOut(f"No answer, it may have arrived ({type(error).__name__})")
    failure.__cause__ = _without_url(error)
    return failure


def _without_url(error: aiohttp.ClientError | OSError) -> Exception:
    """The error itself, or one of its kind in our own words where its text could show the URL."""
    if isinstance(error, _WITHOUT_URL):
        return error
    if isinstance(error, aiohttp.ConnectionTimeoutError):
        return aiohttp.ConnectionTimeoutError("no connection in time")
    if isinstance(error, OSError):
        return aiohttp.ClientOSError(error.errno, type(error).__name__)
    return aiohttp.ClientError(type(error).__name__)
