// The sentences that explain a status, the poller's state and an error.
import { describe, expect, it } from "vitest";

import { ApiError } from "../src/api/client";
import type { Poller, Repository } from "../src/api/types";
import { describeHints, describePoller, describeProbes, describeReceived } from "../src/parts/poller_state";
import { errorText } from "../src/parts/repository_actions";
import { describeStatus } from "../src/parts/status";

const feeds = [{ feed: "repos/o/r" }];
const poller = (more: Poller) => describePoller({ state: "ok", feeds, ...more });
const status = (more: Partial<Repository>) => describeStatus({ active: true, status: "ok", ...more } as Repository);

describe("the poller", () => {
  it("works, or has nothing to do", () => {
    expect(poller({})).toEqual({ text: "The poller works normally.", tone: "good" });
    expect(poller({ feeds: [] })).toEqual({ text: "Nothing to poll yet.", tone: "idle" });
  });
  it("says what is wrong, with the server's detail", () => {
    expect(poller({ state: "rate_limited", detail: "no requests left until 10:00" }).text).toBe(
      "Polling waits until GitHub allows more requests. No requests left until 10:00.",
    );
    expect(poller({ state: "store_away", feeds: [] }).tone).toBe("bad");
  });
  it.each(["on_holiday", "constructor"])("reports a state that this page does not know: %s", (state) =>
    expect(poller({ state }).text).toBe(`The poller reports: ${state.replace("_", " ")}.`),
  );
});

describe("what an account receives", () => {
  it("is told only where an account is set", () => {
    expect(describeReceived({})).toBeNull();
    expect(describeReceived({ feed: null, repositories: 0 })).toBeNull();
    expect(describeReceived({ feed: "users/watcher", repositories: 0 })).toContain(
      "What watcher receives brings no events yet",
    );
    expect(describeReceived({ feed: "users/watcher", repositories: 2 })).toBe(
      "What watcher receives brings most events of 2 repositories with one request.",
    );
  });
});

describe("hints", () => {
  it("are told of only where there were some, and say when they stopped", () => {
    expect(describeHints({})).toBeNull();
    expect(describeHints({ repositories: 2, informed: 1, failing: 0 })).toBe(
      "Webhooks tell of 2 repositories. 1 repository is read when they do, and else only now and then.",
    );
    expect(describeHints({ repositories: 2, informed: 1, failing: 1 })).toContain(
      "The webhooks of 1 repository stopped",
    );
  });
});

describe("change probes", () => {
  it("are off, not worth their requests, or tell of repositories", () => {
    expect(describeProbes({ enabled: false })).toContain("--probe off");
    expect(describeProbes({ enabled: true, repositories: 0, informed: 0 })).toBe(
      "No probe is planned: it would save no requests now.",
    );
    expect(describeProbes({ enabled: true, repositories: 12, informed: 1 })).toBe(
      "One request tells whether 12 repositories have news. 1 repository is read when it does, and else only now and then.",
    );
  });
});

describe("a repository's status", () => {
  it("not found gives the three possible reasons", () => {
    const explanation = (statusDetail: string) =>
      status({ status: "not_found", status_detail: statusDetail }).explanation;
    const reasons = "Not found: misspelt, deleted, or private and not visible to this token";
    expect(explanation("GitHub answered 404: Not Found.")).toBe(`${reasons} (GitHub answered 404).`);
    expect(explanation("GitHub answered 410: Gone.")).toBe(`${reasons} (GitHub answered 410).`);
    expect(explanation("")).toBe(`${reasons}.`);
  });
  it("is explained with the server's detail", () => {
    expect(
      status({ status: "moved", status_detail: "GitHub redirects to https://api.github.com/repositories/1" })
        .explanation,
    ).toBe("The repository was renamed or moved on GitHub. GitHub redirects to https://api.github.com/repositories/1.");
    expect(status({}).label).toBe("Active");
    expect(status({ active: false }).label).toBe("Inactive");
  });
});

it("the limit of active repositories is named", () => {
  const text = (message: string) => errorText(new ApiError("conflict", message));
  expect(text("at most 5 repositories may be active at once (--max-active); 5 are now")).toMatch(
    /^The limit of 5 active repositories is reached\. Deactivate/,
  );
  expect(text("The limit of 5 active repositories is reached (--max-active): 6 would be active")).toMatch(
    /^The limit of 5 active repositories is reached\. Deactivate/,
  );
  expect(text("at most 1 repository may be active")).toMatch(/^The limit of 1 active repository is reached\./);
  expect(text("too many")).toMatch(/^The limit of active repositories is reached\./);
});
