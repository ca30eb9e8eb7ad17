"""The real executables over loopback: repopulse-sim as GitHub, `repopulse serve` against it, and a client."""

import datetime
import json
import os
import pathlib
import re
import signal
import ssl
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from typing import Any

SOURCE = pathlib.Path(__file__).resolve().parents[2]
BUILD = pathlib.Path(os.environ.get("REPOPULSE_BUILD_DIR", SOURCE / "build"))
REPOPULSE = str(BUILD / "repopulse")
SIMULATOR = str(BUILD / "repopulse-sim")
TOKEN = "ghp_end-to-end-secret"
PATIENCE_SECONDS = 60.0  # of everything that is waited for; what is waited for comes much sooner


def clean_environment(**changes: str) -> dict[str, str]:
    """Without the settings of whoever runs the tests."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("REPOPULSE_", "GITHUB_"))}
    return kept | {"no_proxy": "127.0.0.1,localhost"} | changes


def wait_until(what: str, holds: Callable[[], Any], patience: float = PATIENCE_SECONDS) -> Any:
    """The first true answer of `holds`."""
    deadline = time.monotonic() + patience
    while time.monotonic() < deadline:
        answer = holds()
        if answer:
            return answer
        time.sleep(0.02)
    raise AssertionError(f"within {patience:g} s it did not happen that {what}")


def wait_long(what: str, holds: Callable[[], Any]) -> Any:
    """The same, for messages about alerts: they wait for a minute, and are sent again after half of one."""
    return wait_until(what, holds, 6 * PATIENCE_SECONDS)


class Process:
    """A program whose stderr goes to a file, so that it never has to wait for us."""

    def __init__(self, command: list[str], log: pathlib.Path, environment: dict[str, str] | None = None) -> None:
        self.log = log
        with log.open("w") as sink:
            self.child = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=sink, cwd=log.parent,
                                          env=environment or clean_environment())

    def text(self) -> str:
        return self.log.read_text()

    def find_line(self, start: str) -> str | None:
        return next((line for line in self.text().splitlines() if line.startswith(start)), None)

    def wait_for(self, what: str, find: Callable[[], str | None]) -> str:
        def look() -> str | None:
            found = find()
            if found is None and self.child.poll() is not None:
                raise AssertionError(f"{self.child.args[0]} ended with {self.child.returncode}:\n{self.text()}")
            return found
        return wait_until(f"{self.child.args[0]} says '{what}'", look)

    def wait_for_line(self, start: str) -> str:
        return self.wait_for(start, lambda: self.find_line(start))

    def address(self) -> str:
        """Of its line `listening on`, which is an object where the log is in JSON."""
        def find() -> str | None:
            said = re.search(r'^(?:listening on |.*"msg":"listening on )(http[^\s"]+)', self.text(), re.MULTILINE)
            return said and said[1]
        return self.wait_for("listening on", find)

    def end(self, number: signal.Signals = signal.SIGTERM) -> int:
        """Sends the signal and gives the exit status."""
        if self.child.poll() is None:
            self.child.send_signal(number)
        try:
            return self.child.wait(PATIENCE_SECONDS)
        except subprocess.TimeoutExpired:
            self.child.kill()
            self.child.wait()
            raise AssertionError(f"{self.child.args[0]} does not end:\n{self.text()}") from None


class Answer:
    def __init__(self, status: int, headers: Any, body: bytes) -> None:
        self.status, self.headers, self.body = status, headers, body

    def json(self) -> Any:
        return json.loads(self.body)


def ask(url: str, key: str | None = None, method: str = "GET", body: Any = None, ca_file: str | None = None) -> Answer:
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(url, data=data, method=method)
    if data is not None:
        request.add_header("Content-Type", "application/json")
    if key is not None:
        request.add_header("X-API-Key", key)
    context = ssl.create_default_context(cafile=ca_file) if ca_file else None
    handlers = [urllib.request.ProxyHandler({})]
    if context:
        handlers.append(urllib.request.HTTPSHandler(context=context))
    try:
        with urllib.request.build_opener(*handlers).open(request, timeout=PATIENCE_SECONDS) as answer:
            return Answer(answer.status, answer.headers, answer.read())
    except urllib.error.HTTPError as error:
        return Answer(error.code, error.headers, error.read())


class GitHub(Process):
    """The simulator, with quiet repositories that the test fills, and a busy one. `app`: its flags of a GitHub App."""

    def __init__(self, folder: pathlib.Path, *repositories: str, poll_interval: int = 1,
                 app: tuple[str, ...] = ()) -> None:
        activity = [argument for name in repositories for argument in ("--synthetic", f"{name}=0.001")]
        super().__init__([SIMULATOR, "--token", TOKEN, "--poll-interval", str(poll_interval), "--limit", "1000000",
                          *app, *activity], folder / "github.log")
        self.url = self.address()

    def add_events(self, name: str, count: int) -> None:
        answer = ask(f"{self.url}/_sim/repos/{name}/events", method="POST", body=[{"type": "PushEvent"}] * count)
        assert answer.status == 201, answer.body

    def add_history(self, name: str, count: int) -> None:
        """Events of the past hours, one a minute."""
        now = datetime.datetime.now(datetime.timezone.utc).replace(microsecond=0, tzinfo=None)
        times = [now - datetime.timedelta(minutes=count - i) for i in range(count)]
        body = [{"type": "PushEvent", "created_at": f"{time.isoformat()}Z"} for time in times]
        answer = ask(f"{self.url}/_sim/repos/{name}/events", method="POST", body=body)
        assert answer.status == 201, answer.body

    def shown(self, name: str) -> list[str]:
        """Identifiers of all events that the feed has ever shown."""
        return [event["id"] for event in ask(f"{self.url}/_sim/repos/{name}").json()]

    def send_webhooks(self, url: str, secret: str, **how: float) -> None:
        """To `url`, for each event from now on. `how`: delay_seconds, twice, lost."""
        answer = ask(f"{self.url}/_sim/webhooks", method="POST", body={"url": url, "secret": secret} | how)
        assert answer.status == 200, answer.body

    def webhooks(self) -> dict[str, Any]:
        return ask(f"{self.url}/_sim/webhooks").json()

    def requests(self) -> list[dict[str, Any]]:
        return ask(f"{self.url}/_sim/requests").json()


class Server(Process):
    """`repopulse serve` with a store in the folder; further arguments as flags."""

    started = 0

    def __init__(self, folder: pathlib.Path, github: str, *arguments: str, store: str = "sqlite:store.db",
                 environment: dict[str, str] | None = None) -> None:
        Server.started += 1
        super().__init__([REPOPULSE, "serve", "--listen", "127.0.0.1:0", "--store", store, "--github-url", github,
                          "--freshness", "1s", *arguments], folder / f"serve-{Server.started}.log",
                         clean_environment(REPOPULSE_GITHUB_TOKEN=TOKEN) | (environment or {}))

    def key(self) -> str:
        """Of a first start."""
        self.address()
        return self.wait_for_line("admin key (shown only once): ").rpartition(" ")[2]


def event_ids(url: str, key: str, name: str) -> list[str]:
    """Of all stored events, newest first, page by page."""
    ids: list[str] = []
    for page in range(1, 1000):
        answer = ask(f"{url}/api/repos/{name}/events/?per_page=100&page={page}", key)
        assert answer.status == 200, answer.body
        found = [event["id"] for event in answer.json()]
        ids += found
        if len(found) < 100:
            break
    return ids


def run(folder: pathlib.Path, *arguments: str,
        environment: dict[str, str] | None = None) -> subprocess.CompletedProcess:
    """A subcommand that ends by itself."""
    return subprocess.run([REPOPULSE, *arguments], cwd=folder, env=clean_environment() | (environment or {}),
                          capture_output=True, text=True, timeout=PATIENCE_SECONDS, check=False)
