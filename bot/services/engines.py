"""The summarizer that the settings choose."""

from __future__ import annotations

from bot.config import Settings
from bot.errors import SettingError
from summarizer import Summarizer, create_summarizer


def open_summarizer(settings: Settings) -> Summarizer:
    """The engine of SARI_SUMMARIZER; no model is loaded and no server asked yet.

    Raises:
        SettingError: ``setting_wrong``.
    """
    key = settings.summarizer_key
    try:
        return create_summarizer(settings.summarizer, api_key=key.reveal() if key else "")
    except ValueError:
        raise SettingError("setting_wrong", name="SARI_SUMMARIZER") from None
