"""What a process answers, put together from what its pipe brings."""

from __future__ import annotations

import asyncio

import pytest

from kg.service.processes import Replies

ANSWERS = [({"ready": True}, b""), ({"length": 12}, b"a\r\n{}\n\nlast\n"), ({"length": 0}, b"")]
WRITTEN = [b'{"ready": true}\n', b'{"length": 12}\na\r\n{}\n\nlast\n', b'{"length": 0}\n']


@pytest.mark.parametrize("size", [1, 3, 1000])
def test_an_answer_is_whole_in_whatever_pieces_it_comes(size: int) -> None:
    async def read() -> list[object]:
        replies, found = Replies(), []
        for number, line in enumerate(WRITTEN):
            awaited = replies.following() if number else replies.ready
            for begin in range(0, len(line), size):
                assert not awaited.done()
                replies.pipe_data_received(1, line[begin : begin + size])
            found.append(await awaited)
        return found

    assert asyncio.run(read()) == ANSWERS


def test_a_process_that_ends_answers_nothing_more() -> None:
    async def read() -> None:
        replies = Replies()
        replies.pipe_data_received(1, b'{"length": 5}\nab')
        replies.pipe_connection_lost(1, None)
        for awaited in (replies.ready, replies.following()):
            with pytest.raises(EOFError):
                await awaited

    asyncio.run(read())
