"""Messages about alerts, from the real executable to real servers. Run by tests/messages/run."""

import hashlib
import hmac
import json
import pathlib
import signal
import sys
import time
import unittest

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent / "end_to_end")]
sys.dont_write_bytecode = True

from case import Case  # noqa: E402
from harness import Server, ask, run, wait_long, wait_until  # noqa: E402
from targets import HttpTargets, Mailbox  # noqa: E402

SECRET = "of-the-webhook"
KEY = "the-admin-key"
STATUS_RULE = '[[alert]]\nrule = "status"\n'


def table(kind: str, url: str, **keys: str) -> str:
    lines = [f'kind = "{kind}"', f'url = "{url}"', *(f'{key} = "{value}"' for key, value in keys.items())]
    return "[[notify]]\n" + "\n".join(lines) + "\n"


class Messages(Case):
    def setUp(self) -> None:
        super().setUp()
        self.targets = HttpTargets()
        self.addCleanup(self.targets.stop)
        self.mailbox = Mailbox()
        self.addCleanup(self.mailbox.stop)
        self.sim = self.github()

    def webhook(self, path: str) -> str:
        return table("webhook", self.targets.url + path, secret=SECRET)

    def mail(self, to: str) -> str:
        url = f"smtp://127.0.0.1:{self.mailbox.port}"
        return table("email", url, **{"from": "repopulse@example.org", "to": to})

    def start(self, settings: str, *arguments: str) -> tuple[Server, str]:
        (self.folder / "settings.toml").write_text(settings)
        server = self.serve(self.sim, "--config", "settings.toml", *arguments,
                            environment={"REPOPULSE_API_KEY": KEY})
        return server, server.address()

    def check_signature(self, received) -> None:
        expected = "sha256=" + hmac.new(SECRET.encode(), received.body, hashlib.sha256).hexdigest()
        self.assertEqual(received.headers["X-Repopulse-Signature-256"], expected)

    def test_a_test_message_reaches_every_kind_of_target_and_says_which_did_not_take_it(self) -> None:
        url = self.targets.url
        server, address = self.start(
            self.webhook("/ok") + self.webhook("/refuse") + self.webhook("/redirect") + self.webhook("/hang")
            + table("slack", url + "/ok-slack") + table("ntfy", url + "/ok-ntfy")
            + self.mail("somebody@example.org") + self.mail("nobody@example.org"))
        begun = time.monotonic()
        access = {"REPOPULSE_SERVER": address, "REPOPULSE_API_KEY": KEY}
        tested = run(self.folder, "alerts", "test", "--json", environment=access)
        self.assertEqual(tested.returncode, 1, tested)
        answers = {one["target"]: (one["sent"], one["detail"]) for one in json.loads(tested.stdout)}
        self.assertEqual({name: sent for name, (sent, _) in answers.items()},
                         {"webhook 1": True, "webhook 2": False, "webhook 3": False, "webhook 4": False,
                          "slack 1": True, "ntfy 1": True, "email 1": True, "email 2": False})
        self.assertEqual(answers["webhook 2"][1], "status 503")
        self.assertIn("redirects are not followed", answers["webhook 3"][1])
        self.assertIn("550", answers["email 2"][1])
        self.assertGreater(time.monotonic() - begun, 10, "it waited for the target that hangs")
        self.assertEqual(self.targets.of("/elsewhere"), [])

        webhook = self.targets.of("/ok")[0]
        self.check_signature(webhook)
        self.assertEqual(json.loads(webhook.body)[0]["rule"], "test")
        self.assertIn("This is a test", json.loads(self.targets.of("/ok-slack")[0].body)["text"])
        self.assertIn(b"This is a test", self.targets.of("/ok-ntfy")[0].body)
        sender, recipients, content = self.mailbox.mails[0]
        self.assertEqual((sender, recipients), ("repopulse@example.org", ["somebody@example.org"]))
        self.assertIn("Subject: repopulse: test, repopulse\r\n", content)
        self.assertEqual(ask(f"{address}/api/alerts/", KEY).json(), [])
        for hidden in (SECRET, url, "somebody@example.org", str(self.mailbox.port)):
            self.assertNotIn(hidden, tested.stdout + tested.stderr)
            self.assertNotIn(hidden, server.text())

    def test_nobody_waits_for_a_target_that_hangs(self) -> None:
        _, address = self.start(self.webhook("/hang") + STATUS_RULE, "--repo", "o/unknown")
        wait_long("the message is under way", lambda: self.targets.of("/hang"))
        begun = time.monotonic()
        self.assertEqual(ask(f"{address}/api/repos/", KEY).status, 200)
        polls = len(self.sim.requests())
        ask(f"{address}/api/repos/", KEY, "POST", {"full_name": "o/none", "active": True})
        wait_until("GitHub is asked meanwhile", lambda: len(self.sim.requests()) > polls)
        self.assertLess(time.monotonic() - begun, 15)

    def test_an_alert_is_sent_once_though_the_process_is_killed_while_it_sends(self) -> None:
        settings = "".join(self.webhook(path) for path in ("/kill", "/fail-first", "/ok")) + self.mail("a@example.org")
        server, address = self.start(settings + STATUS_RULE, "--repo", "o/unknown", "--repo", "o/gone")
        alerts = lambda: ask(f"{address}/api/alerts/", KEY).json()
        wait_until("two alerts hold", lambda: len(alerts()) == 2)
        firing = alerts()
        self.assertEqual({one["repository"] for one in firing}, {"o/unknown", "o/gone"})
        self.targets.on_kill = lambda: server.end(signal.SIGKILL)
        wait_long("the process is killed", lambda: server.child.poll() is not None)
        again, address = self.start(settings + STATUS_RULE)
        wait_long("every target has its message",
                  lambda: len(self.targets.of("/kill")) == 2 and len(self.targets.of("/fail-first")) == 2
                  and self.targets.of("/ok") and self.mailbox.mails)
        for path in ("/kill", "/fail-first"):
            first, second = self.targets.of(path)
            self.assertEqual(first.headers["X-Repopulse-Delivery"], second.headers["X-Repopulse-Delivery"])
            self.assertEqual(first.body, second.body)
            self.check_signature(second)
        told = json.loads(self.targets.of("/ok")[0].body)
        self.assertEqual({(one["repository"], one["state"]) for one in told},
                         {("o/unknown", "firing"), ("o/gone", "firing")})
        self.assertEqual({one["id"] for one in told}, {one["id"] for one in firing})

        for name in ("o/unknown", "o/gone"):
            self.assertEqual(ask(f"{address}/api/repos/{name}/deactivate", KEY, "POST").status, 200)
        wait_until("they have ended", lambda: ask(f"{address}/api/alerts/?state=firing", KEY).json() == [])
        wait_long("the end is told", lambda: len(self.targets.of("/ok")) == 2 and len(self.mailbox.mails) == 2)
        ended = json.loads(self.targets.of("/ok")[1].body)
        self.assertEqual({one["state"] for one in ended}, {"resolved"})
        self.assertEqual(again.end(), 0)
        metrics_free = server.text() + again.text()
        for hidden in (SECRET, self.targets.url):
            self.assertNotIn(hidden, metrics_free)


if __name__ == "__main__":
    unittest.main()
