"""How the bot receives updates: getUpdates and the webhook."""

from __future__ import annotations

import re
from typing import Any

from bot.sandbox.errors import bad_request, conflict
from bot.sandbox.methods.call import Call
from bot.sandbox.params import Params
from bot.sandbox.webhook import Webhook, is_local_url

MAX_POLL_SECONDS = 50


async def get_updates(call: Call) -> list[dict[str, Any]]:
    """Pending updates from `offset` on, waiting up to `timeout` seconds for the first."""
    if call.webhook.is_set:
        raise conflict(
            "can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first"
        )
    updates, params = call.state.updates, call.params
    if (allowed := _allowed_updates(params)) is not None:
        updates.allow(allowed)
    updates.confirm(params.integer("offset"))
    limit = params.integer("limit", 100)
    return await updates.poll(
        limit=limit if 1 <= limit <= 100 else 100,
        seconds=min(max(params.integer("timeout"), 0), MAX_POLL_SECONDS),
    )


def set_webhook(call: Call) -> bool:
    """Send updates to a URL on this machine; an empty one takes the webhook away."""
    url, secret = call.params.text("url"), call.params.text("secret_token")
    if not url:
        return delete_webhook(call)
    if not is_local_url(url):
        raise bad_request("bad webhook: the sandbox sends updates only to http://127.0.0.1 and http://localhost")
    if len(secret) > 256:
        raise bad_request("secret token is too long")
    if not re.fullmatch(r"[A-Za-z0-9_-]*", secret):
        raise bad_request("secret token contains unallowed characters")
    if (allowed := _allowed_updates(call.params)) is not None:
        call.state.updates.allow(allowed)
    if call.params.boolean("drop_pending_updates"):
        call.state.updates.clear()
    connections = min(max(call.params.integer("max_connections", 40), 1), 100)
    call.webhook.set(Webhook(url, secret, connections))
    return True


def delete_webhook(call: Call) -> bool:
    """Take the webhook away; true also when there was none."""
    if call.params.boolean("drop_pending_updates"):
        call.state.updates.clear()
    call.webhook.set(None)
    return True


def get_webhook_info(call: Call) -> dict[str, Any]:
    """The `WebhookInfo`."""
    return call.webhook.info()


def _allowed_updates(params: Params) -> list[str] | None:
    kinds = params.json("allowed_updates", "allowed updates")
    if kinds is None:
        return None
    if not isinstance(kinds, list):
        raise bad_request("can't parse allowed updates: expected an Array of String")
    return [str(kind) for kind in kinds]
