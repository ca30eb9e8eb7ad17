"""An account that watches the repositories: what it receives is asked in their place, and proves nothing."""

import signal
from typing import Any

from case import Case
from harness import GitHub, Server, ask, event_ids, wait_until

NAMES = tuple(f"owner-{number}/quiet" for number in range(5))
ARGUMENTS = ("--api-key", "k", "--received-by", "Watcher", "--probe", "off", "--freshness", "5s",
             *(argument for name in NAMES for argument in ("--repo", name)))


def poller(server: Server) -> dict[str, Any]:
    return ask(f"{server.address()}/api/poller", "k").json()


def account(github: GitHub, deed: str, **body: str) -> None:
    answer = ask(f"{github.url}/_sim/accounts/watcher/{deed}", method="POST", body=body)
    assert answer.status < 300, answer.body


class Received(Case):
    def setUp(self) -> None:
        super().setUp()
        self.hub = self.github(*NAMES)
        for name in NAMES:
            account(self.hub, "watch", repository=name)
            self.hub.add_history(name, 60)

    def informed(self, server: Server) -> int:
        return poller(server)["received"]["repositories"]

    def check_stored(self, server: Server) -> None:
        for name in NAMES:
            shown = self.hub.shown(name)
            wait_until(f"all of {name} is stored", lambda name=name, shown=shown:
                       set(shown) <= set(event_ids(server.address(), "k", name)))

    def test_it_is_asked_for_all_and_again_after_a_kill(self) -> None:
        server = self.serve(self.hub, *ARGUMENTS)
        wait_until("the account's feed informs", lambda: self.informed(server) == len(NAMES))
        self.assertEqual(poller(server)["received"]["feed"], "users/watcher")
        asked = [request for request in self.hub.requests() if "/users/watcher/received_events" in request["target"]]
        self.assertTrue(asked)
        for name in NAMES:
            self.hub.add_events(name, 3)
        self.check_stored(server)
        server.end(signal.SIGKILL)
        for name in NAMES:
            self.hub.add_events(name, 2)
        again = self.serve(self.hub, *ARGUMENTS)
        wait_until("it informs as before", lambda: self.informed(again) == len(NAMES))
        self.check_stored(again)

    def test_where_the_account_is_gone_every_repository_is_polled_as_without(self) -> None:
        server = self.serve(self.hub, *ARGUMENTS)
        wait_until("the account's feed informs", lambda: self.informed(server) == len(NAMES))
        account(self.hub, "spoil", kind="missing")
        wait_until("that is noticed", lambda: self.informed(server) == 0)
        row = next(feed for feed in poller(server)["feeds"] if feed["feed"] == "users/watcher")
        self.assertEqual(row["status"], "not_found")
        for name in NAMES:
            self.hub.add_events(name, 3)
        self.check_stored(server)
