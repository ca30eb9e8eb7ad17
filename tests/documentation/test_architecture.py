"""The picture of the rooms shows the arrows that tools/tidy enforces."""

import importlib.machinery
import importlib.util
import re
import unittest

from pages import SOURCE, Page


def arrows_of_tidy() -> dict[str, set[str]]:
    """What each room may use, directly or through others."""
    loader = importlib.machinery.SourceFileLoader("tidy", str(SOURCE / "tools" / "tidy"))
    spec = importlib.util.spec_from_loader("tidy", loader)
    assert spec is not None
    tidy = importlib.util.module_from_spec(spec)
    loader.exec_module(tidy)
    return {room: tidy.reachable(room) for room in tidy.ARROWS if room != "sim"}


def arrows_of_picture(text: str) -> dict[str, set[str]]:
    direct: dict[str, set[str]] = {}
    for room in re.findall(r"^ +(\w+)\[", text, re.MULTILINE):
        direct[room] = set()
    for room, targets in re.findall(r"^ +(\w+) --> (.*)$", text, re.MULTILINE):
        direct[room] |= set(targets.split(" & "))
    seen: dict[str, set[str]] = {}

    def see(room: str) -> set[str]:
        if room not in seen:
            seen[room] = set(direct[room])
            for target in direct[room]:
                seen[room] |= see(target)
        return seen[room]

    return {room.replace("_", "/"): {one.replace("_", "/") for one in see(room)} for room in direct}


class Rooms(unittest.TestCase):
    maxDiff = None

    def test_the_picture_has_the_arrows_that_are_enforced(self) -> None:
        blocks = Page(SOURCE / "docs" / "architecture.md").blocks
        picture = next(block for block in blocks if block.language == "mermaid")
        self.assertEqual(arrows_of_picture(picture.text), arrows_of_tidy())

    def test_files_that_the_page_names_are_there(self) -> None:
        for number, code in Page(SOURCE / "docs" / "architecture.md").code():
            if re.fullmatch(r"[\w/.]+/[\w.]+\.(h|cc|py|ts)", code):
                places = [SOURCE / code, SOURCE / "src" / code]
                self.assertTrue(any(place.exists() for place in places), f"docs/architecture.md:{number}: no {code}")

    def test_classes_that_the_page_names_are_there(self) -> None:
        text = Page(SOURCE / "docs" / "architecture.md").path.read_text()
        sections = re.findall(r"^### Inside `(\w+)`[^\n]*\n(.*?)(?=^##)", text, re.MULTILINE | re.DOTALL)
        self.assertGreaterEqual(len(sections), 4)
        for room, section in sections:
            headers = "".join(path.read_text() for path in (SOURCE / "src" / room).glob("*.h"))
            for name in re.findall(r"^\| `(\w+)` \|", section, re.MULTILINE):
                with self.subTest(room=room, name=name):
                    found = re.search(rf"\b(?:class|struct|concept) {name}\b", headers) is not None
                    self.assertTrue(found, f"docs/architecture.md names {name}; no header of src/{room} has it")
