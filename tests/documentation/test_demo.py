"""Whoever follows the README's first five minutes on the demo gets what the README shows."""

import contextlib
import json
import re
import signal
import socket
import subprocess

from harness import BUILD, REPOPULSE, SOURCE, Process, ask, clean_environment
from pages import Block, Page
from reader import Reader

README = Page(SOURCE / "README.md")
ADDRESS = "127.0.0.1:8080"  # as the README says it
KEY = "demo"
ELSEWHERE = ("./dev run ",)  # needs GitHub
DURATION = r"\d+ (?:d|h|min|s)(?: \d+ (?:h|min|s))?"


def blocks_of_the_tour() -> list[Block]:
    """From the heading 'The first five minutes' to the next one of its level."""
    lines = (SOURCE / "README.md").read_text().splitlines()
    first = lines.index("## The first five minutes") + 1
    last = next(number for number, line in enumerate(lines[first:], first + 1) if line.startswith("## "))
    found = [block for block in README.blocks if first < block.line < last]
    assert len(found) > 8, "the tour has shrunk"
    return found


def without_figures(table: str) -> list[str]:
    """The lines of a table for the terminal, with signs in the place of durations, times and numbers."""
    table = re.sub(rf"(overdue by |in )?{DURATION}( ago)?", "DURATION", table)
    table = re.sub(r"\d{4}-\d\d-\d\dT[\d:]+Z", "TIME", table)
    return [" ".join(re.sub(r"\d[\d,.]*", "NUMBER", line).split()) for line in table.strip().splitlines()]


class Demo(Reader):
    maxDiff = None

    def demo(self, *arguments: str) -> Process:
        process = Process([str(SOURCE / "tools" / "demo"), *arguments], self.folder / "terminal",
                          clean_environment(REPOPULSE_BUILD_DIR=str(BUILD.resolve())))
        self.addCleanup(process.end, signal.SIGTERM)
        return process

    def begin(self) -> Process:
        process = self.demo("--listen", "127.0.0.1:0")
        process.wait_for_line("Press Ctrl-C")
        found = re.search(r"dashboard +(http://[^/]+)/ +sign in with the key +(\w+)", process.text())
        assert found is not None, process.text()
        self.url, self.key = found.groups()
        self.wait_for_events()
        return process

    def print_statistics(self, block: Block) -> str:
        """Of the command `build/repopulse stats …`."""
        command = block.text.strip().replace("build/repopulse", REPOPULSE)
        environment = clean_environment(REPOPULSE_SERVER=self.url)
        ran = subprocess.run(["bash", "-euo", "pipefail", "-c", command], cwd=self.folder, env=environment,
                             capture_output=True, text=True, check=False)
        self.assertEqual(ran.returncode, 0, f"{README.name}:{block.line}: {ran.stderr}")
        return ran.stdout

    def test_the_tour_of_the_readme(self) -> None:
        demo = self.begin()
        self.assertEqual(self.key, KEY)
        answers = self.run_page("README.md")
        shown = {" ".join(answer["arguments"][2:]).replace(self.url, ""): answer for answer in answers}
        with self.subTest("the new repository is active beside those of the recording"):
            active = [one["full_name"] for one in json.loads(shown["/api/repos/active/"]["body"])]
            self.assertEqual(len(active), 6)
            self.assertIn("cli/cli", active)
        with self.subTest("its pushes are listed"):
            pushes = json.loads(shown["/api/repos/cli/cli/events/?type=PushEvent&per_page=5"]["body"])
            self.assertEqual([event["type"] for event in pushes], ["PushEvent"] * 5)
        with self.subTest("it has an average time between pushes, of people too"):
            for query, actors in (("type=PushEvent", "all"), ("actors=people", "people")):
                statistics = json.loads(shown[f"/api/repos/cli/cli/events/stats/?{query}"]["body"])
                pushes = next(row for row in statistics["types"] if row["type"] == "PushEvent")
                self.assertGreater(pushes["average_seconds"], 0)
                self.assertEqual(statistics.get("actors", "all"), actors)
        with self.subTest("its stream begins"):
            stream = next(answer for answer in answers if "/api/stream" in " ".join(answer["arguments"]))
            self.assertIn("\nid: ", "\n" + stream["body"])
        with self.subTest("it has the badge that the README describes"):
            badge = ask(f"{self.url}/badge/cli/cli.svg?type=PushEvent", self.key)
            self.assertRegex(badge.body.decode(), r"push every \d+ (s|min|h)")
        with self.subTest("the terminal shows the address and nothing after it"):
            self.assertLess(len(demo.text().splitlines()), 12)
            self.assertTrue(demo.text().endswith("Press Ctrl-C to stop.\n"))

    def test_the_table_of_the_readme(self) -> None:
        self.begin()
        blocks = blocks_of_the_tour()
        number, command = next((number, block) for number, block in enumerate(blocks)
                               if block.text.startswith("build/repopulse stats"))
        self.assertEqual(without_figures(self.print_statistics(command)), without_figures(blocks[number + 1].text))

    def test_every_command_of_the_tour_is_tried(self) -> None:
        commands = [block.text for block in blocks_of_the_tour() if block.language == "sh"]
        rest = [text for text in commands if "curl" not in text and not text.startswith("build/repopulse stats")]
        settings = [text for text in rest if text.startswith("SERVER=")]
        self.assertEqual(len(settings), 1)
        self.assertRegex(settings[0], rf"\ASERVER=http://{ADDRESS}\nKEY={KEY}\b")
        self.assertEqual([text for text in rest if text not in settings and not text.startswith(ELSEWHERE)],
                         ["./dev demo\n"])

    def test_a_port_that_is_taken_is_named_with_the_way_to_choose_another(self) -> None:
        with socket.socket() as other:
            other.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            with contextlib.suppress(OSError):  # then it is taken already
                host, port = ADDRESS.split(":")
                other.bind((host, int(port)))
                other.listen()
            demo = self.demo()
            self.assertEqual(demo.child.wait(60), 1)
        self.assertEqual(demo.text(), f"demo: another program listens on {ADDRESS} already. Choose another port: "
                                      "./dev demo --listen 127.0.0.1:8081\n")
