"""Starts the real `oxigraph serve` on the loopback interface, for tests of stores on other servers."""

from __future__ import annotations

import shutil
import socket
import subprocess
import sysconfig
import time
import urllib.error
import urllib.request
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest


@contextmanager
def oxigraph_server(quad_files: Iterable[Path], *, union: bool = True) -> Iterator[str]:
    """Serve N-Quads files, and yield the address of the query endpoint; skip where the binary is not installed."""
    binary = shutil.which("oxigraph", path=sysconfig.get_path("scripts")) or shutil.which("oxigraph")
    if binary is None:
        pytest.skip("`oxigraph` is not installed: pip install oxigraph")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = f"127.0.0.1:{free.getsockname()[1]}"
    options = ["--union-default-graph"] if union else []
    process = subprocess.Popen([binary, "serve", "--bind", address, *options], stderr=subprocess.DEVNULL)
    try:
        _await(f"http://{address}/", process)
        for path in quad_files:
            headers = {"Content-Type": "application/n-quads"}
            request = urllib.request.Request(f"http://{address}/store", path.read_bytes(), headers, method="POST")
            urllib.request.urlopen(request, timeout=30).close()
        yield f"http://{address}/query"
    finally:
        process.terminate()
        process.wait(10)


def _await(url: str, process: subprocess.Popen[bytes]) -> None:
    end = time.monotonic() + 30
    while process.poll() is None and time.monotonic() < end:
        try:
            urllib.request.urlopen(url, timeout=5).close()
        except urllib.error.HTTPError:
            return
        except OSError:
            time.sleep(0.05)
        else:
            return
    pytest.fail("the server did not start")
