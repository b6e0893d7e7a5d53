import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from kg.extract.annotate import _one_tree
from kg.extract.decode import stretches

BEGIN, INSIDE = 1, 2


@given(st.integers(0, 20), st.data())
def test_any_heads_become_one_tree(begin: int, data: st.DataObject) -> None:
    size = data.draw(st.integers(1, 12))
    heads = np.array(data.draw(st.lists(st.integers(-1, 40), min_size=size, max_size=size)))
    tree = _one_tree(heads, begin, begin + size)
    roots = [k for k in range(begin, begin + size) if tree[k - begin] == k]
    assert len(roots) == 1
    for word in range(begin, begin + size):
        k, steps = word, 0
        while k != roots[0]:
            k = tree[k - begin]
            steps += 1
            assert steps <= size


def chances(tags: list[int]) -> np.ndarray:
    return np.eye(3, dtype=np.float32)[tags]


def test_begin_opens_and_inside_goes_on() -> None:
    assert stretches(chances([0, BEGIN, INSIDE, 0, BEGIN, 0]), 10) == [[(11, 13)], [(14, 15)]]


def test_nothing_begins_right_behind() -> None:
    assert stretches(chances([BEGIN, BEGIN, INSIDE, 0]), 0) == [[(0, 3)]]


def test_inside_after_a_gap_is_a_further_part() -> None:
    assert stretches(chances([BEGIN, 0, 0, INSIDE]), 0) == [[(0, 1), (3, 4)]]


def test_a_gap_of_one_word_is_filled() -> None:
    assert stretches(chances([BEGIN, 0, INSIDE]), 0) == [[(0, 3)]]


def test_a_role_that_no_word_has_for_sure_goes_to_the_words_that_may_have_it() -> None:
    doubtful = np.array([[0.9, 0.1, 0.0], [0.6, 0.3, 0.1], [0.65, 0.1, 0.25], [0.95, 0.0, 0.05]], dtype=np.float32)
    assert stretches(doubtful, 4, least=0.3) == [[(5, 7)]]
    assert stretches(doubtful, 4) == []
    sure = np.concatenate([doubtful, chances([BEGIN])])
    assert stretches(sure, 4, least=0.3) == [[(8, 9)]]
