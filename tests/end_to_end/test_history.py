"""Statistics of stretches and histories, against brute force over the imported events and Python's own time zones."""

import datetime
import json
import random
import statistics
import zoneinfo
from collections import defaultdict

from case import Case
from harness import ask, run

# Days of 23 and 25 hours, half hours, days that begin at 01:00, two midnights, a day that was left out, changes by law.
ZONES = ["UTC", "Europe/Berlin", "America/New_York", "Asia/Kolkata", "Australia/Lord_Howe", "America/Sao_Paulo",
         "America/Havana", "Asia/Beirut", "America/Caracas", "Africa/Casablanca", "Pacific/Chatham"]
KINDS = ["PushEvent", "WatchEvent", "IssuesEvent"]
FIRST, LAST = 1_325_376_000, 1_735_689_600  # 2012 to 2024
HOUR, DAY = 3_600, 86_400


def stamp(second: int) -> str:
    return datetime.datetime.fromtimestamp(second, datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")


def seconds(text: str) -> int:
    return int(datetime.datetime.strptime(text, "%Y-%m-%dT%H:%M:%S%z").timestamp())


def local(second: int, zone: str) -> datetime.datetime:
    return datetime.datetime.fromtimestamp(second, zoneinfo.ZoneInfo(zone))


def unit_of(second: int, by: str, zone: str) -> object:
    """What all moments of one hour, day or week have in common."""
    at = local(second, zone)
    if by == "hour":
        offset = int(at.utcoffset().total_seconds())
        return (second + offset) // HOUR, offset
    return at.date() if by == "day" else at.date().isocalendar()[:2]


def transitions(zone: str) -> list[int]:
    days = range(FIRST, LAST, DAY)
    return [day for day in days if local(day, zone).utcoffset() != local(day + DAY, zone).utcoffset()]


class HistoryTest(Case):
    def setUp(self) -> None:
        super().setUp()
        self.seed = random.randrange(1 << 32)
        self.random = random.Random(self.seed)
        times = [self.random.randrange(FIRST, LAST) for _ in range(1_000)]
        for zone in ZONES:
            changes = transitions(zone)
            for change in self.random.sample(changes, min(4, len(changes))):
                times += [change + self.random.randrange(-DAY, 2 * DAY) for _ in range(40)]
        self.events = sorted((time, self.random.choice(KINDS)) for time in times)
        lines = [json.dumps({"id": str(number), "type": kind, "actor": {"login": "ada"}, "repo": {"name": "o/r"},
                             "payload": {}, "public": True, "created_at": stamp(time)})
                 for number, (time, kind) in enumerate(self.events, 1)]
        (self.folder / "history.json").write_text("\n".join(lines))
        done = run(self.folder, "import", "--store", "sqlite:store.db", "--repo", "o/r", "history.json")
        self.assertEqual(done.returncode, 0, done.stderr)
        server = self.serve(self.github())
        self.url, self.key = server.address(), server.key()

    def get(self, path: str) -> dict:
        answer = ask(f"{self.url}/api/repos/o/r/events/stats/{path}", self.key)
        self.assertEqual(answer.status, 200, f"{path} (seed {self.seed}): {answer.body!r}")
        return answer.json()

    def check_types(self, said: list[dict], events: list[tuple[int, str]], where: str) -> None:
        times = defaultdict(list)
        for time, kind in events:
            times[kind].append(time)
        self.assertEqual({one["type"]: one["events"] for one in said},
                         {kind: len(of_kind) for kind, of_kind in times.items()}, where)
        for one in said:
            gaps = [b - a for a, b in zip(times[one["type"]], times[one["type"]][1:])]
            self.assertEqual(one["average_seconds"] is None, not gaps, where)
            if gaps:
                self.assertAlmostEqual(one["average_seconds"], sum(gaps) / len(gaps), 3, where)
                self.assertAlmostEqual(one["median_seconds"], statistics.median(gaps), 3, where)

    def test_stretches_equal_brute_force(self) -> None:
        for _ in range(40):
            since, until = sorted(self.random.choice(self.events)[0] + self.random.randrange(-1, 2) for _ in range(2))
            path = f"?since={stamp(since)}&until={stamp(until)}"
            with self.subTest(path=path, seed=self.seed):
                said = self.get(path)
                inside = [event for event in self.events if since <= event[0] <= until]
                self.assertEqual(said["window"]["events"], len(inside))
                self.assertEqual(said["window"]["complete"], since >= self.events[0][0])
                self.check_types(said["types"], inside, path)

    def test_histories_equal_brute_force(self) -> None:
        for _ in range(60):
            zone = self.random.choice(ZONES)
            by = self.random.choice(["hour", "day", "week"])
            around = self.random.choice(transitions(zone) or [self.events[500][0]])
            length = {"hour": 4 * DAY, "day": 40 * DAY, "week": 200 * DAY}[by]
            since = around - self.random.randrange(length)
            until = around + self.random.randrange(1, length)
            path = f"history/?by={by}&time_zone={zone}&since={stamp(since)}&until={stamp(until)}"
            with self.subTest(path=path, seed=self.seed):
                self.check_history(self.get(path), by, zone, since, until)

    def check_history(self, said: dict, by: str, zone: str, since: int, until: int) -> None:
        edges = [seconds(bucket["from"]) for bucket in said["buckets"]] + [seconds(said["buckets"][-1]["to"])]
        self.assertEqual((edges[0], edges[-1]), (since, until))
        self.assertEqual([seconds(bucket["to"]) for bucket in said["buckets"]], edges[1:])
        units = set()
        for bucket, begin, end in zip(said["buckets"], edges, edges[1:]):
            where = f"{bucket['from']} to {bucket['to']}"
            unit = unit_of(begin, by, zone)
            self.assertNotIn(unit, units, where)
            units.add(unit)
            self.assertEqual(unit_of(end - 1, by, zone), unit, f"{where} is of one unit")
            whole = unit_of(begin - 1, by, zone) != unit and unit_of(end, by, zone) != unit
            self.assertEqual(bucket["complete"], whole and begin >= self.events[0][0], where)
            inside = [event for event in self.events if begin <= event[0] < end]
            self.assertEqual(bucket["events"], len(inside), where)
            self.check_types(bucket["types"], inside, where)

    def test_the_command_line_prints_tables(self) -> None:
        access = {"REPOPULSE_SERVER": self.url, "REPOPULSE_API_KEY": self.key}
        table = run(self.folder, "stats", "o/r", "--since", "2012-01-01", "--until", "2025-01-01T00:00:00+00:00",
                    environment=access)
        self.assertEqual(table.returncode, 0, table.stderr)
        self.assertIn(f"{len(self.events):,} events", table.stdout)
        history = run(self.folder, "stats", "o/r", "--history", "day", "--time-zone", "Europe/Berlin",
                      "--since", "2024-10-25T22:00:00Z", "--until", "2024-10-28T00:00:00Z", environment=access)
        self.assertEqual(history.returncode, 0, history.stderr)
        rows = history.stdout.splitlines()
        self.assertEqual([row.split()[0] for row in rows[2:]], ["2024-10-26", "2024-10-27", "2024-10-28"])
        self.assertIn("incomplete", rows[-1])
        self.assertEqual(json.loads(run(self.folder, "stats", "o/r", "--history", "week", "--json",
                                        environment=access).stdout)["by"], "week")
        for wrong in (["--history", "year"], ["--time-zone", "UTC"], ["--since", "a b"],
                      ["--history", "day", "--time-zone", "a b"]):
            done = run(self.folder, "stats", "o/r", *wrong, environment=access)
            self.assertEqual((done.returncode, done.stderr.count("\n")), (2, 1), done.stderr)
        refused = run(self.folder, "stats", "o/r", "--history", "day", "--time-zone", "Mars/Olympus",
                      environment=access)
        self.assertEqual(refused.returncode, 1)
        self.assertIn("Mars/Olympus", refused.stderr)
