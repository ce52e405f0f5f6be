"""Photos and documents: sendPhoto, sendDocument, getFile."""

from __future__ import annotations

from typing import Any, Literal

from bot.sandbox.errors import bad_request
from bot.sandbox.files import MAX_DOWNLOAD, StoredFile
from bot.sandbox.formatted import FormattedText, format_text
from bot.sandbox.methods.call import Call
from bot.sandbox.methods.sending import deliver
from bot.sandbox.params import Params

MAX_CAPTION = 1024  # UTF-16 code units after parsing


def send_photo(call: Call) -> dict[str, Any]:
    """Send a picture."""
    options = {
        shown: True
        for asked, shown in (
            ("has_spoiler", "has_media_spoiler"),
            ("show_caption_above_media", "show_caption_above_media"),
        )
        if call.params.boolean(asked)
    }
    return _send(call, "photo", options)


def send_document(call: Call) -> dict[str, Any]:
    """Send a file."""
    return _send(call, "document", {})


def get_file(call: Call) -> dict[str, Any]:
    """The `File` with the path it can be downloaded from."""
    file_id = call.params.text("file_id")
    if not file_id:
        raise bad_request("file_id not specified")
    if (file := call.state.files.get(file_id)) is None:
        raise bad_request("invalid file_id")
    if len(file.data) > MAX_DOWNLOAD:
        raise bad_request("file is too big")
    return {**file.to_dict(), "file_path": file.path}


def _send(call: Call, kind: Literal["photo", "document"], options: dict[str, Any]) -> dict[str, Any]:
    file = _input_file(call, kind)
    caption = _caption(call.params)
    return deliver(call, caption, {**file.to_content(), **options})


def _caption(params: Params) -> FormattedText | None:
    caption = format_text(params.text("caption"), params.text("parse_mode"), params.text("caption_entities"))
    if caption.length > MAX_CAPTION:
        raise bad_request("message caption is too long")
    return caption if caption.text else None


def _input_file(call: Call, kind: Literal["photo", "document"]) -> StoredFile:
    """The file of the call: uploaded, or one that was sent before."""
    value = call.params.text(kind)
    upload = call.params.files.get(value.removeprefix("attach://") if value.startswith("attach://") else kind)
    if upload is not None:
        return call.state.files.add(kind, upload)
    if not value or value.startswith("attach://"):
        raise bad_request(f"there is no {kind} in the request")
    if value.startswith(("http://", "https://")):
        # Telegram would fetch it; the sandbox contacts nobody.
        raise bad_request("failed to get HTTP URL content")
    if (file := call.state.files.get(value)) is None:
        raise bad_request("wrong file identifier/HTTP URL specified")
    if file.kind != kind:
        raise bad_request(f"can't use file of type {file.kind.title()} as {kind.title()}")
    return file
