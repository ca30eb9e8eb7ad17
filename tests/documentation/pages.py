"""The pages of documentation, taken apart: headings, links, blocks of code, code in the text."""

import dataclasses
import pathlib
import re
from collections.abc import Iterator

SOURCE = pathlib.Path(__file__).resolve().parents[2]


@dataclasses.dataclass
class Block:
    language: str
    text: str
    line: int  # of its first line, from 1
    heading: str  # the nearest one above


class Page:
    def __init__(self, path: pathlib.Path) -> None:
        self.path = path
        self.name = str(path.relative_to(SOURCE))
        self.blocks: list[Block] = []
        self.headings: list[str] = []
        self.text: list[tuple[int, str]] = []  # lines outside blocks
        fence: Block | None = None
        for number, line in enumerate(path.read_text().splitlines(), 1):
            if line.startswith("```"):
                if fence is None:
                    fence = Block(line[3:].strip(), "", number + 1, self.headings[-1] if self.headings else "")
                else:
                    self.blocks.append(fence)
                    fence = None
            elif fence is not None:
                fence.text += line + "\n"
            else:
                if match := re.match(r"#+ (.*)", line):
                    self.headings.append(match[1])
                self.text.append((number, line))
        assert fence is None, f"{self.name}:{fence.line}: the block has no end"

    def anchors(self) -> set[str]:
        """The anchors that GitHub makes for the headings."""
        found: set[str] = set()
        for heading in self.headings:
            plain = re.sub(r"\[([^]]*)\]\([^)]*\)", r"\1", heading).lower()
            anchor = re.sub(r"[^\w\- ]", "", plain).replace(" ", "-")
            number = 0
            while (unique := f"{anchor}-{number}" if number else anchor) in found:
                number += 1
            found.add(unique)
        return found

    def links(self) -> Iterator[tuple[int, str]]:
        for number, line in self.text:
            prose = re.sub(r"`[^`]*`", "", line)
            for match in re.finditer(r"\]\(([^)\s]+)[^)]*\)|\b(?:src|href)=\"([^\"]+)\"", prose):
                yield number, match[1] or match[2]

    def code(self) -> Iterator[tuple[int, str]]:
        """Code in the text, and the lines of blocks for the shell, joined where they end with a backslash."""
        text = "\n".join(line for _, line in self.text)
        lines = [number for number, _ in self.text]
        for match in re.finditer(r"`([^`]+)`", text):
            yield lines[text.count("\n", 0, match.start())], " ".join(match[1].split())
        for block in self.blocks:
            if block.language == "sh":
                for line in block.text.replace("\\\n", " ").splitlines():
                    yield block.line, line


def all_pages() -> list[Page]:
    paths = [*sorted(SOURCE.glob("*.md")), *sorted(SOURCE.glob("docs/*.md")), *sorted(SOURCE.glob("deploy/*/*.md")),
             *sorted(SOURCE.glob("deploy/*/*/README.md"))]
    return [Page(path) for path in paths]
