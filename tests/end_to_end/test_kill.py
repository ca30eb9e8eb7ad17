"""SIGKILL at random instants: nothing is lost, nothing is stored twice, nothing is fetched anew."""

import os
import random
import signal
import threading
import time
from typing import Any

from case import Case
from harness import GitHub, Server, ask, event_ids, wait_until

LIVES = 12
LIFE_SECONDS = (0.05, 1.6)
NAMES = ("o/a", "o/b", "p/c")


class Activity(threading.Thread):
    """Events at random, until told to stop; bursts that fill a page between two polls now and then."""

    def __init__(self, github: GitHub, seed: int) -> None:
        super().__init__(daemon=True)
        self.github, self.random, self.over = github, random.Random(seed), threading.Event()

    def run(self) -> None:
        while not self.over.wait(self.random.uniform(0.02, 0.3)):
            self.github.add_events(self.random.choice(NAMES), self.random.choice((1, 1, 2, 5, 40)))


class Kill(Case):
    def setUp(self) -> None:
        super().setUp()
        self.seed = int(os.environ.get("REPOPULSE_TEST_SEED", random.randrange(2**32)))
        print(f"REPOPULSE_TEST_SEED={self.seed}", flush=True)
        self.random = random.Random(self.seed)

    def begin(self, github: GitHub) -> Server:
        arguments = [argument for name in NAMES for argument in ("--repo", name)]
        return self.serve(github, *arguments, "--api-key", "k", "--policy", "fixed", "--log-level", "error")

    def begin_with_history(self, github: GitHub) -> Server:
        for name in NAMES:
            github.add_history(name, 250)
        server = self.begin(github)
        url = server.address()
        wait_until("the feeds are read", lambda: self.stored(url) == sum(len(github.shown(name)) for name in NAMES))
        return server

    def test_nothing_is_lost_or_doubled(self) -> None:
        github = self.github(*NAMES)
        server = self.begin_with_history(github)
        activity = Activity(github, self.seed)
        activity.start()
        for life in range(LIVES):
            if life % 3 == 2:  # where starts are slow, too, it reads in time: a feed shows 300 events
                asked = len(github.requests())
                wait_until("it polls", lambda asked=asked: len(github.requests()) >= asked + len(NAMES))
            time.sleep(self.random.uniform(*LIFE_SECONDS))  # it is killed at any moment of what it does
            server.end(signal.SIGKILL)
            server = self.begin(github)
        url = server.address()
        activity.over.set()
        activity.join()

        for name in NAMES:
            shown = github.shown(name)
            wait_until(f"{name} is complete", lambda: self.repository(url, name)["events_stored"] >= len(shown))
            stored = event_ids(url, "k", name)
            self.assertEqual(len(stored), len(set(stored)), f"{name} has events twice")
            self.assertEqual(set(stored), set(shown), f"{name} lacks events, or has others")
            repository = self.repository(url, name)
            self.assertEqual(repository["events_stored"], len(shown))
            self.assertEqual(repository["gaps"], [])
        self.assertEqual(server.end(), 0)
        self.assertFalse([one for one in github.requests() if one["status"] not in (200, 304)])

    def test_nothing_is_fetched_anew(self) -> None:
        github = self.github(*NAMES)
        server = self.begin_with_history(github)
        restarts = []
        for name in NAMES:
            asked = len(github.requests())
            wait_until("it asks again", lambda: len(github.requests()) >= asked + len(NAMES))  # noqa: B023
            server.end(signal.SIGKILL)
            restarts.append(len(github.requests()))
            server = self.begin(github)
            github.add_events(name, 3)
            wait_until("it has stored them", lambda: set(github.shown(name)) <= set(event_ids(  # noqa: B023
                server.address(), "k", name)))  # noqa: B023
        self.check_requests(github.requests(), restarts)

    def check_requests(self, requests: list[dict[str, Any]], restarts: list[int]) -> None:
        """The first request for a feed's first page in each life is conditional."""
        self.assertTrue(restarts)
        for begin in restarts:
            seen = set()
            for request in requests[begin:]:
                if request["page"] != 1 or request["feed"] in seen:
                    continue
                seen.add(request["feed"])
                self.assertTrue(request["conditional"], f"fetched anew after a restart: {request}")

    @staticmethod
    def stored(url: str) -> int:
        return sum(one["events_stored"] for one in ask(f"{url}/api/repos/", "k").json())

    @staticmethod
    def repository(url: str, name: str) -> dict[str, Any]:
        return ask(f"{url}/api/repos/{name}", "k").json()
