"""Both Compose files of the source tree, brought up with networks, secrets and volumes; killed, they lose nothing."""

import json
import pathlib
import re
import unittest

import engine
from engine import (BUILD, MONGOD, SOURCE, TOKEN, WORK, GitHub, Project, answers, check_health, inspect, podman, run,
                    said, wait_healthy)
from harness import ask, event_ids, wait_long

URL = "http://127.0.0.1:8080"
MONGODB_IMAGE = "localhost/mongo:7.0.14"  # docker-compose.yml's name, without a registry


def stored(key: str, repository: str) -> set[str]:
    return set(event_ids(URL, key, repository))


class Compose(unittest.TestCase):
    @classmethod
    def setUpClass(cls) -> None:
        engine.build_image()
        engine.build_github()

    def secret(self, name: str, text: str) -> str:
        """A file that anybody may read, in a folder that nobody else enters."""
        folder = WORK / "secrets"
        folder.mkdir(mode=0o700, exist_ok=True)
        path = folder / name
        path.write_text(f"{text}\n")
        path.chmod(0o644)
        return str(path)

    def bring_up(self, name: str, file: str, network: str, **variables: str) -> Project:
        project = Project(name, file, network, {"REPOPULSE_REPOS": "octo/one,octo/two"} | variables)
        self.addCleanup(project.end)
        project.compose("up", "--detach")
        wait_healthy(project.container("repopulse"))
        return project

    def assert_hardened(self, container: str) -> None:
        """What the Compose file asks for has come to the process."""
        state = inspect(container)["State"]
        self.assertTrue(state["Running"], f"{state}\n{said(container)}")
        status = (pathlib.Path("/proc") / str(state["Pid"]) / "status").read_text()
        for line in ("CapEff:\t0000000000000000", "CapBnd:\t0000000000000000", "NoNewPrivs:\t1"):
            self.assertIn(line, status)
        host = inspect(container)["HostConfig"]
        self.assertTrue(host["ReadonlyRootfs"])

    def fill(self, key: str) -> dict[str, set[str]]:
        """Events that only the token's owner sees, until all are stored; what is stored then."""
        github = GitHub()
        shown = {}
        for repository, count in (("octo/one", 30), ("octo/two", 7)):
            github.add_events(repository, count)
            shown[repository] = github.shown(repository)
            self.assertGreaterEqual(len(shown[repository]), count)
            wait_long(f"the events of {repository} are stored",
                      lambda repository=repository: shown[repository] <= stored(key, repository))
        ask(f"{URL}/api/repos/", key, "POST", {"full_name": "octo/added"})
        return shown

    def assert_nothing_lost(self, key: str, shown: dict[str, set[str]]) -> None:
        for repository, ids in shown.items():
            self.assertEqual(ids - stored(key, repository), set(), repository)
        names = {each["full_name"] for each in ask(f"{URL}/api/repos/", key).json()}
        self.assertEqual(names, {"octo/one", "octo/two", "octo/added"})

    def kill_and_bring_up(self, project: Project, *services: str) -> None:
        """The simulated GitHub does not come again: what is there then cannot have been fetched anew."""
        before = {service: self.started(project, service) for service in services}
        project.kill("github", *services)
        self.bring_up_again(project)
        for service in services:
            self.assertNotEqual(self.started(project, service), before[service])

    def take_down_and_bring_up(self, project: Project) -> None:
        project.compose("down", "--timeout", "20")
        self.bring_up_again(project)

    def started(self, project: Project, service: str) -> str:
        return inspect(project.container(service))["State"]["StartedAt"]

    def bring_up_again(self, project: Project) -> None:
        project.compose("up", "--detach", "repopulse")
        wait_healthy(project.container("repopulse"))
        wait_long("the server is ready", lambda: answers(f"{URL}/readyz"))

    def test_sqlite(self) -> None:
        token = self.secret("github_token", TOKEN)
        project = self.bring_up("repopulse-sqlite", "docker-compose.sqlite.yml", "default", GITHUB_TOKEN_FILE=token)
        server = project.container("repopulse")
        self.assert_hardened(server)
        logs = project.compose("logs", "repopulse")
        key = re.search(r"admin key .*(rp_[0-9a-f]+_[0-9a-f]+)", logs.stdout + logs.stderr)[1]
        self.assertEqual(ask(f"{URL}/api/repos/").status, 401)
        shown = self.fill(key)
        self.kill_and_bring_up(project, "repopulse")
        self.assert_nothing_lost(key, shown)
        self.take_down_and_bring_up(project)
        self.assert_nothing_lost(key, shown)
        self.assertNotIn("admin key", said(project.container("repopulse")))
        project.compose("exec", "-T", "repopulse", "repopulse", "backup", "/var/lib/repopulse/backup.db")

    def test_sqlite_without_a_token(self) -> None:
        project = self.bring_up("repopulse-sqlite", "docker-compose.sqlite.yml", "default")
        self.assertIn("token=false", said(project.container("repopulse")))

    @unittest.skipUnless(MONGOD.exists(), "*** SKIPPED: no Go, or no FerretDB: docker-compose.yml stays unrun ***")
    def test_mongodb(self) -> None:
        name = MONGODB_IMAGE.removeprefix("localhost/")
        self.assertIn(f"image: {name}\n", (SOURCE / "docker-compose.yml").read_text())
        engine.build_mongodb(MONGODB_IMAGE)
        token = self.secret("github_token", TOKEN)
        project = self.bring_up("repopulse", "docker-compose.yml", "outside", GITHUB_TOKEN_FILE=token)
        self.assertIn('store="mongodb://repopulse:***@mongodb:27017/', said(project.container("repopulse")))
        for service in ("repopulse", "mongodb"):
            self.assert_hardened(project.container(service))
        self.assertEqual(check_health(project.container("mongodb")), "")
        # As docs/operations.md says.
        key = project.compose("run", "--rm", "-T", "secrets", "cat", "/secrets/api_key").stdout.strip()
        self.assertRegex(key, "^[0-9a-f]{64}$")
        self.assertEqual(ask(f"{URL}/api/repos/").status, 401)
        shown = self.fill(key)
        self.assert_database_is_closed(project)
        self.kill_and_bring_up(project, "mongodb", "repopulse")
        self.assert_nothing_lost(key, shown)
        self.take_down_and_bring_up(project)
        self.assert_nothing_lost(key, shown)

    def assert_database_is_closed(self, project: Project) -> None:
        """The database reaches nothing outside, and lets nobody in without the password."""
        networks = inspect(project.container("mongodb"))["NetworkSettings"]["Networks"]
        self.assertEqual(list(networks), ["repopulse_store"])
        self.assertTrue(json.loads(podman("network", "inspect", "repopulse_store"))[0]["internal"])
        address = networks["repopulse_store"]["IPAddress"]
        refused = run(str(BUILD / "repopulse"), "export", "octo/one", "--store", f"mongodb://{address}/repopulse",
                      check=False)
        self.assertNotEqual(refused.returncode, 0)
        self.assertRegex(refused.stderr, "(?i)auth")


if __name__ == "__main__":
    unittest.main()
