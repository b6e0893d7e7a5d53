"""Starts Debian's Virtuoso 7 (`virtuoso-t`, `isql-vt`) on a temporary database, for `make test-virtuoso`."""

from __future__ import annotations

import shutil
import socket
import subprocess
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

_SETTINGS = """
[Database]
DatabaseFile = {folder}/virtuoso.db
TransactionFile = {folder}/virtuoso.trx
ErrorLogFile = {folder}/virtuoso.log
LockFile = {folder}/virtuoso.lck
xa_persistent_file = {folder}/virtuoso.pxa
[TempDatabase]
DatabaseFile = {folder}/temp.db
TransactionFile = {folder}/temp.trx
[Parameters]
ServerPort = 127.0.0.1:{port}
DirsAllowed = {folder}, {data}
NumberOfBuffers = 10000
[HTTPServer]
ServerPort = 127.0.0.1:{http}
ServerThreads = 4
[SPARQL]
ResultSetMaxRows = 100000
"""


@contextmanager
def virtuoso_server(folder: Path, quad_files: Iterable[Path]) -> Iterator[str]:
    """Serve N-Quads files from a database in ``folder``, to which everybody may write; yield its SPARQL endpoint."""
    if shutil.which("virtuoso-t") is None:
        pytest.skip("`virtuoso-t` is not installed: apt-get install virtuoso-opensource-7-bin")
    files = list(quad_files)
    port, http = _free_port(), _free_port()
    ini = folder / "virtuoso.ini"
    ini.write_text(_SETTINGS.format(folder=folder, data=files[0].parent, port=port, http=http))
    process = subprocess.Popen(["virtuoso-t", "-f", "-c", str(ini)], cwd=folder, stderr=subprocess.DEVNULL)
    try:
        _await(process, port)
        _await(process, http)
        loads = [f"DB.DBA.TTLP_MT(file_to_string_output('{path}'), '', 'urn:x', 512)" for path in files]
        for statement in (*loads, 'GRANT SPARQL_UPDATE TO "SPARQL"', "checkpoint"):
            command = ["isql-vt", f"127.0.0.1:{port}", "dba", "dba", "ERRORS=STDOUT", f"EXEC={statement};"]
            done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=300)
            assert "*** Error" not in done.stdout, done.stdout
        yield f"http://127.0.0.1:{http}/sparql"
    finally:
        process.kill()
        process.wait(30)


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def _await(process: subprocess.Popen[bytes], port: int) -> None:
    end = time.monotonic() + 300
    while process.poll() is None and time.monotonic() < end:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
        except OSError:
            time.sleep(0.2)
        else:
            return
    pytest.fail("Virtuoso did not start: see virtuoso.log in its folder")
