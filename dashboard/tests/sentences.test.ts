import { describe, expect, it } from "vitest";

import type { GitHubEvent } from "../src/api/types";
import { GitHubSite } from "../src/domain/links";
import { describeEvent, sentenceText } from "../src/domain/sentences";
import fixtures from "./fixtures/events.json";

const SITE = GitHubSite.of("https://github.com/o/r");

function sentence(event: Partial<GitHubEvent>): string {
  return sentenceText(
    describeEvent(
      { id: "1", type: "PushEvent", created_at: "2026-01-01T00:00:00Z", actor: { login: "ann" }, ...event },
      "o/r",
      SITE,
    ),
  );
}

describe("real events become sentences", () => {
  const texts = (fixtures as { source: string; event: GitHubEvent }[]).map(({ event }) => ({
    type: event.type,
    action: event.payload?.action,
    text: sentenceText(describeEvent(event, event.repo!.name!, SITE)),
  }));
  it.each([
    ["pushed with a commit's message", "ahmetb pushed 1 commit to master: “Fix a wrong link (#36)”"],
    ["pushed, in the form that GitHub sends since 2025", "wilhelm-murdoch pushed to main"],
    ["closed and merged", "PierreBtz merged pull request #580: “Bump maven-enforcer-plugin from 3.2.1 to 3.3.0”"],
    ["merged, in the form that GitHub sends since 2025", "wilhelm-murdoch merged pull request #11"],
    ["closed without a merge", "derekwaynecarr closed pull request #181: “hugepage proposal”"],
    ["reviewed", "PierreBtz approved pull request #580: “Bump maven-enforcer-plugin from 3.2.1 to 3.3.0”"],
    ["commented on a pull request", "allencloud commented on pull request #49087: “validate kube-proxy options”"],
    ["deleted a tag", "chenopis deleted tag initial-v1.5-release"],
    ["created a branch", "greenkeeper[bot] created branch greenkeeper/semver-5.4.0"],
    ["released", "maciaszczykm published release 1.6.2: “v1.6.2”"],
    ["forked", "boazy forked the repository to boazy/charts"],
    ["starred", "SlamJam starred the repository"],
    ["discussed", "giscus[bot] created discussion #9: “A Changelog That Builds Itself · Wilhelm Codes”"],
  ])("%s", (_, expected) => {
    expect(texts.map((each) => each.text)).toContain(expected);
  });
  it("knows every type in them", () => {
    expect(texts.filter((each) => each.text.includes("an event of type"))).toEqual([]);
  });
});

describe("events that GitHub may send in future", () => {
  it("of an unknown type are named", () => {
    expect(sentence({ type: "MergeQueueEntryEvent" })).toBe("ann triggered an event of type Merge queue entry");
  });
  it("may have no actor and no payload", () => {
    expect(sentence({ actor: undefined, payload: undefined })).toBe("somebody pushed");
  });
  it.each([
    "PushEvent",
    "PullRequestEvent",
    "IssuesEvent",
    "IssueCommentEvent",
    "PullRequestReviewEvent",
    "PullRequestReviewCommentEvent",
    "PullRequestReviewThreadEvent",
    "CommitCommentEvent",
    "CreateEvent",
    "DeleteEvent",
    "ReleaseEvent",
    "ForkEvent",
    "MemberEvent",
    "GollumEvent",
    "DiscussionEvent",
    "DiscussionCommentEvent",
    "SponsorshipEvent",
  ])("%s with values of the wrong kind is still a sentence", (type) => {
    for (const wrong of [null, 7, "text", [], [null], { number: "7", html_url: 7, title: {}, login: [] }]) {
      const payload = Object.fromEntries(
        [
          "ref",
          "ref_type",
          "size",
          "commits",
          "pull_request",
          "issue",
          "comment",
          "review",
          "release",
          "forkee",
          "member",
          "pages",
          "discussion",
          "action",
        ].map((name) => [name, wrong]),
      );
      expect(sentence({ type, payload })).toMatch(/^ann .+/);
    }
  });
  it("shortens a quote to one line", () => {
    const text = sentence({
      type: "IssuesEvent",
      payload: { action: "opened", issue: { number: 1, title: `${"long ".repeat(100)}\nsecond` } },
    });
    expect(text.length).toBeLessThan(200);
    expect(text).not.toContain("second");
  });
});

it.each(["constructor", "toString", "__proto__", "hasOwnProperty"])(
  "a name that every object has is treated as any other: %s",
  (name) => {
    expect(sentence({ type: name })).toMatch(/^ann triggered an event of type /);
    expect(sentence({ type: "IssuesEvent", payload: { action: name, issue: { number: 5 } } })).toBe(
      `ann ${name.replaceAll("_", " ")} issue #5`,
    );
    expect(sentence({ type: "PullRequestReviewEvent", payload: { review: { state: name } } })).toMatch(
      /^ann reviewed /,
    );
  },
);

describe("links", () => {
  const links = (event: Partial<GitHubEvent>) =>
    describeEvent({ id: "1", type: "IssuesEvent", created_at: "", actor: { login: "ann" }, ...event }, "o/r", SITE).map(
      (piece) => piece.href,
    );

  it("use the address in the event if it is on the same site", () => {
    expect(links({ payload: { issue: { number: 5, html_url: "https://github.com/o/r/issues/5" } } })).toContain(
      "https://github.com/o/r/issues/5",
    );
  });
  it.each([
    "javascript:alert(1)",
    "https://evil.example/o/r/issues/5",
    "//evil.example",
    "data:text/html,x",
    "https://github.com.evil.example/x",
  ])("never lead to %s", (htmlUrl) => {
    expect(links({ payload: { issue: { number: 5, html_url: htmlUrl } } })).toEqual([
      "https://github.com/ann",
      undefined,
      undefined,
      "https://github.com/o/r/issues/5",
    ]);
  });
  it("escape names", () => {
    const [, , , branch] = links({
      type: "CreateEvent",
      actor: { login: '"><script>' },
      payload: { ref_type: "branch", ref: 'a/b?"#<x>' },
    });
    expect(branch).toBe("https://github.com/o/r/tree/a/b%3F%22%23%3Cx%3E");
    expect(links({ actor: { login: "javascript:alert(1)" } })[0]).toBe("https://github.com/javascript%3Aalert(1)");
  });
  it("lead to the page of an application", () => {
    expect(links({ actor: { login: "dependabot[bot]" } })[0]).toBe("https://github.com/apps/dependabot");
  });
  it("stay on the GitHub Enterprise server of the repository", () => {
    expect(GitHubSite.of("https://git.example.org/o/r").inside("o/r", "issues", 1)).toBe(
      "https://git.example.org/o/r/issues/1",
    );
    expect(GitHubSite.of("javascript:alert(1)").repository("o/r")).toBe("https://github.com/o/r");
  });
});
