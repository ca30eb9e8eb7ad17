"""GitHub's webhooks and people make the service ask before its schedule says so, which is every two hours."""

import hashlib
import hmac
import socket
import unittest
import urllib.parse

from case import Case
from harness import PATIENCE_SECONDS, GitHub, Server, ask, event_ids, run, wait_until

SECRET = "of-the-webhooks"


class Webhooks(Case):
    def start(self, *repositories: str) -> tuple[GitHub, Server, str, str]:
        """A service that has read its repositories once, and would not ask again during the test."""
        github = self.github(*repositories)
        wanted = [argument for name in repositories for argument in ("--repo", name)]
        server = self.serve(github, "--policy", "fixed", "--freshness", "1h", "--probe", "off", *wanted,
                            environment={"REPOPULSE_WEBHOOK_SECRET": SECRET})
        url, key = server.address(), server.key()
        for name in repositories:
            show = lambda name=name: ask(f"{url}/api/repos/{name}", key).json()
            wait_until(f"{name} is read", lambda show=show: show()["status"] == "ok")
        return github, server, url, key

    def stored(self, url: str, key: str, name: str, count: int) -> None:
        wait_until(f"{count} events of {name} are stored", lambda: len(event_ids(url, key, name)) >= count)

    def test_an_event_is_stored_because_a_webhook_came(self) -> None:
        github, server, url, key = self.start("o/a", "o/b")
        before = {name: len(event_ids(url, key, name)) for name in ("o/a", "o/b")}
        github.send_webhooks(f"{url}/api/hooks/github", SECRET)
        github.add_events("o/a", 1)
        self.stored(url, key, "o/a", before["o/a"] + 1)
        self.assertEqual(sorted(event_ids(url, key, "o/a")), sorted(github.shown("o/a")))
        self.assertEqual(github.webhooks()["answers"], {"202": 1})
        self.assertEqual(len(event_ids(url, key, "o/b")), before["o/b"])
        self.assertNotIn(SECRET, server.text())

    def test_webhooks_that_come_late_twice_and_in_another_order_do(self) -> None:
        github, _, url, key = self.start("o/a", "o/b")
        before = {name: len(event_ids(url, key, name)) for name in ("o/a", "o/b")}
        github.send_webhooks(f"{url}/api/hooks/github", SECRET, delay_seconds=2, twice=1)
        for _ in range(3):
            for name in before:
                github.add_events(name, 1)
        for name, count in before.items():
            self.stored(url, key, name, count + 3)

    def test_a_webhook_with_another_secret_and_one_that_is_lost_do_not(self) -> None:
        github, _, url, key = self.start("o/a")
        before = len(event_ids(url, key, "o/a"))
        github.send_webhooks(f"{url}/api/hooks/github", "another secret")
        github.add_events("o/a", 1)
        wait_until("the delivery is refused", lambda: github.webhooks()["answers"] == {"401": 1})
        github.send_webhooks(f"{url}/api/hooks/github", SECRET, lost=1)
        github.add_events("o/a", 1)
        wait_until("a delivery is lost", lambda: github.webhooks()["lost"] == 1)
        self.assertEqual(len(event_ids(url, key, "o/a")), before)
        self.assertEqual(run(self.folder, "repos", "poll", "o/a",
                             environment={"REPOPULSE_SERVER": url, "REPOPULSE_API_KEY": key}).returncode, 0)
        self.stored(url, key, "o/a", before + 2)

    def test_a_repository_whose_webhooks_tell_of_all_is_read_when_they_do(self) -> None:
        github = self.github("o/a")
        server = self.serve(github, "--freshness", "2s", "--probe", "off", "--repo", "o/a",
                            environment={"REPOPULSE_WEBHOOK_SECRET": SECRET})
        url, key = server.address(), server.key()
        hints = lambda: ask(f"{url}/api/poller", key).json()["hints"]
        wait_until("o/a is read", lambda: ask(f"{url}/api/repos/o/a", key).json()["status"] == "ok")
        self.assertEqual(hints(), {"repositories": 0, "informed": 0, "failing": 0, "heard_at": None})
        github.send_webhooks(f"{url}/api/hooks/github", SECRET)
        for sent in range(1, 15):
            count = len(event_ids(url, key, "o/a"))
            github.add_events("o/a", 1)
            self.stored(url, key, "o/a", count + 1)
            wait_until("its webhook came", lambda sent=sent: github.webhooks()["answers"] == {"202": sent})
            if hints()["informed"] == 1:
                break
        told = hints()
        self.assertEqual((told["repositories"], told["informed"], told["failing"]), (1, 1, 0))
        self.assertIsNotNone(told["heard_at"])
        count = len(event_ids(url, key, "o/a"))
        github.add_events("o/a", 1)
        self.stored(url, key, "o/a", count + 1)

    def test_a_person_has_a_repository_asked(self) -> None:
        github, _, url, key = self.start("o/a")
        before = len(event_ids(url, key, "o/a"))
        github.add_events("o/a", 1)
        self.assertEqual(ask(f"{url}/api/repos/o/a/poll", key, "POST").status, 202)
        self.stored(url, key, "o/a", before + 1)

    def deliver(self, url: str, body: bytes) -> bytes:
        """A signed delivery in pieces; the answer's first bytes."""
        signature = hmac.new(SECRET.encode(), body, hashlib.sha256).hexdigest()
        address = urllib.parse.urlsplit(url)
        with socket.create_connection((address.hostname, address.port), PATIENCE_SECONDS) as client:
            client.sendall((f"POST /api/hooks/github HTTP/1.1\r\nHost: {address.netloc}\r\nConnection: close\r\n"
                            f"X-GitHub-Event: push\r\nX-GitHub-Delivery: large\r\n"
                            f"X-Hub-Signature-256: sha256={signature}\r\nContent-Length: {len(body)}\r\n\r\n").encode())
            client.sendall(body)
            answer = b""
            while part := client.recv(4096):
                answer += part
        return answer

    def memory_peak(self, server: Server) -> int:
        status = open(f"/proc/{server.child.pid}/status").read()
        return int(status.split("VmHWM:")[1].split()[0]) * 1024

    def test_the_largest_delivery_that_github_sends_costs_no_memory(self) -> None:
        github, server, url, key = self.start("o/a")
        before, peak = len(event_ids(url, key, "o/a")), self.memory_peak(server)
        github.add_events("o/a", 1)
        text = b'{"commits":[' + b'"' + b"x" * 25_000_000 + b'"],"repository":{"full_name":"o/a"}}'
        answer = self.deliver(url, text)
        self.assertRegex(answer, b"^HTTP/1.1 202 ")
        self.assertTrue(answer.endswith(b'{"repository":"o/a","accepted":true}'), answer)
        self.assertLess(self.memory_peak(server) - peak, 10_000_000)
        self.stored(url, key, "o/a", before + 1)


if __name__ == "__main__":
    unittest.main()
