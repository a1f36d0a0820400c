"""A stage's manifest is written last, and tells whether its output still holds."""

from __future__ import annotations

import json
import sqlite3
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pytest

from winnow.config import MetricsConfig, SplitConfig
from winnow.data.files import read_jsonl, read_table, whole_file, write_jsonl, write_table, write_text
from winnow.errors import WinnowError
from winnow.study.inputs import FileInput, Input, Inputs, Loaded, UndeclaredInput, Value
from winnow.study.stage import Stage


@dataclass(frozen=True)
class OneFile(Inputs):
    text: Input[str]


@pytest.fixture
def made(tmp_path):
    source = tmp_path / "in.txt"
    source.write_text("input")

    def stage(**changes) -> Stage:
        settings = (SplitConfig(**changes.pop("settings", {})),)
        inputs = OneFile(FileInput(source, Path.read_text))
        return Stage(tmp_path / "out" / "manifest.json", "split", inputs, settings, root=tmp_path, **changes)

    with stage() as first:
        write_text(tmp_path / "out" / "a.txt", "made")
        first.outputs = {"a": tmp_path / "out" / "a.txt"}
    return stage, source, tmp_path / "out"


def test_an_unchanged_stage_is_current(made):
    assert made[0]().is_current()


def test_another_input_setting_seed_or_output_is_not(made):
    stage, source, out = made
    assert not stage(settings={"held_out": 9}).is_current()
    assert not stage(seed=5).is_current()
    (out / "a.txt").write_text("edited by hand")
    assert not stage().is_current()
    (out / "a.txt").write_text("made")
    assert stage().is_current()
    source.write_text("other")
    assert not stage().is_current()


def test_what_changed_is_named(made):
    stage, source, out = made
    assert stage(settings={"held_out": 9}).stale() == ["settings SplitConfig.held_out"]
    source.write_text("other")
    (out / "a.txt").unlink()
    assert stage().stale() == ["text", "output a.txt"]
    (out / "manifest.json").unlink()
    assert stage().stale() == ["not made yet"]


def test_an_input_that_changes_while_the_stage_runs_makes_it_stale(made):
    stage, source, _ = made
    source.write_text("first")

    def work(running: Stage) -> dict:
        read = running.inputs.text.open()
        source.write_text("changed meanwhile")
        return {"read": read}

    assert stage().run(work) == {"read": "first"}
    assert stage().stale() == ["text"]


@pytest.mark.parametrize(
    "read",
    [
        Path.read_text,
        lambda path: path.open("rb").read(),
        lambda path: sqlite3.connect(path).execute("select 1"),
        lambda path: read_table(path),
    ],
)
def test_a_file_of_the_study_that_is_no_input_cannot_be_read(made, read):
    stage, source, out = made
    source.write_text("changed")
    hidden = source.parent / "hidden.parquet"
    write_table(hidden, pa.table({"id": ["1"]}))

    def work(running: Stage) -> dict:
        assert running.inputs.text.open() == "changed"  # declared
        write_text(out / "b.txt", "own")
        assert (out / "b.txt").read_text() == "own"  # its own output
        return {"stolen": str(read(hidden))}

    with pytest.raises(UndeclaredInput, match=r"split reads .*hidden\.parquet"):
        stage().run(work)
    assert stage().stale() == ["not made yet"]
    assert hidden.read_bytes()  # outside of a stage anybody reads


def test_settings_that_are_not_declared_cannot_be_read(made):
    with pytest.raises(UndeclaredInput, match="MetricsConfig"):
        made[0]().setting(MetricsConfig)


def test_a_loaded_input_is_known_without_being_loaded(tmp_path):
    loads = []
    one = Loaded(lambda: "weights 1", lambda: loads.append(1))
    assert one.fingerprint() == "weights 1"
    assert not loads
    assert Value(["rouge_l"]).fingerprint() != Value(["chrf"]).fingerprint()


def test_a_stage_that_fails_leaves_no_manifest(made):
    stage, _, out = made
    with pytest.raises(RuntimeError), stage():
        raise RuntimeError
    assert not (out / "manifest.json").exists()


def test_the_manifest_names_versions_hardware_and_seconds(made):
    manifest = json.loads((made[2] / "manifest.json").read_text())
    assert manifest["versions"]["torch"]
    assert manifest["hardware"]["cores"] >= 1
    assert manifest["seconds"] >= 0
    assert manifest["outputs"].keys() == {"a.txt"}


def test_a_file_is_whole_or_absent(tmp_path):
    path = tmp_path / "a.jsonl"

    def rows():
        yield {"n": 1}
        raise RuntimeError("killed")

    with pytest.raises(RuntimeError):
        write_jsonl(path, rows())
    assert list(tmp_path.iterdir()) == []
    write_jsonl(path, [{"n": 1}, {"n": 2}])
    assert read_jsonl(path) == [{"n": 1}, {"n": 2}]


def test_a_folder_that_cannot_be_written_is_one_line(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(WinnowError, match="can't write"), whole_file(tmp_path / "file" / "a.txt"):
        pass


def test_a_full_disk_is_one_line(tmp_path):
    if not Path("/dev/full").exists():
        pytest.skip("needs /dev/full")

    def fill(path: Path) -> None:
        with whole_file(path) as temporary:
            temporary.unlink()
            temporary.symlink_to("/dev/full")
            temporary.write_text("x" * 100_000)

    with pytest.raises(WinnowError, match="No space left"):
        fill(tmp_path / "a.txt")
