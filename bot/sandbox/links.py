"""Which links Telegram takes in text and on buttons."""

from __future__ import annotations

import re
from urllib.parse import urlsplit, urlunsplit

_USER_LINK = re.compile(r"tg://user/?\?id=(\d+)", re.IGNORECASE)


def linked_user_id(url: str) -> int | None:
    """The user id of a `tg://user?id=…` link."""
    match = _USER_LINK.fullmatch(url)
    return int(match[1]) if match else None


def check_link(url: str) -> str | None:
    """The link as Telegram keeps it (scheme added, path never empty), or None when it takes it for no link.

    A host needs a dot: Telegram refuses `http://localhost/`, but takes `http://127.0.0.1/`.
    """
    url = url.strip()
    if url.lower().startswith(("tg:", "ton:")):
        return url
    if not re.match(r"[A-Za-z][A-Za-z0-9+.-]*://", url):
        url = f"http://{url}"
    try:
        parts = urlsplit(url)
        _ = parts.port  # raises ValueError outside 0-65535
    except ValueError:
        return None
    host = parts.hostname or ""
    if parts.scheme not in ("http", "https") or "." not in host.strip(".") or re.search(r"[\s<>\"]", host):
        return None
    return urlunsplit(parts._replace(path=parts.path or "/"))
