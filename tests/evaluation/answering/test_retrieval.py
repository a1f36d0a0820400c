"""Retrieval finds the document that answers, and shows what it found."""

from __future__ import annotations

from pathlib import Path

import pytest

from evaluation.answering.answers import Answer, Question
from evaluation.index.documents import read_passages
from winnow.config import RetrievalConfig
from winnow.errors import InputError
from winnow.models.prompt import BARE
from winnow.study.inputs import Loaded

pytest.importorskip("langchain_chroma", reason="needs the extra rag: pip install 'winnow-studio[rag]'")

from evaluation.answering.retrieval import hit_rate, with_passages
from evaluation.index.stage import index_documents, open_index

FEES = "# Fees\n\nA replacement card costs £5. Sending money abroad costs £4 a payment."
OPENING = "# Opening hours\n\nThe branch in the harbour opens at nine and closes at five, Monday to Friday."
QUESTIONS = [
    Question("1", "What does a new card cost if I lose mine?", "£5."),
    Question("2", "When does the harbour branch close?", "At five."),
]


@pytest.fixture
def documents(tmp_path) -> Path:
    folder = tmp_path / "documents"
    folder.mkdir()
    (folder / "fees.md").write_text(FEES)
    (folder / "hours.html").write_text(f"<html><script>alert(1)</script><nav>Home</nav><p>{OPENING}</p></html>")
    (folder / "picture.png").write_bytes(b"\x89PNG")
    return folder


def test_passages_come_from_text_alone_and_name_their_document(documents):
    passages = read_passages([documents], RetrievalConfig())
    assert {p.document for p in passages} == {"fees.md", "hours.html"}
    assert not any("alert" in p.text or "Home" in p.text for p in passages)


def test_long_documents_are_cut_where_paragraphs_end(tmp_path):
    (tmp_path / "long.txt").write_text("\n\n".join(f"Paragraph {n}. " + "word " * 30 for n in range(20)))
    passages = read_passages([tmp_path], RetrievalConfig(characters=400, overlap=0))
    assert all(len(p.text) <= 400 for p in passages)
    assert all(p.text.startswith("Paragraph") for p in passages)
    assert [p.number for p in passages] == list(range(len(passages)))


def test_a_pdf_is_read(tmp_path):
    from fpdf import FPDF

    pdf = FPDF()
    pdf.add_page()
    pdf.set_font("helvetica", size=12)
    pdf.cell(text="The overdraft rate is 35.9 percent.")
    pdf.output(str(tmp_path / "rates.pdf"))
    assert "35.9 percent" in read_passages([tmp_path / "rates.pdf"], RetrievalConfig())[0].text


@pytest.mark.parametrize(
    ("name", "data", "message"),
    [
        ("a.pdf", b"not a pdf", "not a readable PDF"),
        ("a.md", b"caf\xe9", "byte 3 isn't UTF-8"),
        ("a.docx", b"x", "unknown kind"),
        ("a.txt", b"", "no text in the documents"),
    ],
)
def test_a_document_that_cannot_be_read_is_named(tmp_path, name, data, message):
    (tmp_path / name).write_bytes(data)
    with pytest.raises(InputError, match=message):
        read_passages([tmp_path / name], RetrievalConfig())


def test_the_document_that_answers_is_found_and_shown(documents, tmp_path, minilm):
    from winnow.models.embedder import Embedder

    embedder = Embedder(str(minilm), tmp_path / "cache")
    encoder = Loaded(lambda: embedder.weights, lambda: embedder, (tmp_path / "cache",))
    settings = RetrievalConfig(passages=1)
    index = tmp_path / "index"
    with pytest.raises(InputError, match="winnow index"):
        open_index(index, embedder)
    assert index_documents([documents], index, encoder, settings)["documents"] == 2
    assert index_documents([documents], index, encoder, settings)["current"]

    asked = with_passages(QUESTIONS, open_index(index, embedder), settings)
    assert [question.passages[0]["document"] for question in asked] == ["fees.md", "hours.html"]
    assert "replacement card costs £5" in asked[0].context
    assert BARE.messages(asked[0])[0]["content"].endswith("\n\nWhat does a new card cost if I lose mine?")

    (documents / "fees.md").write_text(FEES.replace("£5", "£9"))
    assert "current" not in index_documents([documents], index, encoder, settings)
    assert "£9" in with_passages(QUESTIONS, open_index(index, embedder), settings)[0].context


def test_the_hit_rate_is_the_share_of_answers_whose_own_document_is_among_their_passages():
    passages = ({"document": "fees.md", "text": "A card costs £5."}, {"document": "hours.html", "text": "At nine."})
    documents = ["fees.md", "hours.html", "rates.pdf", None]
    answers = [Answer(str(n), "?", (), "", passages=passages, document=name) for n, name in enumerate(documents)]
    found = hit_rate(answers)
    assert (found.n, found.estimate) == (3, pytest.approx(2 / 3))
