from hypothesis import given
from hypothesis import strategies as st

from winnow.parallel.packed import Packed


@given(st.lists(st.lists(st.tuples(st.integers(), st.text()))))
def test_what_is_packed_comes_back_in_order_and_again_and_again(parts):
    packed = Packed.joined(Packed.of(part) for part in parts)
    everything = [item for part in parts for item in part]
    assert list(packed) == everything
    assert list(packed) == everything


def test_objects_that_resemble_each_other_take_a_fraction_of_their_room():
    answers = [(number, f"Take {number} mg twice a day, with food.") for number in range(10_000)]
    assert sum(map(len, Packed.of(answers).parts)) < 12 * len(answers)
