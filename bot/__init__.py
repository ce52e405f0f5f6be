"""Sari, a Telegram bot that sends short digests of Indonesian news. Start reading at ``bot/__main__.py``."""

__version__ = "0.1.0"
