"""History goes in by `import` and comes out by `export`."""

import csv
import gzip
import io
import json
import os
import pty
import re
import subprocess

from product import EXECUTABLE, FAILURE, WRONG_USAGE, CommandTest, event, line, recorded_events

HOUR = "2026-05-06-9.json.gz"


class ImportTest(CommandTest):
    def hour_file(self, *events: dict, name: str = HOUR) -> str:
        return self.file(name, gzip.compress("".join(line(one) + "\n" for one in events).encode()))

    def test_events_come_out_as_the_lines_that_went_in(self):
        lines = [line(one) for one in recorded_events()]
        file = self.file("events.json", "\n".join(lines))
        done = self.run_it("import", "--repo", "Torvalds/Linux", file)
        self.assertIn("15 new, 0 already in the store", done.stderr)
        self.assertEqual(self.exported("torvalds/linux"), lines)

    def test_a_second_import_stores_nothing_twice(self):
        file = self.hour_file(*recorded_events())
        self.run_it("import", "--all", file)
        self.assertIn("0 new, 15 already in the store", self.run_it("import", "--all", file).stderr)
        self.assertEqual(len(self.exported("torvalds/linux")), 15)

    def test_only_known_repositories_are_imported_unless_others_are_asked_for(self):
        file = self.hour_file(event(1, "a/one", "2026-05-06T09:00:00Z"), event(2, "B/Two", "2026-05-06T09:00:01Z"),
                              event(3, "c/three", "2026-05-06T09:00:02Z"))
        self.run_it("import", file, status=FAILURE)
        self.run_it("import", "--repo", "b/two", file)
        self.assertEqual(len(self.exported("b/two")), 1)
        self.run_it("export", "a/one", status=FAILURE)
        self.assertIn("1 matched", self.run_it("import", file).stderr, "b/two alone is known")
        self.run_it("import", "--all", file)
        self.assertEqual(self.database("SELECT full_name, active, events FROM repositories ORDER BY full_name"),
                         [("a/one", 0, 1), ("b/two", 0, 1), ("c/three", 0, 1)])

    def test_standard_input_is_read_plain_and_compressed(self):
        text = (line(event(1, "a/b", "2026-05-06T09:00:00Z")) + "\n").encode()
        self.assertIn("1 new", self.run_it("import", "--all", "-", stdin=text).stderr)
        self.assertIn("1 already in the store", self.run_it("import", "--all", "-", stdin=gzip.compress(text)).stderr)

    def test_broken_lines_are_named_and_the_rest_is_imported(self):
        file = self.file("2026-05-06-9.json", "\n".join([
            line(event(1, "a/b", "2026-05-06T09:00:00Z")), '{"id":"2","type":', "", "[]",
            line(event(3, "a/b", "2026-05-06T09:00:03Z")), '{"id":"4"}']))
        done = self.run_it("import", "--all", file, status=FAILURE)
        for number in (2, 4, 6):
            self.assertIn(f"{file}:{number}: ", done.stderr)
        self.assertIn("3 broken lines", done.stderr)
        self.assertEqual(len(self.exported("a/b")), 2)

    def test_broken_files_are_named_and_the_others_are_imported(self):
        whole = self.hour_file(event(1, "a/b", "2026-05-06T09:00:00Z"))
        cut = self.file("cut.json.gz", (self.folder / HOUR).read_bytes()[:-20])
        done = self.run_it("import", "--all", "absent.json.gz", cut, whole, status=FAILURE)
        self.assertIn("absent.json.gz: No such file", done.stderr)
        self.assertIn("cut.json.gz: ", done.stderr)
        self.assertIn("1 new", done.stderr)

    def test_where_no_file_can_be_read_the_summary_says_so(self):
        done = self.run_it("import", "--all", "absent.json.gz", status=FAILURE)
        self.assertIn("imported nothing; 1 broken file\n", done.stderr)
        self.assertIn("no event could be read", done.stderr)
        self.hour_file(*(event(i, "a/b", f"2026-05-06T09:00:{i % 60:02}Z") for i in range(1, 3001)))
        cut = self.file("cut.json.gz", (self.folder / HOUR).read_bytes()[:-20])
        done = self.run_it("import", "--all", cut, status=FAILURE)
        found = re.search(r"imported no complete file: ([\d,. k]+) events, ([\d,. k]+) matched", done.stderr)
        self.assertIsNotNone(found, done.stderr)
        self.assertEqual(found[1], found[2])

    def whole_hour(self, hour: str = "2024-05-06T09", kinds: tuple[str, ...] = ("a/b", "x/y")) -> list[dict]:
        """An event each 20 s, in turn of each repository."""
        first = 1 + 180 * int(hour[-2:])
        return [event(first + n, kinds[n % len(kinds)], f"{hour}:{n // 3:02}:{n % 3 * 20:02}Z") for n in range(180)]

    def store_with_gap(self, begin: str, end: str) -> None:
        """a/b alone is known, and has one gap."""
        (self.folder / "test.db").unlink(missing_ok=True)
        self.run_it("import", "--repo", "a/b", "-")
        self.add_gap("a/b", begin, end)

    def test_gaps_that_a_whole_hour_covers_are_closed(self):
        file = self.hour_file(*self.whole_hour(), name="2024-05-06-9.json.gz")
        self.run_it("import", "--repo", "a/b", "-")
        for begin, end in (("09:10:00", "09:20:00"), ("09:50:00", "10:10:00"), ("11:00:00", "12:00:00")):
            self.add_gap("a/b", f"2024-05-06T{begin}", f"2024-05-06T{end}")
        self.run_it("import", "--keep-gaps", file)
        self.assertEqual(len(self.gaps()), 3)
        self.run_it("import", "--repo", "c/d", file)
        self.assertEqual(len(self.gaps()), 3, "the gaps of a repository that was not asked for")
        done = self.run_it("import", "--repo", "a/b", file)
        self.assertIn("1 gap closed; 1 gap shortened\ncovered: 2024-05-06T09:00:00Z to 2024-05-06T10:00:00Z\n",
                      done.stderr)
        self.assertNotIn("may be incomplete", done.stderr)
        self.assertEqual(self.gaps(), [("10:00:00", "10:10:00"), ("11:00:00", "12:00:00")])

    def test_hours_in_any_order_and_twice_cover_what_they_cover_together(self):
        self.store_with_gap("2025-05-06T08:00:00", "2025-05-06T12:00:00")
        nine, ten = (self.hour_file(*self.whole_hour(f"2025-05-06T{hour:02}"), name=f"2025-05-06-{hour}.json.gz")
                     for hour in (9, 10))
        done = self.run_it("import", ten, nine, nine)
        self.assertEqual(self.gaps(), [("08:00:00", "09:00:00"), ("11:00:00", "12:00:00")])
        self.assertIn("covered: 2025-05-06T09:00:00Z to 2025-05-06T11:00:00Z\n", done.stderr)
        self.assertIn("may be incomplete", done.stderr, "GH Archive is thin in 2025")

    def test_a_file_closes_no_gap_where_it_does_not_prove_the_hour(self):
        hour = self.whole_hour()
        cases = {
            "no events": [], "another hour": [event(1, "a/b", "2024-05-05T09:00:00Z")],
            "without events": hour[:90],
            "chosen repositories alone": [one for one in hour if one["repo"]["name"] == "a/b"]}
        for number, (why, events) in enumerate(cases.items()):
            with self.subTest(why):
                self.store_with_gap("2024-05-06T09:00:00", "2024-05-06T10:00:00")
                done = self.run_it("import", self.hour_file(*events, name="2024-05-06-9.json.gz"))
                self.assertIn("closes no gap: 1 hour has ", done.stderr)
                self.assertIn(why, done.stderr)
                self.assertEqual(len(self.gaps()), 1)
        for name in ("2024-05-06-09.json.gz", "2024-05-06-9 (1).json.gz", "2024-05-06.json.gz", "some.ndjson"):
            with self.subTest(name):
                self.store_with_gap("2024-05-06T09:00:00", "2024-05-06T10:00:00")
                done = self.run_it("import", self.hour_file(*hour, name=name))
                self.assertIn("1 file is not named like an hour of GH Archive", done.stderr)
                self.assertEqual(len(self.gaps()), 1)

    def test_a_whole_copy_beside_a_damaged_one_closes_the_gap(self):
        self.store_with_gap("2024-05-06T09:00:00", "2024-05-06T10:00:00")
        (self.folder / "copy").mkdir()
        whole = self.hour_file(*self.whole_hour(), name="2024-05-06-9.json.gz")
        cut = self.file("copy/2024-05-06-9.json.gz", (self.folder / "2024-05-06-9.json.gz").read_bytes()[:-20])
        done = self.run_it("import", cut, status=FAILURE)
        self.assertIn("closes no gap: 1 hour is damaged", done.stderr)
        self.assertEqual(len(self.gaps()), 1)
        self.assertNotIn("closes no gap", self.run_it("import", cut, whole, status=FAILURE).stderr)
        self.assertEqual(self.gaps(), [])

    def test_a_line_of_another_repository_that_is_damaged_leaves_the_hour_unproven(self):
        self.store_with_gap("2024-05-06T09:00:00", "2024-05-06T10:00:00")
        lines = [line(one) for one in self.whole_hour()]
        self.assertIn("x/y", lines[1])
        lines[1] = lines[1].replace('"payload"', "payload", 1)
        self.run_it("import", self.file("2024-05-06-9.json", "\n".join(lines)), status=FAILURE)
        self.assertEqual(len(self.gaps()), 1)

    def test_many_files_that_close_no_gap_are_told_in_one_line(self):
        self.store_with_gap("2024-05-06T00:00:00", "2024-05-07T00:00:00")
        files = [self.hour_file(name=f"2024-05-06-{hour}.json.gz") for hour in range(20)]
        done = self.run_it("import", *files, self.hour_file(name="some.ndjson"))
        self.assertEqual(len(done.stderr.splitlines()), 2, done.stderr)
        self.assertIn("20 hours have no events (the first is ", done.stderr)
        self.assertIn("; 20 hours ", done.stderr)

    def test_a_file_of_no_hour_covers_nothing_unless_the_user_vouches(self):
        first, last = event(1, "a/b", "2017-05-06T09:10:00Z"), event(3, "a/b", "2017-05-06T11:20:00Z")
        self.run_it("import", "--all", self.file("some.json", line(first) + "\n" + line(last)))
        self.add_gap("a/b", "2017-05-06T09:10:00", "2017-05-06T11:20:00")
        missing = event(2, "a/b", "2017-05-06T10:00:00Z")
        text = "\n".join(map(line, (first, missing, last))).encode()
        self.assertIn("standard input", self.run_it("import", "-", stdin=text).stderr)
        self.assertEqual(len(self.gaps()), 1)
        done = self.run_it("import", "--covers", "2017-05-06T10:00:00+00:00..2017-05-06T11:00:00Z", "-", stdin=text)
        self.assertIn("1 gap shortened\ncovered: 2017-05-06T10:00:00Z to 2017-05-06T11:00:00Z\n", done.stderr)
        self.assertEqual(self.gaps(), [("09:10:00", "10:00:00"), ("11:00:00", "11:20:00")])
        self.run_it("import", "--covers", "2017-05-06T09:00:00Z..2017-05-06T10:00:00Z",
                    "--covers", "2017-05-06T11:00:00Z..2017-05-06T12:00:00Z", "-", stdin=text)
        self.assertEqual(self.gaps(), [])

    def test_the_user_vouches_in_vain_for_files_that_cannot_be_read_or_are_empty(self):
        self.store_with_gap("2024-05-06T09:00:00", "2024-05-06T10:00:00")
        covers = ("--covers", "2024-05-06T09:00:00Z..2024-05-06T10:00:00Z")
        for text in (b"", b"nonsense", (line(self.whole_hour()[0]) + "\nnonsense").encode()):
            done = self.run_it("import", *covers, "-", stdin=text, status=FAILURE)
            self.assertIn("--covers closes no gap", done.stderr)
        self.assertEqual(len(self.gaps()), 1)

    def test_a_stretch_that_makes_no_sense_is_wrong_usage(self):
        for text in ("", "2024-05-06T09:00:00Z", "2024-05-06T09:00:00Z..", "..2024-05-06T09:00:00Z", "9..10",
                     "2024-05-06T09:00:00Z..2024-05-06T09:00:00Z", "2024-05-06T09:00:01Z..2024-05-06T09:00:00Z",
                     "2024-05-06T09:00:00Z...2024-05-06T10:00:00Z", "2024-02-30T09:00:00Z..2024-05-06T10:00:00Z"):
            done = self.run_it("import", "--all", "--covers", text, "absent.json", status=WRONG_USAGE)
            self.assertEqual(len(done.stderr.splitlines()), 1, done.stderr)
        self.run_it("import", "--all", "--keep-gaps", "--covers", "2024-05-06T09:00:00Z..2024-05-06T10:00:00Z", "x",
                    status=WRONG_USAGE)
        self.assertFalse((self.folder / "test.db").exists(), "it is refused before a store is made")

    def test_an_export_imported_into_another_store_closes_no_gap(self):
        self.run_it("import", "--all", self.file("all.json", "\n".join(map(line, self.whole_hour()))))
        file = self.file("out.ndjson", "\n".join(self.exported("a/b", "--type", "PushEvent")))
        self.store_with_gap("2024-05-06T09:10:00", "2024-05-06T09:20:00")
        self.run_it("import", file)
        self.assertEqual(len(self.gaps()), 1)

    def test_repositories_with_impossible_names_are_left_out(self):
        done = self.run_it("import", "--all", self.hour_file(event(1, "/", "2026-05-06T09:00:00Z"),
                                                             event(2, "a/b", "2026-05-06T09:00:00Z")))
        self.assertIn("1 skipped (not a valid repository name)", done.stderr)
        self.assertEqual(self.database("SELECT full_name FROM repositories"), [("a/b",)])

    def test_wrong_usage_is_told_apart_from_failure(self):
        for arguments in ((), ("--all", "--repo", "a/b", "x.json"), ("--repo", "no name", "x.json"),
                          ("--store", "elsewhere", "--all", "x.json"), ("--speed", "x.json")):
            self.run_it("import", *arguments, status=WRONG_USAGE)
        self.assertIn("Examples", self.run_it("import", "--help").stdout)

    def test_a_store_that_another_process_owns_is_left_alone(self):
        importing = self.start("import", "--all", "-", stdin=subprocess.PIPE)
        self.addCleanup(importing.communicate)
        importing.stdin.write(line(event(1, "a/b", "2026-05-06T09:00:00Z")).encode())
        while not (self.folder / "test.db").exists():
            self.assertIsNone(importing.poll())
        self.assertIn("stop that process first", self.run_it("import", "--all", "x.json", status=FAILURE).stderr)

    def test_a_terminal_sees_how_far_the_import_is(self):
        file = self.hour_file(*(event(n, "a/b", "2026-05-06T09:00:00Z") for n in range(9000)))
        ours, theirs = pty.openpty()
        process = subprocess.Popen([EXECUTABLE, "import", "--store", "sqlite:t.db", "--all", file],
                                   cwd=self.folder, stderr=theirs)
        process.wait(60)
        os.close(theirs)
        seen = os.read(ours, 1 << 16).decode()
        os.close(ours)
        self.assertIn("file 1 of 1", seen)
        self.assertTrue(seen.rstrip().endswith("9,000 new, 0 already in the store"), seen)
        self.assertNotIn("file 1 of 1", self.run_it("import", "--all", file).stderr, "no terminal, no progress")


class ExportTest(CommandTest):
    def setUp(self):
        super().setUp()
        self.events = [event(1, "a/b", "2026-05-06T09:00:00Z"), event(2, "a/b", "2026-05-06T09:00:05Z", "ForkEvent"),
                       event(3, "a/b", "2026-05-06T09:01:30Z"), event(4, "a/b", "2026-05-06T10:01:30Z")]
        lines = [line(one) for one in reversed(self.events)]
        self.run_it("import", "--all", self.file("events.json", "\n".join(lines)))

    def ids(self, *arguments: str) -> list[int]:
        return [int(json.loads(text)["id"]) for text in self.exported("a/b", *arguments)]

    def test_the_oldest_comes_first(self):
        self.assertEqual(self.ids(), [1, 2, 3, 4])

    def test_filters_choose(self):
        self.assertEqual(self.ids("--type", "ForkEvent"), [2])
        self.assertEqual(self.ids("--type", "ForkEvent,PushEvent"), [1, 2, 3, 4])
        self.assertEqual(self.ids("--type", "ForkEvent", "--type", "PushEvent"), [1, 2, 3, 4])
        self.assertEqual(self.ids("--since", "2026-05-06T09:00:05Z", "--until", "2026-05-06T09:01:30Z"), [2, 3])
        self.assertEqual(self.ids("--type", "NoSuchEvent"), [])

    def test_the_gap_table_is_csv(self):
        self.add_gap("a/b", "2026-05-06T09:30:00", "2026-05-06T09:40:00")
        rows = list(csv.DictReader(io.StringIO(self.run_it("export", "A/B", "--format", "csv").stdout)))
        self.assertEqual([(row["type"], row["from"], row["to"], row["gap_seconds"], row["event_id"], row["complete"])
                          for row in rows],
                         [("PushEvent", "2026-05-06T09:00:00Z", "2026-05-06T09:01:30Z", "90", "3", "true"),
                          ("PushEvent", "2026-05-06T09:01:30Z", "2026-05-06T10:01:30Z", "3600", "4", "false")])
        self.assertEqual({row["repository"] for row in rows}, {"a/b"})

    def test_an_event_of_several_lines_leaves_on_one(self):
        pretty = json.dumps(self.events[0] | {"id": "9"}, indent=2)
        self.database("UPDATE events SET packing = 0, json = CAST(? AS BLOB) WHERE id = 1", pretty)
        first = self.exported("a/b")[0]
        self.assertEqual(json.loads(first), json.loads(pretty))

    def test_a_file_is_written_where_one_is_named(self):
        done = self.run_it("export", "a/b", "--output", "out.ndjson")
        self.assertEqual(done.stdout, "")
        self.assertEqual((self.folder / "out.ndjson").read_text().splitlines(), self.exported("a/b"))
        self.run_it("export", "a/b", "-o", "absent/folder/x", status=FAILURE)
        self.assertIn("No space", self.run_it("export", "a/b", "-o", "/dev/full", status=FAILURE).stderr)

    def test_what_is_not_there_is_a_failure_and_what_makes_no_sense_wrong_usage(self):
        self.assertIn("x/y", self.run_it("export", "x/y", status=FAILURE).stderr)
        self.run_it("export", "a/b", "--store", "sqlite:absent.db", status=FAILURE)
        self.assertFalse((self.folder / "absent.db").exists(), "an export creates no store")
        for arguments in ((), ("a",), ("a/b", "--since", "yesterday"), ("a/b", "--format", "xml"),
                          ("a/b", "--store", "")):
            self.run_it("export", *arguments, status=WRONG_USAGE)

    def test_it_works_beside_the_owner_of_the_store(self):
        importing = self.start("import", "--all", "-", stdin=subprocess.PIPE)
        self.addCleanup(importing.communicate)
        self.assertEqual(self.ids(), [1, 2, 3, 4])

    def test_a_reader_that_goes_away_ends_it_quietly(self):
        many = "\n".join(line(event(n, "a/b", "2026-05-07T09:00:00Z")) for n in range(10, 6000))
        self.run_it("import", "--all", "-", stdin=many.encode())
        process = self.start("export", "a/b")
        process.stdout.readline()
        process.stdout.close()
        self.assertEqual(process.stderr.read(), b"")
        process.stderr.close()
        self.assertEqual(process.wait(30), 0)
