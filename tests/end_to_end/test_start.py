"""How the service starts, refuses to start, and ends."""

import json
import pathlib
import signal
import socket
import subprocess
import time
import unittest

from case import Case
from harness import PATIENCE_SECONDS, REPOPULSE, TOKEN, GitHub, Server, ask, clean_environment, run, wait_until


class Start(Case):
    def test_the_first_start_prints_a_key_and_later_ones_do_not(self) -> None:
        github = self.github("o/a")
        server = self.serve(github, "--repo", "o/a")
        key, url = server.key(), server.address()
        self.assertRegex(key, "^rp_[0-9a-f]{8}_[0-9a-f]{64}$")
        self.assertRegex(url, r"^http://127\.0\.0\.1:[1-9][0-9]*$")
        self.assertEqual(ask(f"{url}/readyz").status, 200)
        self.assertEqual(ask(f"{url}/api/repos/").status, 401)
        self.assertEqual([one["full_name"] for one in ask(f"{url}/api/repos/active/", key).json()], ["o/a"])
        self.assertEqual(server.end(), 0)
        self.assertNotIn(TOKEN, server.text())
        self.assertEqual(server.text().count(key), 1)

        again = self.serve(github)
        self.assertEqual(ask(f"{again.address()}/api/repos/", key).status, 200)
        self.assertNotIn("admin key", again.text())
        self.assertEqual(again.end(signal.SIGINT), 0)

    def test_a_key_of_the_settings_is_accepted_and_none_is_made(self) -> None:
        server = self.serve(self.github(), environment={"REPOPULSE_API_KEY": "of-the-settings"})
        self.assertEqual(ask(f"{server.address()}/api/repos/", "of-the-settings").status, 200)
        self.assertEqual(server.end(), 0)
        self.assertNotIn("of-the-settings", server.text())
        self.assertNotIn("admin key", server.text())

    def test_a_token_that_expired_is_renewed_without_a_restart(self) -> None:
        file = self.folder / "token"
        file.write_text("expired\n")
        server = self.serve(self.github("o/a"), "--github-token-file", str(file), "--repo", "o/a")
        url, key = server.address(), server.key()
        state = lambda: ask(f"{url}/api/poller", key).json()["state"]
        wait_until("GitHub has refused the token", lambda: state() == "bad_token")
        file.write_text(f"{TOKEN}\n")
        wait_until("the new token is taken", lambda: state() == "ok")
        wait_until("the repository is polled", lambda: ask(f"{url}/api/repos/o/a", key).json()["status"] == "ok")
        self.assertNotIn(TOKEN, server.text())

    def test_settings_come_from_flags_environment_and_file(self) -> None:
        github = self.github("o/a", "o/b", "o/c")
        config = self.folder / "repopulse.toml"
        config.write_text(f'repo = ["o/a", "o/b"]\nwindow-days = 3\nwindow-events = 30\ngithub-url = "{github.url}"\n')
        server = self.serve(github, "--config", str(config), "--window-days", "1",
                            environment={"REPOPULSE_WINDOW_EVENTS": "20", "REPOPULSE_WINDOW_DAYS": "2"})
        url, key = server.address(), server.key()
        rule = ask(f"{url}/api/repos/o/a/events/stats/", key).json()["window"]["rule"]
        self.assertEqual(rule, "1 day or 20 events, whichever is less")
        self.assertEqual(len(ask(f"{url}/api/repos/active/", key).json()), 2)

    def test_a_wrong_setting_ends_the_start_with_one_line(self) -> None:
        cases = [
            (["--max-active", "x"], {}, ["--max-active", "'x'", "whole number"]),
            (["--listen", "nowhere"], {}, ["--listen", "'nowhere'", "ADDRESS:PORT"]),
            (["--policy", "best"], {}, ["--policy", "'best'", "adaptive"]),
            (["--tls-cert", "cert.pem"], {}, ["--tls-cert", "cert.pem"]),
            (["--repo", "o/a", "--repo", "o/b", "--max-active", "1"], {}, ["--repo", "o/b", "--max-active"]),
            ([], {"REPOPULSE_FRESHNESS": "soon"}, ["REPOPULSE_FRESHNESS", "'soon'", "duration"]),
            ([], {"REPOPULSE_API_KEY": "hush hush"}, ["REPOPULSE_API_KEY"]),
            ([], {"GITHUB_TOKEN": "hush hush"}, ["GITHUB_TOKEN"]),
            (["--config", "none.toml"], {}, ["--config", "none.toml"]),
        ]
        for arguments, environment, words in cases:
            with self.subTest(arguments=arguments, environment=environment):
                done = run(self.folder, "serve", "--listen", "127.0.0.1:0", *arguments, environment=environment)
                self.assertEqual(done.returncode, 2, done.stderr)
                self.assertEqual(done.stderr.count("\n"), 1, done.stderr)
                for word in words:
                    self.assertIn(word, done.stderr)
                self.assertNotIn("hush", done.stderr)

    def test_wrong_usage_is_2_and_help_and_version_are_0(self) -> None:
        for arguments in ([], ["frobnicate"], ["serve", "--frobnicate"], ["keys"], ["stats"]):
            done = run(self.folder, *arguments)
            self.assertEqual((done.returncode, done.stderr.count("\n")), (2, 1), done.stderr)
        for arguments in (["frobnicate"], ["--frobnicate"], ["keys", "frobnicate"]):
            self.assertIn(f"'{arguments[-1]}'", run(self.folder, *arguments).stderr)
        self.assertRegex(run(self.folder, "--version").stdout, r"^repopulse [0-9]+\.[0-9]+\.[0-9]+\n$")
        for command in ("serve", "keys", "repos", "stats", "health"):
            done = run(self.folder, command, "--help")
            self.assertEqual(done.returncode, 0)
            self.assertIn("Usage: repopulse " + command, done.stdout)
            self.assertLessEqual(max(map(len, done.stdout.splitlines())), 100)

    def test_what_cannot_be_had_ends_the_start_with_1(self) -> None:
        github = self.github()
        server = self.serve(github)
        port = server.address().rpartition(":")[2]
        refused = [
            ["--store", "sqlite:store.db"],
            ["--store", "sqlite:other.db", "--listen", f"127.0.0.1:{port}"],
            ["--store", "sqlite:/nonexistent/store.db"],
            ["--store", "mongodb://127.0.0.1:1/repopulse"],
        ]
        for arguments in refused:
            with self.subTest(arguments=arguments):
                done = run(self.folder, "serve", "--listen", "127.0.0.1:0", *arguments)
                self.assertEqual((done.returncode, done.stderr.count("\n")), (1, 1), done.stderr)
        self.assertEqual(ask(f"{server.address()}/readyz").status, 200)

    def test_the_log_in_json_is_one_object_a_line(self) -> None:
        server = self.serve(self.github("o/a"), "--log-format", "json", "--log-level", "debug", "--repo", "o/a")
        url, key = server.address(), server.key()
        ask(f"{url}/api/repos/?per_page=1&x=hush", key)
        wait_until("a poll is logged", lambda: '"msg":"polled"' in server.text())
        self.assertEqual(server.end(), 0)
        lines = [line for line in server.text().splitlines() if not line.startswith("admin key")]
        events = [json.loads(line) for line in lines]
        for event in events:
            self.assertLessEqual({"ts", "level", "msg"}, event.keys())
        self.assertLessEqual({"starting", "polled", "request", "stopping", "stopped"}, {e["msg"] for e in events})
        self.assertNotIn("hush", server.text())
        self.assertNotIn(TOKEN, server.text())

    def test_libraries_say_nothing_on_stderr_even_before_main(self) -> None:
        # libmongoc finds its counters' file left behind by a process that had the same number.
        script = 'echo "/dev/shm/mongoc-$$" && touch "/dev/shm/mongoc-$$" && exec "$0" --version'
        done = subprocess.run(["sh", "-c", script, REPOPULSE], env=clean_environment(), capture_output=True, text=True)
        pathlib.Path(done.stdout.splitlines()[0]).unlink(missing_ok=True)
        self.assertEqual((done.returncode, done.stderr), (0, ""))


class End(Case):
    def begin_request(self, server: Server) -> socket.socket:
        """A change of which half has been sent, and whose header the server has read."""
        host, _, port = server.address().removeprefix("http://").partition(":")
        client = socket.create_connection((host, int(port)))
        self.addCleanup(client.close)
        body = json.dumps({"full_name": "o/late"})
        client.sendall((f"POST /api/repos/ HTTP/1.1\r\nHost: {host}\r\nX-API-Key: {server.key()}\r\n"
                        f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n"
                        "Expect: 100-continue\r\n\r\n").encode())
        client.settimeout(PATIENCE_SECONDS)
        self.assertRegex(client.recv(4096), b"^HTTP/1.1 100 ")
        client.sendall(body[:5].encode())
        self.rest = body[5:].encode()
        return client

    def idle_connection(self, server: Server) -> socket.socket:
        """One that has had its answer, and stays open."""
        host, _, port = server.address().removeprefix("http://").partition(":")
        client = socket.create_connection((host, int(port)), PATIENCE_SECONDS)
        self.addCleanup(client.close)
        client.sendall(f"HEAD /healthz HTTP/1.1\r\nHost: {host}\r\n\r\n".encode())
        self.assertRegex(client.recv(4096), b"^HTTP/1.1 200 ")
        return client

    def test_what_is_in_flight_is_finished(self) -> None:
        server = self.serve(self.github())
        client = self.begin_request(server)
        idle = self.idle_connection(server)
        server.child.send_signal(signal.SIGTERM)
        wait_until("it stops", lambda: "stopping" in server.text())
        self.assertEqual(idle.recv(1), b"", "a connection without a request is closed first")
        self.assertIsNone(server.child.poll(), "it did not wait for the request in flight")
        client.sendall(self.rest)
        self.assertRegex(client.recv(4096), b"^HTTP/1.1 201 ")
        self.assertEqual(server.child.wait(PATIENCE_SECONDS), 0)

    def test_a_second_signal_ends_it_at_once(self) -> None:
        server = self.serve(self.github())
        self.begin_request(server)
        server.child.send_signal(signal.SIGTERM)
        wait_until("it stops", lambda: "stopping" in server.text())
        server.child.send_signal(signal.SIGTERM)
        self.assertEqual(server.child.wait(5), 128 + signal.SIGTERM)

    def test_a_signal_that_an_outer_program_blocked_or_ignored_still_ends_it(self) -> None:
        log = self.folder / "ignored.log"
        with log.open("w") as sink:
            child = subprocess.Popen([REPOPULSE, "serve", "--listen", "127.0.0.1:0"], cwd=self.folder, stderr=sink,
                                     env=clean_environment(),
                                     preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_IGN))
        self.addCleanup(child.kill)
        wait_until("it listens", lambda: "listening on" in log.read_text())
        child.send_signal(signal.SIGINT)
        self.assertEqual(child.wait(PATIENCE_SECONDS), 0)

    def test_it_does_not_wait_long_for_a_github_that_is_silent(self) -> None:
        silent = socket.create_server(("127.0.0.1", 0))
        self.addCleanup(silent.close)
        server = Server(self.folder, f"http://127.0.0.1:{silent.getsockname()[1]}", "--repo", "o/a")
        self.addCleanup(server.end, signal.SIGKILL)
        server.address()
        accepted, _ = silent.accept()
        self.addCleanup(accepted.close)
        began = time.monotonic()
        self.assertEqual(server.end(), 0)
        self.assertLess(time.monotonic() - began, 9)


if __name__ == "__main__":
    unittest.main()
