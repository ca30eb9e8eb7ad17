"""Recorded activity, replayed by `backtest`."""

import gzip
import json
import pathlib
import random
import re
import signal

from product import FAILURE, WRONG_USAGE, CommandTest, event, line

BEGIN = 1_496_275_200  # 2017-06-01
DAY = 86_400
FIELDS = {"policy", "freshness_seconds", "requests", "probes", "not_modified", "quota_spent", "events", "lost",
          "staleness_mean_seconds", "staleness_median_seconds", "staleness_p95_seconds", "staleness_max_seconds"}


def arrivals(seed: int, days: int = 12, a_day: int = 40) -> list[int]:
    source = random.Random(seed)
    return sorted(BEGIN + source.randrange(days * DAY) for _ in range(days * a_day))


class BacktestTest(CommandTest):
    def trace(self, name: str, times: list[int], head: str = "unix_time,kind\n") -> str:
        return self.file(name, head + "".join(f"{at},PushEvent\n" for at in times))

    def runs(self, *arguments: str) -> list[dict]:
        return json.loads(self.run_it("backtest", "--json", *arguments).stdout)["runs"]

    def setUp(self):
        super().setUp()
        self.busy = self.trace("octo-org__busy.csv", arrivals(1, a_day=120))
        self.quiet = self.trace("octo-org__quiet.csv", arrivals(2, a_day=5), head="")

    def test_json_has_a_run_for_each_policy_and_freshness(self):
        runs = self.runs(self.busy, self.quiet, "--policy", "fixed", "--policy", "mean", "--policy", "clairvoyant",
                         "--freshness", "2m", "--freshness", "600")
        self.assertEqual([(run["policy"], run["freshness_seconds"]) for run in runs],
                         [("fixed", 120), ("fixed", 600), ("mean", 120), ("mean", 600), ("clairvoyant", 120),
                          ("clairvoyant", 600)])
        for run in runs:
            self.assertEqual(set(run), FIELDS)
            self.assertEqual(run["lost"], 0)
            self.assertGreater(run["events"], 300)
            self.assertLessEqual(run["staleness_median_seconds"], run["staleness_p95_seconds"])
            self.assertLessEqual(run["staleness_p95_seconds"], run["staleness_max_seconds"])
        fixed, bound = runs[0], runs[4]
        self.assertAlmostEqual(fixed["staleness_mean_seconds"], 120, delta=12)
        self.assertEqual(fixed["requests"], fixed["not_modified"] + fixed["quota_spent"])
        self.assertLess(bound["requests"], fixed["requests"])
        self.assertEqual({**runs[2], "freshness_seconds": 600}, runs[3], "`mean` takes no notice of freshness")

    def test_the_figures_do_not_depend_on_how_many_replays_run_at_once(self):
        arguments = (self.quiet, "--policy", "fixed", "--policy", "mean", "--policy", "adaptive", "--warm-up", "2d")
        self.assertEqual(self.runs(*arguments, "--jobs", "1"), self.runs(*arguments, "--jobs", "7"))

    def test_one_word_follows_the_name_of_a_repository(self):
        run, = self.runs("--policy", "fixed", "--repo", "octo-org/quiet", self.busy, self.quiet)
        alone, = self.runs("--policy", "fixed", self.quiet)
        self.assertEqual(run, alone)

    def test_late_events_of_feeds_by_creation_are_found_behind_the_first_page(self):
        trace = self.trace("octo-org__hectic.csv", arrivals(3, days=4, a_day=5000))
        arguments = (trace, "--policy", "adaptive", "--order", "created", "--latency", "30m", "--warm-up", "1d")
        found, = self.runs(*arguments)
        missed, = self.runs(*arguments, "--no-deep-looks")
        more = {"lost_briefly_shown", "lost_shown_longest_seconds", "never_shown"}
        self.assertEqual(set(found), FIELDS | more)
        self.assertGreater(missed["lost"], 100)
        self.assertLess(found["lost"], missed["lost"] / 20)
        self.assertEqual(set(self.runs(self.quiet, "--policy", "mean", "--order", "arrival")[0]), FIELDS)
        self.run_it("backtest", trace, "--order", "visible", status=WRONG_USAGE)

    def test_what_an_account_receives_is_asked_only_where_it_is_allowed_and_saves_requests(self):
        traces = [self.trace(f"o{number}__r.csv", arrivals(number, days=40, a_day=4)) for number in range(10)]
        (without,) = self.runs(*traces, "--policy", "adaptive")
        received, mean = self.runs(*traces, "--policy", "adaptive", "--policy", "mean", "--received")
        self.assertLess(received["requests"], 0.9 * without["requests"])
        self.assertEqual((received["lost"], mean["lost"], received["events"]), (0, 0, without["events"]))

    def test_probes_are_asked_only_where_they_are_allowed_and_save_requests(self):
        traces = [self.trace(f"o{number}__r.csv", arrivals(number, days=40, a_day=4)) for number in range(10)]
        without, = self.runs(*traces, "--policy", "adaptive")
        self.assertEqual(without["probes"], 0)
        probed, mean = self.runs(*traces, "--policy", "adaptive", "--policy", "mean", "--probe")
        self.assertGreater(probed["probes"], 0)
        self.assertLess(probed["requests"], 0.7 * without["requests"])
        self.assertEqual(probed["requests"], probed["probes"] + probed["not_modified"] + probed["quota_spent"])
        self.assertEqual((probed["lost"], mean["probes"]), (0, 0))
        table = self.run_it("backtest", *traces, "--policy", "adaptive", "--probe").stdout
        self.assertRegex(table, r"REQUESTS +PROBES +304S +QUOTA +POINTS")

    def test_all_policies_run_at_five_minutes_where_nothing_is_said(self):
        self.assertEqual([(run["policy"], run["freshness_seconds"]) for run in self.runs(self.quiet)],
                         [(name, 300) for name in ("fixed", "mean", "kalman", "sarima", "adaptive")])

    def test_the_same_seed_gives_the_same_runs(self):
        arguments = (self.quiet, "--policy", "adaptive", "--latency", "60s")
        first = self.runs(*arguments, "--seed", "7")
        self.assertEqual(first, self.runs(*arguments, "--seed", "7"))
        self.assertNotEqual(first, self.runs(*arguments, "--seed", "8"))

    def test_people_get_a_table_with_the_requests_at_equal_staleness(self):
        out = self.run_it("backtest", self.busy, "--policy", "fixed", "--policy", "mean", "--policy",
                          "clairvoyant").stdout
        rows = {row.split()[0]: row.split() for row in out.splitlines()[:4]}
        self.assertEqual(rows["POLICY"][-2:], ["VS", "MEAN"])
        self.assertEqual(rows["mean"][-1], "1.00")
        self.assertLess(float(rows["clairvoyant"][-1]), 1)
        self.assertRegex(rows["fixed"][-1], r"^\d\.\d\d$")

    def test_rows_come_as_they_are_finished_and_stay_when_it_is_stopped(self):
        decades = self.trace("o__r.csv", [BEGIN, BEGIN + 9 * DAY, BEGIN + 20 * 365 * DAY])
        for stop in (signal.SIGINT, signal.SIGTERM):
            arguments = ("--policy", "mean", "--policy", "fixed", "--freshness", "30s")
            with self.start("backtest", decades, *arguments) as process:
                head, row = (process.stdout.readline().decode() for _ in range(2))
                process.send_signal(stop)
                out, err = process.communicate(timeout=60)
            self.assertEqual((head.split()[0], row.split()[0], out), ("POLICY", "mean", b""))
            self.assertEqual(process.returncode, 128 + stop)
            self.assertTrue(err.decode().startswith("repopulse: stopped"), err)

    def test_policies_are_not_compared_where_no_event_waits(self):
        for times, warm_up in (([BEGIN], "0s"), ([BEGIN, BEGIN + 9 * DAY], "8d")):
            out = self.run_it("backtest", self.trace("o__few.csv", times), "--warm-up", warm_up).stdout
            shares = {row.split()[0]: row.split()[-1] for row in out.splitlines()[1:6]}
            self.assertNotIn("nan", out)
            self.assertEqual(shares["adaptive"], "-", out)

    def test_the_warm_up_is_not_counted(self):
        whole, late = (self.runs(self.quiet, "--policy", "fixed", "--warm-up", span)[0] for span in ("0s", "10d"))
        self.assertEqual(whole["events"], 60)
        self.assertLess(late["events"], 20)
        self.run_it("backtest", self.quiet, "--warm-up", "20d", status=FAILURE)

    def test_repositories_of_archive_files_become_traces_and_files_merge(self):
        def at(day: int) -> str:
            return f"2017-06-{day:02}T00:00:00Z"
        first = self.file("one.json", "\n".join(line(event(n, "a/b", at(n))) for n in range(1, 15)))
        again = self.file("two.json", "\n".join(line(event(n, "A/B", at(n))) for n in range(10, 20)) + "\n" +
                          line(event(99, "c/d", at(12))))
        both = self.runs(first, again, "--policy", "fixed", "--warm-up", "0s")[0]
        self.assertEqual(both["events"], 20, "19 of a/b, of which both files hold some, and one of c/d")
        alone = self.runs(first, again, "--policy", "fixed", "--warm-up", "0s", "--repo", "a/b")[0]
        self.assertEqual(alone["events"], 19)

    def test_what_is_wrong_with_a_trace_is_named(self):
        broken = self.file("o__r.csv", f"unix_time,kind\n{BEGIN},PushEvent\nyesterday,PushEvent\n")
        self.assertIn(f"{broken}:3: ", self.run_it("backtest", broken, status=FAILURE).stderr)
        nameless = self.trace("trace.csv", [BEGIN])
        self.assertIn(nameless, self.run_it("backtest", nameless, status=FAILURE).stderr)
        archive = self.file("broken.json", line(event(1, "a/b", "2017-06-01T00:00:00Z")) + "\n[1]\n")
        self.assertIn(f"{archive}:2: ", self.run_it("backtest", archive, status=FAILURE).stderr)
        self.run_it("backtest", "absent__trace.csv", status=FAILURE)
        self.run_it("backtest", self.trace("a__b.csv", []), status=FAILURE)

    def test_a_time_that_is_no_second_of_our_years_is_named_and_not_lived_through(self):
        for wrong in (BEGIN * 1000, 99_999_999_999_999_999, -BEGIN, 4_102_444_800):
            with self.subTest(time=wrong):
                trace = self.trace("o__r.csv", [BEGIN, wrong])
                errors = self.run_it("backtest", trace, status=FAILURE).stderr.splitlines()
                self.assertEqual(errors, [f"repopulse: {trace}:3: the time {wrong} is not in the years 1970 to 2099, in"
                                          " seconds since 1970"])
        archive = self.file("old.json", line(event(1, "a/b", "2170-01-01T00:00:00Z")) + "\n")
        errors = self.run_it("backtest", archive, status=FAILURE).stderr
        self.assertIn(f"{archive}: an event of a/b has the time 2170-01-01T00:00:00Z, ", errors)
        for edge in (0, 4_102_444_799):
            trace = self.trace("o__e.csv", [edge])
            self.assertEqual(self.runs(trace, "--policy", "fixed", "--warm-up", "0s")[0]["events"], 1)

    def test_a_trace_may_be_compressed_whatever_its_name_says(self):
        arguments = ("--policy", "fixed")
        plain = self.runs(self.quiet, *arguments)
        packed = gzip.compress(pathlib.Path(self.quiet).read_bytes())
        for name in ("copy/octo-org__quiet.csv.gz", "copy/octo-org__quiet.csv"):
            (self.folder / "copy").mkdir(exist_ok=True)
            self.assertEqual(self.runs(self.file(name, packed), *arguments), plain)
        cut = self.file("octo-org__cut.csv.gz", packed[:-20])
        self.assertIn(f"{cut}: ", self.run_it("backtest", cut, status=FAILURE).stderr)

    def test_a_second_trace_of_a_repository_is_refused(self):
        (self.folder / "copy").mkdir()
        again = self.trace("copy/Octo-Org__quiet.csv", [BEGIN])
        errors = self.run_it("backtest", self.busy, self.quiet, again, status=FAILURE).stderr.splitlines()
        self.assertEqual(errors, [f"repopulse: {again}: a second trace of Octo-Org/quiet, after {self.quiet};"
                                  " expected one file for each repository"])
        self.run_it("backtest", self.quiet, self.quiet, status=FAILURE)
        self.runs(self.busy, self.quiet, again, "--repo", "octo-org/busy", "--policy", "fixed")

    def test_wrong_usage_is_told_apart_from_failure(self):
        for arguments in ((), (self.quiet, "--policy", "psychic"), (self.quiet, "--freshness", "soon"),
                          (self.quiet, "--freshness", "0s"), (self.quiet, "--warm-up", "-1d")):
            self.run_it("backtest", *arguments, status=WRONG_USAGE)
        seeds = ("x", "-1", "1.5", "99999999999999999999")
        for option, value, accepted in (*(("--seed", seed, "0 to 18446744073709551615") for seed in seeds),
                                        *(("--jobs", jobs, "1 to 1,024") for jobs in ("x", "0", "-1", "1025")),
                                        ("--latency", "10d", "6h"), ("--latency", "21601", "6h")):
            errors = self.run_it("backtest", self.quiet, f"{option}={value}", status=WRONG_USAGE).stderr.splitlines()
            self.assertEqual(len(errors), 1, errors)
            for part in (option, value, accepted):
                self.assertIn(part, errors[0])
        self.runs(self.quiet, "--policy", "fixed", "--latency", "6h", "--seed", "18446744073709551615")
        self.assertIn("Examples", self.run_it("backtest", "--help").stdout)

    def test_a_plot_has_a_curve_for_each_policy_and_the_bound(self):
        self.run_it("backtest", self.quiet, "--policy", "fixed", "--policy", "mean", "--json", "--plot", "curves.svg")
        svg = (self.folder / "curves.svg").read_text()
        self.assertTrue(svg.startswith("<svg"), svg[:80])
        for name in ("fixed", "mean", "clairvoyant"):
            self.assertTrue(re.search(rf">{name}<", svg), name)
        points = [len(curve.split()) for curve in re.findall(r" points='([^']*)'", svg)]
        self.assertEqual(points, [5, 1, 5], "a freshness and four longer ones; `mean` ignores them")
        self.run_it("backtest", self.quiet, "--policy", "mean", "--plot", "absent/x.svg", status=FAILURE)
