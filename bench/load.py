"""Load on a server of this machine: one core for the server, another for wrk; rates as medians over alternating rounds.

Two servers are only ever compared by runs that took turns: what else goes on at the machine then meets both.
"""

import contextlib
import dataclasses
import os
import pathlib
import re
import socket
import statistics
import subprocess
import time
from collections.abc import Callable, Iterator

SERVER_CORE = 0
CLIENT_CORE = 1
CONNECTIONS = 64
TICKS_PER_SECOND = os.sysconf("SC_CLK_TCK")


@dataclasses.dataclass
class Round:
    """What wrk saw in one round, and what the server spent on it."""

    answers_per_second: float
    cpu_us_per_answer: float
    p99_ms: float


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_until_open(port: int, process: subprocess.Popen, seconds: float = 15) -> None:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise RuntimeError(f"{process.args} ended with {process.returncode} before it listened")
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 0.2):
            return
        time.sleep(0.02)
    raise RuntimeError(f"{process.args} does not listen on {port}")


def cpu_seconds(pid: int) -> float:
    """User and system time of a process so far."""
    fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS_PER_SECOND


def pinned(core: int, command: list[str]) -> list[str]:
    return ["taskset", "-c", str(core), *command]


@contextlib.contextmanager
def running(command: list[str], port: int, **options) -> Iterator[subprocess.Popen]:
    """A server on SERVER_CORE that listens on `port`; ended at the end of the block."""
    process = subprocess.Popen(pinned(SERVER_CORE, command), **options)
    try:
        wait_until_open(port, process)
        yield process
    finally:
        process.terminate()
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


@contextlib.contextmanager
def nginx(folder: pathlib.Path, files: dict[str, bytes]) -> Iterator[tuple[int, int]]:
    """nginx with one worker that serves `files`, set up as for speed; gives its port and the worker's process id."""
    root = folder / "nginx"
    (root / "html").mkdir(parents=True)
    for name, content in files.items():
        (root / "html" / name).write_bytes(content)
    port = free_port()
    (root / "nginx.conf").write_text(f"""
daemon off; master_process off; worker_processes 1; pid {root}/pid; error_log {root}/error.log;
events {{ worker_connections 4096; }}
http {{
  access_log off; sendfile on; tcp_nopush on; tcp_nodelay on; keepalive_timeout 75s; keepalive_requests 1000000000;
  open_file_cache max=100; open_file_cache_valid 600s; default_type application/json;
  client_body_temp_path {root}; proxy_temp_path {root}; fastcgi_temp_path {root}; uwsgi_temp_path {root};
  scgi_temp_path {root};
  server {{ listen 127.0.0.1:{port}; root {root}/html; }}
}}""")
    command = ["nginx", "-p", str(root), "-c", str(root / "nginx.conf"), "-e", str(root / "error.log")]
    with running(command, port) as process:
        yield port, process.pid


def wrk(url: str, pid: int, seconds: int, headers: dict[str, str] | None = None,
        connections: int = CONNECTIONS, script: pathlib.Path | None = None) -> Round:
    """Asks `url` as fast as it is answered. Raises when an answer was not a 2xx or a connection broke."""
    command = ["wrk", "-t1", f"-c{connections}", f"-d{seconds}s", "--latency", url]
    if script:
        command[1:1] = ["-s", str(script)]
    for name, value in (headers or {}).items():
        command[1:1] = ["-H", f"{name}: {value}"]
    cpu_before = cpu_seconds(pid)
    output = subprocess.run(pinned(CLIENT_CORE, command), check=True, capture_output=True, text=True).stdout
    cpu = cpu_seconds(pid) - cpu_before
    if "Non-2xx" in output or "Socket errors" in output:
        raise RuntimeError(f"{url} was not answered as it should be:\n{output}")
    answers = int(re.search(r"(\d+) requests in", output)[1])
    rate = float(re.search(r"Requests/sec:\s*([\d.]+)", output)[1])
    p99, unit = re.search(r"99%\s+([\d.]+)(us|ms|s)\b", output).groups()
    return Round(rate, cpu / answers * 1e6, float(p99) * {"us": 1e-3, "ms": 1, "s": 1e3}[unit])


def alternate(rounds: int, contestants: dict[str, Callable[[], Round]]) -> dict[str, list[Round]]:
    """Lets them take turns; the first round, in which caches fill, does not count."""
    results: dict[str, list[Round]] = {name: [] for name in contestants}
    for number in range(rounds + 1):
        for name, run in contestants.items():
            result = run()
            if number > 0:
                results[name].append(result)
    return results


def ratios(results: dict[str, list[Round]], one: str, other: str) -> list[float]:
    """One's rate by the other's in the same round, for each round."""
    return [a.answers_per_second / b.answers_per_second for a, b in zip(results[one], results[other], strict=True)]


def ratio(results: dict[str, list[Round]], one: str, other: str) -> float:
    """The median of ratios()."""
    return statistics.median(ratios(results, one, other))


def table(results: dict[str, list[Round]], base: str) -> str:
    """A Markdown table of medians, and each one's rate relative to `base`."""
    lines = ["| server | answers/s | relative | CPU µs an answer | p99 ms |", "| --- | ---: | ---: | ---: | ---: |"]
    for name, rounds in results.items():
        rate, cpu, p99 = (statistics.median(getattr(r, field) for r in rounds)
                          for field in ("answers_per_second", "cpu_us_per_answer", "p99_ms"))
        lines.append(f"| {name} | {rate:,.0f} | {ratio(results, name, base):.2f} | {cpu:.1f} | {p99:.2f} |")
    return "\n".join(lines)
