"""The table of outcomes: what each one means for a row of the outbox."""

from datetime import timedelta

import pytest

from bot.models import OutboxState, Result, SendOutcome
from bot.services.delivery import MAX_AMBIGUOUS, MAX_ATTEMPTS, decide
from tests.records import NOW, outbox_message


def test_a_sent_message_keeps_its_id() -> None:
    record = decide(outbox_message(), SendOutcome(Result.SENT, message_id=7), NOW, 0.0)
    assert (record.state, record.message_id, record.attempts) == (OutboxState.SENT, 7, 0)


def test_a_flood_limit_spends_no_attempt() -> None:
    record = decide(outbox_message(attempts=3), SendOutcome(Result.LATER, wait_seconds=17), NOW, 0.0)
    assert (record.state, record.attempts) == (OutboxState.PENDING, 3)
    assert record.not_before == NOW + timedelta(seconds=17)


def test_a_failed_send_comes_back_after_a_growing_pause() -> None:
    pauses = [
        (decide(outbox_message(attempts=done), SendOutcome(Result.RETRY), NOW, 0.0).not_before - NOW).total_seconds()
        for done in range(4)
    ]
    assert pauses == [5, 10, 20, 40]


def test_tries_that_failed_come_to_an_end() -> None:
    record = decide(outbox_message(attempts=MAX_ATTEMPTS - 1), SendOutcome(Result.RETRY, reason="down"), NOW, 0.0)
    assert (record.state, record.reason) == (OutboxState.DEAD, "down")


def test_an_ambiguous_send_is_tried_once_more_and_then_called_unknown() -> None:
    first = decide(outbox_message(), SendOutcome(Result.AMBIGUOUS), NOW, 0.0)
    second = decide(outbox_message(ambiguous=first.ambiguous), SendOutcome(Result.AMBIGUOUS), NOW, 0.0)
    assert (first.state, second.state) == (OutboxState.PENDING, OutboxState.UNKNOWN)
    assert second.ambiguous == MAX_AMBIGUOUS


@pytest.mark.parametrize("result", [Result.GONE, Result.REJECTED])
def test_what_cannot_be_delivered_is_never_tried_again(result: Result) -> None:
    assert decide(outbox_message(), SendOutcome(result, reason="why"), NOW, 0.0).state is OutboxState.DEAD


def test_a_migrated_chat_is_tried_again_at_once() -> None:
    record = decide(outbox_message(), SendOutcome(Result.MIGRATED, new_chat_id=-100), NOW, 0.0)
    assert (record.state, record.not_before) == (OutboxState.PENDING, NOW)
