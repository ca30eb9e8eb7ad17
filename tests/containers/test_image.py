"""The image: small, without rights, on a root that cannot be written; stopped and upgraded, it loses nothing."""

import json
import pathlib
import re
import shutil
import sqlite3
import unittest

import engine
from engine import GITHUB_IMAGE, HERE, IMAGE, TOKEN, GitHub, answers, inspect, podman, said, wait_healthy
from harness import ask, event_ids, wait_long

SIZE_MAX_BYTES = 120_000_000
# As docs/install.md says, with a volume of the test's own.
HARDENED = ("--read-only", "--cap-drop", "ALL", "--security-opt", "no-new-privileges")
OLD_KEY = "rp_710f928c_b25b34a2bcd33fd61121ab02ede49ba02733150e627e677ef8cbe2104ff3b708"
URL = "http://127.0.0.1:8080"


def start(name: str, volume: str, *options: str, repositories: tuple[str, ...] = ("octo/one",)) -> None:
    words = [word for repository in repositories for word in ("--repo", repository)]
    podman("run", "--detach", "--name", name, "--network", "image", *options, "--publish", "127.0.0.1:8080:8080",
           "--volume", f"{volume}:/var/lib/repopulse", "--env", f"GITHUB_TOKEN={TOKEN}", IMAGE, "serve", *words,
           "--github-url", f"http://github:{engine.GITHUB_PORT}", "--freshness", "1s")
    wait_healthy(name)


def stop(name: str) -> None:
    """By its stop signal; an exit status of 137 says that the grace did not suffice."""
    podman("stop", "--time", "20", name)
    state = inspect(name)["State"]
    assert state["ExitCode"] == 0 and not state["OOMKilled"], f"{state}\n{said(name)}"
    assert "stopped" in said(name).splitlines()[-1], said(name)


def admin_key(container: str) -> str:
    return next(line for line in said(container).splitlines() if line.startswith("admin key")).rpartition(" ")[2]


class Image(unittest.TestCase):
    @classmethod
    def setUpClass(cls) -> None:
        engine.build_image()
        engine.build_github()
        podman("network", "create", "image")
        podman("run", "--detach", "--name", "github", "--network", "image",
               "--publish", f"127.0.0.1:{engine.GITHUB_PORT}:{engine.GITHUB_PORT}", GITHUB_IMAGE,
               *engine.github_arguments("octo/one"))
        cls.github = GitHub()
        wait_long("the simulated GitHub answers", lambda: answers(f"{GitHub.url}/_sim/repos/octo/one"))

    @classmethod
    def tearDownClass(cls) -> None:
        podman("rm", "--force", "--time", "0", "github")
        podman("network", "rm", "image")

    def tearDown(self) -> None:
        for name in ("repopulse", "again"):
            podman("rm", "--force", "--time", "0", name, check=False)

    def assert_stored(self, key: str, repository: str, expected: set[str]) -> None:
        wait_long(f"the events of {repository} are stored",
                  lambda: expected <= set(event_ids(URL, key, repository)))

    def test_it_is_small(self) -> None:
        size = int(podman("image", "inspect", "--format", "{{.Size}}", IMAGE))
        print(f"the image has {size / 1e6:.1f} MB")
        self.assertLess(size, SIZE_MAX_BYTES)

    def test_it_says_how_it_runs(self) -> None:
        image = json.loads(podman("image", "inspect", IMAGE))[0]
        version = image["Labels"]["org.opencontainers.image.version"]
        self.assertEqual(podman("run", "--rm", *HARDENED, IMAGE, "--version"), f"repopulse {version}")
        self.assertEqual(image["User"], "10001:10001")
        # A variable for it would beat the settings file.
        self.assertNotIn("REPOPULSE_STORE", "".join(image["Config"]["Env"]))

    def test_it_runs_without_rights_and_stops_and_starts_again(self) -> None:
        start("repopulse", "again", *HARDENED)
        process = pathlib.Path("/proc") / str(inspect("repopulse")["State"]["Pid"])
        status = dict(line.split(":\t", 1) for line in (process / "status").read_text().splitlines() if ":\t" in line)
        self.assertEqual(status["Uid"].split(), ["10001"] * 4)
        self.assertEqual(status["Gid"].split(), ["10001"] * 4)
        self.assertEqual({status[f"Cap{name}"] for name in ("Inh", "Prm", "Eff", "Bnd", "Amb")}, {"0" * 16})
        self.assertEqual(status["NoNewPrivs"], "1")
        mounts = [line.split() for line in (process / "mounts").read_text().splitlines()]
        self.assertIn("ro", next(fields[3] for fields in mounts if fields[1] == "/").split(","))

        self.github.add_events("octo/one", 20)
        key = admin_key("repopulse")
        before = self.github.shown("octo/one")
        self.assert_stored(key, "octo/one", before)
        ask(f"{URL}/api/repos/", key, "POST", {"full_name": "octo/quiet"})
        stop("repopulse")

        self.github.add_events("octo/one", 5)
        podman("start", "repopulse")
        wait_healthy("repopulse")
        self.assertEqual(said("repopulse").count("admin key"), 1)
        self.assert_stored(key, "octo/one", self.github.shown("octo/one"))
        names = [each["full_name"] for each in ask(f"{URL}/api/repos/", key).json()]
        self.assertEqual(sorted(names), ["octo/one", "octo/quiet"])
        stop("repopulse")

        # The volume outlives its container.
        podman("rm", "repopulse")
        start("again", "again", *HARDENED, repositories=())
        self.assert_stored(key, "octo/one", self.github.shown("octo/one"))
        answer = podman("exec", "again", "repopulse", "backup", "/var/lib/repopulse/backup.db")
        folder = pathlib.Path(podman("volume", "inspect", "--format", "{{.Mountpoint}}", "again"))
        with sqlite3.connect(folder / "backup.db") as copy:
            self.assertEqual(copy.execute("SELECT count(*) FROM events").fetchone()[0],
                             len(self.github.shown("octo/one")), answer)
        stop("again")

    def test_it_writes_to_its_volume_alone(self) -> None:
        start("repopulse", "writes")  # without --read-only, which would forbid it
        self.github.add_events("octo/one", 5)
        self.assert_stored(admin_key("repopulse"), "octo/one", self.github.shown("octo/one"))
        stop("repopulse")
        changed = {line.split(" ", 1)[1] for line in podman("diff", "repopulse").splitlines()}
        mounted = re.compile(r"/(run|etc)(/.*)?|/(dev|proc|sys|var|var/lib|var/lib/repopulse)")  # by the engine
        self.assertEqual([path for path in changed if not mounted.fullmatch(path)], [])

    def test_it_takes_over_the_store_of_the_first_schema(self) -> None:
        podman("volume", "create", "old")
        folder = pathlib.Path(podman("volume", "inspect", "--format", "{{.Mountpoint}}", "old"))
        with sqlite3.connect(folder / "repopulse.db") as store:
            store.executescript((HERE / "first_schema.sql").read_text())
            expected = [str(row[0]) for row in store.execute("SELECT id FROM events ORDER BY created_at DESC")]
        store.close()
        for path in (folder, folder / "repopulse.db"):
            shutil.chown(path, 10001, 10001)
        start("repopulse", "old", *HARDENED)
        self.assertEqual(len(expected), 40)
        self.assertEqual(event_ids(URL, OLD_KEY, "octo/old"), expected)
        events = ask(f"{URL}/api/repos/octo/old/events/?per_page=100", OLD_KEY).json()
        self.assertEqual([event["payload"]["number"] for event in events], list(range(39, -1, -1)))
        # It goes on from there, and a repository that is new is stored beside the old ones.
        self.github.add_events("octo/one", 3)
        self.assert_stored(OLD_KEY, "octo/one", self.github.shown("octo/one"))
        stop("repopulse")
        with sqlite3.connect(folder / "repopulse.db") as store:
            self.assertGreater(store.execute("PRAGMA user_version").fetchone()[0], 1)
            self.assertEqual(store.execute("PRAGMA integrity_check").fetchone()[0], "ok")
            gaps = store.execute("SELECT starts_at, ends_at FROM gaps WHERE repository = 1").fetchall()
            self.assertIn((1759990000, 1759990600), gaps)
        store.close()


if __name__ == "__main__":
    unittest.main()
