"""Every link leads to a file that exists, and to a heading that exists in it."""

import subprocess
import unittest

from pages import SOURCE, Page, all_pages


class Links(unittest.TestCase):
    def test_relative_links_and_anchors_resolve(self) -> None:
        for page in all_pages():
            for number, link in page.links():
                with self.subTest(link=link, page=f"{page.name}:{number}"):
                    self.check(page, link)

    def check(self, page: Page, link: str) -> None:
        if link.startswith(("http://", "https://", "mailto:")):
            return
        path, _, anchor = link.partition("#")
        target = (page.path.parent / path).resolve() if path else page.path
        self.assertTrue(target.exists(), f"there is no {target.relative_to(SOURCE)}")
        if anchor:
            self.assertIn(anchor, Page(target).anchors(), f"{target.relative_to(SOURCE)} has no such heading")

    def test_every_page_of_docs_is_reached_from_the_readme(self) -> None:
        readme = SOURCE / "README.md"
        if not readme.exists():
            self.skipTest("there is no README.md")
        linked = {link.partition("#")[0] for _, link in Page(readme).links()}
        for path in sorted((SOURCE / "docs").glob("*.md")):
            self.assertIn(f"docs/{path.name}", linked, "README.md does not lead there")


class ManPage(unittest.TestCase):
    def test_linters_find_nothing(self) -> None:
        path = SOURCE / "docs" / "repopulse.1"
        lint = subprocess.run(["mandoc", "-T", "lint", path], capture_output=True, text=True, check=False)
        # The page is the same for each release, so it has no date.
        findings = [line for line in lint.stdout.splitlines() if "missing date" not in line]
        self.assertEqual(findings, [])
        man = subprocess.run(["man", "--warnings", "--local-file", path], capture_output=True, text=True, check=False)
        self.assertEqual((man.returncode, man.stderr), (0, ""))
