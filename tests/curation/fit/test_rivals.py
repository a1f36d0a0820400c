import numpy as np

from curation.fit.rivals import learn_judges

PAIRS = 200


def evidence(*parts: tuple[int, float, float]) -> np.ndarray:
    """Rows of five numbers: how many, how well they fit, how far rivals outdo them; the words say nothing."""
    return np.array([[0.0, fits, fits, outdone, outdone] for many, fits, outdone in parts for _ in range(many)])


def chance_of(own: np.ndarray, pair: np.ndarray) -> float:
    judges = learn_judges(own, [evidence((PAIRS, 0.0, 1.0))] * 2)
    return max(float(judge.predict_proba(pair[:, columns])[0, 1]) for columns, judge in judges)


def test_swapped_pairs_of_the_file_are_no_examples_of_what_fits() -> None:
    swapped, all_own = evidence((1, 0.0, 1.0)), evidence((PAIRS, 1.0, 0.0))
    some_swapped = evidence((160, 1.0, 0.0), (40, 0.0, 1.0))
    assert chance_of(all_own, swapped) > 0.95
    assert chance_of(some_swapped, swapped) > 0.95


def test_where_most_pairs_seem_to_stray_the_judges_still_learn_from_all() -> None:
    # some fit badly, as many are outdone: without both, less than half would be left to say what is usual
    own = evidence((54, 0.0, 0.0), (54, 1.0, 1.0), (92, 1.0, 0.0))
    badly, well = evidence((1, 0.0, 0.0)), evidence((1, 1.0, 0.0))
    assert 0.7 < chance_of(own, badly) < 0.9
    assert chance_of(own, well) < 0.1
