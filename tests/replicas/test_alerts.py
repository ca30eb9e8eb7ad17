"""Alerts of several servers: the one that polls sends, and the next one goes on where it stopped."""

import http.server
import json
import signal
import threading

from cluster import KEY, ClusterCase, Replica
from harness import ask, wait_long, wait_until


class AlertsTest(ClusterCase):
    def setUp(self) -> None:
        self.messages: list[tuple[str, list[dict]]] = []  # delivery and alerts
        messages = self.messages

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                messages.append((self.headers["X-Repopulse-Delivery"], json.loads(body)))
                self.send_response(204)
                self.end_headers()

            def log_message(self, *_: object) -> None:
                pass

        self.target = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.target.serve_forever, daemon=True).start()
        self.addCleanup(self.target.server_close)
        self.addCleanup(self.target.shutdown)
        super().setUp()

    def start(self, store: str) -> Replica:
        url = f"http://127.0.0.1:{self.target.server_port}/"
        (self.folder / "alerts.toml").write_text(
            f'[[alert]]\nrule = "status"\n[[notify]]\nkind = "webhook"\nurl = "{url}"\n')
        replica = Replica(self.folder, self.hub, store, "--config", "alerts.toml")
        self.addCleanup(lambda: replica.child.poll() is None and (replica.child.kill(), replica.child.wait()))
        return replica

    def states(self) -> list[tuple[str, str]]:
        return [(one["repository"], one["state"]) for _, alerts in self.messages for one in alerts]

    def test_when_the_poller_is_killed_another_sends_what_it_did_not_and_nothing_twice(self) -> None:
        leader = self.leader()
        wanted = {"full_name": "octo/unknown", "active": True}
        self.assertEqual(ask(f"{leader.url}/api/repos/", KEY, "POST", wanted).status, 201)
        for server in self.servers:
            wait_until("every server lists the alert", lambda server=server: server.get("alerts/?state=firing").json())
        leader.end(signal.SIGKILL)
        self.servers = self.others(leader)
        self.assertEqual(self.messages, [])
        wait_long("the beginning is told", lambda: self.messages)
        listed = self.servers[0].get("alerts/").json()
        self.assertEqual([one["id"] for one in listed], [self.messages[0][1][0]["id"]])

        gone = ask(f"{self.servers[1].url}/api/repos/octo/unknown", KEY, "DELETE")
        self.assertEqual(gone.status, 204)
        wait_long("the end is told", lambda: len(self.messages) > 1)
        self.assertEqual(self.states(), [("octo/unknown", "firing"), ("octo/unknown", "resolved")])
        self.assertEqual(len({delivery for delivery, _ in self.messages}), 2)
