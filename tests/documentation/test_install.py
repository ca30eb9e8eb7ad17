"""docs/install.md: its commands, as far as they need no other machine; and that what they name is there."""

import os
import pathlib
import re
import stat
import subprocess

from case import Case
from harness import REPOPULSE, SOURCE, clean_environment
from pages import Block, Page

INSTALL = Page(SOURCE / "docs/install.md")
# Headings whose commands build something or need another machine; tests/deployment tries package, image and chart.
ELSEWHERE = {"From source", "A Debian package", "A container", "With Compose", "Kubernetes", "For arm64"}
FAKE = '#!/bin/sh\necho "$(basename "$0")" "$@" >>"$CALLED"\n'


class Install(Case):
    def block(self, heading: str) -> Block:
        return next(block for block in INSTALL.blocks if block.heading == heading)

    def run_block(self, heading: str, script: str, **variables: str) -> str:
        path = f"{self.folder}:{pathlib.Path(REPOPULSE).parent}:{os.environ['PATH']}"
        ran = subprocess.run(["bash", "-euo", "pipefail", "-c", script], cwd=SOURCE, capture_output=True, text=True,
                             env=clean_environment(PATH=path, **variables), timeout=60, check=False)
        self.assertEqual(ran.returncode, 0, f"{heading}: {ran.stderr}")
        return ran.stdout

    def test_every_way_is_tried_or_known_to_be_tried_elsewhere(self) -> None:
        shown = {block.heading for block in INSTALL.blocks if block.language == "sh"}
        self.assertEqual(shown - {"Under systemd, without the package", "Completions"}, ELSEWHERE)

    def test_each_way_is_short(self) -> None:
        for block in INSTALL.blocks:
            self.assertLessEqual(len(block.text.replace("\\\n", "").splitlines()), 5, block.heading)

    def test_files_that_are_named_are_there(self) -> None:
        named = set(re.findall(r"(?<![\w/.-])deploy/[\w/.-]+", "".join(block.text for block in INSTALL.blocks)))
        self.assertGreaterEqual(len(named), 3)
        for path in named | {"Dockerfile", "docker-compose.yml"}:
            self.assertTrue((SOURCE / path).exists(), path)

    def test_under_systemd_without_the_package(self) -> None:
        heading = "Under systemd, without the package"
        root = self.folder / "root"
        for folder in ("usr/bin", "etc/systemd/system"):
            (root / folder).mkdir(parents=True)
        for name in ("useradd", "systemctl"):
            (self.folder / name).write_text(FAKE)
            (self.folder / name).chmod(0o755)
        script = self.block(heading).text.replace("build/repopulse", REPOPULSE)
        script = re.sub(r"(?<= )/(usr/bin|etc)/", rf"{root}/\1/", script)
        self.run_block(heading, script, CALLED=str(self.folder / "called"))

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
