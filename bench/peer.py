"""The FastAPI peer of bench/peers/fastapi: its virtual environment, its database, its server."""

import contextlib
import calendar
import json
import os
import pathlib
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator

import load

SOURCE = pathlib.Path(__file__).resolve().parent / "peers/fastapi"


def environment() -> pathlib.Path:
    """The interpreter of a virtual environment with what the peer needs; made once, beside the builds."""
    folder = pathlib.Path(os.environ.get("REPOPULSE_BUILD_DIR", "build-bench")) / "peer-venv"
    python = folder / "bin/python"
    if not (folder / "ready").exists():
        subprocess.run([sys.executable, "-m", "venv", str(folder)], check=True)
        install = [str(python), "-m", "pip", "install", "--quiet", "-r", str(SOURCE / "requirements.txt")]
        subprocess.run(install, check=True)
        (folder / "ready").touch()
    return python.absolute()


def fill(database: pathlib.Path, pages: list[bytes]) -> None:
    """Stores the events of answers of repopulse's events resource."""
    with contextlib.closing(sqlite3.connect(database)) as connection, connection:
        connection.executescript("""
            PRAGMA journal_mode = WAL;
            CREATE TABLE events (repository TEXT, id INTEGER, type TEXT, created_at INTEGER, json TEXT);
            CREATE INDEX by_time ON events (repository, created_at, id, type);""")
        for event in (event for page in pages for event in json.loads(page)):
            created_at = calendar.timegm(time.strptime(event["created_at"], "%Y-%m-%dT%H:%M:%SZ"))
            connection.execute("INSERT INTO events VALUES (?, ?, ?, ?, ?)", (
                event["repo"]["name"], int(event["id"]), event["type"], created_at, json.dumps(event)))


@contextlib.contextmanager
def serve(folder: pathlib.Path, pages: list[bytes], key: str) -> Iterator[tuple[int, int]]:
    """The peer with one worker on the server's core; gives its port and process id."""
    database = folder / f"peer-{time.monotonic_ns()}.db"
    fill(database, pages)
    port = load.free_port()
    command = [str(environment()), "-m", "uvicorn", "app:app", "--app-dir", str(SOURCE), "--port", str(port),
               "--log-level", "error", "--no-access-log"]
    with load.running(command, port, env=os.environ | {"PEER_DATABASE": str(database), "PEER_API_KEY": key}) as process:
        yield port, process.pid
