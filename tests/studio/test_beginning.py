from __future__ import annotations

import pytest

from studio.beginning import begin, preview_of, studies_in
from studio.study import open_study
from winnow.errors import InputError

CSV = "Question,Answer,Team\n" + "".join(f"What does fee {n} cost?,{n} pounds.,A\n" for n in range(14))


def test_a_file_is_shown_as_it_would_be_read(tmp_path):
    (tmp_path / "faq.csv").write_text(CSV)
    preview = preview_of(tmp_path / "faq.csv")
    assert (preview.total, len(preview.rows), preview.minutes) == (14, 10, 1)
    assert preview.rows[0] == {"question": "What does fee 0 cost?", "answer": "0 pounds."}
    assert 'question is "Question", answer is "Answer"' in preview.told[0]


def test_a_study_is_begun_in_a_folder_of_its_name_and_can_be_opened_at_once(tmp_path):
    made = begin(tmp_path, "Fees / 2026", "../faq.csv", CSV.encode())
    assert made.root.name == "Fees-2026"
    assert open_study(made.root).sources == [str(made.root / "faq.csv")]
    assert studies_in(tmp_path) == [tmp_path / "Fees-2026"]
    with pytest.raises(InputError, match="is there already"):
        begin(tmp_path, "Fees / 2026", "faq.csv", b"")


@pytest.mark.parametrize("name", ["", " .. ", "///"])
def test_a_name_that_can_be_no_folder_is_refused(tmp_path, name):
    with pytest.raises(InputError, match="can't be the name"):
        begin(tmp_path, name, "faq.csv", b"")
