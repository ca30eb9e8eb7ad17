import { afterEach, beforeEach, expect, it, vi } from "vitest";

import { ApiError, type Client } from "../src/api/client";
import type { Alert } from "../src/api/types";
import { FiringAlerts } from "../src/state/firing_alerts";

const alert = (id: number, repository: string | null) =>
  ({ id, repository, rule: "status", state: "firing", since: "", resolved_at: null, summary: "" }) as Alert;

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

function alertsOf(answer: () => Alert[]) {
  const getCached = vi.fn(async () => answer());
  return { alerts: new FiringAlerts({ getCached: getCached } as unknown as Client), getCached: getCached };
}

it("the alerts of a repository are found whatever the case of its name, and those of the poller belong to none", async () => {
  const { alerts } = alertsOf(() => [alert(3, "O/r"), alert(2, null), alert(1, "o/R")]);
  await alerts.refresh();
  expect(alerts.of("o/r").map(({ id }) => id)).toEqual([3, 1]);
  expect(alerts.of("o/other")).toEqual([]);
  expect(alerts.more.value).toBe(false);
});

it("a full page says that there may be more", async () => {
  const { alerts } = alertsOf(() => Array.from({ length: 100 }, (_, id) => alert(id, "o/r")));
  await alerts.refresh();
  expect(alerts.more.value).toBe(true);
});

it("many messages of the stream cause one request in ten seconds", async () => {
  const { alerts, getCached } = alertsOf(() => []);
  await alerts.refresh();
  for (let second = 0; second < 60; second++) {
    alerts.refreshSoon();
    alerts.refreshSoon();
    await vi.advanceTimersByTimeAsync(1_000);
  }
  expect(getCached.mock.calls.length).toBeGreaterThanOrEqual(6);
  expect(getCached.mock.calls.length).toBeLessThanOrEqual(8);
  alerts.stop();
});

it("a server without alerts is asked no more, and after a failure the last answer stays", async () => {
  let reply = () => [alert(1, "o/r")];
  const { alerts, getCached } = alertsOf(() => reply());
  await alerts.refresh();
  reply = () => {
    throw new ApiError("unavailable", "the store is away");
  };
  await alerts.refresh();
  expect(alerts.all.value).toHaveLength(1);
  expect(alerts.supported.value).toBe(true);
  reply = () => {
    throw new ApiError("not_found", "Not Found");
  };
  await alerts.refresh();
  expect(alerts.supported.value).toBe(false);
  const asked = getCached.mock.calls.length;
  alerts.refreshSoon();
  await vi.advanceTimersByTimeAsync(60_000);
  expect(getCached.mock.calls.length).toBe(asked);
});
