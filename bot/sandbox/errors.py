"""Errors of the sandbox.

SandboxError            what a person at the chat page (or a test) asked for cannot be done; says so in Indonesian
ApiError                an answer of the Bot API with "ok": false
"""

from __future__ import annotations

from collections.abc import Mapping


class SandboxError(ValueError):
    """Something a user of the sandbox cannot do; its text is a sentence for the chat page.

    status: of the HTTP answer to the page.
    """

    def __init__(self, sentence: str, status: int = 400) -> None:
        super().__init__(sentence)
        self.status = status


class ApiError(Exception):
    """A refusal of the Bot API.

    code: HTTP status and `error_code`; description: Telegram's words; parameters: `ResponseParameters`.
    """

    def __init__(self, code: int, description: str, parameters: Mapping[str, int] | None = None) -> None:
        super().__init__(description)
        self.code = code
        self.description = description
        self.parameters = dict(parameters or {})


def bad_request(reason: str) -> ApiError:
    """A 400; the first letter is lowered as Telegram's server does, unless the reason is a CODE_LIKE_THIS."""
    if len(reason) > 1 and (reason[1] == "_" or reason[1].isupper()):
        return ApiError(400, f"Bad Request: {reason}")
    return ApiError(400, f"Bad Request: {reason[:1].lower()}{reason[1:]}")


def forbidden(reason: str) -> ApiError:
    """A 403 with Telegram's prefix."""
    return ApiError(403, f"Forbidden: {reason}")


def too_many_requests(seconds: int) -> ApiError:
    """A 429 that asks to wait `seconds` whole seconds."""
    return ApiError(429, f"Too Many Requests: retry after {seconds}", {"retry_after": seconds})


def conflict(reason: str) -> ApiError:
    """A 409: two ways of receiving updates at once."""
    return ApiError(409, f"Conflict: {reason}")
