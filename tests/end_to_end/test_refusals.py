"""What GitHub refuses, redirects and limits, played by a GitHub of this process that answers as each test says."""

import collections
import datetime
import http.server
import json
import threading
from collections.abc import Callable
from typing import Any

from case import Case
from harness import TOKEN, Server, ask, wait_until

Reply = tuple[int, dict[str, str], bytes]
Request = collections.namedtuple("Request", "path token validator")


BEGAN = datetime.datetime.now(datetime.timezone.utc)


def page(*identifiers: int) -> Reply:
    events = [{"id": str(number), "type": "PushEvent", "actor": {"login": "ada"}, "repo": {"id": 1, "name": "o/r"},
               "created_at": f"{BEGAN - datetime.timedelta(minutes=9 - number):%Y-%m-%dT%H:%M:%SZ}"}
              for number in identifiers]
    return 200, {"ETag": f'W/"{identifiers}"', "X-Poll-Interval": "1"}, json.dumps(events).encode()


def refused(status: int, message: str, **headers: str) -> Reply:
    return status, {name.replace("_", "-"): value for name, value in headers.items()}, json.dumps(
        {"message": message}).encode()


class ScriptedGitHub:
    """Answers each request with what `reply` says."""

    def __init__(self, reply: Callable[[Request], Reply]) -> None:
        self.requests: list[Request] = []
        outer = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                request = Request(self.path.partition("?")[0], self.headers.get("Authorization"),
                                  self.headers.get("If-None-Match"))
                outer.requests.append(request)
                status, headers, body = reply(request)
                self.send_response(status)
                for name, value in headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: Any) -> None:
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def end(self) -> None:
        self.server.shutdown()
        self.server.server_close()


class Refusals(Case):
    def play(self, reply: Callable[[Request], Reply]) -> ScriptedGitHub:
        github = ScriptedGitHub(reply)
        self.addCleanup(github.end)
        return github

    def ask(self, server: Server, path: str) -> Any:
        return ask(f"{server.address()}/api/{path}", server.key()).json()

    def status_of(self, server: Server, name: str = "o/r") -> dict[str, Any]:
        return wait_until(f"{name} was polled", lambda: self.polled(server, name))

    def polled(self, server: Server, name: str) -> dict[str, Any] | None:
        shown = self.ask(server, f"repos/{name}")
        return shown if shown["polling"]["requests"] > 0 else None

    def test_access_that_is_refused_says_what_to_do_and_rests_alone(self) -> None:
        link = "https://github.com/orgs/o/sso?authorization_request=AAAA"
        replies = {"/repos/o/r/events": refused(403, "Resource protected by organization SAML enforcement.",
                                                X_GitHub_SSO=f"required; url={link}"),
                   "/repos/o/gone/events": refused(403, "Repository access blocked"),
                   "/repos/o/ok/events": page(1)}
        github = self.play(lambda request: replies[request.path])
        server = self.serve(github, "--repo", "o/r", "--repo", "o/gone", "--repo", "o/ok")
        shown = self.status_of(server)
        self.assertEqual(shown["status"], "forbidden")
        self.assertIn(link, shown["status_detail"])
        self.assertEqual(self.status_of(server, "o/gone")["status"], "blocked")
        wait_until("the others go on", lambda: self.ask(server, "repos/o/ok")["polling"]["requests"] > 2)
        self.assertEqual(self.ask(server, "repos/o/r")["polling"]["requests"], 1)

    def test_a_limit_in_html_holds_all(self) -> None:
        html = b"<html><h1>Whoa there!</h1><p>You have exceeded a secondary\n rate limit.</p></html>"
        github = self.play(lambda request: (403, {"Content-Type": "text/html"}, html))
        server = self.serve(github, "--repo", "o/r", "--repo", "o/s")
        state = wait_until("the limit is known", lambda: self.blocked(server))
        self.assertEqual(state["state"], "rate_limited")
        self.assertEqual(len(github.requests), 1)

    def blocked(self, server: Server) -> dict[str, Any] | None:
        state = self.ask(server, "poller")
        return state if state["rate_limit"]["blocked_until"] else None

    def test_a_304_that_nobody_asked_for_is_told(self) -> None:
        server = self.serve(self.play(lambda request: (304, {}, b"")), "--repo", "o/r")
        shown = self.status_of(server)
        self.assertEqual((shown["status"], shown["polling"]["not_modified"]), ("failing", 0))
        self.assertIn("304", shown["status_detail"])

    def test_a_redirect_that_is_not_permanent_leads_one_poll(self) -> None:
        asked = collections.Counter()

        def reply(request: Request) -> Reply:
            asked[request.path] += 1
            if request.path == "/repos/o/r/events" and asked[request.path] == 2:
                return 302, {"Location": "/repositories/42/events"}, b""
            return page(1, 2) if request.path == "/repositories/42/events" else page(1)
        github = self.play(reply)
        server = self.serve(github, "--repo", "o/r")
        wait_until("the next poll came", lambda: asked["/repos/o/r/events"] > 3)
        self.assertEqual(asked["/repositories/42/events"], 1)
        after = next(one for one in github.requests[3:] if one.path == "/repos/o/r/events")
        self.assertEqual(after.validator, page(1)[1]["ETag"])
        self.assertEqual(self.ask(server, "repos/o/r")["events_stored"], 2)

    def test_a_refused_redirect_is_a_failure_that_names_the_host(self) -> None:
        replies = {"/repos/o/r/events": (301, {"Location": "http://127.0.0.1:1/x"}, b""),
                   "/repos/o/s/events": (301, {}, b"")}
        server = self.serve(self.play(lambda request: replies[request.path]), "--repo", "o/r", "--repo", "o/s")
        shown = self.status_of(server)
        self.assertEqual((shown["status"], shown["polling"]["failures"] > 0), ("failing", True))
        self.assertIn("http://127.0.0.1:1", shown["status_detail"])
        self.assertIn("no Location", self.status_of(server, "o/s")["status_detail"])

    def test_a_redirect_of_a_proxied_github_goes_through_the_proxy(self) -> None:
        moved = (301, {"Location": "https://api.github.com/repositories/42/events"}, b"")
        github = self.play(lambda request: moved if request.path == "/repos/o/r/events" else page(1))
        shown = self.status_of(self.serve(github, "--repo", "o/r"))
        wait_until("it was followed", lambda: "/repositories/42/events" in [one.path for one in github.requests])
        self.assertNotEqual(shown["status"], "failing")

    def test_an_emptied_token_file_changes_nothing_and_a_new_token_wakes_what_rests(self) -> None:
        replies = {"Bearer good": page(1), f"Bearer {TOKEN}": refused(404, "Not Found")}
        github = self.play(lambda request: replies[request.token])
        file = self.folder / "token"
        file.write_text(f"{TOKEN}\n")
        server = self.serve(github, "--repo", "o/r", "--github-token-file", str(file))
        self.assertEqual(self.status_of(server)["status"], "not_found")
        file.write_text("")
        wait_until("the log says so", lambda: "is empty" in server.text())
        file.write_text("good\n")
        wait_until("it is asked again", lambda: self.ask(server, "repos/o/r")["status"] == "ok")
        self.assertTrue(all(request.token for request in github.requests))
