from __future__ import annotations

from winnow.data.files import append_lines, whole_lines


def test_a_file_that_grows_keeps_its_whole_lines_and_goes_on_after_a_kill(tmp_path):
    path = tmp_path / "new folder" / "log.jsonl"
    assert whole_lines(path) == []
    append_lines(path, '{"text": "one\u2028line, ünicode"}')
    with path.open("ab") as killed:
        killed.write('{"text": "ü'.encode()[:-1])
    assert whole_lines(path) == ['{"text": "one\u2028line, ünicode"}']
    append_lines(path, "two")
    assert whole_lines(path) == ['{"text": "one\u2028line, ünicode"}', "two"]
