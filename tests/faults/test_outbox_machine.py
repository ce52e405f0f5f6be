"""The outbox keeps its promises under any order of events, on each kind of database."""

from __future__ import annotations

import itertools
import shutil
import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from hypothesis.stateful import run_state_machine_as_test

from bot.storage import migrate, open_storage
from bot.storage.sql import SqlStorage
from tests.faults.outbox_machine import OutboxMachine

MODERATE = settings(max_examples=40, stateful_step_count=30, deadline=None, suppress_health_check=list(HealthCheck))


async def test_the_outbox_on_sqlite_keeps_its_promises(tmp_path: Path) -> None:
    ...
