"""What was computed from a file holds until the file is another one."""

from __future__ import annotations

import os
import time

from winnow.data.files import file_hash
from winnow.data.stamps import once

LONG_AGO = time.time() - 3600


def aged(path, text, at=LONG_AGO):
    """Write a file whose content is an hour old; the change of its inode is still from now."""
    path.write_text(text)
    os.utime(path, (at, at))
    return path


def count(path, counted):
    return once("words", [path], lambda: counted.append(path) or len(path.read_text().split()))


def test_a_file_that_just_changed_is_read_each_time(tmp_path):
    path, counted = aged(tmp_path / "a.txt", "one two"), []
    assert [count(path, counted) for _ in range(3)] == [2, 2, 2]
    assert len(counted) == 3, "its inode changed a moment ago"


def test_a_file_that_stands_is_read_once_and_again_when_it_is_another(tmp_path, monkeypatch):
    path, counted = aged(tmp_path / "a.txt", "one two"), []
    monkeypatch.setattr("winnow.data.stamps.SETTLED_NS", 0)
    assert [count(path, counted) for _ in range(3)] == [2, 2, 2]
    assert len(counted) == 1
    aged(path, "uno due tre")
    assert count(path, counted) == 3
    (tmp_path / "b.txt").write_text("one")
    (tmp_path / "b.txt").replace(path)
    assert count(path, counted) == 1


def test_a_hash_follows_a_file_that_keeps_size_and_time(tmp_path, monkeypatch):
    monkeypatch.setattr("winnow.data.stamps.SETTLED_NS", 0)
    path = aged(tmp_path / "a.txt", "£35")
    before = file_hash(path)
    assert file_hash(path) == before
    aged(path, "£53")
    assert file_hash(path) != before
