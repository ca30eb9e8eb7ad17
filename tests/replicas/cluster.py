"""Servers on one store, a GitHub for them to ask, and what may come between a server and the store."""

import contextlib
import os
import pathlib
import select
import socket
import subprocess
import sys
import threading
import unittest
import urllib.parse

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "end_to_end"))
from case import Case  # noqa: E402
from harness import BUILD, SOURCE, GitHub, Server, ask, event_ids, wait_until  # noqa: E402

KEY = "replica-test-key-0123456789abcdef"
NO_SERVER = 77


class Database:
    """A server that speaks MongoDB's protocol: the one that REPOPULSE_TEST_MONGODB_URI names, or one of our own."""

    def __init__(self, folder: pathlib.Path) -> None:
        self.process = None
        self.uri = os.environ.get("REPOPULSE_TEST_MONGODB_URI", "")
        if self.uri:
            return
        environment = {"REPOPULSE_TEST_MONGODB_SERVER": str(BUILD / "tools/test_mongodb_server")} | os.environ
        with (folder / "database.log").open("w") as log:
            self.process = subprocess.Popen([str(SOURCE / "tests/store_mongo/server/start"), str(folder / "database")],
                                            stdout=subprocess.PIPE, stderr=log, text=True, env=environment)
        self.uri = self.process.stdout.readline().strip()
        if not self.uri:
            if self.process.wait() == NO_SERVER:
                raise unittest.SkipTest("SKIPPED: no server that speaks MongoDB's protocol is to be had here")
            raise RuntimeError((folder / "database.log").read_text())

    def named(self, name: str, port: int | None = None) -> str:
        """The URI of a database of that name, at another port if one is given."""
        parts = urllib.parse.urlsplit(self.uri)
        place = parts.netloc if port is None else f"127.0.0.1:{port}"
        return urllib.parse.urlunsplit((parts.scheme, place, f"/{name}", parts.query, ""))

    def address(self) -> tuple[str, int]:
        parts = urllib.parse.urlsplit(self.uri)
        return parts.hostname, parts.port or 27017

    def end(self) -> None:
        if self.process:
            self.process.terminate()
            self.process.wait()
            self.process.stdout.close()


class Bridge:
    """A way to the database that can be cut: then what is connected breaks, and nobody else gets through."""

    def __init__(self, target: tuple[str, int]) -> None:
        self.target = target
        self.whole = True
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self) -> None:
        with contextlib.suppress(OSError):  # the listener is closed at the end
            while True:
                client = self.listener.accept()[0]
                threading.Thread(target=self._carry, args=(client,), daemon=True).start()

    def _carry(self, client: socket.socket) -> None:
        with client, contextlib.suppress(OSError):
            if not self.whole:
                return
            with socket.create_connection(self.target) as server:
                other = {client: server, server: client}
                while self.whole:
                    for ready in select.select([client, server], [], [], 0.1)[0]:
                        data = ready.recv(1 << 16)
                        if not data:
                            return
                        other[ready].sendall(data)

    def cut(self) -> None:
        self.whole = False

    def mend(self) -> None:
        self.whole = True

    def end(self) -> None:
        self.whole = False
        self.listener.close()


class Replica(Server):
    """One of several servers on one store."""

    def __init__(self, folder: pathlib.Path, github: GitHub, store: str, *arguments: str) -> None:
        super().__init__(folder, github.url, "--api-key", KEY, "--policy", "fixed", *arguments, store=store)
        self.folder, self.github, self.store, self.arguments = folder, github, store, arguments
        self.url = self.address()

    def again(self) -> "Replica":
        return Replica(self.folder, self.github, self.store, *self.arguments)

    def get(self, path: str) -> "object":
        return ask(f"{self.url}/api/{path}", KEY)

    def polls(self) -> bool:
        return self.get("poller").json()["state"] != "following"

    def repositories(self) -> dict[str, dict]:
        return {each["full_name"]: each for each in self.get("repos/").json()}

    def events(self, name: str) -> list[str]:
        return event_ids(self.url, KEY, name)


class ClusterCase(Case):
    """Three servers, once all of them answer, and two repositories at GitHub."""

    REPOSITORIES = ("octo/hello", "octo/world")
    clusters = 0
    database: Database

    @classmethod
    def setUpClass(cls) -> None:
        super().setUpClass()
        cls.shared = pathlib.Path(cls.enterClassContext(temporary_folder()))
        cls.database = Database(cls.shared)
        cls.addClassCleanup(cls.database.end)

    def setUp(self) -> None:
        super().setUp()
        self.hub = self.github(*self.REPOSITORIES)
        self.bridges = [Bridge(self.database.address()) for _ in range(3)]
        for bridge in self.bridges:
            self.addCleanup(bridge.end)
        ClusterCase.clusters += 1
        stores = [self.database.named(f"replicas_{os.getpid()}_{ClusterCase.clusters}", bridge.port)
                  for bridge in self.bridges]
        self.servers = [self.start(store) for store in stores]
        added = ask(f"{self.servers[1].url}/api/repos/", KEY, "POST",
                    [{"full_name": name, "active": True} for name in self.REPOSITORIES])
        self.assertEqual(added.status, 201, added.body)
        for server in self.servers:
            wait_until(f"{server.url} knows that all repositories were polled", lambda: [
                each["status"] for each in server.repositories().values()] == ["ok"] * len(self.REPOSITORIES))

    def start(self, store: str) -> Replica:
        replica = Replica(self.folder, self.hub, store)
        self.addCleanup(lambda: replica.child.poll() is None and (replica.child.kill(), replica.child.wait()))
        return replica

    def leader(self) -> Replica:
        leading = wait_until("one server polls", lambda: [each for each in self.servers if each.polls()])
        self.assertEqual(len(leading), 1)
        return leading[0]

    def others(self, server: Replica) -> list[Replica]:
        return [each for each in self.servers if each is not server]

    def assert_whole(self, *servers: Replica) -> None:
        """Every server has every event that GitHub ever showed, once."""
        for name in self.REPOSITORIES:
            for server in servers or self.servers:
                wait_until(f"{server.url} has all events of {name}",
                           lambda: sorted(server.events(name)) == sorted(self.hub.shown(name)))

    def requests_for(self, name: str) -> int:
        return sum(each["feed"] == f"repos/{name}" for each in self.hub.requests())

    def assert_one_at_a_time(self, overlaps: int = 0) -> None:
        breaches = ask(f"{self.hub.url}/_sim/counters").json()["breaches"]
        self.assertLessEqual(len(breaches), overlaps, breaches)


@contextlib.contextmanager
def temporary_folder():
    import tempfile
    with tempfile.TemporaryDirectory(prefix="repopulse-replicas-") as name:
        yield name
