"""Certificates of a private authority, proxies, and output that cannot be written."""

import http.server
import json
import socketserver
import ssl
import subprocess
import threading
import time
import unittest
from typing import Any

from case import Case
from harness import REPOPULSE, Server, ask, clean_environment, run, wait_until

SECRET = "proxy-secret"


class Feed(http.server.BaseHTTPRequestHandler):
    """GitHub with one event in each feed."""

    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        now = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() - 60))
        body = json.dumps([{"id": "1", "type": "PushEvent", "created_at": now, "repo": {"name": "o/r"}}]).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Content-Type", "application/json")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: Any) -> None:
        pass


class Proxy(socketserver.StreamRequestHandler):
    """Refuses everything, and remembers what it was asked."""

    asked: list[str] = []

    def handle(self) -> None:
        lines = []
        while (line := self.rfile.readline().decode().strip()):
            lines.append(line)
        Proxy.asked.append("\n".join(lines))
        self.wfile.write(b"HTTP/1.1 503 No\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")


class Network(Case):
    def listen(self, server: socketserver.TCPServer) -> int:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        self.addCleanup(server.server_close)
        self.addCleanup(server.shutdown)
        return server.server_address[1]

    def openssl(self, *arguments: str) -> None:
        subprocess.run(["openssl", *arguments], cwd=self.folder, check=True, capture_output=True)

    def make_certificates(self) -> None:
        key = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "1")
        self.openssl("req", "-x509", *key, "-keyout", "ca.key", "-out", "ca.pem", "-subj", "/CN=Private authority")
        self.openssl("req", *key[:-2], "-keyout", "server.key", "-out", "server.csr", "-subj", "/CN=127.0.0.1")
        (self.folder / "names").write_text("subjectAltName=IP:127.0.0.1\n")
        self.openssl("x509", "-req", "-in", "server.csr", "-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial",
                     "-days", "1", "-extfile", "names", "-out", "server.pem")

    def https_github(self) -> str:
        self.make_certificates()
        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Feed)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.folder / "server.pem", self.folder / "server.key")
        server.socket = context.wrap_socket(server.socket, server_side=True)
        return f"https://127.0.0.1:{self.listen(server)}"

    def polled(self, github: str, *arguments: str, environment: dict[str, str] | None = None) -> tuple[Any, Server]:
        """The repository after its first poll."""
        number = Server.started
        server = Server(self.folder, github, "--repo", "o/r", "--api-key", "k", *arguments,
                        store=f"sqlite:{number}.db", environment=environment)
        self.addCleanup(server.end)
        url = server.address()
        show = lambda: ask(f"{url}/api/repos/o/r", "k").json()
        return wait_until("it was polled", lambda: (one := show())["status"] != "pending" and one), server

    def test_a_private_authority_is_trusted_where_the_user_says_so(self) -> None:
        github = self.https_github()
        folder = self.folder / "authorities"
        folder.mkdir()
        (folder / "ca.pem").write_bytes((self.folder / "ca.pem").read_bytes())
        self.openssl("rehash", str(folder))
        ca = str(self.folder / "ca.pem")
        for arguments, environment, status in [
            ([], {}, "failing"),
            (["--github-ca-file", ca], {}, "ok"),
            ([], {"REPOPULSE_GITHUB_CA_FILE": ca}, "ok"),
            ([], {"SSL_CERT_FILE": ca}, "ok"),
            ([], {"SSL_CERT_DIR": f"/nonexistent:{folder}"}, "ok"),
            ([], {"SSL_CERT_FILE": "/nonexistent"}, "failing"),
            (["--github-ca-file", str(self.folder / "server.pem")], {"SSL_CERT_FILE": "/nonexistent"}, "ok"),
        ]:
            with self.subTest(arguments=arguments, environment=environment):
                repository, _ = self.polled(github, *arguments, environment=environment)
                self.assertEqual(repository["status"], status, repository["status_detail"])

    def test_a_file_without_certificates_ends_the_start(self) -> None:
        (self.folder / "nonsense.pem").write_text("nonsense\n")
        for name in ("nonsense.pem", "none.pem", "."):
            done = run(self.folder, "serve", "--listen", "127.0.0.1:0", "--github-ca-file", name)
            self.assertEqual((done.returncode, done.stderr.count("\n")), (2, 1), done.stderr)
            self.assertIn("--github-ca-file", done.stderr)

    def test_proxies_are_used_as_curl_reads_them_and_their_passwords_kept(self) -> None:
        github = f"http://127.0.0.1:{self.listen(http.server.ThreadingHTTPServer(('127.0.0.1', 0), Feed))}"
        proxy = self.listen(socketserver.ThreadingTCPServer(("127.0.0.1", 0), Proxy))
        named = f"http://user:{SECRET}@127.0.0.1:{proxy}"
        for url, variables, first in [
            (github, {"http_proxy": named}, f"GET {github}/repos/o/r/events"),
            (github, {"http_proxy": f"127.0.0.1:{proxy}"}, f"GET {github}/repos/o/r/events"),
            (github, {"all_proxy": named}, f"GET {github}/repos/o/r/events"),
            (github, {"HTTP_PROXY": named}, ""),
            (github, {"http_proxy": named, "no_proxy": "127.0.0.1"}, ""),
            ("https://github.invalid", {"https_proxy": named}, "CONNECT github.invalid:443"),
            (github, {"http_proxy": f"http://user:{SECRET}@127.0.0.1:1"}, None),
            (github, {"http_proxy": f"gopher://user:{SECRET}@127.0.0.1:{proxy}"}, None),
            (github, {"http_proxy": f"http://user:{SECRET}@127.0.0.1:99999"}, None),
            (github, {"http_proxy": f"http://user:{SECRET}/@127.0.0.1:{proxy}"}, None),
        ]:
            with self.subTest(url=url, variables=variables):
                Proxy.asked.clear()
                repository, server = self.polled(url, "--log-level", "debug",
                                                 environment={"no_proxy": ""} | variables)
                if first is not None:
                    self.assertTrue((Proxy.asked or [""])[0].startswith(first), Proxy.asked)
                self.assertEqual(repository["status"], "ok" if first == "" else "failing", repository["status_detail"])
                self.assertNotIn(SECRET, json.dumps(repository) + server.text())
                poller = ask(f"{server.address()}/api/poller", "k").body.decode()
                self.assertNotIn(SECRET, poller)
                server.end()  # else it asks the proxy again amid the next ones


class Output(Case):
    def test_what_cannot_be_written_is_a_failure(self) -> None:
        server = self.serve(self.github("o/a"), "--repo", "o/a", "--api-key", "k")
        access = ["--server", server.address(), "--api-key", "k"]
        store = ["--store", "sqlite:store.db"]
        run(self.folder, "keys", "add", "--label", "first", *store)
        keys = lambda: run(self.folder, "keys", "list", *store).stdout.count("\n")
        before = keys()
        wait_until("it was polled", lambda: ask(f"{server.address()}/api/repos/o/a", "k").json()["last_event_at"] or
                   ask(f"{server.address()}/api/repos/o/a", "k").json()["status"] == "ok")
        for arguments in (["--help"], ["--version"], ["serve", "--help"], ["stats", "o/a", *access],
                          ["stats", "o/a", "--json", *access], ["repos", *access], ["repos", "--json", *access],
                          ["keys", "list", *store], ["keys", "list", "--json", *store], ["keys", "add", *store],
                          ["export", "o/a", "--format", "csv", *store],
                          ["health", "--server", server.address()]):
            for where in (">/dev/full", ">&-"):
                with self.subTest(arguments=arguments, where=where):
                    done = subprocess.run(["sh", "-c", f'"$0" "$@" {where}', REPOPULSE, *arguments], cwd=self.folder,
                                          env=clean_environment(), capture_output=True, text=True, check=False)
                    self.assertEqual((done.returncode, done.stderr.count("\n")), (1, 1), done.stderr)
                    self.assertIn("standard output", done.stderr)
        self.assertEqual(keys(), before)
        self.assertEqual(server.end(), 0)
        again = self.serve(self.github("o/a"), "--api-key", "k")
        self.assertEqual(ask(f"{again.address()}/api/repos/o/a", "k").status, 200, "the store is as it was")

    def test_a_flag_for_the_address_beats_a_server_of_the_environment(self) -> None:
        server = self.serve(self.github())
        address = server.address().removeprefix("http://")
        elsewhere = {"REPOPULSE_SERVER": "http://127.0.0.1:1"}
        self.assertEqual(run(self.folder, "health", "--listen", address, environment=elsewhere).returncode, 0)
        self.assertEqual(run(self.folder, "health", environment=elsewhere).returncode, 1)


if __name__ == "__main__":
    unittest.main()
