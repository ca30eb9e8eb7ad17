"""The statistics of a repository's window, read from SQLite for each request.

Settings come by environment: PEER_DATABASE, PEER_API_KEY.
"""

import collections
import datetime
import json
import math
import os
import secrets
import sqlite3
import statistics

import fastapi

WINDOW_DAYS = 7
WINDOW_EVENTS = 500

app = fastapi.FastAPI()
database = sqlite3.connect(os.environ["PEER_DATABASE"], check_same_thread=False)
api_key = os.environ["PEER_API_KEY"]


def iso(seconds: float) -> str:
    return datetime.datetime.fromtimestamp(seconds, datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")


def check_key(request: fastapi.Request) -> None:
    if not secrets.compare_digest(request.headers.get("x-api-key", ""), api_key):
        raise fastapi.HTTPException(401, "Bad credentials")


def type_statistics(name: str, times: list[int]) -> dict:
    result = {"type": name, "events": len(times), "first_event_at": iso(times[0]), "last_event_at": iso(times[-1])}
    gaps = [later - earlier for earlier, later in zip(times, times[1:])]
    figures = dict.fromkeys(("average_seconds", "median_seconds", "p90_seconds", "stddev_seconds", "min_seconds",
                             "max_seconds", "events_per_hour", "burstiness", "expected_next_at"))
    if gaps:
        mean, deviation = statistics.fmean(gaps), statistics.pstdev(gaps)
        ordered = sorted(gaps)
        figures.update(average_seconds=mean, median_seconds=statistics.median(ordered),
                       p90_seconds=ordered[math.ceil(0.9 * len(ordered)) - 1], stddev_seconds=deviation,
                       min_seconds=ordered[0], max_seconds=ordered[-1],
                       events_per_hour=3600 / mean if mean else None,
                       burstiness=(deviation - mean) / (deviation + mean) if deviation + mean else None,
                       expected_next_at=iso(times[-1] + mean))
    return result | figures


@app.get("/api/repos/{owner}/{repo}/events/stats/")
async def repository_statistics(owner: str, repo: str, request: fastapi.Request) -> fastapi.Response:
    check_key(request)
    now = datetime.datetime.now(datetime.timezone.utc).timestamp()
    rows = database.execute(
        "SELECT type, created_at FROM events WHERE repository = ? AND created_at > ? "
        "ORDER BY created_at DESC, id DESC LIMIT ?", (f"{owner}/{repo}", now - WINDOW_DAYS * 86400, WINDOW_EVENTS))
    by_type = collections.defaultdict(list)
    count = 0
    for event_type, created_at in rows:
        by_type[event_type].append(created_at)
        count += 1
    answer = {
        "repository": f"{owner}/{repo}",
        "window": {"days": WINDOW_DAYS, "max_events": WINDOW_EVENTS, "events": count},
        "as_of": iso(now),
        "types": [type_statistics(name, by_type[name][::-1]) for name in sorted(by_type)],
    }
    return fastapi.Response(json.dumps(answer), media_type="application/json")


@app.get("/api/repos/{owner}/{repo}/events/")
async def events(owner: str, repo: str, request: fastapi.Request, per_page: int = 30) -> fastapi.Response:
    check_key(request)
    rows = database.execute(
        "SELECT json FROM events WHERE repository = ? ORDER BY created_at DESC, id DESC LIMIT ?",
        (f"{owner}/{repo}", per_page))
    return fastapi.Response("[" + ",".join(row[0] for row in rows) + "]", media_type="application/json")
