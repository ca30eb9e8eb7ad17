"""Runs the examples of the pages in order, as a reader would type them, against a real server."""

import json
import re

from harness import SOURCE, ask, wait_until
from pages import Page
from reader import Reader

KEY = "rp_documentation"
# Repositories that the pages mention; the simulated GitHub shows them.
SHOWN = ("octocat/Hello-World", "octocat/Spoon-Knife", "cli/cli", "redis/redis")


class Examples(Reader):
    def setUp(self) -> None:
        super().setUp()
        self.github_ = self.github(*SHOWN)
        for name in SHOWN:
            self.github_.add_events(name, 5)
        self.server = self.serve(self.github_, "--api-key", KEY)
        self.url, self.key = self.server.address(), KEY

    def add(self, *names: str) -> None:
        body = [{"full_name": name, "active": True} for name in names]
        added = ask(f"{self.url}/api/repos/", KEY, "POST", body)
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
