"""A Telegram of one's own: the Bot API and the chat page on one local server, and the people who use it."""

from __future__ import annotations

import time
from collections.abc import Iterable
from types import TracebackType
from typing import Any, Self

from aiohttp import web

from bot.sandbox import actions
from bot.sandbox.bot_api import BotApi
from bot.sandbox.clock import MovableClock
from bot.sandbox.faults import FaultList
from bot.sandbox.files import MAX_UPLOAD
from bot.sandbox.limits import FloodLimits
from bot.sandbox.membership import change_bot_status
from bot.sandbox.messages import Message
from bot.sandbox.page_api import PageApi
from bot.sandbox.page_guard import page_guard
from bot.sandbox.people import DEMO_BOT, DEMO_GROUP, DEMO_USERS, Chat, Group, User
from bot.sandbox.state import Delivery, State
from bot.sandbox.views import message_view
from bot.sandbox.webhook import WebhookSender

DEMO_TOKEN = "900000001:SANDBOX-TOKEN-OF-THIS-MACHINE-ONLY"  # noqa: S105 - opens nothing but this sandbox


class Sandbox:
    """The server with its state; everything runs on the loop that started it.

    clock: the time of messages; limits: answer 429 as Telegram does; port: 0 for any free one.
    """

    def __init__(
        self, clock: MovableClock | None = None, token: str = DEMO_TOKEN, limits: bool = False, port: int = 0
    ) -> None:
        self.clock = clock or MovableClock()
        self.token = token
        self.faults = FaultList()
        self.state = State(self.clock, DEMO_BOT, FloodLimits(time.monotonic) if limits else None)
        self._port = port
        self._webhook = WebhookSender(self.state.updates, self.clock)
        self._bot_api = BotApi(self.state, self._webhook, self.faults, token)
        self._runner: web.AppRunner | None = None

    async def start(self) -> None:
        """Listen on 127.0.0.1; after `stop` on the same port, with all as it was. Raises OSError when it is taken."""
        self._bot_api.open()
        self.state.events.open()
        app = web.Application(middlewares=[page_guard(self._own_hosts)], client_max_size=MAX_UPLOAD)
        self._bot_api.add_routes(app)
        PageApi(self.state).add_routes(app)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=1.0)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", self._port).start()
        self._port = self._runner.addresses[0][1]
        self._webhook.start()

    async def stop(self) -> None:
        """Answer whoever still waits and close everything."""
        await self._webhook.stop()
        self._bot_api.close()
        self.state.events.close()
        if self._runner is not None:
            await self._runner.cleanup()
            self._runner = None

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.stop()

    @property
    def url(self) -> str:
        """Where the chat page is."""
        return f"http://127.0.0.1:{self._port}"

    @property
    def api_url(self) -> str:
        """The base of the Bot API; a client appends token and method."""
        return f"{self.url}/bot"

    @property
    def file_url(self) -> str:
        """The base of file downloads; a client appends token and path."""
        return f"{self.url}/file/bot"

    @property
    def deliveries(self) -> list[Delivery]:
        """Every message of the bot that reached its chat, in order."""
        return self.state.deliveries

    def add_user(self, user: User) -> None:
        """Let a person in. The bot cannot write first: that takes `send` from the person."""
        self.state.users[user.id] = user

    def add_group(self, chat: Chat, members: Iterable[int], administrators: Iterable[int] = ()) -> None:
        """Add a group of users that are there already; the bot is in it, and an administrator if listed."""
        bot_id, wanted = self.state.bot.id, set(administrators)
        group = Group(chat, set(members) - {bot_id}, wanted)
        group.bot_status = "administrator" if bot_id in wanted else "member"
        self.state.groups[chat.id] = group

    def populate_demo(self) -> None:
        """The people of the demo and their group."""
        for user in DEMO_USERS:
            self.add_user(user)
        editors = [user.id for user in DEMO_USERS if user.is_editor]
        self.add_group(DEMO_GROUP, members=[user.id for user in DEMO_USERS], administrators=editors)

    async def send(self, user_id: int, text: str, chat_id: int | None = None, reply_to: int | None = None) -> int:
        """The user writes, to the bot unless `chat_id` names a group; the id of the message.

        Raises SandboxError where a person could not.
        """
        return actions.write(self.state, user_id, user_id if chat_id is None else chat_id, text, reply_to).message_id

    async def press(
        self,
        user_id: int,
        chat_id: int,
        message_id: int,
        data: str,
        timeout: float = 5.0,  # noqa: ASYNC109 - waiting is what it is for
    ) -> dict[str, Any] | None:
        """The user presses a button (or a client sends any `data`); the bot's answer or None after `timeout` s."""
        query_id = actions.press(self.state, user_id, chat_id, message_id, data)
        return await self.state.queries.wait_answer(query_id, timeout)

    async def inline(
        self,
        user_id: int,
        query: str,
        offset: str = "",
        timeout: float = 5.0,  # noqa: ASYNC109
    ) -> list[dict[str, Any]] | None:
        """The user types `@bot query` anywhere; the results of the answer or None after `timeout` s."""
        query_id = actions.ask_inline(self.state, user_id, query, offset)
        answer = await self.state.queries.wait_answer(query_id, timeout)
        return None if answer is None else list(answer["results"])

    def messages(self, chat_id: int) -> list[dict[str, Any]]:
        """What the chat shows now, oldest first, as Bot API `Message`s."""
        return [message_view(self.state, message) for message in self.state.messages.in_chat(chat_id)]

    async def wait_message(
        self,
        chat_id: int,
        after: int = 0,
        contains: str | None = None,
        timeout: float = 5.0,  # noqa: ASYNC109
    ) -> dict[str, Any]:
        """The first message of the bot after message `after` that contains a text.

        Raises TimeoutError after `timeout` s, with what is in the chat instead.
        """

        def look() -> Message | None:
            for message in self.state.messages.in_chat(chat_id):
                text = message.text.text if message.text else ""
                is_wanted = message.sender.id == self.state.bot.id and message.message_id > after
                if is_wanted and (contains is None or contains in text):
                    return message
            return None

        if (found := await self.state.changed.wait_for(look, timeout)) is None:
            shown = [message.text.text for message in self.state.messages.in_chat(chat_id) if message.text]
            raise TimeoutError(f"no message with {contains!r} after {after} in chat {chat_id}: {shown!r}")
        return message_view(self.state, found)

    def block(self, user_id: int) -> None:
        """The user blocks the bot."""
        actions.set_blocked(self.state, user_id, True)

    def unblock(self, user_id: int) -> None:
        """The user lets the bot write again."""
        actions.set_blocked(self.state, user_id, False)

    def deactivate(self, user_id: int) -> None:
        """The user's account is deleted at Telegram."""
        self.state.deactivated.add(actions.find_user(self.state, user_id).id)

    def migrate_group(self, chat_id: int) -> int:
        """The group becomes a supergroup; its new id."""
        return actions.migrate_group(self.state, chat_id)

    def kick_bot(self, chat_id: int, by: int | None = None) -> None:
        """An administrator (or `by`) throws the bot out of a group."""
        actions.kick_bot(self.state, chat_id, by)

    def add_bot(self, chat_id: int, by: int) -> None:
        """A member adds the bot to a group that it is not in."""
        actions.add_bot(self.state, chat_id, by)

    def promote_bot(self, chat_id: int, by: int) -> None:
        """An administrator makes the bot one too."""
        change_bot_status(self.state, chat_id, actions.check_member(self.state, by, chat_id), "administrator")

    def _own_hosts(self) -> frozenset[str]:
        names = ("127.0.0.1", "localhost")
        # Clients leave the usual port out.
        return frozenset(f"{name}:{self._port}" for name in names) | frozenset(names if self._port == 80 else ())
