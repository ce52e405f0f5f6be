"""A small Telegram on this machine: `sari demo` and the tests talk to it instead of the real one."""

from bot.sandbox.clock import MovableClock
from bot.sandbox.errors import SandboxError
from bot.sandbox.faults import Fault
from bot.sandbox.people import Chat, User
from bot.sandbox.sandbox import Sandbox
from bot.sandbox.state import Delivery

__all__ = ["Chat", "Delivery", "Fault", "MovableClock", "Sandbox", "SandboxError", "User"]
