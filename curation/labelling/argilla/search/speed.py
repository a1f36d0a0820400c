"""Save the server work that nobody needs; what it does stays the same.

Measured on uploads: the first two took half of the server's time. Called before the first request:

    apply()
"""

from __future__ import annotations

import functools
from collections.abc import Awaitable, Callable
from types import ModuleType
from typing import Any


def apply() -> None:
    """Make all three changes."""
    _keep_validators()
    _build_events_for_listeners_only()
    _let_readers_not_wait()


def _keep_validators() -> None:
    """Build the validator of each kind of settings once: the server builds it anew for every value it checks."""
    from argilla_server.models import database

    database.TypeAdapter = functools.cache(database.TypeAdapter)


def _build_events_for_listeners_only() -> None:
    """Load what an event for webhooks needs only where a webhook is enabled: it is six queries a record."""
    from argilla_server.webhooks.v1 import records, responses

    _build_if_heard(records, "build_record_event")
    _build_if_heard(responses, "build_response_event")


def _build_if_heard(module: ModuleType, name: str) -> None:
    from argilla_server.contexts import webhooks

    build: Callable[..., Awaitable[Any]] = getattr(module, name)

    async def build_if_heard(db: Any, kind: Any, subject: Any) -> Any:
        return await build(db, kind, subject) if await webhooks.list_enabled_webhooks(db) else _Unheard()

    setattr(module, name, build_if_heard)


class _Unheard:
    """An event that no webhook waits for."""

    async def notify(self, _: Any) -> list[Any]:
        return []


def _let_readers_not_wait() -> None:
    """Let readers and the writer of the database not wait for each other; a commit is still synced to disk."""
    from sqlalchemy import event
    from sqlalchemy.engine import Engine

    @event.listens_for(Engine, "connect")
    def configure(connection: Any, _: Any) -> None:
        cursor = connection.cursor()
        cursor.execute("PRAGMA journal_mode=WAL")
        cursor.execute("PRAGMA synchronous=FULL")
        cursor.close()
