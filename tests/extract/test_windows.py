from hypothesis import given
from hypothesis import strategies as st

from kg.extract.windows import ALONE, FAR, NEAR, WINDOW_PIECES, cut_frame, cut_windows

sizes_of_sentences = st.lists(st.lists(st.integers(1, 8), min_size=1, max_size=60), min_size=0, max_size=30)


def layout(sentences: list[list[int]]) -> tuple[list[tuple[int, int]], list[int]]:
    ranges, at = [], 0
    for sentence in sentences:
        ranges.append((at, at + len(sentence)))
        at += len(sentence)
    return ranges, [size for sentence in sentences for size in sentence]


@given(sizes_of_sentences)
def test_every_word_is_owned_once_and_no_window_is_too_long(sentences: list[list[int]]) -> None:
    ranges, sizes = layout(sentences)
    windows = cut_windows(ranges, sizes)
    assert [k for w in windows for k in range(w.own, w.end)] == list(range(len(sizes)))
    for window in windows:
        assert window.begin <= window.own < window.end
        assert sum(sizes[window.begin : window.end]) <= WINDOW_PIECES - 2


@given(sizes_of_sentences, st.data())
def test_a_frame_lies_in_its_window_and_holds_its_cue(sentences: list[list[int]], data: st.DataObject) -> None:
    ranges, sizes = layout(sentences)
    if not sizes:
        return
    window = data.draw(st.sampled_from(cut_windows(ranges, sizes)))
    cue = data.draw(st.integers(window.own, window.end - 1))
    frame = cut_frame(window, ranges, cue, data.draw(st.sampled_from((ALONE, NEAR, FAR))))
    assert window.begin <= frame.begin <= frame.own <= frame.cue < frame.end <= window.end


def test_a_frame_reaches_back_as_far_as_it_is_told() -> None:
    ranges = [(n, n + 10) for n in range(0, 60, 10)]
    window = cut_windows(ranges, [1] * 60)[0]
    frames = [cut_frame(window, ranges, 55, reach) for reach in (ALONE, NEAR, FAR)]
    assert [(frame.begin, frame.own) for frame in frames] == [(50, 50), (40, 50), (20, 50)]


def test_a_frame_takes_no_sentence_in_that_makes_it_too_long() -> None:
    ranges = [(0, 10), (10, 80), (80, 90)]
    window = cut_windows(ranges, [1] * 90)[0]
    assert [cut_frame(window, ranges, 85, reach).begin for reach in (NEAR, FAR)] == [80, 0]


def test_a_sentence_longer_than_a_window_is_cut() -> None:
    windows = cut_windows([(0, 1000)], [1] * 1000)
    assert len(windows) == 4
    assert windows[-1].end == 1000


def test_context_is_two_sentences() -> None:
    ranges = [(k * 10, k * 10 + 10) for k in range(60)]
    later = cut_windows(ranges, [1] * 600)[1]
    assert later.own - later.begin == 20
