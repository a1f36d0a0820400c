"""What wasn't looked for in a file's rows, since no rule and no model reads their language.

>>> unread_lines({"pl": ["refusal", "prompt_residue"]})
['Not looked for in Polish: refusal, prompt residue.']
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from curation.signals.measuring import not_looked_for
from winnow.config import Config
from winnow.data.files import read_json
from winnow.models.names import embedder_languages
from winnow.study.workspace import Curated
from winnow.text.language import language_name
from winnow.text.lexicon import given_lexicons

MIN_LANGUAGE_SHARE = 0.02  # share of the rows from which a language is named


def unread(languages: Mapping[str, float], config: Config) -> dict[str, list[str]]:
    """List the signals that can't read each language of at least one row in fifty: {"pl": ["refusal", …]}."""
    common = [code for code, share in languages.items() if share >= MIN_LANGUAGE_SHARE]
    return not_looked_for(common, given_lexicons(config.quality.lexicons), embedder_languages(config.models.embedder))


def unread_lines(not_looked_for: Mapping[str, Sequence[str]]) -> list[str]:
    """Say it, a sentence a language."""
    return [
        f"Not looked for in {language_name(code)}: {', '.join(names).replace('_', ' ')}."
        for code, names in not_looked_for.items()
    ]


def published_unread(curated: Curated) -> list[str]:
    """Say what the published report says of it; nothing where none is published."""
    path = curated.root / "report.json"
    return unread_lines(read_json(path).get("not_looked_for", {})) if path.exists() else []
