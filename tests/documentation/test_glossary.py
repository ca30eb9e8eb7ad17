"""The glossary has the words that the project has agreed on, and no word that nothing uses."""

import re
import unittest

from pages import SOURCE, Page

GLOSSARY = SOURCE / "docs" / "glossary.md"
AGREED = ("feed", "poll", "round", "walk", "overlap", "gap", "floor", "safety bound", "price of waiting", "staleness",
          "freshness", "shared source", "probe", "shard", "lease", "fence", "snapshot", "window", "validator", "quota",
          "policy", "hint", "sequence", "note")


def words() -> list[str]:
    return [heading.lower() for heading in Page(GLOSSARY).headings[1:]]


class Glossary(unittest.TestCase):
    def test_it_has_every_agreed_word(self) -> None:
        self.assertEqual(set(AGREED) - set(words()), set())

    def test_it_is_in_alphabetical_order(self) -> None:
        self.assertEqual(words(), sorted(words()))

    def test_each_word_is_used_elsewhere(self) -> None:
        paths = [SOURCE / "README.md", *SOURCE.glob("docs/*.md"), *SOURCE.glob("src/**/*.h")]
        text = " ".join(path.read_text() for path in paths if path != GLOSSARY)
        text = re.sub(r"\s+(?://\s*)?", " ", text).lower()
        for word in words():
            with self.subTest(word=word):
                used = re.search(rf"\b{re.escape(word)}", text) is not None
                self.assertTrue(used, "nothing uses it: delete the entry, or use the word")

    def test_entries_are_short(self) -> None:
        entries = re.split(r"^### .*$", GLOSSARY.read_text(), flags=re.MULTILINE)[1:]
        for word, entry in zip(words(), entries, strict=True):
            sentences = re.findall(r"[.)](?=\s|$)", re.sub(r"`[^`]*`", "", entry))
            with self.subTest(word=word):
                self.assertLessEqual(len(sentences), 4)
