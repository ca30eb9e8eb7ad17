"""Settings, flags and subcommands that the pages mention exist."""

import functools
import pathlib
import re
import subprocess
import tempfile
import unittest

from harness import REPOPULSE, SIMULATOR, clean_environment
from pages import SOURCE, all_pages

# Flags of other programs that the pages show.
FOREIGN = {"--detach", "--wait", "--rm", "--read-only", "--cap-drop", "--security-opt"}


@functools.cache
def help_of(*command: str) -> str:
    answer = subprocess.run([*command, "--help"], capture_output=True, text=True, check=False)
    return answer.stdout if answer.returncode == 0 else ""


def flags_in(text: str) -> set[str]:
    return set(re.findall(r"(?<![\w-])--[a-z][a-z0-9-]+", text))


@functools.cache
def subcommands() -> dict[str, str]:
    """The help of each subcommand, by its words: `keys add`."""
    found: dict[str, str] = {}

    def walk(words: tuple[str, ...]) -> None:
        text = help_of(REPOPULSE, *words)
        found[" ".join(words)] = text
        _, _, listed = text.partition("\nSubcommands:\n")
        for name in re.findall(r"^  ([a-z]+)  ", listed.partition("\n\n")[0], re.MULTILINE):
            walk((*words, name))

    walk(())
    return found


def commands_in(line: str) -> list[tuple[str, str]]:
    """Subcommands of repopulse that a line of code calls, each with the rest of its line."""
    calls = []
    for match in re.finditer(r"(?<![\w./:-])(?:build/)?repopulse ((?:[a-z]+ ?)+)([^|;&]*)", line):
        words = match[1].split()
        while words and " ".join(words) not in subcommands():
            words.pop()
        if words:
            calls.append((" ".join(words), match[1] + match[2]))
    return calls


class Names(unittest.TestCase):
    def test_the_subcommands_are_found(self) -> None:
        self.assertTrue({"serve", "keys add", "repos add", "backtest"} <= set(subcommands()), sorted(subcommands()))

    def test_flags_of_commands_are_taken_by_them(self) -> None:
        for page in all_pages():
            for number, code in page.code():
                for name, rest in commands_in(code):
                    known = flags_in(subcommands()[name] + subcommands().get(name.split()[0], ""))
                    with self.subTest(page=f"{page.name}:{number}", command=name):
                        self.assertEqual(flags_in(rest) - known - FOREIGN, set(), f"repopulse {name} has no such flag")

    def test_flags_in_the_text_belong_to_something(self) -> None:
        dev = (SOURCE / "dev").read_text()
        known = FOREIGN | flags_in("".join(subcommands().values()) + help_of(SIMULATOR) + dev)
        for page in all_pages():
            for number, code in page.code():
                if re.match(r"--[a-z]", code):
                    with self.subTest(page=f"{page.name}:{number}"):
                        self.assertEqual(flags_in(code) - known, set())

    def test_variables_are_read_by_something(self) -> None:
        sources = subprocess.run(
            ["git", "-C", SOURCE, "grep", "-ohE", "REPOPULSE_[A-Z_]+[A-Z]", "--", ".", ":!*.md", ":!docs"],
            capture_output=True, text=True, check=True)
        known = set(sources.stdout.split())
        for page in all_pages():
            for number, code in page.code():
                with self.subTest(page=f"{page.name}:{number}"):
                    self.assertEqual(set(re.findall(r"REPOPULSE_[A-Z_]+[A-Z]", code)) - known, set())

    def test_every_setting_of_the_example_file_is_a_setting(self) -> None:
        reference = (SOURCE / "docs" / "settings.md").read_text()
        settings = set(re.findall(r"^\| in a file \| `([a-z-]+)` \|", reference, re.MULTILINE))
        self.assertIn("max-active", settings)
        for page in all_pages():
            for block in page.blocks:
                if block.language == "toml":
                    top, *tables = re.split(r"^\[\[", block.text, flags=re.MULTILINE)
                    keys = re.findall(r"^#?([a-z][a-z-]*) = ", top, re.MULTILINE)
                    self.assertEqual(set(keys) - settings, set(), f"{page.name}:{block.line}")
                    self.check_tables(tables, f"{page.name}:{block.line}")

    def check_tables(self, tables: list[str], place: str) -> None:
        """The executable knows their keys: `keys` does nothing but read the file, and name the store."""
        if not tables:
            return
        with tempfile.TemporaryDirectory() as folder:
            (pathlib.Path(folder) / "settings.toml").write_text("".join("[[" + table for table in tables))
            read = subprocess.run([REPOPULSE, "keys", "list", "--config", "settings.toml", "--store", "sqlite:new.db"],
                                  cwd=folder, env=clean_environment(), capture_output=True, text=True, check=False)
            self.assertNotIn("settings.toml", read.stderr, place)

    def test_commands_of_dev_are_there(self) -> None:
        usage = subprocess.run([SOURCE / "dev"], capture_output=True, text=True, check=True).stdout
        known = set(re.findall(r"^  ([a-z]+)", usage, re.MULTILINE))
        for page in all_pages():
            for number, code in page.code():
                for name in re.findall(r"\./dev ([a-z]+)", code):
                    with self.subTest(page=f"{page.name}:{number}"):
                        self.assertIn(name, known)
