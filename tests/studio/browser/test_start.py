"""The beginning from somebody's own file: what was read as what, what can't be read, and nothing lost on the way."""

from __future__ import annotations

import pytest

from tests.chromium import CHROMIUM

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not CHROMIUM.exists(), reason=f"no {CHROMIUM}; apt-get install chromium"),
]

GERMAN = "Nr,Frage,Antwort\n1,Was kostet die Karte?,10 Euro.\n2,Wie hoch ist der Zins?,Vier Prozent.\n"
OPEN_QUOTE = 'question,answer\nWhat is a lien?,"A right to keep goods\nWhat is a keel?,A timber.\n'
EMPTY = "question,answer\n"


@pytest.fixture
def start(page, address, workspace):
    """The page of a folder without a study."""
    (workspace.root / "winnow.yaml").unlink()
    page.goto(address)
    page.get_by_role("heading", level=1, name="Start").wait_for()
    page.get_by_text("Say who you are", exact=True).click()
    page.get_by_label("Your name").fill("Ada")
    page.get_by_role("button", name="This is me").click()
    page.get_by_role("button", name="Ada").first.wait_for()
    return page


def drop(page, name: str, text: str | bytes) -> None:
    content = text.encode() if isinstance(text, str) else text
    page.locator('input[type="file"]').set_input_files({"name": name, "mimeType": "text/plain", "buffer": content})


def choose(page, role: str, column: str) -> None:
    box = page.get_by_role("combobox", name=f"Column of the {role}")
    box.fill(column)
    box.press("Enter")


def test_a_file_of_unusual_columns_is_read_once_a_person_says_which_is_which(start):
    drop(start, "karten.csv", GERMAN)
    start.get_by_text("no column looks like the question; there are Nr, Frage, Antwort").wait_for()
    assert not start.get_by_role("button", name="Judge the rows").count()
    choose(start, "question", "Frage")
    start.get_by_text("no column looks like the answer").wait_for()
    choose(start, "answer", "Antwort")
    start.get_by_text("2 rows.").wait_for()
    start.get_by_role("button", name="Judge the rows (about 1 min)").wait_for()
    assert start.get_by_label("Name of the study").input_value() == "karten"


@pytest.mark.parametrize(
    ("name", "text", "words"),
    [
        ("liens.csv", OPEN_QUOTE, "liens.csv:2: a quote opens in this line"),
        ("empty.csv", EMPTY, "empty.csv"),
        ("photo.csv", bytes(range(256)) * 8, "photo.csv"),
    ],
)
def test_a_file_that_cant_be_read_says_why_in_a_line_and_names_itself_alone(start, name, text, words):
    drop(start, name, text)
    told = start.get_by_test_id("stAlert").filter(has_text=words)
    told.first.wait_for()
    said = told.first.inner_text()
    assert "/tmp" not in said, said
    assert "Traceback" not in start.content()
    assert not start.get_by_role("button", name="Judge the rows").count()
