"""Runs the examples that need only the executable and SQLite, exactly as the pages show them."""

import gzip
import json
import os
import pathlib
import subprocess

from case import Case
from harness import PATIENCE_SECONDS, REPOPULSE, SOURCE, Server, ask, clean_environment, event_ids, run, wait_until
from pages import Block, Page

OPERATIONS, IMPORT_EXPORT = (Page(SOURCE / "docs" / name) for name in ("operations.md", "import-export.md"))
# Headings of operations.md whose examples need more: containers, a cluster, a MongoDB.
ELSEWHERE = {"Ways to install", "Kubernetes", "Sign-in by a proxy", "From SQLite to MongoDB"}
HOURS = range(24)
DAY = "2026-01-31"


def operations(heading: str) -> list[Block]:
    """The shell blocks under that heading, without those that need a MongoDB."""
    found = [block for block in OPERATIONS.blocks if block.language == "sh" and block.heading == heading]
    assert found, f"{OPERATIONS.name} has no example under '{heading}'"
    return [block for block in found if "mongodb://" not in block.text]


class Commands(Case):
    def setUp(self) -> None:
        super().setUp()
        # Takes the place of /var/lib/repopulse; the examples run here.
        self.state, self.backup = self.folder / "state", self.folder / "backup"
        self.state.mkdir()
        self.backup.mkdir()

    def type_in(self, page: Page, block: Block, script: str) -> str:
        """Runs the script and returns what it prints."""
        script = script.replace("/var/lib/repopulse/", f"{self.state}/").replace("/backup/", f"{self.backup}/")
        script = script.replace("-o repopulse -g repopulse ", "")  # the test's user is the service's
        environment = clean_environment(PATH=f"{pathlib.Path(REPOPULSE).parent}:{os.environ['PATH']}")
        ran = subprocess.run(["bash", "-euo", "pipefail", "-c", script], cwd=self.state, env=environment,
                             capture_output=True, text=True, timeout=PATIENCE_SECONDS, check=False)
        self.assertEqual(ran.returncode, 0, f"{page.name}:{block.line}: {script}: {ran.stderr}")
        return ran.stdout

    def serve_state(self) -> Server:
        server = Server(self.folder, self.github_.url, "--api-key", "a-key", "--repo", "cli/cli",
                        store=f"sqlite:{self.state}/repopulse.db")
        self.addCleanup(server.end)
        server.address()
        return server

    def begin(self) -> Server:
        self.github_ = self.github("cli/cli")
        self.github_.add_events("cli/cli", 20)
        server = self.serve_state()
        wait_until("the events are stored", lambda: len(event_ids(server.address(), "a-key", "cli/cli")) >= 20)
        return server

    def test_every_example_is_tried_or_known_to_need_more(self) -> None:
        shown = {block.heading for block in OPERATIONS.blocks if block.language == "sh"}
        self.assertEqual(shown - {"Keys", "Backup and restore"}, ELSEWHERE)

    def test_keys(self) -> None:
        url = self.begin().address()
        printed = {}
        for block in operations("Keys"):
            for line in block.text.splitlines():
                listed = json.loads(run(self.state, "keys", "list", "--json").stdout)
                for key in listed:
                    if key["label"] == "grafana":
                        line = line.replace("3f9a1c07", key["id"])
                printed[line.partition("#")[0].strip()] = self.type_in(OPERATIONS, block, line).strip()
        read = printed["repopulse keys add --label grafana"]
        admin = printed['repopulse keys add --admin --label "on call"']
        self.assertIn("grafana", printed["repopulse keys list"])
        self.assertNotIn(read, printed["repopulse keys list"])
        wait_until("the new key counts", lambda: ask(f"{url}/api/key", admin).status == 200)
        self.assertEqual(ask(f"{url}/api/key", admin).json(), {"role": "admin"})
        wait_until("the revoked key does not", lambda: ask(f"{url}/api/key", read).status == 401)

    def test_backup_and_restore(self) -> None:
        server = self.begin()
        stored = event_ids(server.address(), "a-key", "cli/cli")
        backing_up, restoring = operations("Backup and restore")
        for way in backing_up.text.splitlines():
            self.type_in(OPERATIONS, backing_up, way)
        backups = sorted(self.backup.iterdir())
        self.assertEqual(len(backups), 2)
        self.assertEqual(backups[-1].name, "repopulse.db")

        self.github_.add_events("cli/cli", 1)  # is not in the backup, and is fetched again
        wait_until("it is stored", lambda: len(event_ids(server.address(), "a-key", "cli/cli")) > len(stored))
        for line in restoring.text.splitlines():
            if line == "systemctl stop repopulse":
                self.assertEqual(server.end(), 0)
            elif line == "systemctl start repopulse":
                server = self.serve_state()
                restored = event_ids(server.address(), "a-key", "cli/cli")
                self.assertEqual(restored[-len(stored):], stored)
            else:
                self.type_in(OPERATIONS, restoring, line)
        wait_until("what came since is there again",
                   lambda: len(event_ids(server.address(), "a-key", "cli/cli")) > len(stored))

    def test_import_export_and_migrate(self) -> None:
        for hour in HOURS:
            event = {"id": str(hour + 1), "type": "PushEvent", "actor": {"login": "octocat"},
                     "repo": {"name": "cli/cli"}, "payload": {}, "public": True,
                     "created_at": f"{DAY}T{hour:02}:30:00Z"}
            with gzip.open(self.state / f"{DAY}-{hour}.json.gz", "wt") as file:
                print(json.dumps(event), file=file)
        self.assertEqual(run(self.state, "import", "--repo", "cli/cli", "/dev/null").returncode, 0)
        for block in (block for block in IMPORT_EXPORT.blocks if block.language == "sh"):
            lines = [line for line in block.text.splitlines() if not line.startswith("curl -O ")]  # they are there
            self.type_in(IMPORT_EXPORT, block, "\n".join(lines))

        exported = (self.state / "cli.ndjson").read_text().splitlines()
        self.assertEqual([json.loads(line)["id"] for line in exported], [str(hour + 1) for hour in HOURS])
        self.assertEqual(len((self.state / "gaps.csv").read_text().splitlines()), 1 + 11, "12 events of the afternoon")
        copied = run(self.state, "export", "cli/cli", "--store", "sqlite:copy.db").stdout.splitlines()
        self.assertEqual(copied, exported)
