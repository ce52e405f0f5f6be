"""One call of a method: what it was given and what it works on."""

from __future__ import annotations

from dataclasses import dataclass

from bot.sandbox.params import Params
from bot.sandbox.state import State
from bot.sandbox.webhook import WebhookSender


@dataclass(frozen=True, slots=True)
class Call:
    """A call of `method` with `params`."""

    state: State
    webhook: WebhookSender
    method: str
    params: Params
