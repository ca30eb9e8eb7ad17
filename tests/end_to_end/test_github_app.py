"""Tokens of a GitHub App: the real executables, and keys that openssl makes."""

import pathlib
import signal
import subprocess
from typing import Any

from case import Case
from harness import REPOPULSE, GitHub, Server, ask, clean_environment, run, wait_until

APP_ID = "123456"
INSTALLATION_ID = "7890"


def openssl(*arguments: str) -> None:
    subprocess.run(["openssl", *arguments], check=True, capture_output=True)


class Apps(Case):
    def make_key(self, name: str, *how: str) -> pathlib.Path:
        """A private key, and its public one beside it."""
        key = self.folder / f"{name}.pem"
        openssl("genpkey", *(how or ("-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048")), "-out", str(key))
        openssl("pkey", "-in", str(key), "-pubout", "-out", str(self.folder / f"{name}.pub"))
        return key

    def github_with_app(self, key: pathlib.Path, life: int) -> GitHub:
        github = GitHub(self.folder, "o/r", app=("--app-id", APP_ID, "--app-installation-id", INSTALLATION_ID,
                                                "--app-public-key", str(key.with_suffix(".pub")),
                                                "--app-token-life", str(life)))
        self.addCleanup(github.end, signal.SIGKILL)
        return github

    def serve_app(self, github: GitHub, key: pathlib.Path, *arguments: str) -> Server:
        return self.serve(github, "--repo", "o/r", "--log-level", "debug", "--github-app-id", APP_ID,
                          "--github-app-key-file", str(key), *arguments,
                          environment={"REPOPULSE_GITHUB_TOKEN": "",
                                       "REPOPULSE_GITHUB_APP_INSTALLATION_ID": INSTALLATION_ID})

    def get(self, server: Server, path: str) -> Any:
        return ask(f"{server.address()}/api/{path}", self.key).json()

    def app(self, github: GitHub, **changes: Any) -> dict[str, Any]:
        answer = ask(f"{github.url}/_sim/app", method="POST", body=changes)
        self.assertEqual(answer.status, 200)
        return answer.json()

    def wait_stored(self, server: Server, github: GitHub) -> None:
        wait_until("all events are stored",
                   lambda: self.get(server, "repos/o/r")["events_stored"] == len(github.shown("o/r")))

    def check_secrets(self, server: Server) -> None:
        for secret in ("ghs_", "eyJ", "PRIVATE KEY"):
            self.assertNotIn(secret, server.text())

    def check_one_at_a_time(self, github: GitHub) -> None:
        breaches = ask(f"{github.url}/_sim/counters").json()["breaches"]
        self.assertEqual([breach for breach in breaches if "under way" in breach], [])

    def test_tokens_are_made_renewed_and_replaced_without_a_gap(self) -> None:
        key = self.make_key("app")
        github = self.github_with_app(key, life=4)
        github.add_history("o/r", 20)
        server = self.serve_app(github, key)
        self.key = server.key()
        wait_until("several tokens were made", lambda: self.app(github)["tokens"] > 3)
        github.add_events("o/r", 30)
        self.wait_stored(server, github)
        self.app(github, token_life_seconds=3600)
        made = self.app(github, revoke=True)["tokens"]
        wait_until("another token was made", lambda: self.app(github)["tokens"] > made)
        github.add_events("o/r", 5)
        self.wait_stored(server, github)
        shown = self.get(server, "repos/o/r")
        self.assertEqual((shown["status"], shown["gaps"]), ("ok", []))
        poller = self.get(server, "poller")
        self.assertEqual((poller["state"], poller["github_app"]["trouble"]), ("ok", None))
        self.assertGreater(poller["github_app"]["token_ends_at"], poller["github_app"]["token_made_at"])
        self.assertEqual(server.end(), 0)
        self.check_secrets(server)

        # The next start makes a token of its own, and asks with the validators that are stored.
        asked = len(github.requests())
        again = self.serve_app(github, key)
        after = wait_until("it is asked",
                           lambda: [one for one in github.requests()[asked:] if one["feed"] == "repos/o/r"])
        self.assertTrue(after[0]["conditional"])
        self.assertEqual(github.requests()[asked]["feed"], "app")
        self.assertEqual(self.get(again, "repos/o/r")["gaps"], [])
        self.assertTrue(all(one["authenticated"] for one in github.requests()))
        self.check_one_at_a_time(github)
        self.check_secrets(again)

    def test_a_refused_key_is_told_and_another_in_its_file_is_used(self) -> None:
        old, new = self.make_key("old"), self.make_key("new")
        github = self.github_with_app(new, life=3600)
        file = self.folder / "key.pem"
        file.write_bytes(old.read_bytes())
        server = self.serve_app(github, file)
        self.key = server.key()
        state = wait_until("the refusal is known", lambda: self.refused(server))
        self.assertIn("401", state["detail"])
        self.assertIn("github-app-key-file", state["detail"])
        self.assertEqual(state["detail"], state["github_app"]["trouble"])
        self.assertIn("condition=bad_token", server.text())
        self.assertEqual({one["feed"] for one in github.requests()}, {"app"})
        file.write_text("half a key")
        wait_until("the log says so", lambda: "previous key stays in use" in server.text())
        file.write_bytes(new.read_bytes())
        wait_until("it polls", lambda: self.get(server, "repos/o/r")["status"] == "ok")
        self.assertEqual(self.get(server, "poller")["state"], "ok")
        self.check_secrets(server)

    def refused(self, server: Server) -> dict[str, Any] | None:
        state = self.get(server, "poller")
        return state if state["state"] == "bad_token" else None

    def test_settings_that_do_not_go_together_are_refused_at_the_start(self) -> None:
        rsa, ec = self.make_key("rsa"), self.make_key("ec", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256")
        app = {"REPOPULSE_GITHUB_APP_ID": "1", "REPOPULSE_GITHUB_APP_KEY_FILE": str(rsa),
               "REPOPULSE_GITHUB_APP_INSTALLATION_ID": "2"}
        wrong = [
            ({"REPOPULSE_GITHUB_APP_ID": "an-app"}, ["REPOPULSE_GITHUB_APP_ID 'an-app'", "whole number"]),
            ({"REPOPULSE_GITHUB_APP_ID": "0"}, ["REPOPULSE_GITHUB_APP_ID '0'"]),
            ({"REPOPULSE_GITHUB_APP_INSTALLATION_ID": "-2"}, ["REPOPULSE_GITHUB_APP_INSTALLATION_ID '-2'"]),
            ({"REPOPULSE_GITHUB_APP_KEY_FILE": "/no/such.pem"}, ["REPOPULSE_GITHUB_APP_KEY_FILE", "cannot be read"]),
            ({"REPOPULSE_GITHUB_APP_KEY_FILE": str(ec)}, ["REPOPULSE_GITHUB_APP_KEY_FILE", "not RSA", "RSA private"]),
            ({"REPOPULSE_GITHUB_APP_KEY_FILE": str(rsa.with_suffix(".pub"))}, ["no private key"]),
            ({"REPOPULSE_GITHUB_APP_ID": ""}, ["without --github-app-id"]),
            ({"REPOPULSE_GITHUB_APP_INSTALLATION_ID": ""}, ["without --github-app-installation-id"]),
            ({"REPOPULSE_GITHUB_APP_KEY_FILE": "", "REPOPULSE_GITHUB_APP_ID": ""},
             ["REPOPULSE_GITHUB_APP_INSTALLATION_ID '2' without"]),
            ({"GITHUB_TOKEN": "ghp_secret"}, ["REPOPULSE_GITHUB_APP_ID and GITHUB_TOKEN"]),
            ({"REPOPULSE_GITHUB_TOKEN": "ghp_secret"}, ["REPOPULSE_GITHUB_APP_ID and REPOPULSE_GITHUB_TOKEN"]),
        ]
        for changes, said in wrong:
            ended = run(self.folder, "serve", environment=app | changes)
            self.assertEqual(ended.returncode, 2, (changes, ended.stderr))
            self.assertEqual(ended.stderr.count("\n"), 1, ended.stderr)
            for words in said:
                self.assertIn(words, ended.stderr)
            bytes_of_keys = [key.read_text().splitlines()[1] for key in (rsa, ec)]
            for secret in ("ghp_secret", "PRIVATE KEY", *bytes_of_keys):
                self.assertNotIn(secret, ended.stderr)

    def test_a_key_behind_a_passphrase_is_refused_without_a_question(self) -> None:
        key = self.folder / "locked.pem"
        openssl("genpkey", "-algorithm", "RSA", "-aes-256-cbc", "-pass", "pass:secret", "-out", str(key))
        ended = subprocess.run([REPOPULSE, "serve", "--github-app-id", "1", "--github-app-installation-id", "2",
                                "--github-app-key-file", str(key)], cwd=self.folder, env=clean_environment(),
                               stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
        self.assertEqual(ended.returncode, 2)
        self.assertIn("passphrase", ended.stderr)
