"""The stage that answers the held-out rows: base with no adapter, tuned with the last run's, the proof between them.

answer_held_out(workspace, config, "base", silent)
answer_held_out(workspace, config, "tuned", silent)
answer_held_out(workspace, config, "tuned/checkpoint-20", silent)
answer_held_out(workspace, config, "tuned-no-context", silent)              # closed-book: the rows' contexts left out
answer_held_out(workspace, config, "http://127.0.0.1:8000/v1", silent)     # any OpenAI-compatible server
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

from evaluation.answering.answers import Answerer, Question, probe, prove_adapter_off, speed
from winnow.config import AnswersConfig, Config, PromptConfig, RetrievalConfig
from winnow.data.files import read_json, write_jsonl
from winnow.data.records import content_hash
from winnow.errors import InputError
from winnow.models.identity import server_identity, weights_hash
from winnow.models.interface import GenerationSettings, LanguageModel
from winnow.models.load import load_language_model, load_local_model
from winnow.models.names import is_server, resolve_base_model
from winnow.models.prompt import PromptForm
from winnow.progress import Progress
from winnow.study.held_out import HeldOutRow
from winnow.study.inputs import Input, Inputs, Loaded
from winnow.study.plan import Plan
from winnow.study.shared_inputs import embedder_input, held_out_input, local, plan_input, tokenizer_input
from winnow.study.stage import Stage
from winnow.study.workspace import Workspace

RETRIEVAL_SUFFIX, CLOSED_SUFFIX = "-retrieval", "-no-context"
AGAIN = "base-again"


@dataclass(frozen=True)
class System:
    """A model that answers: the base, or the base with an adapter; with passages before the question, or without.

    `name` is also the name of its file of answers. `closed` leaves the row's own context out. `again` asks the base a
    second time, with the next seed.
    """

    name: str
    base: str
    adapter: Path | None = None
    retrieval: bool = False
    again: bool = False
    closed: bool = False

    @property
    def identity(self) -> str:
        """Hash the weights that answer; asked again, the answers are to be made anew and none taken from the cache."""
        parts = [weights_hash(resolve_base_model(self.base))]
        if self.adapter is not None:
            parts.append(weights_hash(self.adapter))
        return content_hash(*parts, *([AGAIN] if self.again else []))

    def as_input(self) -> Input[System]:
        """The system as a stage's input, known by its name and weights, which `load` reads."""
        reads = (*local(resolve_base_model(self.base)), *([self.adapter] if self.adapter else []))
        return Loaded(lambda: f"{self.name} {self.identity}", lambda: self, reads)

    def load(self) -> LanguageModel:
        """Load the model, its adapter on."""
        return load_language_model(self.base, self.adapter)


def find_system(workspace: Workspace, config: Config, name: str) -> System:
    """Find `base`, `base-again`, `tuned` (the last finished run), `preferred`, a run, `RUN/CHECKPOINT`, or a URL.

    `NAME-retrieval` puts passages before each question, `NAME-no-context` leaves the rows' own contexts out.
    """
    given = name.removesuffix(RETRIEVAL_SUFFIX)
    model = given.removesuffix(CLOSED_SUFFIX)
    retrieval, closed = given != name, model != given
    if is_server(model):
        return System(file_name(model) + name[len(model) :], model, None, retrieval, closed=closed)
    if model in ("base", AGAIN):
        return System(name, config.models.base, None, retrieval, model == AGAIN, closed)
    run, _, checkpoint = model.partition("/")
    folder = _run_folder(workspace, run)
    adapter = folder / "checkpoints" / checkpoint if checkpoint else folder / "adapter"
    if not adapter.is_dir():
        raise InputError(f"{name}: no such system; there are base, tuned, a server's URL, {_known_runs(workspace)}")
    return System(name.replace("/", "-"), config.models.base, adapter, retrieval, closed=closed)


def _run_folder(workspace: Workspace, run: str) -> Path:
    """Find a run: `tuned` is the one that finished last, `preferred` the last that went on from one by votes."""
    if run == "preferred":
        finished = sorted(path.parent for path in workspace.preferred.glob("*/manifest.json"))
        return finished[-1] if finished else workspace.preferred / run
    return workspace.latest_run() if run == "tuned" else workspace.runs / run


def file_name(model: str) -> str:
    """Turn an address or a folder into a file's name: "http://127.0.0.1:8000/v1" → "server-127.0.0.1-8000-v1"."""
    return re.sub(r"[^\w.]+", "-", model.replace("http://", "server-").replace("https://", "server-")).strip("-.")


def _known_runs(workspace: Workspace) -> str:
    names = []
    for run in sorted(workspace.runs.glob("*")):
        names += [run.name, *(f"{run.name}/{path.name}" for path in sorted(run.glob("checkpoints/checkpoint-*")))]
    return "the runs " + (", ".join(names) or "none")


def recorded_server(workspace: Workspace, config: Config) -> dict[str, object] | None:
    """Give what the base's server said of itself when it answered; None where the base runs here or hasn't answered."""
    manifest = workspace.answers / "base.manifest.json"
    if not is_server(config.models.base) or not manifest.exists():
        return None
    said: dict[str, object] | None = read_json(manifest)["summary"].get("server")
    return said


@dataclass(frozen=True)
class AnswerInputs(Inputs):
    """The held-out rows, the system that answers them, the plan; an index where passages go before the question.

    `base_probe` is what the base's own answers say of its weights: None where they weren't given yet.
    """

    held_out: Input[list[HeldOutRow]]
    system: Input[System]
    tokenizer: Input[Any] | None
    plan: Input[Plan]
    index: Input[Any] | None = None
    base_probe: Input[list[float] | None] | None = None


def answer_stage(workspace: Workspace, config: Config, name: str) -> Stage[AnswerInputs]:
    """Declare what a system's answers are made from."""
    from evaluation.index.stage import index_input

    system, held_out = find_system(workspace, config, name), held_out_input(workspace)
    inputs = AnswerInputs(
        held_out,
        system.as_input(),
        None if is_server(system.base) else tokenizer_input(system.base),
        plan_input(workspace, config, held_out),
        index_input(workspace, embedder_input(config, workspace)) if system.retrieval else None,
        _base_probe(workspace, system),
    )
    answers = workspace.answers
    return Stage(
        answers / f"{system.name}.manifest.json", "answer", inputs,
        (config.prompt, config.answers, *((config.retrieval,) if system.retrieval else ())), config.seed,
        code=[__name__], root=workspace.root, own=(answers / f"{system.name}.jsonl", answers / "cache.jsonl"),
    )  # fmt: skip


def answer_held_out(workspace: Workspace, config: Config, name: str, progress: Progress) -> dict[str, object]:
    """Answer every held-out row with one system, unless its answers on disk still hold."""
    return answer_stage(workspace, config, name).run(partial(_answer, progress=progress))


def _answer(stage: Stage[AnswerInputs], progress: Progress) -> dict[str, object]:
    inputs, settings = stage.inputs, stage.setting(AnswersConfig)
    system, questions = inputs.system.open(), _questions(stage)
    prompt = _prompt(stage)
    if inputs.tokenizer:  # before the model is loaded: a row that its chat template refuses is named
        for question in questions:
            prompt.text(inputs.tokenizer.open(), question)
    model = system.load()
    generation = generation_settings(settings, (stage.seed or 0) + system.again)
    cache = stage.folder / "cache.jsonl"
    answerer = Answerer(model, system.name, system.identity, generation, cache, prompt)
    with progress(f"answering: {system.name}", len(questions)) as advance:
        answers = answerer.answer(questions, advance)
    proof = _proof(stage, system, model)  # before anything is written: answers without it are no answers
    stage.outputs = {"answers": stage.folder / f"{system.name}.jsonl"}
    plan = inputs.plan.open().hash
    write_jsonl(stage.outputs["answers"], ({**answer.as_dict(), "plan": plan} for answer in answers))
    return {"name": system.name, "rows": len(answers), **speed(answers), **proof}


def _questions(stage: Stage[AnswerInputs]) -> list[Question]:
    """Ask the held-out rows, without their contexts where the system or the template leaves them out."""
    questions = [Question.of(row) for row in stage.inputs.held_out.open()]
    system, form = stage.inputs.system.open(), _form(stage)
    if system.closed:
        _require_contexts(system.name, form, questions)
    if system.closed or not form.shows_context:
        questions = [replace(question, context="") for question in questions]
    if stage.inputs.index is None:
        return questions
    from evaluation.answering.retrieval import with_passages

    return with_passages(questions, stage.inputs.index.open(), stage.setting(RetrievalConfig))


def _require_contexts(name: str, form: PromptForm, questions: Sequence[Question]) -> None:
    """Raise InputError where a system without context would be the system itself."""
    whole = name.removesuffix(RETRIEVAL_SUFFIX).removesuffix(CLOSED_SUFFIX)
    if not form.shows_context:
        raise InputError(f"{name}: prompt.template shows no context, so {whole} is asked without it already")
    if not any(question.context for question in questions):
        raise InputError(f"{name}: no held-out row has a context, so its answers would be those of {whole}")


def _form(stage: Stage[AnswerInputs]) -> PromptForm:
    return PromptForm(stage.setting(PromptConfig).template, stage.setting(AnswersConfig).system)


def _prompt(stage: Stage[AnswerInputs]) -> PromptForm:
    """Give the study's form; passages have a place in it even where the rows' own contexts have none."""
    form = _form(stage)
    if stage.inputs.index is None or form.shows_context:
        return form
    return replace(form, template=f"{{context}}\n\n{form.template}")


def generation_settings(answers: AnswersConfig, seed: int) -> GenerationSettings:
    """Read how held-out questions are answered."""
    return GenerationSettings(answers.max_new_tokens, answers.temperature, answers.top_p, seed, answers.batch_size)


def _proof(stage: Stage[AnswerInputs], system: System, model: Any) -> dict[str, object]:
    """Probe the weights: the base's values are kept, a tuned model's must equal them with its adapter off.

    Every system is probed by the rows as the study asks them, whatever it reads itself. A server's weights can't be
    probed; what it says of itself is kept.
    """
    if is_server(system.base):
        return {"server": server_identity(system.base)}
    questions, prompt = [Question.of(row) for row in stage.inputs.held_out.open()], _form(stage)
    if system.adapter is None:
        return {"probe": probe(model, questions, prompt)}
    known = stage.inputs.base_probe.open() if stage.inputs.base_probe else None
    plain = known or probe(load_local_model(system.base), questions, prompt)
    with model.without_adapter():
        disabled = probe(model, questions, prompt)
    return {"proof": prove_adapter_off(plain, disabled, probe(model, questions, prompt)).as_dict()}


def _base_probe(workspace: Workspace, system: System) -> Input[list[float] | None] | None:
    """What the base's manifest says of its weights; None for the base itself and for servers."""
    if system.adapter is None or is_server(system.base):
        return None
    manifest = workspace.answers / "base.manifest.json"

    def load() -> list[float] | None:
        return read_json(manifest)["summary"].get("probe") if manifest.exists() else None

    # known by the base's weights, which `system` hashes: when it was read doesn't matter
    return Loaded(lambda: "of the base", load, (manifest,))
