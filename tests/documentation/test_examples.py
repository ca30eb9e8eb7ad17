"""Runs the examples of the pages in order, as a reader would type them, against a real server."""

import json
import os
import pathlib
import re
import shutil
import subprocess
from typing import Any

from case import Case
from harness import PATIENCE_SECONDS, SOURCE, ask, clean_environment, wait_until
from pages import Block, Page

HERE = pathlib.Path(__file__).resolve().parent
# Repositories that the pages mention; the simulated GitHub shows them.
SHOWN = ("octocat/Hello-World", "octocat/Spoon-Knife", "cli/cli", "redis/redis")


def shape(value: Any) -> Any:
    """The types in a value, without its content: members by name, the first element of a list."""
    if isinstance(value, dict):
        return {name: shape(member) for name, member in value.items()}
    if isinstance(value, list):
        return [shape(value[0])] if value else []
    if isinstance(value, bool) or value is None:
        return type(value).__name__
    return "number" if isinstance(value, (int, float)) else "string"


def differences(documented: Any, answered: Any, path: str = "$") -> list[str]:
    """null matches anything, and an empty list any list."""
    if "NoneType" in (documented, answered):
        return []
    if isinstance(documented, dict) and isinstance(answered, dict):
        found = [f"{path}.{name}: only documented" for name in documented.keys() - answered.keys()]
        found += [f"{path}.{name}: not documented" for name in answered.keys() - documented.keys()]
        for name in documented.keys() & answered.keys():
            found += differences(documented[name], answered[name], f"{path}.{name}")
        return found
    if isinstance(documented, list) and isinstance(answered, list):
        return differences(documented[0], answered[0], path + "[0]") if documented and answered else []
    return [] if documented == answered else [f"{path}: documented {documented}, answered {answered}"]


class Examples(Case):
    def setUp(self) -> None:
        super().setUp()
        self.github_ = self.github(*SHOWN)
        for name in SHOWN:
            self.github_.add_events(name, 5)
        self.server = self.serve(self.github_, "--api-key", "rp_documentation")
        self.url = self.server.address()
        self.answers = self.folder / "answers"

    def run_block(self, page: Page, block: Block) -> list[dict[str, Any]]:
        """Runs the block with the SERVER and KEY of the test, and returns what curl was answered."""
        script = re.sub(r"^(SERVER|KEY)=.*$", "", block.text, flags=re.MULTILINE)
        self.answers.write_text("")
        real = shutil.which("curl")
        assert real is not None, "there is no curl"
        environment = clean_environment(
            PATH=f"{HERE}:{os.environ['PATH']}", REAL_CURL=real, ANSWERS=str(self.answers), SERVER=self.url,
            KEY="rp_documentation")
        ran = subprocess.run(["bash", "-euo", "pipefail", "-c", script], cwd=self.folder, env=environment,
                             capture_output=True, text=True, timeout=PATIENCE_SECONDS, check=False)
        place = f"{page.name}:{block.line}"
        self.assertEqual(ran.returncode, 0, f"{place}: {ran.stderr}")
        answers = [json.loads(line) for line in self.answers.read_text().splitlines()]
        for answer in answers:
            self.assertIn(answer["status"], (200, 201, 202, 204), f"{place}: {answer['arguments']}: {answer['body']}")
        return answers

    def wait_for_events(self) -> None:
        def polled() -> bool:
            repositories = ask(f"{self.url}/api/repos/active/", "rp_documentation").json()
            return bool(repositories) and all(one["events_stored"] > 0 for one in repositories)
        wait_until("the repositories are polled", polled)

    def run_page(self, name: str) -> list[dict[str, Any]]:
        """Runs each shell block; a JSON block after it, under the same heading, must have the shape of its answer."""
        page = Page(SOURCE / name)
        answers: list[dict[str, Any]] = []
        last: dict[str, Any] | None = None
        heading = ""
        for block in page.blocks:
            if block.heading != heading:
                heading, last = block.heading, None
            if block.language == "sh" and "curl" in block.text:
                found = self.run_block(page, block)
                answers += found
                last = found[-1] if found else None
                self.wait_for_events()
            elif block.language == "json" and last is not None:
                found_differences = differences(shape(json.loads(block.text)), shape(json.loads(last["body"])))
                self.assertEqual(found_differences, [], f"{name}:{block.line}: not what is answered: {last['body']}")
        return answers

    def add(self, *names: str) -> None:
        body = [{"full_name": name, "active": True} for name in names]
        added = ask(f"{self.url}/api/repos/", "rp_documentation", "POST", body)
        self.assertEqual(added.status, 201, added.body)
        self.wait_for_events()

    def test_the_guide_to_the_api(self) -> None:
        self.add("octocat/Hello-World")
        answers = self.run_page("docs/api.md")
        self.assertGreater(len(answers), 15)
        seen = {number for number in (answer["status"] for answer in answers)}
        self.assertEqual(seen, {200, 201, 202, 204})
        stream = next(answer for answer in answers if "/api/stream" in " ".join(answer["arguments"]))
        self.assertIn("text/event-stream", "\n".join(stream["head"]))

    def test_the_tour_of_the_readme(self) -> None:
        if not (SOURCE / "README.md").exists():
            self.skipTest("there is no README.md")
        answers = self.run_page("README.md")
        self.assertGreater(len(answers), 4)
        stream = next(answer for answer in answers if "/api/stream" in " ".join(answer["arguments"]))
        self.assertIn("\nid: ", "\n" + stream["body"])

    def test_the_stream_looks_as_its_page_says(self) -> None:
        self.add("cli/cli")
        page = Page(SOURCE / "docs/stream.md")
        command = next(block for block in page.blocks if block.language == "sh")
        shown = next(block for block in page.blocks if block.language == "")
        self.github_.add_events("cli/cli", 1)
        text = ""

        def complete() -> bool:
            nonlocal text
            self.github_.add_events("cli/cli", 1)
            text = self.run_block(page, command)[0]["body"]
            return all(f"\nevent: {kind}\n" in text for kind in ("event", "stats", "poll"))
        wait_until("events, statistics and polls are told", complete)
        self.assertRegex(text, r"\Aretry: \d+\nid: \d+\n")
        for kind in ("event", "stats", "poll"):
            documented = re.search(rf"event: {kind}\nid: \d+\ndata: (.*)\n", shown.text)
            answered = re.search(rf"event: {kind}\nid: \d+\ndata: (.*)\n", text)
            assert documented is not None and answered is not None, kind
            names = re.findall(r'"(\w+)":', re.sub(r"\{[^{}]*\}", "", documented[1][1:-1]))
            self.assertEqual(set(names), set(json.loads(answered[1])), f"the members of {kind}")
