"""docs/install.md: its commands, as far as they need no other machine; and that what they name is there."""

import functools
import http.server
import os
import pathlib
import re
import stat
import subprocess
import tempfile
import threading
import unittest

from case import Case
from harness import BUILD, REPOPULSE, SOURCE, clean_environment
from pages import Block, Page

INSTALL = Page(SOURCE / "docs/install.md")
# Headings whose commands build something or need another machine; tests/deployment tries package, image and chart.
ELSEWHERE = {"From source", "A Debian package", "A container", "With Compose", "Kubernetes", "For arm64",
             "How long the first average takes"}
TRIED = {"A release", "Under systemd, without the package", "Completions"}
ADDRESS = "https://github.com/OWNER/repopulse/releases/download/v0.1.0"
FAKE = '#!/bin/sh\necho "$(basename "$0")" "$@" >>"$CALLED"\n'


class Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        pass


class Release:
    """The files of a release, made of the build folder's executable, and served as a release page would."""

    def __init__(self) -> None:
        folder = tempfile.TemporaryDirectory(prefix="repopulse-release-")
        unittest.addModuleCleanup(folder.cleanup)
        for name, *arguments in ("assemble", str(BUILD), folder.name), ("checksums", folder.name):
            subprocess.run([SOURCE / "deploy/release" / name, *arguments], check=True, stdout=subprocess.DEVNULL)
        handler = functools.partial(Quiet, directory=folder.name)
        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        unittest.addModuleCleanup(server.server_close)
        unittest.addModuleCleanup(server.shutdown)
        self.address = f"http://127.0.0.1:{server.server_port}"


@functools.cache
def release() -> Release:
    return Release()


class Install(Case):
    def block(self, heading: str) -> Block:
        return next(block for block in INSTALL.blocks if block.heading == heading)

    def run_block(self, heading: str, script: str, folder: pathlib.Path = SOURCE, **variables: str) -> str:
        path = f"{self.folder}:{pathlib.Path(REPOPULSE).parent}:{os.environ['PATH']}"
        ran = subprocess.run(["bash", "-euo", "pipefail", "-c", script], cwd=folder, capture_output=True, text=True,
                             env=clean_environment(PATH=path, **variables), timeout=60, check=False)
        self.assertEqual(ran.returncode, 0, f"{heading}: {ran.stderr}")
        return ran.stdout

    def test_every_way_is_tried_or_known_to_be_tried_elsewhere(self) -> None:
        shown = {block.heading for block in INSTALL.blocks if block.language == "sh"}
        self.assertEqual(shown - TRIED, ELSEWHERE)

    def test_each_way_is_short(self) -> None:
        for block in INSTALL.blocks:
            self.assertLessEqual(len(block.text.replace("\\\n", "").splitlines()), 5, block.heading)

    def test_files_that_are_named_are_there(self) -> None:
        named = set(re.findall(r"(?<![\w/.-])deploy/[\w/-]+", INSTALL.path.read_text()))
        self.assertGreaterEqual(len(named), 2)
        for path in named | {"Dockerfile", "docker-compose.yml", "docker-compose.sqlite.yml"}:
            self.assertTrue((SOURCE / path).exists(), path)

    def unpack(self, script: str) -> pathlib.Path:
        """Runs the lines of a page that get a release, with its own address and folder; gives what it unpacked."""
        self.assertIn(ADDRESS, script)
        (self.folder / "opt").mkdir(exist_ok=True)
        script = script.replace(ADDRESS, release().address).replace("/opt", f"{self.folder}/opt")
        said = self.run_block("A release", script.replace("serve --repo cli/cli", "--version"), self.folder)
        self.assertTrue(said.splitlines()[-1].startswith("repopulse "), said)
        (program,) = self.folder.glob("**/bin/repopulse")
        return program.parents[1]

    def test_a_release(self) -> None:
        unpacked = self.unpack(self.block("A release").text)
        self.assertEqual(unpacked.parent, self.folder / "opt")

    def test_a_release_that_changed_on_its_way_is_refused(self) -> None:
        lines = self.block("A release").text.replace(ADDRESS, release().address).splitlines()
        self.run_block("A release", "\n".join(lines[:3]), self.folder)
        (tarball,) = self.folder.glob("*.tar.gz")
        tarball.write_bytes(tarball.read_bytes()[:-1])
        with self.assertRaisesRegex(AssertionError, "did NOT match"):
            self.run_block("A release", lines[2], self.folder)

    def test_the_readme_gets_the_same_release(self) -> None:
        page = Page(SOURCE / "README.md")
        self.unpack(next(block for block in page.blocks if ADDRESS in block.text).text)

    def test_under_systemd_without_the_package(self) -> None:
        heading = "Under systemd, without the package"
        unpacked = self.unpack(self.block("A release").text)
        root = self.folder / "root"
        for folder in ("usr/bin", "etc/systemd/system"):
            (root / folder).mkdir(parents=True)
        for name in ("useradd", "systemctl"):
            (self.folder / name).write_text(FAKE)
            (self.folder / name).chmod(0o755)
        script = re.sub(r"(?<= )/(usr/bin|etc)/", rf"{root}/\1/", self.block(heading).text)
        self.run_block(heading, script, unpacked, CALLED=str(self.folder / "called"))

        unit = (root / "etc/systemd/system/repopulse.service").read_text()
        user = re.search(r"^User=(.*)$", unit, re.MULTILINE)
        program, *arguments = re.search(r"^ExecStart=(.*)$", unit, re.MULTILINE)[1].split()
        settings, copy = re.search(r"^ExecStartPre=.*install .* (\S+) (\S+)$", unit, re.MULTILINE).groups()
        state = re.search(r"^WorkingDirectory=(.*)$", unit, re.MULTILINE)[1]
        self.assertEqual((self.folder / "called").read_text().splitlines(), [
            f"useradd --system --user-group --home-dir {state} --shell /usr/sbin/nologin {user[1]}",
            "systemctl daemon-reload", "systemctl enable --now repopulse"])
        self.assertEqual(stat.S_IMODE((root / settings[1:]).stat().st_mode), 0o600)
        # What the unit starts is there, and takes the settings.
        self.assertEqual(arguments, ["serve", "--config", copy])
        subprocess.run([root / program[1:], "config", "check", "--config", root / settings[1:]], check=True,
                       capture_output=True, env=clean_environment())

    def test_completions(self) -> None:
        line = self.block("Completions").text
        known = self.run_block("Completions", line + "\ncomplete -p repopulse")
        self.assertIn("complete -F _repopulse repopulse", known)
        for shell in ("zsh", "fish"):
            self.assertIn(f"completion {shell}", line.replace("the same with", "completion"))
