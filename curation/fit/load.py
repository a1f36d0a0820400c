"""Load the models and recognisers that the settings ask of the quality signals.

tools = load_tools(config.quality, config.models.base, embedder)
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from curation.corpus.tools import CrossEncoder, LogLikelihood, Tools
from curation.fit.ifd import answer_scorer
from curation.reader.kept import KeptReader
from curation.reader.reader import ENCODER, Reader
from curation.reader.reading import WEIGHTS
from winnow.config.quality import QualityConfig, Rule
from winnow.errors import InputError
from winnow.models.embedder import Embedder
from winnow.models.load import load_language_model
from winnow.models.names import embedder_languages, resolve_base_model, resolve_embedder
from winnow.text.lexicon import given_lexicons
from winnow.text.personal_data import recogniser


def load_tools(settings: QualityConfig, base_model: str, encoder: Embedder, taught: Path | None = None) -> Tools:
    """Return the tools that the settings name; raises InputError in one line where one of them doesn't load.

    `taught` is a folder of weights that people's verdicts taught the reader, used where there are some.
    """
    return Tools(
        encoder=encoder,
        cross_encoder=load_cross_encoder(settings.cross_encoder) if settings.cross_encoder else None,
        log_likelihood=_scorer(base_model) if settings.difficulty else None,
        reader=_reader(encoder, taught) if reads(settings) else None,
        recognise=recogniser(settings.personal_data.recogniser),
        encoder_reads=embedder_languages(encoder.model_name),
        lexicons=given_lexicons(settings.lexicons),
    )


def tool_models(settings: QualityConfig, base_model: str, taught: Path | None = None) -> dict[str, Path | str]:
    """Resolve the models that the settings ask for beside the encoder, by the setting that names them.

    difficulty: true → {"reader": its weights, "reader's encoder": a folder, "difficulty": the base model's folder}
    """
    found: dict[str, Path | str] = {}
    if reads(settings):
        found |= {"reader": reader_weights(taught).parent, "reader's encoder": resolve_embedder(ENCODER)}
    if settings.cross_encoder:
        found["cross_encoder"] = resolve_embedder(settings.cross_encoder)
    if settings.difficulty:
        found["difficulty"] = resolve_base_model(base_model)
    return found


def reader_weights(taught: Path | None) -> Path:
    """Return the weights that people's verdicts taught, where there are some, or the shipped ones."""
    return taught / WEIGHTS.name if taught and (taught / WEIGHTS.name).exists() else WEIGHTS


def reads(settings: QualityConfig) -> bool:
    """Tell whether the settings want what the reader measures; with null limits it isn't loaded."""
    return settings.reader != Rule()


def load_cross_encoder(name: str) -> CrossEncoder:
    """Load a model that reads question and answer together; it gives the relevance of each pair, 0 to 1."""
    from sentence_transformers import CrossEncoder as Model
    from torch.nn import Sigmoid

    try:
        model = Model(str(resolve_embedder(name)), num_labels=1, trust_remote_code=False)
    except (OSError, ValueError, RuntimeError) as error:
        raise InputError(f'cross-encoder "{name}" doesn\'t load: {str(error).strip().splitlines()[0]}') from error

    def relevance(pairs: Sequence[tuple[str, str]]) -> list[float]:
        found = model.predict(list(pairs), activation_fn=Sigmoid(), show_progress_bar=False)
        return [float(value) for value in found]

    return relevance


def _reader(encoder: Embedder, taught: Path | None) -> Reader:
    return KeptReader(resolve_embedder(ENCODER), encoder.apply, reader_weights(taught), encoder.folder)


def _scorer(base_model: str) -> LogLikelihood:
    return answer_scorer(load_language_model(base_model))
