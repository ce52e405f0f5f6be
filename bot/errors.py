"""Every error that Sari raises on purpose, in one tree.

    SariError                    key + values; the words for it stand in texts/
    ├── SettingError             a setting is missing or wrong (names the setting, never its value)
    ├── InputError               what somebody typed or handed over cannot be used as it is
    ├── NotAllowedError          the person may not do this
    ├── GoneError                what was asked for existed once, or never
    ├── IngestError
    │   ├── FetchError           nothing usable came over the network (``retryable`` says whether to ask again)
    │   └── ParseError           bytes came, but no feed, page or article is in them
    └── StorageError
        ├── DatabaseBusyError    locked by another process for longer than we wait
        ├── DatabaseUnreachableError  the server does not answer, refuses us, or has ended the connection
        ├── DatabaseReadOnlyError
        ├── DatabaseNewerError   written by a newer Sari; this one must not touch it
        └── DatabaseBrokenError  not a database, damaged, or no room left on the disk

Driver errors are wrapped into this tree once, where they enter (storage/, ingest/, telegram/). Anything else that is
raised is a bug and is meant to surface.
"""

from __future__ import annotations


class SariError(Exception):
    """Base of the tree.

    Args:
        key: which sentence of ``texts/*/messages.toml`` (section ``errors``) tells the reader about it.
        values: what that sentence mentions; must be safe to show (no secrets).
    """

    def __init__(self, key: str, **values: str | int | float) -> None:
        super().__init__(key, values)
        self.key = key
        self.values = values

    def __str__(self) -> str:
        details = ", ".join(f"{name}={value}" for name, value in self.values.items())
        return f"{self.key} ({details})" if details else self.key


class SettingError(SariError):
    """A setting is missing or wrong."""


class InputError(SariError):
    """What somebody typed or handed over cannot be used as it is."""


class NotAllowedError(SariError):
    """The person may not do this."""


class GoneError(SariError):
    """What was asked for is not there (any more)."""


class IngestError(SariError):
    """Something about a feed, a page or a file."""


class FetchError(IngestError):
    """Nothing usable came over the network.

    Args:
        retryable: False where asking again cannot help (410, address not allowed).
        retry_after: seconds the server asked us to wait, if it did.
    """

    def __init__(
        self,
        key: str,
        *,
        retryable: bool = True,
        retry_after: float | None = None,
        **values: str | int | float,
    ) -> None:
        super().__init__(key, **values)
        self.retryable = retryable
        self.retry_after = retry_after


class ParseError(IngestError):
    """Bytes came, but no feed, page or article is in them."""


class StorageError(SariError):
    """Something about the database."""


class DatabaseBusyError(StorageError):
    """Locked by another process for longer than we wait."""


class DatabaseUnreachableError(StorageError):
    """The server of the database does not answer, refuses us, or has ended the connection."""


class DatabaseReadOnlyError(StorageError):
    """The file or its folder cannot be written, or the server does not let us write."""


class DatabaseNewerError(StorageError):
    """Written by a newer Sari."""


class DatabaseBrokenError(StorageError):
    """Not a database, damaged, or no room left."""
