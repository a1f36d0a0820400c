"""The plan: what will be compared, how, and what counts as success, frozen before training.

plan = freeze(fields)                       # a Plan whose hash is SHA-256 over canonical JSON of the fields
plan.verify({"held_out": found_hash})       # raises PlanChanged naming field, planned value, found value
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
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
class Amendment:
    """A change of the plan: when and why, the hash of the plan before it, and the names of the fields that changed."""

    at: str
    why: str
    previous: str
    changed: list[str]

    @classmethod
    def from_json(cls, document: Mapping[str, Any]) -> Amendment:
        """Read what `as_dict` wrote; a missing key is empty, and then the plan's hash no longer fits."""
        at, why, previous = (document.get(name, "") for name in ("at", "why", "previous"))
        return cls(at, why, previous, document.get("changed", []))

    def as_dict(self) -> dict[str, object]:
        """Give the JSON form."""
        return asdict(self)


@dataclass(frozen=True)
class Plan:
    """The planned fields, as JSON holds them; `created_at` stands outside the hash, amendments inside it.

    A plan with amendments was changed after data could have been seen, and every later report says so.
    """

    fields: Mapping[str, Any]
    created_at: str
    amendments: tuple[Amendment, ...] = ()

    @property
    def hash(self) -> str:
        """SHA-256 hex over the canonical JSON of contents and amendments."""
        return content_hash(canonical_json({"fields": self.fields, "amendments": self._amendments()}))

    def _amendments(self) -> list[dict[str, object]]:
        return [amendment.as_dict() for amendment in self.amendments]

    def as_dict(self) -> dict[str, object]:
        """Give the JSON form, with the hash."""
        return {
            "hash": self.hash,
            "created_at": self.created_at,
            "fields": self.fields,
            "amendments": self._amendments(),
        }

    @property
    def amended(self) -> bool:
        """Tell whether the plan was changed after it was first frozen."""
        return bool(self.amendments)

    def verify(self, found: Mapping[str, object]) -> None:
        """Raise PlanChanged at the first field whose found value isn't the planned one."""
        for name, value in found.items():
            planned = self.fields.get(name)
            if canonical_json(planned) != canonical_json(value):
                raise PlanChanged(
                    f"plan {self.hash[:8]}: {_difference(name, planned, value)}; "
                    "put it back, or state the change with: winnow plan amend --why '…'"
                )

    def amend(self, fields: Mapping[str, object], why: str) -> Plan:
        """Make the next plan, which names what changed and why; raises InputError without a reason or a change."""
        if not why.strip():
            raise InputError("plan amend: no reason given; pass --why 'what was learned and when'")
        changed = sorted(k for k in {*fields, *self.fields} if fields.get(k) != self.fields.get(k))
        if not changed:
            raise InputError(f"plan {self.hash[:8]}: nothing differs from it; there is nothing to amend")
        return Plan(fields, _now(), (*self.amendments, Amendment(_now(), why, self.hash, changed)))

    def write(self, path: Path) -> None:
        """Write the plan with its hash."""
        write_json(path, {**self.as_dict(), "note": CANNOT_PROVE})


def freeze(fields: Mapping[str, object]) -> Plan:
    """Make a plan of these fields, now."""
    return Plan(fields, _now())


def read(path: Path) -> Plan:
    """Read a plan; raises PlanChanged when the file was edited by hand, InputError when there is none."""
    if not path.exists():
        raise InputError(f"{path}: no frozen plan; define success first: winnow plan freeze")
    raw = read_json(path)
    plan = Plan(raw["fields"], raw["created_at"], tuple(map(Amendment.from_json, raw["amendments"])))
    if plan.hash != raw["hash"]:
        raise PlanChanged(
            f"{path}: hash: planned {raw['hash'][:12]}, found {plan.hash[:12]}; "
            "the file was edited by hand: restore it, or use winnow plan amend"
        )
    return plan


def _difference(name: str, planned: object, found: object) -> str:
    if isinstance(planned, dict) and isinstance(found, dict):
        for key in sorted({*planned, *found}):
            if planned.get(key) != found.get(key):
                return _difference(f"{name}.{key}", planned.get(key), found.get(key))
    return f"{name}: planned {_short(planned)}, found {_short(found)}"


def _short(value: object) -> str:
    text = value if isinstance(value, str) else canonical_json(value)
    return text if len(text) <= 64 else f"{text[:60]}…"


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
