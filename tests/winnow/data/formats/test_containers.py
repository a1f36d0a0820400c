"""Each file of a folder or an archive is read, and what isn't read is named."""

from __future__ import annotations

import zipfile

import pytest

from winnow.data.formats.containers import on_disk
from winnow.data.readers import files_of, read_rows
from winnow.errors import InputError

LINE = '{"question": "a", "answer": "b"}\n'
TABLE = "question,answer\na,b\n"


def folder(tmp_path, **files):
    for name, text in files.items():
        path = tmp_path / "faqs" / name.replace("__", "/").replace("_", ".")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return tmp_path / "faqs"


def archive(path, members):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, text in members.items():
            packed.writestr(name, text)
    return str(path)


def test_the_files_of_a_folder_are_read_in_order_and_the_others_are_named(tmp_path, caplog):
    path = folder(tmp_path, b_jsonl=LINE, a__c_csv=TABLE, notes_docx="x", _DS="x")
    assert files_of(str(path)) == [f"{path}/a/c.csv", f"{path}/b.jsonl"]
    assert [row.place for row in read_rows(str(path))] == [f"{path}/a/c.csv:2", f"{path}/b.jsonl:1"]
    assert "left out notes.docx and 1 hidden files of the system: they hold no rows of a known format" in caplog.text


def test_a_link_that_leads_back_up_is_not_followed(tmp_path):
    path = folder(tmp_path, a_csv=TABLE)
    (path / "up").symlink_to(path)
    assert files_of(str(path)) == [f"{path}/a.csv"]


def test_a_folder_without_rows_or_with_a_table_of_an_unknown_kind_is_an_error(tmp_path):
    with pytest.raises(InputError, match=r"faqs: no file in it holds rows; it has notes.docx"):
        list(read_rows(str(folder(tmp_path, notes_docx="x"))))
    with pytest.raises(InputError, match=r"faqs/old.xls: .xls can't be read; save it as .xlsx or CSV"):
        list(read_rows(str(folder(tmp_path, a_csv=TABLE, old_xls="x"))))


def test_the_members_of_an_archive_are_files_with_places(tmp_path, caplog):
    source = archive(
        tmp_path / "a.zip", {"faq\\x.csv": TABLE, "/y.jsonl": LINE, "__MACOSX/._y.jsonl": "x", "logo.png": "x"}
    )
    assert [row.place for row in read_rows(source)] == [f"{source}/faq/x.csv:2", f"{source}/y.jsonl:1"]
    assert "left out logo.png and 1 hidden files of the system" in caplog.text
    assert [row.values for row in read_rows(f"{source}/y.jsonl")] == [{"question": "a", "answer": "b"}]
    assert on_disk(f"{source}/y.jsonl") == tmp_path / "a.zip"
    with pytest.raises(InputError, match=r"a.zip/z.csv: .*a.zip has no such member; it has faq/x.csv, y.jsonl"):
        list(read_rows(f"{source}/z.csv"))


def test_an_archive_is_no_trap(tmp_path):
    inner = archive(tmp_path / "inner.zip", {"x.csv": TABLE})
    with zipfile.ZipFile(tmp_path / "outer.zip", "w") as packed:
        packed.write(inner, "inner.zip")
    with pytest.raises(
        InputError, match=r"outer.zip/inner.zip: .zip can't be read; unpack it, since it lies in another"
    ):
        list(read_rows(str(tmp_path / "outer.zip")))
    data = (tmp_path / "inner.zip").read_bytes()
    size = len(TABLE).to_bytes(4, "little")
    (tmp_path / "bomb.zip").write_bytes(data.replace(size, (1 << 30).to_bytes(4, "little")))
    with pytest.raises(InputError, match=r"bomb.zip/x.csv: unpacks to 1,073,741,824 bytes"):
        list(read_rows(str(tmp_path / "bomb.zip")))
    (tmp_path / "no.zip").write_text("x")
    with pytest.raises(InputError, match=r"no.zip: not a zip archive"):
        list(read_rows(str(tmp_path / "no.zip")))


def test_of_a_hub_s_dataset_the_files_that_its_card_names_are_read(tmp_path, caplog):
    card = (
        "---\nconfigs:\n- config_name: default\n  data_files:\n  - split: train\n    path: data/train-*\n---\n# FAQ\n"
    )
    path = folder(tmp_path, README_md=card, data__train_x_jsonl=LINE, more_json="{}")
    (path / "data" / "train.x.jsonl").rename(path / "data" / "train-00000.jsonl")
    assert files_of(str(path)) == [f"{path}/data/train-00000.jsonl"]
    assert "left out more.json: README.md names others as the data" in caplog.text


def test_a_file_whose_name_has_a_sharp_is_a_file_and_a_part_of_none_is_an_error(tmp_path):
    (tmp_path / "a#b.csv").write_text(TABLE)
    (tmp_path / "a.csv").write_text(TABLE)
    assert len(list(read_rows(str(tmp_path / "a#b.csv")))) == 1
    with pytest.raises(InputError, match=r"a.csv: .csv has no parts, and so none 'train'; name the file alone"):
        list(read_rows(str(tmp_path / "a.csv#train")))
    with pytest.raises(InputError, match=r"b.csv#train: no such file"):
        list(read_rows(str(tmp_path / "b.csv#train")))
