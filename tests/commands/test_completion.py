"""What the scripts of `repopulse completion` complete in each shell."""

import os
import shutil
import subprocess

from product import EXECUTABLE, CommandTest

# As bash fills in these variables: the line is split at = and :, too.
IN_BASH = """source ./script
COMP_WORDS=("$@") COMP_CWORD=$(($# - 1))
_repopulse
printf '%s\\n' "${COMPREPLY[@]}"
"""


class CompletionTest(CommandTest):
    def shell(self, *command: str) -> str:
        if shutil.which(command[0]) is None:
            self.skipTest(f"{command[0]} is not installed")
        environment = {"PATH": f"{EXECUTABLE.parent}:{os.environ['PATH']}", "HOME": str(self.folder)}
        ran = subprocess.run(command, cwd=self.folder, env=environment, capture_output=True, text=True, timeout=60,
                             check=False)
        self.assertEqual((ran.returncode, ran.stderr), (0, ""), command)
        return ran.stdout

    def script(self, shell: str) -> None:
        self.file("script", self.run_it("completion", shell).stdout)

    def in_bash(self, *words: str) -> list[str]:
        return self.shell("bash", "-uc", IN_BASH, "bash", "repopulse", *words).split()

    def in_fish(self, line: str) -> list[str]:
        printed = self.shell("fish", "--no-config", "-c", "source script; complete -C $argv", "repopulse " + line)
        return [row.partition("\t")[0] for row in printed.splitlines()]

    def test_bash_completes_commands_options_and_values(self):
        self.script("bash")
        self.assertIn("serve", self.in_bash(""))
        self.assertEqual(self.in_bash("com"), ["completion"])
        self.assertEqual(self.in_bash("keys", ""), ["add", "list", "revoke"])
        self.assertEqual(self.in_bash("serve", "--log-l"), ["--log-level"])
        self.assertEqual(self.in_bash("serve", "--log-level", ""), ["debug", "info", "warn", "error"])
        self.assertEqual(self.in_bash("serve", "--log-level", "=", "w"), ["warn"])
        self.assertEqual(self.in_bash("serve", "--public", "="), ["off", "badges", "read"])
        self.assertEqual(self.in_bash("serve", "--max-active", ""), [])
        # The value of an option is no subcommand, and an option does not end them.
        self.assertEqual(self.in_bash("repos", "--api-key", "add", "rem"), ["remove"])
        self.assertIn("--server", self.in_bash("repos", "--json", "list", "--"))
        self.file("events.ndjson", "")
        self.assertEqual(self.in_bash("import", "--all", "ev"), ["events.ndjson"])
        self.assertEqual(self.in_bash("serve", "--tls-cert", "ev"), ["events.ndjson"])

    def test_bash_script_is_sound(self):
        self.script("bash")
        self.shell("shellcheck", "--shell=bash", "script")

    def test_zsh_takes_the_script(self):
        self.script("zsh")
        self.shell("zsh", "-n", "script")
        # As a user has it: in a folder of functions, found by its first line.
        self.folder.joinpath("functions").mkdir()
        self.folder.joinpath("script").rename(self.folder / "functions" / "_repopulse")
        loaded = self.shell("zsh", "-f", "-c", "fpath=($PWD/functions $fpath); autoload -U compinit && compinit -D"
                            " && print $_comps[repopulse]")
        self.assertEqual(loaded.strip(), "_repopulse")

    def test_zsh_completes(self):
        self.script("zsh")
        # A shell in a terminal of its own, in which the key is pressed.
        typed = self.shell("zsh", "-f", "-c", r"""
            zmodload zsh/zpty
            zpty shell zsh -f -i
            zpty -w shell 'PROMPT= RPS1=; autoload -U compinit; compinit -D; source ./script; print rea''dy'
            zpty -r -m shell line '*ready*'
            zpty -w -n shell $'repopulse conf\t sho\t --log-lev\twar\t'
            zpty -r -m shell line '*--log-level*warn*'
            print -r -- "$line"
            zpty -d shell
            """)
        self.assertRegex(typed, r"repopulse config +show +--log-level=+warn")

    def test_fish_completes_commands_options_and_values(self):
        self.script("fish")
        self.shell("fish", "--no-execute", "script")
        self.assertIn("serve", self.in_fish(""))
        self.assertEqual(self.in_fish("keys "), ["add", "list", "revoke"])
        self.assertEqual(self.in_fish("serve --log-l"), ["--log-level"])
        self.assertEqual(self.in_fish("serve --log-level "), ["debug", "error", "info", "warn"])
        self.assertEqual(self.in_fish("config show --public=b"), ["--public=badges"])
        self.assertIn("--server", self.in_fish("repos list --"))
        self.file("events.ndjson", "")
        self.assertEqual(self.in_fish("import ev"), ["events.ndjson"])
        self.assertEqual(self.in_fish("serve --tls-cert ev"), ["events.ndjson"])
        self.assertEqual(self.in_fish("serve --listen ev"), [])
