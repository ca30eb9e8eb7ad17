"""One polls, all serve. How long things took is printed, not asserted: a busy machine is no defect."""

import signal
import time

from cluster import KEY, ClusterCase
from harness import PATIENCE_SECONDS, ask, wait_until


def tell(what: str, since: float) -> None:
    print(f"{what} after {time.monotonic() - since:.1f} s", flush=True)


class ReplicasTest(ClusterCase):
    def test_one_polls_and_all_see_what_it_stores_and_what_any_of_them_changes(self) -> None:
        leader = self.leader()
        self.hub.add_events("octo/hello", 5)
        newest = self.hub.shown("octo/hello")
        wait_until("the poller stores it", lambda: set(newest) <= set(leader.events("octo/hello")))
        stored = time.monotonic()
        self.assert_whole()
        tell("an event was seen by all", stored)

        follower = self.others(leader)[0]
        self.assertEqual(ask(f"{follower.url}/api/repos/octo/hello/deactivate", KEY, "POST").status, 200)
        self.assertEqual(ask(f"{follower.url}/api/repos/octo/world", KEY, "DELETE").status, 204)
        changed = time.monotonic()
        for server in self.servers:
            wait_until("the change is seen", lambda: {name: each["active"] for name, each in
                                                      server.repositories().items()} == {"octo/hello": False})
        tell("a change was seen by all", changed)
        # While another repository is polled several times, one that is active would be polled too.
        asked = self.requests_for("octo/hello")
        self.assertEqual(ask(f"{follower.url}/api/repos/", KEY, "POST",
                             {"full_name": "octo/world", "active": True}).status, 201)
        polled = self.requests_for("octo/world")
        wait_until("another is polled", lambda: self.requests_for("octo/world") >= polled + 4)
        self.assertLessEqual(self.requests_for("octo/hello") - asked, 1, "one that is not active is polled on")
        self.assert_one_at_a_time()

    def test_when_the_poller_is_killed_another_takes_over_and_nothing_is_missing_or_doubled(self) -> None:
        leader = self.leader()
        self.hub.add_events("octo/hello", 3)
        leader.end(signal.SIGKILL)
        killed = time.monotonic()
        self.hub.add_events("octo/world", 3)
        self.servers = self.others(leader)
        wait_until("another polls", lambda: any(server.polls() for server in self.servers))
        tell("another server polled", killed)
        self.assert_whole()
        self.assert_one_at_a_time(overlaps=1)
        reborn = leader.again()
        self.addCleanup(reborn.end, signal.SIGKILL)
        self.assertFalse(reborn.polls())
        self.assert_whole(reborn)

    def test_a_poller_that_slept_past_its_lease_is_refused_and_follows(self) -> None:
        leader = self.leader()
        leader.child.send_signal(signal.SIGSTOP)
        self.addCleanup(leader.child.send_signal, signal.SIGCONT)
        awake = self.others(leader)
        wait_until("another polls", lambda: any(server.polls() for server in awake))
        self.hub.add_events("octo/hello", 4)
        self.assert_whole(*awake)
        leader.child.send_signal(signal.SIGCONT)
        wait_until("it follows", lambda: not leader.polls())
        self.hub.add_events("octo/world", 4)
        self.assert_whole()
        self.leader()
        self.assert_one_at_a_time(overlaps=1)

    def test_a_poller_cut_from_the_store_goes_on_serving_and_another_polls(self) -> None:
        leader = self.leader()
        bridge = self.bridges[self.servers.index(leader)]
        bridge.cut()
        wait_until("it says that it is not ready", lambda: ask(f"{leader.url}/readyz").status == 503)
        self.assertEqual(leader.get("repos/octo/hello/events/stats/").status, 200)
        self.assertEqual(leader.get("repos/octo/hello/events/?actor=nobody-asked-before").status, 503)
        connected = self.others(leader)
        wait_until("another polls", lambda: any(server.polls() for server in connected))
        self.hub.add_events("octo/hello", 4)
        self.assert_whole(*connected)
        bridge.mend()
        wait_until("it is ready again", lambda: ask(f"{leader.url}/readyz").status == 200)
        self.assert_whole()
        wait_until("it follows", lambda: not leader.polls())
        self.leader()
        self.assert_one_at_a_time(overlaps=1)

    def test_all_may_restart_at_once(self) -> None:
        asked = len(self.hub.requests())
        for server in self.servers:
            server.child.send_signal(signal.SIGTERM)
        for server in self.servers:
            self.assertEqual(server.child.wait(PATIENCE_SECONDS), 0, server.text())
        self.hub.add_events("octo/hello", 6)
        self.servers = [server.again() for server in self.servers]
        for server in self.servers:
            self.addCleanup(server.end, signal.SIGKILL)
        self.assert_whole()
        self.leader()
        conditional = [request["conditional"] for request in self.hub.requests()[asked:]]
        self.assertTrue(all(conditional), "validators did not outlive the restart")
        self.assert_one_at_a_time()
