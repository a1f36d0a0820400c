from __future__ import annotations

import pytest
from tokenizers import Tokenizer, decoders, models, pre_tokenizers

from winnow.models import scripts
from winnow.models.names import resolve_embedder


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("What is an ISA?", True),
        ("Was kostet ein schönes Konto für Schüler?", True),
        ("Что такое вклад?", False),
        ("Нажмите Reset, затем подключитесь к сети заново", False),
        ("Press Reset, then «Сеть»", True),
        ("银行对账户收取手续费", False),
        ("ひらがな", False),
        ("खाता कैसे खोलें?", False),
        ("42 %", True),
        ("", True),
    ],
)
def test_the_packaged_encoder_knows_latin_alone(text, expected):
    assert scripts.reads(resolve_embedder("all-minilm-l6-v2"), text) is expected


def test_pieces_that_are_bytes_are_read_as_the_letters_they_spell(tmp_path):
    alphabet = pre_tokenizers.ByteLevel.alphabet()
    letters = [chr(point) for point in range(0x430, 0x44A)]
    words = [one + other for one in letters for other in letters][: scripts.MIN_PIECES_A_SCRIPT]
    spelled = ["".join(piece for piece, _ in pre_tokenizers.ByteLevel(False).pre_tokenize_str(word)) for word in words]
    vocabulary = {piece: number for number, piece in enumerate([*sorted(alphabet), *spelled])}
    tokenizer = Tokenizer(models.BPE(vocabulary, []))
    tokenizer.decoder = decoders.ByteLevel()
    tokenizer.save(str(tmp_path / "tokenizer.json"))
    assert scripts.known_scripts(tmp_path) == {"CYRILLIC"}
    assert scripts.reads(tmp_path, "ключ")
    assert not scripts.reads(tmp_path, "key")
