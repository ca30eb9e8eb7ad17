"""Targets of messages, which remember what came: an HTTP server whose paths behave differently, and a mail server."""

import asyncio
import http.server
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from email.message import Message

from aiosmtpd.smtp import SMTP


@dataclass
class Received:
    path: str
    headers: Message
    body: bytes


@dataclass
class HttpTargets:
    """`/ok…` takes everything. `/refuse` answers 503. `/fail-first` does so once. `/redirect` leads to `/elsewhere`.
    `/hang` never answers. `/kill…` calls `on_kill` once, before it answers."""

    received: list[Received] = field(default_factory=list)
    on_kill: Callable[[], None] | None = None

    def __post_init__(self) -> None:
        self.stopped = threading.Event()
        targets = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                targets.received.append(Received(self.path, self.headers, body))
                if self.path == "/hang":
                    targets.stopped.wait()
                    return
                if self.path.startswith("/kill") and targets.on_kill is not None:
                    kill, targets.on_kill = targets.on_kill, None
                    kill()
                status = 200
                if self.path == "/refuse" or (self.path == "/fail-first" and len(targets.of(self.path)) == 1):
                    status = 503
                if self.path == "/redirect":
                    status = 307
                self.send_response(status)
                if status == 307:
                    self.send_header("Location", "/elsewhere")
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_: object) -> None:
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def of(self, path: str) -> list[Received]:
        return [one for one in self.received if one.path == path]

    def stop(self) -> None:
        self.stopped.set()
        self.server.shutdown()
        self.server.server_close()


class Mailbox:
    """Takes mail for everybody but `nobody@example.org`."""

    def __init__(self) -> None:
        self.mails: list[tuple[str, list[str], str]] = []
        self.loop = asyncio.new_event_loop()
        make = self.loop.create_server(lambda: SMTP(self, loop=self.loop), "127.0.0.1", 0)
        self.server = self.loop.run_until_complete(make)
        self.port = self.server.sockets[0].getsockname()[1]
        self.thread = threading.Thread(target=self.loop.run_forever, daemon=True)
        self.thread.start()

    async def handle_RCPT(self, _server, _session, envelope, address, _options) -> str:  # noqa: N802
        if address == "nobody@example.org":
            return "550 no such user"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server, _session, envelope) -> str:  # noqa: N802
        self.mails.append((envelope.mail_from, list(envelope.rcpt_tos), envelope.content.decode()))
        return "250 OK"

    def stop(self) -> None:
        self.loop.call_soon_threadsafe(self.loop.stop)
        self.thread.join()
        self.server.close()
