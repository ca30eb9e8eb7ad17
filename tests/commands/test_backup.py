"""A store is copied into a file by `backup`."""

from product import FAILURE, WRONG_USAGE, CommandTest, event, line


class BackupTest(CommandTest):
    def setUp(self):
        super().setUp()
        events = [event(n, "a/b", "2026-05-06T09:00:00Z") for n in range(1, 30)]
        self.run_it("import", "--all", self.file("events.json", "\n".join(map(line, events))))

    def test_a_copy_holds_the_same(self):
        done = self.run_it("backup", "copy.db")
        self.assertRegex(done.stderr, r"^backed up 29 events to copy\.db \([0-9.]+ MB\)\n$")
        self.assertEqual(self.exported("a/b"), self.exported("a/b", "--store", "sqlite:copy.db"))

    def test_of_the_backups_in_a_folder_the_newest_stay(self):
        folder = self.folder / "backups"
        folder.mkdir()
        old = [f"repopulse-2020-01-0{day}T000000Z.db" for day in range(1, 5)]
        for name in (*old, "notes.txt"):
            (folder / name).write_text("kept or not")
        self.run_it("backup", "backups")
        self.assertEqual(len(list(folder.iterdir())), 6, "without --keep, none is deleted")
        self.run_it("backup", "backups/", "--keep", "3")
        names = sorted(path.name for path in folder.iterdir())
        self.assertEqual(len(names), 4)
        self.assertIn("notes.txt", names)
        self.assertNotIn(old[0], names)
        self.assertEqual(self.exported("a/b"), self.exported("a/b", "--store", f"sqlite:backups/{names[-1]}"))

    def test_what_cannot_be_done_is_said_in_one_line(self):
        for arguments, status, words in (
                ((), WRONG_USAGE, "PATH"),
                (("copy.db", "--keep", "3"), WRONG_USAGE, "--keep"),
                (("./", "--keep", "0"), WRONG_USAGE, "1 to 10,000"),
                (("./", "--keep", "many"), WRONG_USAGE, "1 to 10,000"),
                (("test.db",), WRONG_USAGE, "the store itself"),
                (("absent/copy.db",), FAILURE, "absent"),
                (("absent/",), FAILURE, "absent"),
                (("copy.db", "--store", "sqlite:absent.db"), FAILURE, "does not exist"),
                (("copy.db", "--store", "mongodb://user:secret@localhost/x"), WRONG_USAGE, "mongodump")):
            errors = self.run_it("backup", *arguments, status=status).stderr
            self.assertIn(words, errors, arguments)
            self.assertNotIn("secret", errors)
        self.assertFalse((self.folder / "copy.db").exists())
