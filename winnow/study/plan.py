"""The plan: what will be compared, how, and what counts as success, frozen before training.

plan = freeze(fields)                       # a Plan whose hash is SHA-256 over canonical JSON of the fields
plan.verify({"held_out": found_hash})       # raises PlanChanged naming field, planned value, found value
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from winnow.data.files import read_json, write_json
from winnow.data.records import canonical_json, content_hash
from winnow.errors import InputError, PlanChanged

CANNOT_PROVE = (
    "A hash kept on one machine shows an accidental change, not a determined one: "
    "whoever holds the folder can freeze another plan. A git tag, pushed before training, dates it for others."
)


@dataclass(frozen=True)
class Plan:
    """The planned fields; `created_at` stands outside the hash, amendments inside it.

    `amendments` is a list of {"at", "why", "previous", "changed"}: a plan that has any was changed after
    data could have been seen, and every later report says so.
    """

    fields: dict[str, Any]
    created_at: str
    amendments: list[dict[str, Any]] = field(default_factory=list)

    @property
    def hash(self) -> str:
        """SHA-256 hex over the canonical JSON of contents and amendments."""
        return content_hash(canonical_json({"fields": self.fields, "amendments": self.amendments}))

    @property
    def amended(self) -> bool:
        """Tell whether the plan was changed after it was first frozen."""
        return bool(self.amendments)

    def verify(self, found: Mapping[str, Any]) -> None:
        """Raise PlanChanged at the first field whose found value isn't the planned one."""
        for name, value in found.items():
            planned = self.fields.get(name)
            if canonical_json(planned) != canonical_json(value):
                raise PlanChanged(
                    f"plan {self.hash[:8]}: {_difference(name, planned, value)}; "
                    "put it back, or state the change with: winnow plan amend --why '…'"
                )

    def amend(self, fields: dict[str, Any], why: str) -> Plan:
        """Make the next plan, which names what changed and why; raises InputError without a reason or a change."""
        if not why.strip():
            raise InputError("plan amend: no reason given; pass --why 'what was learned and when'")
        changed = sorted(k for k in {*fields, *self.fields} if fields.get(k) != self.fields.get(k))
        if not changed:
            raise InputError(f"plan {self.hash[:8]}: nothing differs from it; there is nothing to amend")
        note = {"at": _now(), "why": why, "previous": self.hash, "changed": changed}
        return Plan(fields, _now(), [*self.amendments, note])

    def write(self, path: Path) -> None:
        """Write the plan with its hash."""
        write_json(
            path,
            {
                "hash": self.hash,
                "created_at": self.created_at,
                "fields": self.fields,
                "amendments": self.amendments,
                "note": CANNOT_PROVE,
            },
        )


def freeze(fields: dict[str, Any]) -> Plan:
    """Make a plan of these fields, now."""
    return Plan(fields, _now())


def read(path: Path) -> Plan:
    """Read a plan; raises PlanChanged when the file was edited by hand, InputError when there is none."""
    if not path.exists():
        raise InputError(f"{path}: no frozen plan; define success first: winnow plan freeze")
    raw = read_json(path)
    plan = Plan(raw["fields"], raw["created_at"], raw["amendments"])
    if plan.hash != raw["hash"]:
        raise PlanChanged(
            f"{path}: hash: planned {raw['hash'][:12]}, found {plan.hash[:12]}; "
            "the file was edited by hand: restore it, or use winnow plan amend"
        )
    return plan


def _difference(name: str, planned: Any, found: Any) -> str:
    if isinstance(planned, dict) and isinstance(found, dict):
        for key in sorted({*planned, *found}):
            if planned.get(key) != found.get(key):
                return _difference(f"{name}.{key}", planned.get(key), found.get(key))
    return f"{name}: planned {_short(planned)}, found {_short(found)}"


def _short(value: Any) -> str:
    text = value if isinstance(value, str) else canonical_json(value)
    return text if len(text) <= 64 else f"{text[:60]}…"


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
