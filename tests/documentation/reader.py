"""A reader of the pages: types their examples in, in order, and compares what comes out with what the pages show."""

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


class Reader(Case):
    """`url`, `key`: of the server to which the examples go, set by the test."""

    url: str
    key: str

    def run_block(self, page: Page, block: Block) -> list[dict[str, Any]]:
        """Runs the block with the SERVER and KEY of the test, and returns what curl was answered."""
        script = re.sub(r"^(SERVER|KEY)=.*$", "", block.text, flags=re.MULTILINE)
        answers_file = self.folder / "answers"
        answers_file.write_text("")
        real = shutil.which("curl")
        assert real is not None, "there is no curl"
        environment = clean_environment(
            PATH=f"{HERE}:{os.environ['PATH']}", REAL_CURL=real, ANSWERS=str(answers_file), SERVER=self.url,
            KEY=self.key)
        ran = subprocess.run(["bash", "-euo", "pipefail", "-c", script], cwd=self.folder, env=environment,
                             capture_output=True, text=True, timeout=PATIENCE_SECONDS, check=False)
        place = f"{page.name}:{block.line}"
        self.assertEqual(ran.returncode, 0, f"{place}: {ran.stderr}")
        answers = [json.loads(line) for line in answers_file.read_text().splitlines()]
        for answer in answers:
            self.assertIn(answer["status"], (200, 201, 202, 204), f"{place}: {answer['arguments']}: {answer['body']}")
        return answers

    def wait_for_events(self) -> None:
        def polled() -> bool:
            repositories = ask(f"{self.url}/api/repos/active/", self.key).json()
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
            if block.language == "sh" and "curl" in block.text and "/releases/" not in block.text:
                found = self.run_block(page, block)
                answers += found
                last = found[-1] if found else None
                self.wait_for_events()
            elif block.language == "json" and last is not None:
                found_differences = differences(shape(json.loads(block.text)), shape(json.loads(last["body"])))
                self.assertEqual(found_differences, [], f"{name}:{block.line}: not what is answered: {last['body']}")
        return answers
