"""The executable takes the settings that the chart hands it: files and variables as each release's pod has them."""

import os
import pathlib
import subprocess
import tempfile
import unittest

from test_chart import RELEASES, SETTINGS_FILE, Release

REPOPULSE = pathlib.Path(os.environ["REPOPULSE_BUILD_DIR"]) / "repopulse"


def make_files(folder: pathlib.Path) -> dict[str, str]:
    """A certificate, its key and a token, by the ends of the variables that name such files."""
    certificate, key, word = folder / "certificate.pem", folder / "key.pem", folder / "word"
    subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=repopulse", "-days", "2",
                    "-keyout", key, "-out", certificate], check=True, capture_output=True)
    word.write_text("word\n")
    return {"CA_FILE": str(certificate), "TLS_CERT": str(certificate), "TLS_KEY": str(key), "KEY_FILE": str(key),
            "TOKEN_FILE": str(word), "SECRET_FILE": str(word)}


def config_check(folder: pathlib.Path, environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run([REPOPULSE, "config", "check"], env=environment, cwd=folder, capture_output=True, text=True,
                          check=False)


class Server(unittest.TestCase):
    def environment(self, release: Release, files: dict[str, str], settings: pathlib.Path) -> dict[str, str]:
        given = {}
        for name, variable in release.variables().items():
            value = variable.get("value", "mongodb://database/repopulse" if name.endswith("_STORE") else "word")
            if value.startswith("/run/"):
                value = next(path for end, path in files.items() if name.endswith(end))
            given[name] = str(settings) if value == SETTINGS_FILE else value
        return given

    def test_it_takes_every_file_and_variable(self) -> None:
        with tempfile.TemporaryDirectory() as name:
            folder = pathlib.Path(name)
            files = make_files(folder)
            settings = folder / "repopulse.toml"
            for release in RELEASES.values():
                with self.subTest(values=release.name):
                    settings.write_text(release.settings_text() or "")
                    said = config_check(folder, self.environment(release, files, settings))
                    self.assertEqual((said.returncode, said.stderr), (0, "the settings are valid\n"))

    def test_a_wrong_file_is_refused(self) -> None:
        with tempfile.TemporaryDirectory() as name:
            settings = pathlib.Path(name) / "repopulse.toml"
            settings.write_text("max-active = true\n")
            said = config_check(settings.parent, {"REPOPULSE_CONFIG": str(settings)})
            self.assertEqual(said.returncode, 2)
            self.assertIn("max-active", said.stderr)


if __name__ == "__main__":
    unittest.main()
