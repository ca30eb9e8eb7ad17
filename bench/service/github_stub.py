#!/usr/bin/env python3
"""A GitHub that always has news: github_stub.py PORT NEW_EVENTS; each poll of a repository finds so many new events.

Each event says in its payload when it was sent, by the monotonic clock (`sent_ns`).
"""

import http.server
import json
import sys
import threading
import time

PER_PAGE = 100
TYPES = ("PushEvent", "PullRequestEvent", "IssueCommentEvent", "WatchEvent", "IssuesEvent")


class Feeds:
    """The newest events of each repository; grows at each look."""

    def __init__(self, new_events: int) -> None:
        self.new_events = new_events
        self.pages: dict[str, list[dict]] = {}
        self.next_id = 20_000_000
        self.lock = threading.Lock()

    def look(self, repository: str) -> bytes:
        with self.lock:
            page = self.pages.setdefault(repository, [])
            for _ in range(self.new_events if page else PER_PAGE):
                self.next_id += 1
                page.insert(0, self.event(repository))
            del page[PER_PAGE:]
            return json.dumps(page).encode()

    def event(self, repository: str) -> dict:
        return {"id": str(self.next_id), "type": TYPES[self.next_id % len(TYPES)],
                "actor": {"id": 1, "login": f"actor-{self.next_id % 40}"},
                "repo": {"id": 1, "name": repository},
                "payload": {"sent_ns": time.monotonic_ns(), "text": "pulse " * 120},
                "public": True, "created_at": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())}


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    feeds: Feeds

    def do_GET(self) -> None:
        parts = self.path.partition("?")[0].strip("/").split("/")
        known = len(parts) == 4 and parts[0] == "repos" and parts[3] == "events" and "page=2" not in self.path
        body = self.feeds.look("/".join(parts[1:3])) if known else b'{"message":"Not Found"}'
        self.send_response(200 if known else 404)
        for name, value in (("Content-Type", "application/json"), ("X-Poll-Interval", "1"),
                            ("X-RateLimit-Limit", "5000000"), ("X-RateLimit-Remaining", "4999999"),
                            ("X-RateLimit-Used", "1"), ("X-RateLimit-Reset", str(int(time.time()) + 3600)),
                            ("ETag", f'W/"{time.monotonic_ns():064x}"'), ("Content-Length", str(len(body)))):
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


if __name__ == "__main__":
    Handler.feeds = Feeds(int(sys.argv[2]))
    http.server.ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), Handler).serve_forever()
