"""nginx in front of the server, with the lines of docs/operations.md: path, streams, and users whom nginx signs in."""

import base64
import http.client
import json
import re
import socket
import subprocess
import urllib.request

from case import Case
from harness import PATIENCE_SECONDS, SOURCE, Answer, Process, ask, wait_until

PASSWORDS = {"ada": "swordfish", "grace": "hopper"}


def documented_location() -> str:
    page = (SOURCE / "docs" / "operations.md").read_text()
    found = re.search(r"```nginx\n(location /repopulse/ \{.*?\n\})\n```", page, re.DOTALL)
    assert found, "docs/operations.md has no lines for nginx"
    return found[1]


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


def hashed(password: str) -> str:
    command = ["openssl", "passwd", "-apr1", password]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()


class Proxied(Case):
    def setUp(self) -> None:
        super().setUp()
        self.hub = self.github("o/r")
        self.server = self.serve(self.hub, "--repo", "o/r", "--trusted-proxies", "127.0.0.1", "--proxy-auth-header",
                                 "X-Forwarded-User", "--proxy-auth-role-header", "X-Forwarded-Groups",
                                 "--proxy-auth-admin", "repopulse-admins")
        self.address = self.start_nginx()

    def start_nginx(self) -> str:
        """Signs users in by HTTP Basic; grace belongs to the admins' group."""
        (self.folder / "users").write_text("".join(f"{name}:{hashed(word)}\n" for name, word in PASSWORDS.items()))
        port = free_port()  # late: others look for free ports, too
        location = documented_location()
        location = location.replace("http://127.0.0.1:8080/", self.server.address() + "/")
        location = location.replace('X-Forwarded-Groups ""', "X-Forwarded-Groups $groups")
        location = location.replace("{\n", "{\n auth_basic repopulse;\n auth_basic_user_file users;\n", 1)
        config = self.folder / "nginx.conf"
        config.write_text(f"""
daemon off; user root; pid nginx.pid; error_log stderr; worker_processes 1;
events {{ worker_connections 64; }}
http {{
  access_log off;
  client_body_temp_path body; proxy_temp_path proxy; fastcgi_temp_path fastcgi;
  uwsgi_temp_path uwsgi; scgi_temp_path scgi;
  map $remote_user $groups {{ default writers; grace "writers,repopulse-admins"; }}
  server {{ listen 127.0.0.1:{port}; {location} }}
}}
""")
        nginx = Process(["/usr/sbin/nginx", "-p", str(self.folder), "-c", str(config)], self.folder / "nginx.log")
        self.addCleanup(nginx.end)  # not by SIGKILL: its workers would live on
        address = f"http://127.0.0.1:{port}"
        wait_until("nginx listens", lambda: self.listens(port))
        return address

    @staticmethod
    def listens(port: int) -> bool:
        with socket.socket() as client:
            return client.connect_ex(("127.0.0.1", port)) == 0

    def ask_as(self, user: str, path: str, method: str = "GET", body: object = None, **headers: str) -> Answer:
        connection = http.client.HTTPConnection(self.address.removeprefix("http://"), timeout=PATIENCE_SECONDS)
        self.addCleanup(connection.close)
        word = base64.b64encode(f"{user}:{PASSWORDS[user]}".encode()).decode()
        fields = {"Authorization": f"Basic {word}"}
        fields |= {name.replace("_", "-"): value for name, value in headers.items()}
        connection.request(method, path, None if body is None else json.dumps(body), fields)
        answer = connection.getresponse()
        return Answer(answer.status, answer.headers, answer.read())

    def test_users_enter_with_their_roles(self) -> None:
        self.assertEqual(self.ask_as("ada", "/repopulse/api/key").json(), {"role": "read", "user": "ada"})
        self.assertEqual(self.ask_as("grace", "/repopulse/api/key").json(), {"role": "admin", "user": "grace"})
        new = {"full_name": "o/new", "active": False}
        self.assertEqual(self.ask_as("ada", "/repopulse/api/repos/", "POST", new).status, 403)
        added = self.ask_as("grace", "/repopulse/api/repos/", "POST", new)
        self.assertEqual(added.status, 201)
        self.assertEqual(added.headers["Location"].removeprefix(self.address), "/repopulse/api/repos/o/new")
        listed = self.ask_as("ada", "/repopulse/api/repos/?per_page=1")
        self.assertIn(f"<{self.address}/repopulse/api/repos/?", listed.headers["Link"])

    def test_forged_fields_do_nothing(self) -> None:
        forged = {"X_Forwarded_User": "grace", "X_Forwarded_Groups": "repopulse-admins"}
        self.assertEqual(self.ask_as("ada", "/repopulse/api/key", **forged).json(), {"role": "read", "user": "ada"})
        evil = {"Origin": "https://evil.example"}
        new = {"full_name": "o/new", "active": False}
        self.assertEqual(self.ask_as("grace", "/repopulse/api/repos/", "POST", new, **evil).status, 401)

    def test_a_stream_arrives_at_once(self) -> None:
        request = urllib.request.Request(f"{self.address}/repopulse/api/stream")
        request.add_header("Authorization", "Basic " + base64.b64encode(b"ada:swordfish").decode())
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        with opener.open(request, timeout=PATIENCE_SECONDS) as stream:
            stream.readline()  # the server writes it when the stream opens
            self.hub.add_events("o/r", 1)
            while (line := stream.readline()) and not line.startswith(b"event: event"):
                pass
            self.assertTrue(line, "the stream ended")


class NotTrusted(Case):
    def test_fields_of_somebody_else_are_ignored(self) -> None:
        server = self.serve(self.github("o/r"), "--trusted-proxies", "192.0.2.7",
                            "--proxy-auth-header", "X-Forwarded-User")
        request = urllib.request.Request(f"{server.address()}/api/public", headers={
            "X-Forwarded-User": "ada", "X-Forwarded-For": "192.0.2.7"})
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        with opener.open(request, timeout=PATIENCE_SECONDS) as answer:
            self.assertEqual(json.load(answer), {"public": "off"})
        self.assertEqual(ask(f"{server.address()}/api/repos/").status, 401)
