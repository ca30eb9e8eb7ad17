"""Everything moves from one store to another by `migrate`."""

import os
import re
import subprocess

from product import EXECUTABLE, FAILURE, ROOT, WRONG_USAGE, CommandTest, event, line, recorded_events

COPY = ("--from", "sqlite:test.db", "--to", "sqlite:copy.db")
# Where `start` finds, or builds, the database server.
SERVER = {"REPOPULSE_TEST_MONGODB_SERVER": str(EXECUTABLE.parent / "tools/test_mongodb_server")}


class MigrateTest(CommandTest):
    def setUp(self):
        super().setUp()
        events = recorded_events() + [event(n, "a/b", "2026-05-06T09:00:00Z") for n in range(1, 1200)]
        self.run_it("import", "--all", self.file("events.json", "\n".join(map(line, events))))
        self.add_gap("a/b", "2026-05-06T09:10:00", "2026-05-06T09:20:00")
        self.run_it("keys", "add")

    def checksum(self, *stores: str) -> str:
        return re.search(r"SHA-256 of all events ([0-9a-f]{64})\n", self.run_it("migrate", *stores).stderr)[1]

    def test_a_copy_holds_the_same(self):
        done = self.run_it("migrate", *COPY)
        self.assertIn("migrated 2 repositories, 1,214 events, 1 key", done.stderr)
        for repository in ("a/b", "torvalds/linux"):
            self.assertEqual(self.exported(repository), self.exported(repository, "--store", "sqlite:copy.db"))
        gaps = "SELECT starts_at, ends_at FROM gaps"
        self.assertEqual(self.database(gaps), self.database(gaps, store="copy.db"))

    def test_a_second_run_copies_what_came_since(self):
        before = self.checksum(*COPY)
        self.assertEqual(before, self.checksum(*COPY))
        self.run_it("import", "-", stdin=line(event(5000, "a/b", "2026-05-07T09:00:00Z")).encode())
        self.assertNotEqual(before, self.checksum(*COPY))
        self.assertEqual(self.exported("a/b"), self.exported("a/b", "--store", "sqlite:copy.db"))

    def test_the_one_that_is_left_out_is_the_store_of_the_settings(self):
        config = self.file("settings.toml", 'store = "sqlite:configured.db"\nmax-active = 3\n')
        self.run_it("migrate", "--from", "sqlite:test.db", "--config", config, store="")
        self.run_it("migrate", "--config", config, "--to", "sqlite:back.db", store="")
        self.run_it("migrate", "--to", "sqlite:named.db")  # REPOPULSE_STORE
        for copy in ("configured", "back", "named"):
            self.assertEqual(self.exported("a/b"), self.exported("a/b", "--store", f"sqlite:{copy}.db"), copy)

    def test_a_store_that_is_somebody_elses_is_left_alone(self):
        self.run_it("import", "--store", "sqlite:other.db", "--repo", "x/y", self.file("empty.json", ""))
        self.run_it("migrate", "--from", "sqlite:test.db", "--to", "sqlite:other.db", status=FAILURE)
        self.run_it("migrate", "--from", "sqlite:absent.db", "--to", "sqlite:new.db", status=FAILURE)
        self.assertFalse((self.folder / "absent.db").exists())
        importing = self.start("import", "--all", "-", stdin=subprocess.PIPE)
        self.addCleanup(importing.communicate)
        importing.stdin.write(b"\n")
        while not (self.folder / "test.db-wal").exists():
            self.assertIsNone(importing.poll())
        self.assertIn("stop that process first", self.run_it("migrate", *COPY, status=FAILURE).stderr)

    def test_wrong_usage_is_told_apart_from_failure(self):
        for arguments in ((), ("--from", "sqlite:test.db"), ("--from", "x", "--to", "sqlite:y"),
                          ("--from", "sqlite:test.db", "--to", "sqlite:test.db")):
            self.run_it("migrate", *arguments, status=WRONG_USAGE)

    def test_a_copy_in_mongodb_and_back_holds_the_same(self):
        server = subprocess.Popen([ROOT / "tests/store_mongo/server/start", self.folder / "mongo"],
                                  stdout=subprocess.PIPE, text=True, env=os.environ | SERVER)
        self.addCleanup(server.communicate)
        self.addCleanup(server.terminate)
        uri = server.stdout.readline().strip()
        if not uri:
            self.skipTest("there is no server that speaks MongoDB's protocol")
        there = self.checksum("--from", "sqlite:test.db", "--to", uri + "commands")
        self.assertEqual(self.exported("a/b"), self.exported("a/b", "--store", uri + "commands"))
        self.assertEqual(there, self.checksum("--from", uri + "commands", "--to", "sqlite:back.db"))
