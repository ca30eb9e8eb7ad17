"""The real executable in a folder of its own, and events to give it."""

import json
import os
import pathlib
import sqlite3
import subprocess
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
EXECUTABLE = pathlib.Path(os.environ.get("REPOPULSE_BUILD_DIR", ROOT / "build")) / "repopulse"
SUCCESS, FAILURE, WRONG_USAGE = 0, 1, 2


def recorded_events() -> list[dict]:
    """15 events of torvalds/linux, 1 to 6 May 2026, oldest first."""
    page = json.loads((ROOT / "tests/fixtures/github/page_octozine_2026.json").read_text())
    return sorted(page, key=lambda event: (event["created_at"], int(event["id"])))


def event(number: int, repository: str, created_at: str, kind: str = "PushEvent") -> dict:
    return {"id": str(number), "type": kind, "actor": {"id": 1, "login": "octocat"},
            "repo": {"id": 7, "name": repository, "url": f"https://api.github.com/repos/{repository}"},
            "payload": {"text": "a\nb"}, "public": True, "created_at": created_at}


def line(one: dict) -> str:
    return json.dumps(one, separators=(",", ":"))


class CommandTest(unittest.TestCase):
    """Each test has an empty folder, in which the executable runs, and a store there."""

    def setUp(self) -> None:
        temporary = tempfile.TemporaryDirectory()
        self.addCleanup(temporary.cleanup)
        self.folder = pathlib.Path(temporary.name)

    def file(self, name: str, content: bytes | str) -> str:
        path = self.folder / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return str(path)

    def start(self, *arguments: str, store: str = "sqlite:test.db", **options) -> subprocess.Popen:
        environment = {name: value for name, value in os.environ.items() if not name.startswith("REPOPULSE_")}
        environment["REPOPULSE_STORE"] = store
        return subprocess.Popen([str(EXECUTABLE), *arguments], cwd=self.folder, env=environment,
                                stdout=subprocess.PIPE, stderr=subprocess.PIPE, **options)

    def run_it(self, *arguments: str, status: int = SUCCESS, stdin: bytes = b"",
               store: str = "sqlite:test.db") -> subprocess.CompletedProcess:
        """Runs `repopulse ARGUMENT…`, which must end with `status`."""
        process = self.start(*arguments, store=store, stdin=subprocess.PIPE)
        out, err = process.communicate(stdin, timeout=60)
        done = subprocess.CompletedProcess(process.args, process.returncode, out.decode(), err.decode())
        self.assertEqual(done.returncode, status, f"repopulse {' '.join(arguments)}: {done.stderr}")
        if status == FAILURE:
            self.assertTrue(done.stderr.splitlines()[-1].startswith("repopulse: "), done.stderr)
        return done

    def exported(self, repository: str, *arguments: str) -> list[str]:
        return self.run_it("export", repository, *arguments).stdout.splitlines()

    def database(self, sql: str, *values, store: str = "test.db") -> list[tuple]:
        connection = sqlite3.connect(self.folder / store)
        with connection:
            rows = connection.execute(sql, values).fetchall()
        connection.close()
        return rows

    def add_gap(self, repository: str, begin: str, end: str) -> None:
        self.database("INSERT INTO gaps (repository, starts_at, ends_at) SELECT id, strftime('%s', ?) + 0,"
                      " strftime('%s', ?) + 0 FROM repositories WHERE full_name = ?", begin, end, repository)

    def gaps(self) -> list[tuple]:
        return self.database("SELECT strftime('%H:%M:%S', starts_at, 'unixepoch'),"
                             " strftime('%H:%M:%S', ends_at, 'unixepoch') FROM gaps ORDER BY starts_at")
