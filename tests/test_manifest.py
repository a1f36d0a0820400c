"""A stage's manifest is written last, and tells whether its output still holds."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from winnow.config import SplitConfig
from winnow.errors import WinnowError
from winnow.files import read_jsonl, whole_file, write_jsonl, write_text
from winnow.manifest import Stage


@pytest.fixture
def made(tmp_path):
    source = tmp_path / "in.txt"
    source.write_text("input")

    def stage(**changes) -> Stage:
        settings = (SplitConfig(**changes.pop("settings", {})),)
        return Stage(tmp_path / "out" / "manifest.json", "split", {"in": source}, settings, **changes)

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
