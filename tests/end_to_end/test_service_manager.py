"""What a service manager such as systemd hears: readiness, that the poller's loop turns, a reload, the end."""

import os
import pathlib
import re
import signal
import socket
import subprocess
import time

from case import Case
from harness import PATIENCE_SECONDS, REPOPULSE, TOKEN, Process, Server, ask, clean_environment, wait_until


class Manager:
    """The socket that NOTIFY_SOCKET names. `watchdog`: seconds of WATCHDOG_USEC."""

    def __init__(self, folder: pathlib.Path, watchdog: float = 1.0) -> None:
        self.path = folder / "notify"
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.socket.bind(str(self.path))
        self.socket.setblocking(False)
        self.environment = {"NOTIFY_SOCKET": str(self.path), "WATCHDOG_USEC": str(int(watchdog * 1_000_000))}
        self.heard: list[str] = []

    def listen(self) -> list[str]:
        """All that was ever heard."""
        while True:
            try:
                self.heard.append(self.socket.recv(4096).decode())
            except BlockingIOError:
                return self.heard

    def steps(self) -> list[str]:
        """Without what comes again and again."""
        return [said.splitlines()[0] for said in self.listen() if not said.startswith(("WATCHDOG=", "STATUS="))]

    def watchdogs(self) -> int:
        return self.listen().count("WATCHDOG=1")


class ServiceManager(Case):
    def manager(self, watchdog: float = 1.0) -> Manager:
        manager = Manager(self.folder, watchdog)
        self.addCleanup(manager.socket.close)
        return manager

    def test_it_is_ready_when_it_listens_and_says_what_it_does(self) -> None:
        manager = self.manager()
        server = self.serve(self.github("o/a", "o/b"), "--repo", "o/a,o/b", environment=manager.environment)
        wait_until("it is ready", lambda: "READY=1" in manager.listen())
        self.assertEqual(ask(f"{server.address()}/readyz").status, 200)
        wait_until("it says what it does", lambda: "STATUS=Polling 2 repositories" in manager.listen())
        self.assertEqual(server.end(), 0)
        self.assertEqual(manager.steps(), ["READY=1", "STOPPING=1"])

    def test_a_loop_that_waits_feeds_the_watchdog_in_time(self) -> None:
        manager = self.manager(2)
        self.serve(self.github(), environment=manager.environment)
        wait_until("it is fed again and again with nothing to poll", lambda: manager.watchdogs() >= 6)
        self.assertIn("STATUS=Nothing to poll yet", manager.listen())

    def test_a_loop_that_is_stuck_feeds_no_watchdog_although_the_server_answers(self) -> None:
        silent = socket.create_server(("127.0.0.1", 0))
        self.addCleanup(silent.close)
        manager = self.manager(0.2)
        server = Server(self.folder, f"http://127.0.0.1:{silent.getsockname()[1]}", "--repo", "o/a",
                        environment=manager.environment)
        self.addCleanup(server.end, signal.SIGKILL)
        stuck, _ = silent.accept()
        self.addCleanup(stuck.close)
        fed = manager.watchdogs()
        self.assertEqual(ask(f"{server.address()}/healthz").status, 200)
        time.sleep(1)
        self.assertEqual(manager.watchdogs(), fed)

    def test_without_a_service_manager_nothing_is_different(self) -> None:
        gone = {"NOTIFY_SOCKET": str(self.folder / "gone"), "WATCHDOG_USEC": "1000000"}
        server = self.serve(self.github("o/a"), "--repo", "o/a", environment=gone)
        self.assertEqual(ask(f"{server.address()}/readyz").status, 200)
        wait_until("it warns", lambda: "cannot tell the service manager" in server.text())
        self.assertEqual(server.end(), 0)


class Reload(Case):
    """SIGHUP. The settings are in the file alone, unless a test says otherwise."""

    def start(self, settings: str, environment: dict[str, str] | None = None) -> Process:
        self.hub = self.github("o/a", "o/b")
        self.config = self.folder / "repopulse.toml"
        self.write(settings)
        variables = clean_environment(REPOPULSE_GITHUB_TOKEN=TOKEN, REPOPULSE_API_KEY="key") | (environment or {})
        process = Process([REPOPULSE, "serve", "--listen", "127.0.0.1:0", "--store", "sqlite:store.db", "--github-url",
                           self.hub.url, "--config", str(self.config)], self.folder / "serve.log", variables)
        self.addCleanup(process.end, signal.SIGKILL)
        self.url = process.address()
        return process

    def write(self, settings: str) -> None:
        self.config.write_text(settings)

    def get(self, path: str) -> object:
        answer = ask(f"{self.url}{path}", "key")
        self.assertEqual(answer.status, 200, answer.body)
        return answer.json()

    def active(self) -> list[str]:
        return [one["full_name"] for one in self.get("/api/repos/active/")]

    def reload(self, process: Process, settings: str) -> str:
        """The line of the log about it."""
        def lines() -> list[str]:
            return [line for line in process.text().splitlines() if "the settings were read again" in line]
        before = len(lines())
        self.write(settings)
        process.child.send_signal(signal.SIGHUP)
        wait_until("the settings are read again", lambda: len(lines()) > before)
        self.assertEqual(len(lines()), before + 1, "more than one line")
        return lines()[-1]

    def polls_go_on(self, name: str) -> None:
        self.hub.add_events(name, 2)
        wait_until(f"the events of {name} are stored", lambda: len(self.get(f"/api/repos/{name}/events/")) ==
                   len(self.hub.shown(name)))

    def test_what_may_change_changes_and_the_rest_is_named(self) -> None:
        server = self.start('freshness = "1s"\nrepo = ["o/a"]\n')
        self.polls_go_on("o/a")
        line = self.reload(server, 'freshness = "2s"\nrepo = ["o/a", "o/b"]\nbots = ["ci-*"]\nlog-level = "debug"\n'
                                   'window-days = 9\nwebhook-secret = "not-for-the-log"\n'
                                   '[[notify]]\nkind = "slack"\nurl = "http://127.0.0.1:1/not-for-the-log"\n')
        self.assertIn('changed="repo (1 added, 0 removed), bots (1 added, 0 removed), freshness from 1s to 2s, '
                      'log-level from info to debug, [[notify]] (1 added, 0 removed)"', line)
        self.assertIn('need_restart="window-days from 7 to 9, webhook-secret"', line)
        self.assertNotIn("not-for-the-log", server.text())
        self.assertEqual(self.active(), ["o/a", "o/b"])
        self.assertEqual(self.get("/api/poller")["freshness_seconds"], 2)
        self.assertEqual(self.get("/api/repos/o/a/events/stats/?actors=bots")["bots"], ["ci-*"])
        self.assertEqual(self.get("/api/repos/o/a/events/stats/")["window"]["days"], 7)
        tested = ask(f"{self.url}/api/alerts/test", "key", method="POST").json()
        self.assertIn("slack 1", str(tested))
        self.polls_go_on("o/a")
        self.polls_go_on("o/b")
        wait_until("debug is logged", lambda: " debug " in server.text())
        self.assertIn("changed=nothing", self.reload(server, self.config.read_text()))

    def test_a_rule_of_an_alert_comes_and_goes(self) -> None:
        server = self.start('freshness = "1s"\nrepo = ["o/gone"]\n')
        wait_until("GitHub has said that there is none", lambda: self.get("/api/repos/o/gone")["status"] == "not_found")
        self.assertEqual(self.get("/api/alerts/"), [])
        rule = '[[alert]]\nrule = "status"\nfor = "1s"\n'
        self.reload(server, f'freshness = "1s"\nrepo = ["o/gone"]\n{rule}')
        wait_until("the alert is open", lambda: [one["repository"] for one in self.get("/api/alerts/?state=firing")] ==
                   ["o/gone"])
        self.reload(server, 'freshness = "1s"\nrepo = ["o/gone"]\n')
        wait_until("the alert ends with its rule", lambda: self.get("/api/alerts/?state=firing") == [])

    def test_a_wrong_file_changes_nothing(self) -> None:
        server = self.start('freshness = "1s"\nrepo = ["o/a"]\n')
        too_many = 'freshness = "3s"\nbots = "x"\nmax-active = 1\nrepo = ["o/a", "o/b"]\n'
        for wrong, says in [('freshness = "3s"\nrepo = ["o/a", "o/b"]\nlog-level = "loud"\n', "log-level 'loud'"),
                            ('freshness = "3s"\nrepo = [', "repopulse.toml:"),
                            ('freshness = "3s"\n[[alert]]\nrule = "quiet"\n', "[[alert]] rule"),
                            (too_many, "limit of 1 active")]:
            with self.subTest(says):
                line = self.reload(server, wrong)
                self.assertIn(" error ", line)
                self.assertIn("nothing has changed", line)
                self.assertIn(says, line)
                self.assertEqual(self.active(), ["o/a"])
                self.assertEqual(self.get("/api/poller")["freshness_seconds"], 1)
                self.assertIn("*[bot]", self.get("/api/repos/o/a/events/stats/?actors=bots")["bots"])
        self.config.unlink()
        server.child.send_signal(signal.SIGHUP)
        wait_until("it says that the file is gone", lambda: server.text().count("nothing has changed") == 5)
        self.polls_go_on("o/a")
        self.write('max-active = 2\nrepo = ["o/a", "o/b"]\n')
        self.assertIn("max-active from 5 to 2", self.reload(server, self.config.read_text()))
        self.assertEqual(self.active(), ["o/a", "o/b"])

    def test_environment_and_people_win_over_the_file(self) -> None:
        server = self.start('freshness = "9s"\nrepo = ["o/a"]\n', {"REPOPULSE_FRESHNESS": "1s"})
        self.assertEqual(ask(f"{self.url}/api/repos/o/a/deactivate", "key", method="POST").status, 200)
        line = self.reload(server, 'freshness = "5s"\nrepo = ["o/a", "o/b"]\n')
        self.assertNotIn("freshness", line)
        self.assertEqual(self.get("/api/poller")["freshness_seconds"], 1)
        self.assertEqual(self.active(), ["o/b"], "somebody has deactivated o/a")

    def test_the_service_manager_hears_of_it(self) -> None:
        manager = Manager(self.folder)
        self.addCleanup(manager.socket.close)
        server = self.start("", manager.environment)
        wait_until("it is ready", lambda: "READY=1" in manager.listen())
        begun = time.clock_gettime_ns(time.CLOCK_MONOTONIC) // 1000
        self.reload(server, 'freshness = "soon"\n')
        wait_until("it is ready again", lambda: manager.steps() == ["READY=1", "RELOADING=1", "READY=1"])
        said = next(said for said in manager.listen() if said.startswith("RELOADING=1"))
        self.assertGreaterEqual(int(re.fullmatch(r"RELOADING=1\nMONOTONIC_USEC=(\d+)", said)[1]), begun)

    def test_it_ends_when_its_terminal_is_closed(self) -> None:
        terminal, inside = os.openpty()
        log = self.folder / "terminal.log"
        with log.open("w") as sink:
            child = subprocess.Popen([REPOPULSE, "serve", "--listen", "127.0.0.1:0"], cwd=self.folder, stdin=inside,
                                     stderr=sink, env=clean_environment())
        self.addCleanup(child.kill)
        os.close(inside)
        wait_until("it listens", lambda: "listening on" in log.read_text())
        child.send_signal(signal.SIGHUP)
        wait_until("it reads its settings", lambda: "the settings were read again" in log.read_text())
        os.close(terminal)
        child.send_signal(signal.SIGHUP)
        self.assertEqual(child.wait(PATIENCE_SECONDS), 0)
