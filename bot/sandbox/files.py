"""Files that were sent: bytes, names and the ids under which they can be sent again."""

from __future__ import annotations

import hashlib
import mimetypes
import struct
from dataclasses import dataclass
from typing import Any, Literal

from bot.sandbox.errors import bad_request

MAX_PHOTO = 10 * 1024 * 1024
MAX_UPLOAD = 50 * 1024 * 1024
MAX_DOWNLOAD = 20 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Upload:
    """A file as it came in a multipart body."""

    name: str
    data: bytes


@dataclass(frozen=True, slots=True)
class StoredFile:
    """A file the sandbox keeps; a photo has its size in pixels."""

    file_id: str
    kind: Literal["photo", "document"]
    name: str
    data: bytes
    mime_type: str
    width: int = 0
    height: int = 0

    @property
    def path(self) -> str:
        """Where `/file/bot<token>/` serves it."""
        return f"{self.kind}s/{self.file_id}/{self.name}"

    def to_dict(self) -> dict[str, Any]:
        """The fields that `File`, `PhotoSize` and `Document` share."""
        unique = hashlib.sha256(self.data).hexdigest()[:16]
        return {"file_id": self.file_id, "file_unique_id": unique, "file_size": len(self.data)}

    def to_content(self) -> dict[str, Any]:
        """The part of a `Message` that shows it."""
        if self.kind == "photo":
            return {"photo": [{**self.to_dict(), "width": self.width, "height": self.height}]}
        return {"document": {**self.to_dict(), "file_name": self.name, "mime_type": self.mime_type}}


class FileStore:
    """Files by id, in memory."""

    def __init__(self) -> None:
        self._files: dict[str, StoredFile] = {}

    def get(self, file_id: str) -> StoredFile | None:
        """The file, or None."""
        return self._files.get(file_id)

    def add(self, kind: Literal["photo", "document"], upload: Upload) -> StoredFile:
        """Keep an upload. Raises ApiError 400 when it is empty, too big, or no picture though sent as one."""
        if not upload.data:
            raise bad_request("file must be non-empty")
        file_id = f"SANDBOX-{kind}-{len(self._files) + 1}"
        name = upload.name.replace("\\", "/").rsplit("/", 1)[-1] or kind
        if kind == "document":
            mime_type = mimetypes.guess_type(name)[0] or "application/octet-stream"
            stored = StoredFile(file_id, kind, name, upload.data, mime_type)
        else:
            stored = _photo(file_id, name, upload.data)
        self._files[file_id] = stored
        return stored


def _photo(file_id: str, name: str, data: bytes) -> StoredFile:
    if len(data) > MAX_PHOTO:
        raise bad_request(
            f"file of size {len(data)} bytes is too big for a photo; the maximum size is {MAX_PHOTO} bytes"
        )
    if (picture := _measure_picture(data)) is None:
        raise bad_request("IMAGE_PROCESS_FAILED")
    mime_type, width, height = picture
    if min(width, height) == 0 or width + height > 10_000 or max(width, height) > 20 * min(width, height):
        raise bad_request("PHOTO_INVALID_DIMENSIONS")
    return StoredFile(file_id, "photo", name, data, mime_type, width, height)


def _measure_picture(data: bytes) -> tuple[str, int, int] | None:
    """Kind, width and height in pixels of a PNG, GIF or JPEG, read from its header; None for anything else."""
    if data.startswith(b"\x89PNG\r\n\x1a\n") and len(data) >= 24:
        width, height = struct.unpack(">II", data[16:24])
        return "image/png", width, height
    if data.startswith((b"GIF87a", b"GIF89a")) and len(data) >= 10:
        width, height = struct.unpack("<HH", data[6:10])
        return "image/gif", width, height
    if not data.startswith(b"\xff\xd8"):
        return None
    at = 2
    while at + 9 <= len(data) and data[at] == 0xFF:
        marker, length = data[at + 1], int.from_bytes(data[at + 2 : at + 4])
        if 0xC0 <= marker <= 0xCF and marker not in (0xC4, 0xC8, 0xCC):
            height, width = struct.unpack(">HH", data[at + 5 : at + 9])
            return "image/jpeg", width, height
        at += 2 + length
    return None
