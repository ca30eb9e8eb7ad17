"""Whoever follows docs/add-a-*.md gets what the page shows: its code is applied to a copy, built, and tried."""

import concurrent.futures
import json
import pathlib
import re
import shlex
import shutil
import signal
import subprocess
import tempfile
import unittest

import harness
from case import Case
from harness import SOURCE, TOKEN, Process, ask, clean_environment, wait_until
from pages import Block, Page

BUILD = harness.BUILD.resolve()
BUILT_FROM = re.search(r"^CMAKE_HOME_DIRECTORY:INTERNAL=(.*)$", (BUILD / "CMakeCache.txt").read_text(), re.MULTILINE)[1]
API_TEST = BUILD / "tests" / "api" / "api_test"


class Step:
    """One file of a page, as its heading names it: `## 2. `PATH` (new)`."""

    def __init__(self, page: Page, block: Block, path: str, new: bool) -> None:
        self.path, self.new, self.text = path, new, block.text
        self.place = f"{page.name}:{block.line}: {path}"

    def apply(self, tree: pathlib.Path) -> None:
        target = tree / self.path
        if self.new:
            assert not target.exists(), f"{self.place}: is there already, so it is not new"
            target.write_text(self.text)
            return
        assert target.exists(), f"{self.place}: there is no such file"
        text = target.read_text()
        for hunk in re.split(r"^@@\n", self.text, flags=re.MULTILINE):
            lines = hunk.splitlines(keepends=True)
            before = "".join(line[1:] for line in lines if line[0] in " -")
            after = "".join(line[1:] for line in lines if line[0] in " +")
            found = text.count("\n" + before)
            assert found == 1, f"{self.place}: these lines stand there {found} times, not once:\n{before}"
            text = text.replace("\n" + before, "\n" + after)
        target.write_text(text)


def steps_of(page: Page) -> list[Step]:
    steps = []
    for block in page.blocks:
        if match := re.fullmatch(r"\d+\. `([^`]+)`( \(new\))?", block.heading):
            assert block.language == ("cpp" if match[2] else "diff"), f"{page.name}:{block.line}: {block.language}"
            steps.append(Step(page, block, match[1], bool(match[2])))
    return steps


def command_of(path: str) -> tuple[list[str], str]:
    """How the build compiles it, or for a new file its neighbours; and the file that command is about."""
    known = {entry["file"]: entry["command"] for entry in json.loads((BUILD / "compile_commands.json").read_text())}
    folder = pathlib.Path(BUILT_FROM, path).parent
    file = f"{BUILT_FROM}/{path}"
    if file not in known:
        file = next(name for name in sorted(known) if pathlib.Path(name).parent == folder)
    return shlex.split(known[file]), file


class Tree:
    """A copy of the sources with a page applied to it, and what is built from that."""

    def __init__(self, folder: pathlib.Path, page: Page) -> None:
        self.root, self.page = folder / "tree", page
        self.objects: dict[str, str] = {}
        for part in ("src", "sim", "cmake", "tests/api"):
            shutil.copytree(SOURCE / part, self.root / part, ignore=shutil.ignore_patterns("node_modules"))
        self.steps = steps_of(page)
        for step in self.steps:
            step.apply(self.root)
        listed = set(re.findall(r"^\| `([^`]+)` \|", page.path.read_text(), re.MULTILINE))
        assert listed == {step.path for step in self.steps}, f"{page.name}: its table lists other files than its steps"

    def compile(self, path: str) -> str:
        """The object file of a source of the copy."""
        if path in self.objects:
            return self.objects[path]
        words, known = command_of(path)
        target = f"{self.root / path}.o"
        words[words.index("-o") + 1] = target
        words = [str(self.root / path) if word == known else self.moved(word) for word in words]
        # What the copy leaves out is found in the tree itself.
        ran = subprocess.run([*words, f"-I{SOURCE}"], cwd=BUILD, capture_output=True, text=True, check=False)
        assert ran.returncode == 0, f"{self.page.name}: {path} does not compile with the page's changes:\n{ran.stderr}"
        self.objects[path] = target
        return target

    def moved(self, word: str) -> str:
        """A folder of the tree, as a flag names it, in the copy."""
        if word.startswith(f"-I{BUILD}"):
            return word
        return word.replace(f"-I{BUILT_FROM}", f"-I{self.root}", 1)

    def sources(self) -> list[str]:
        """What must be compiled anew: the product's files that the page writes, or whose headers it changes."""
        headers = [step.path.removeprefix("src/") for step in self.steps if step.path.endswith(".h") and not step.new]
        found = {step.path for step in self.steps if re.match(r"src/.*\.cc$", step.path)}
        for path in self.root.glob("src/**/*.cc"):
            text = path.read_text()
            if any(f'#include "{header}"' in text for header in headers):
                found.add(str(path.relative_to(self.root)))
        return sorted(found)

    def link(self, target: str, paths: list[str]) -> pathlib.Path:
        """The executable `target` of the build, with these files compiled anew. Their objects stand before the
        archives, so that the linker takes from those only what they do not have."""
        listed = subprocess.run(["ninja", "-C", BUILD, "-t", "commands", target], capture_output=True, text=True,
                                check=True).stdout.splitlines()[-1]
        words = next(shlex.split(part) for part in listed.split("&&") if f" -o {target} " in part)
        with concurrent.futures.ThreadPoolExecutor(2) as pool:
            objects = list(pool.map(self.compile, paths))
        program = self.root / "build" / pathlib.Path(target).name
        program.parent.mkdir(exist_ok=True)
        words[words.index("-o") + 1] = str(program)
        first = next(number for number, word in enumerate(words) if word.endswith(".o"))
        ran = subprocess.run([*words[:first], *objects, *words[first:]], cwd=BUILD, capture_output=True, text=True,
                             check=False)
        assert ran.returncode == 0, f"{self.page.name}: {target} does not link with the page's changes:\n{ran.stderr}"
        return program


def trial(page: Page) -> tuple[Block, dict]:
    """What the page has a reader type in at the end, and the JSON that it promises."""
    blocks = [block for block in page.blocks if block.heading == "Try it"]
    assert [block.language for block in blocks] == ["sh", "json"], f"{page.name}: 'Try it' is a command and its answer"
    return blocks[0], json.loads(blocks[1].text)


def type_in(block: Block, page: Page, folder: pathlib.Path, **environment: str) -> dict:
    ran = subprocess.run(["bash", "-euo", "pipefail", "-c", block.text], cwd=folder, capture_output=True, text=True,
                         env=clean_environment(**environment), timeout=harness.PATIENCE_SECONDS, check=False)
    assert ran.returncode == 0, f"{page.name}:{block.line}: ends with {ran.returncode}: {ran.stderr}"
    return json.loads(ran.stdout)


class Resource(Case):
    @classmethod
    def setUpClass(cls) -> None:
        temporary = tempfile.TemporaryDirectory(prefix="repopulse-")
        cls.addClassCleanup(temporary.cleanup)
        cls.page = Page(SOURCE / "docs" / "add-a-resource.md")
        cls.tree = Tree(pathlib.Path(temporary.name), cls.page)

    def test_it_answers_as_the_page_says(self) -> None:
        command, promised = trial(self.page)
        program = self.tree.link("repopulse", self.tree.sources())
        github = self.github("cli/cli")
        github.add_events("cli/cli", promised["events"])
        server = Process([str(program), "serve", "--listen", "127.0.0.1:0", "--store", "sqlite:store.db", "--api-key",
                          "a-key", "--github-url", github.url, "--repo", "cli/cli"], self.folder / "serve.log",
                         clean_environment(REPOPULSE_GITHUB_TOKEN=TOKEN))
        self.addCleanup(server.end, signal.SIGKILL)
        url = server.address()
        wait_until("the events are stored",
                   lambda: ask(f"{url}/api/repos/cli/cli", "a-key").json()["events_stored"] >= promised["events"])
        answered = type_in(command, self.page, self.folder, SERVER=url, KEY="a-key")
        self.assertGreaterEqual(answered["events"], promised["events"])  # the simulated GitHub may add an event
        self.assertEqual(answered | {"events": promised["events"]}, promised,
                         f"{self.page.name}:{command.line}: not what is answered")
        self.assertEqual(ask(f"{url}/api/repos/cli/cli/busiest/").status, 401, "the route has no key check")

    def test_its_description_is_part_of_the_document(self) -> None:
        document = json.loads((self.tree.root / "src" / "api" / "openapi" / "openapi.json").read_text())
        self.assertIn("/api/repos/{owner}/{repo}/busiest", document["paths"], self.page.name)

    @unittest.skipUnless(API_TEST.exists(), f"{API_TEST} is not built")
    def test_its_test_passes(self) -> None:
        tests = [step.path for step in self.tree.steps if step.path.startswith("tests/")]
        program = self.tree.link(str(API_TEST.relative_to(BUILD)), [*self.tree.sources(), *tests])
        ran = subprocess.run([program, "--gtest_filter=BusiestTest.*"], capture_output=True, text=True, check=False)
        self.assertEqual(ran.returncode, 0, f"{self.page.name}: {tests}:\n{ran.stdout}")
        self.assertIn("[  PASSED  ] 1 test", ran.stdout)


class Policy(Case):
    maxDiff = None

    def test_it_is_replayed_as_the_page_says(self) -> None:
        page = Page(SOURCE / "docs" / "add-a-policy.md")
        tree = Tree(self.folder, page)
        tree.link("repopulse", tree.sources())
        command, promised = trial(page)
        answered = type_in(command, page, tree.root)
        for run in answered["runs"]:  # the page has one decimal
            run |= {name: round(value, 1) for name, value in run.items() if name.startswith("staleness_")}
        self.assertEqual(answered, promised, f"{page.name}:{command.line}: not what is printed")
