"""The subcommands beside a running server: keys, repos, stats, health; and HTTPS."""

import json
import subprocess
import threading
import urllib.request

from case import Case
from harness import PATIENCE_SECONDS, Server, ask, run, wait_until


class Keys(Case):
    def test_keys_are_made_listed_and_revoked_beside_the_server(self) -> None:
        url = self.serve(self.github()).address()
        store = {"REPOPULSE_STORE": "sqlite:store.db"}
        made = run(self.folder, "keys", "add", "--label", "a dashboard", environment=store)
        self.assertEqual((made.returncode, made.stderr), (0, ""))
        key = made.stdout.strip()
        admin = run(self.folder, "keys", "add", "--admin", "--store", "sqlite:store.db").stdout.strip()
        wait_until("the new keys count", lambda: ask(f"{url}/api/repos/", key).status == 200)
        wait_until("the new keys count", lambda: ask(f"{url}/api/repos/", admin).status == 200)
        wanted = {"full_name": "o/a"}
        self.assertEqual(ask(f"{url}/api/repos/", key, "POST", wanted).status, 403)
        self.assertEqual(ask(f"{url}/api/repos/", admin, "POST", wanted).status, 201)

        table = run(self.folder, "keys", "list", environment=store).stdout
        self.assertIn("a dashboard", table)
        self.assertNotIn(key, table)
        listed = json.loads(run(self.folder, "keys", "list", "--json", environment=store).stdout)
        self.assertEqual(sorted(one["role"] for one in listed), ["admin", "admin", "read"])
        identifier = next(one["id"] for one in listed if one["label"] == "a dashboard")
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        stream = opener.open(urllib.request.Request(f"{url}/api/stream", headers={"X-API-Key": key}))
        reading = threading.Thread(target=stream.read, daemon=True)
        reading.start()
        self.assertEqual(run(self.folder, "keys", "revoke", identifier, environment=store).returncode, 0)
        wait_until("the stream that was open with it ends", lambda: not reading.is_alive())
        wait_until("the revoked key is refused", lambda: ask(f"{url}/api/repos/", key).status == 401)
        self.assertEqual(ask(f"{url}/api/repos/", admin).status, 200)

        again = run(self.folder, "keys", "revoke", identifier, environment=store)
        self.assertEqual((again.returncode, again.stderr.count("\n")), (1, 1))


class Client(Case):
    def test_repositories_are_changed_and_shown(self) -> None:
        github = self.github("o/a", "o/b")
        server = self.serve(github)
        access = {"REPOPULSE_SERVER": server.address(), "REPOPULSE_API_KEY": server.key()}
        added = run(self.folder, "repos", "add", "--active", "o/a", "https://github.com/O/B", environment=access)
        self.assertEqual((added.returncode, added.stderr), (0, ""))
        self.assertRegex(added.stdout, r"REPOSITORY .*\n+(.|\n)*o/a +yes")
        github.add_events("o/a", 3)

        def stats() -> dict:
            done = run(self.folder, "stats", "o/a", "--type", "PushEvent", "--json", environment=access)
            return json.loads(done.stdout)["types"]
        types = wait_until("the events are there", lambda: [t for t in stats() if t["events"] >= 3])
        self.assertEqual(types[0]["type"], "PushEvent")
        table = run(self.folder, "stats", "O/A", environment=access).stdout
        self.assertRegex(table, rf"\nPushEvent +{stats()[0]['events']} ")
        self.assertNotIn("\x1b", run(self.folder, "repos", environment=access).stdout)

        asked = run(self.folder, "repos", "poll", "o/a", "O/B", environment=access)
        self.assertEqual((asked.returncode, asked.stderr), (0, ""))
        self.assertRegex(asked.stdout, r"o/a +yes(.|\n)*O/B +yes")
        one = json.loads(run(self.folder, "repos", "poll", "o/a", "--json", environment=access).stdout)
        self.assertEqual(one["full_name"], "o/a")
        self.assertEqual(run(self.folder, "repos", "deactivate", "o/b", environment=access).returncode, 0)
        listed = json.loads(run(self.folder, "repos", "list", "--json", environment=access).stdout)
        self.assertEqual([(one["name"], one["active"]) for one in listed], [("a", True), ("B", False)])
        active = json.loads(run(self.folder, "repos", "list", "--active", "--json", environment=access).stdout)
        self.assertEqual([one["name"] for one in active], ["a"])
        self.assertEqual(run(self.folder, "repos", "activate", "o/b", environment=access).returncode, 0)
        self.assertEqual(run(self.folder, "repos", "remove", "o/b", environment=access).returncode, 0)
        self.assertEqual(len(json.loads(run(self.folder, "repos", "--json", environment=access).stdout)), 1)

    def test_all_pages_of_a_long_list_are_shown(self) -> None:
        server = self.serve(self.github())
        names = [f"o/r{number:03}" for number in range(250)]
        ask(f"{server.address()}/api/repos/", server.key(), "POST", [{"full_name": name} for name in names])
        access = {"REPOPULSE_SERVER": server.address(), "REPOPULSE_API_KEY": server.key()}
        listed = json.loads(run(self.folder, "repos", "--json", environment=access).stdout)
        self.assertEqual([one["full_name"] for one in listed], names)

    def test_what_the_server_refuses_is_one_line_and_1(self) -> None:
        server = self.serve(self.github(), "--max-active", "1")
        access = {"REPOPULSE_SERVER": server.address(), "REPOPULSE_API_KEY": server.key()}
        refused = [
            (["stats", "o/unknown"], access, "Not Found"),
            (["repos", "activate", "o/unknown"], access, "o/unknown"),
            (["repos", "poll", "o/unknown"], access, "o/unknown"),
            (["repos", "add", "--active", "o/a", "o/b"], access, "--max-active"),
            (["repos"], access | {"REPOPULSE_API_KEY": "wrong"}, "Bad credentials"),
            (["repos"], access | {"REPOPULSE_SERVER": "http://127.0.0.1:1"}, "no answer"),
        ]
        for arguments, environment, word in refused:
            with self.subTest(arguments=arguments):
                done = run(self.folder, *arguments, environment=environment)
                self.assertEqual((done.returncode, done.stderr.count("\n")), (1, 1), done.stderr)
                self.assertIn(word, done.stderr)
                self.assertEqual(done.stdout, "")
        self.assertEqual(run(self.folder, "stats", "no-name", environment=access).returncode, 2)

    def test_health_tells_by_its_exit_status(self) -> None:
        server = self.serve(self.github())
        listen = {"REPOPULSE_LISTEN": server.address().removeprefix("http://")}
        self.assertEqual(run(self.folder, "health", environment=listen).returncode, 0)
        server.end()
        done = run(self.folder, "health", environment=listen)
        self.assertEqual((done.returncode, done.stderr.count("\n")), (1, 1), done.stderr)


class Https(Case):
    def test_it_serves_https_itself(self) -> None:
        subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1",
                        "-nodes", "-keyout", "key.pem", "-out", "cert.pem", "-days", "1", "-subj", "/CN=localhost",
                        "-addext", "subjectAltName=IP:127.0.0.1"], cwd=self.folder, check=True, capture_output=True)
        tls = {"REPOPULSE_TLS_CERT": "cert.pem", "REPOPULSE_TLS_KEY": "key.pem"}
        server = self.serve(self.github(), environment=tls)
        url, key = server.address(), server.key()
        self.assertTrue(url.startswith("https://"), url)
        self.assertEqual(ask(f"{url}/api/repos/", key, ca_file=str(self.folder / "cert.pem")).status, 200)
        access = {"REPOPULSE_SERVER": url, "REPOPULSE_API_KEY": key}
        self.assertEqual(run(self.folder, "repos", "--ca-file", "cert.pem", environment=access).returncode, 0)
        unknown = run(self.folder, "repos", environment=access)
        self.assertEqual((unknown.returncode, unknown.stderr.count("\n")), (1, 1), unknown.stderr)
        listen = {"REPOPULSE_LISTEN": url.removeprefix("https://")}
        self.assertEqual(run(self.folder, "health", environment=tls | listen).returncode, 0)

    def test_a_certificate_that_is_none_is_a_wrong_setting(self) -> None:
        for name in ("cert.pem", "key.pem"):
            (self.folder / name).write_text("nonsense")
        server = Server(self.folder, "http://127.0.0.1:1", "--tls-cert", "cert.pem", "--tls-key", "key.pem",
                        "--log-level", "error")
        self.assertEqual(server.child.wait(PATIENCE_SECONDS), 2)
        self.assertEqual(server.text().count("\n"), 1, server.text())
        self.assertIn("--tls-cert", server.text())
