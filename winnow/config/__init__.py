"""The configuration: one frozen model a stage, read from `winnow.yaml` and dotted overrides.

config = load(Path("winnow.yaml"), ["training.rank=32"])
print(render(config))        # YAML in which a comment states each setting's effect
"""

from __future__ import annotations

import copy
import difflib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, get_args

import yaml
from pydantic import BaseModel, Field, ValidationError

from winnow.config.curation import (
    CleanConfig,
    ContaminationConfig,
    ContradictionsConfig,
    CurationConfig,
    DuplicatesConfig,
    IngestConfig,
    PublishConfig,
    SelectionConfig,
    SplitConfig,
)
from winnow.config.evaluation import (
    AnswersConfig,
    CostsConfig,
    MetricsConfig,
    PlanConfig,
    PromptConfig,
    ReleaseConfig,
    RetentionConfig,
    RetrievalConfig,
    ReviewConfig,
    SelectionsPlan,
)
from winnow.config.labelling import LabellingConfig
from winnow.config.quality import QualityConfig
from winnow.config.section import Section
from winnow.config.training import DeviceChoice, ModelsConfig, PreferenceConfig, PreservationConfig, TrainingConfig
from winnow.data.records import canonical_json, content_hash
from winnow.errors import InputError

__all__ = [
    "AnswersConfig",
    "CleanConfig",
    "Config",
    "ContaminationConfig",
    "ContradictionsConfig",
    "CostsConfig",
    "CurationConfig",
    "DuplicatesConfig",
    "IngestConfig",
    "LabellingConfig",
    "MetricsConfig",
    "ModelsConfig",
    "PlanConfig",
    "PreferenceConfig",
    "PreservationConfig",
    "PromptConfig",
    "PublishConfig",
    "QualityConfig",
    "ReleaseConfig",
    "RetentionConfig",
    "RetrievalConfig",
    "ReviewConfig",
    "Section",
    "SelectionConfig",
    "SelectionsPlan",
    "SplitConfig",
    "TrainingConfig",
    "load",
    "render",
    "settings_hash",
]


class Config(Section):
    """Everything a run of Winnow can be told."""

    seed: int = Field(0, description="one seed for every sampling, shuffle and initialisation")
    device: DeviceChoice = Field(
        "auto", description="where models run: auto takes cuda, else mps, else cpu; another machine's may be another"
    )
    models: ModelsConfig = ModelsConfig()
    ingest: IngestConfig = IngestConfig()
    curation: CurationConfig = CurationConfig()
    clean: CleanConfig = CleanConfig()
    contamination: ContaminationConfig = ContaminationConfig()
    duplicates: DuplicatesConfig = DuplicatesConfig()
    contradictions: ContradictionsConfig = ContradictionsConfig()
    quality: QualityConfig = QualityConfig()
    selection: SelectionConfig = SelectionConfig()
    publish: PublishConfig = PublishConfig()
    labelling: LabellingConfig = LabellingConfig()
    split: SplitConfig = SplitConfig()
    plan: PlanConfig = PlanConfig()
    preservation: PreservationConfig = PreservationConfig()
    training: TrainingConfig = TrainingConfig()
    preference: PreferenceConfig = PreferenceConfig()
    prompt: PromptConfig = PromptConfig()
    answers: AnswersConfig = AnswersConfig()
    retrieval: RetrievalConfig = RetrievalConfig()
    metrics: MetricsConfig = MetricsConfig()
    review: ReviewConfig = ReviewConfig()
    retention: RetentionConfig = RetentionConfig()
    release: ReleaseConfig = ReleaseConfig()
    costs: CostsConfig = CostsConfig()


def load(path: Path | None = None, overrides: Sequence[str] = (), values: Mapping[str, Any] | None = None) -> Config:
    """Read the YAML file (none: `values`, or the defaults), then the overrides `section.key=value`.

    Raises InputError that names the file or override, the key, and the near name of an unknown one.
    """
    given = _read_yaml(path) if path is not None else copy.deepcopy(dict(values or {}))
    for override in overrides:
        _override(given, override)
    try:
        return Config.model_validate(given)
    except ValidationError as error:
        raise InputError(f"{_origin(path, error)}: {_explain(error)}") from error


def _origin(path: Path | None, error: ValidationError) -> str:
    """Name the file and the line of the key at fault, or the command line where the key isn't in the file."""
    node = yaml.compose(path.read_text(encoding="utf-8-sig")) if path is not None else None
    line = None
    for part in error.errors()[0]["loc"]:
        if not isinstance(node, yaml.MappingNode):
            break
        found = next(((key, value) for key, value in node.value if key.value == str(part)), None)
        if found is None:
            return "--set"
        line, node = found[0].start_mark.line + 1, found[1]
    return f"{path}:{line}" if line else "--set"


def _read_yaml(path: Path) -> dict[str, object]:
    try:
        values = yaml.safe_load(path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise InputError(f"{path}: can't read: {error.strerror}; make one with: winnow init {path.parent}") from error
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        mark = getattr(error, "problem_mark", None)
        where = f"{path}:{mark.line + 1}" if mark else str(path)
        raise InputError(f"{where}: not YAML: {getattr(error, 'problem', error)}; check the indentation") from error
    if values is None:
        return {}
    if not isinstance(values, dict):
        raise InputError(f"{path}:1: {type(values).__name__} where sections were expected; see winnow init")
    return values


def _override(values: dict[str, object], override: str) -> None:
    name, equals, text = override.partition("=")
    if not equals:
        raise InputError(f"--set {override}: no '='; write section.key=value, as in training.rank=32")
    *sections, key = name.strip().split(".")
    for section in sections:
        inner = values.setdefault(section, {})
        if not isinstance(inner, dict):
            raise InputError(f"--set {override}: {section} isn't a section; its value is {inner!r}")
        values = inner
    try:
        values[key] = yaml.safe_load(text)
    except yaml.YAMLError:  # a text such as {context} {question}, which is no YAML without quotes
        values[key] = text


def _explain(error: ValidationError) -> str:
    first = error.errors()[0]
    place = [str(part) for part in first["loc"]]
    name = ".".join(place)
    if first["type"] != "extra_forbidden":
        return f"{name}: {first['msg'][0].lower()}{first['msg'][1:]}; the value is {first['input']!r}"
    known = _keys(place[:-1])
    near = difflib.get_close_matches(place[-1], known, n=1, cutoff=0.5)
    return f"{name}: unknown key; " + (f"did you mean {near[0]}?" if near else f"known are {', '.join(known)}")


def _keys(place: Sequence[str]) -> list[str]:
    model: type[BaseModel] = Config
    for part in place:
        named = model.model_fields[part].annotation
        sections = [one for one in (named, *get_args(named)) if isinstance(one, type) and issubclass(one, BaseModel)]
        if not sections:
            return []
        model = sections[0]
    return list(model.model_fields)


def render(config: BaseModel, indent: int = 0) -> str:
    """Write a section as YAML, each key with a comment that states its effect."""
    lines: list[str] = []
    pad = " " * indent
    for name, info in type(config).model_fields.items():
        value = getattr(config, name)
        comment = f"  # {info.description}" if info.description else ""
        if isinstance(value, BaseModel):
            summary = (type(value).__doc__ or "").strip().split("\n")[0]
            lines += ["", f"{pad}# {summary}", f"{pad}{name}:"] if indent == 0 else [f"{pad}{name}:{comment}"]
            lines.append(render(value, indent + 2))
            continue
        plain = config.model_dump(mode="json", include={name})[name]
        style = '"' if isinstance(plain, str) and "\n" in plain else None  # on one line, so that its comment fits
        text = yaml.safe_dump(plain, default_flow_style=True, default_style=style, allow_unicode=True, width=10_000)
        hidden = "# " if _is_of_preset(config, name, value) else ""
        lines.append(f"{pad}{hidden}{name}: {text.strip().removesuffix('...').strip()}{comment}")
    return "\n".join(lines)


def _is_of_preset(config: BaseModel, name: str, value: Any) -> bool:
    """Tell whether a value is what the chosen preset gives; written out it would outlast another choice."""
    extra = type(config).model_fields[name].json_schema_extra
    if not (isinstance(extra, dict) and extra.get("from_preset")):
        return False
    return bool(value == getattr(type(config).model_validate({"preset": config.preset}), name))  # type: ignore[attr-defined]


def settings_hash(*sections: BaseModel) -> str:
    """Hash settings, so that a figure or decision can say with which it was made."""
    return content_hash(*(canonical_json(section.model_dump(mode="json")) for section in sections))[:16]
