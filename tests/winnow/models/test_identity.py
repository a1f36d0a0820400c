"""By what a model is known: a template's hash that is remembered, and follows the template."""

from __future__ import annotations

from tests.winnow.models.test_chat import FAMILIES, make_tokenizer
from winnow.models.chat import template_hash
from winnow.models.identity import template_of


def test_a_remembered_template_is_the_tokenizers_own_and_follows_its_file(tmp_path, monkeypatch):
    monkeypatch.setenv("WINNOW_CACHE", str(tmp_path / "cache"))
    (template, special, *_), (other, *_) = list(FAMILIES.values())[:2]
    folder = tmp_path / "model"
    make_tokenizer(template, special).save_pretrained(folder)
    expected = template_hash(make_tokenizer(template, special))
    assert [template_of(folder), template_of(folder)] == [expected, expected]
    assert list((tmp_path / "cache" / "hashes").glob("*-template-*.json"))
    (folder / "chat_template.jinja").write_text(other, encoding="utf-8")
    assert template_of(folder) == template_hash(make_tokenizer(other, special))
