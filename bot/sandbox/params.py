"""Parameters of a Bot API call, from the query string, a form, a multipart body or JSON."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from aiohttp import BodyPartReader, hdrs, web

from bot.sandbox.errors import bad_request
from bot.sandbox.files import MAX_UPLOAD, Upload


@dataclass(frozen=True, slots=True)
class Params:
    """Values as text, as Telegram's server sees them, and uploaded files by field name."""

    values: Mapping[str, str] = field(default_factory=dict)
    files: Mapping[str, Upload] = field(default_factory=dict)

    def text(self, name: str) -> str:
        """The value, or ""."""
        return self.values.get(name, "")

    def integer(self, name: str, default: int = 0) -> int:
        """The value as a number; 0 for nonsense, as Telegram does, and `default` when it is missing."""
        if name not in self.values:
            return default
        try:
            return int(self.values[name])
        except ValueError:
            return 0

    def boolean(self, name: str) -> bool:
        """True for true, yes and 1."""
        return self.values.get(name, "").strip().lower() in ("true", "yes", "1")

    def json(self, name: str, what: str) -> Any:
        """The value read as JSON, None when missing. Raises ApiError 400 that calls it `what`."""
        if not self.values.get(name):
            return None
        try:
            found = json.loads(self.values[name])
        except ValueError:
            raise bad_request(f"can't parse {what} JSON object") from None
        _check_unicode(json.dumps(found, ensure_ascii=False))
        return found


async def read_params(request: web.Request) -> Params:
    """All parameters of a request. Raises ApiError 400 for JSON or text that cannot be read."""
    values = dict(request.query)
    files: dict[str, Upload] = {}
    if request.method == hdrs.METH_POST:
        try:
            if request.content_type == "application/json":
                values |= _json_values(await request.read())
            elif request.content_type == "multipart/form-data":
                await _read_multipart(request, values, files)
            else:
                values |= {name: str(value) for name, value in (await request.post()).items()}
        except UnicodeDecodeError:
            raise bad_request("strings must be encoded in UTF-8") from None
        except ValueError:  # no boundary, or a body that does not follow it
            raise bad_request("can't parse the request body") from None
    for value in values.values():
        _check_unicode(value)
    return Params(values, files)


def _check_unicode(text: str) -> None:
    """Refuse halves of surrogate pairs, which JSON can spell but UTF-8 cannot."""
    try:
        text.encode()
    except UnicodeEncodeError:
        raise bad_request("strings must be encoded in UTF-8") from None


def _json_values(body: bytes) -> dict[str, str]:
    if not body:
        return {}
    try:
        record = json.loads(body)
    except ValueError:
        raise bad_request("can't parse JSON object") from None
    if not isinstance(record, dict):
        raise bad_request("can't parse JSON object")
    return {
        name: value if isinstance(value, str) else json.dumps(value)
        for name, value in record.items()
        if value is not None
    }


async def _read_multipart(request: web.Request, values: dict[str, str], files: dict[str, Upload]) -> None:
    total = 0
    async for part in await request.multipart():
        if not isinstance(part, BodyPartReader) or not part.name:
            continue
        data = bytearray()
        while chunk := await part.read_chunk():
            total += len(chunk)
            if total > MAX_UPLOAD:
                raise web.HTTPRequestEntityTooLarge(max_size=MAX_UPLOAD, actual_size=total)
            data += chunk
        if part.filename is not None:
            files[part.name] = Upload(part.filename, bytes(data))
            continue
        values[part.name] = data.decode()
