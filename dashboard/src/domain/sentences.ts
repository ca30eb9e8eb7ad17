// Events as sentences: "torvalds pushed 3 commits to master". Whoever acts on a repository chooses most of what stands in
// an event, and fields come and go over the years, so nothing is taken for granted here.
import type { GitHubEvent } from "../api/types";
import { plural, type_words } from "./format";
import { own } from "./own";
import type { GitHubSite } from "./links";

// A piece of a sentence; `quote` is somebody's own words (a title, a message).
export interface Piece {
  text: string;
  href?: string | undefined;
  kind?: "actor" | "name" | "quote";
}
export type Sentence = Piece[];

const kLongestQuote = 140;

export function describe(event: GitHubEvent, repository: string, site: GitHubSite): Sentence {
  const login = text(event.actor?.login) ?? "somebody";
  const actor: Piece = { text: login, kind: "actor", href: login === "somebody" ? undefined : site.user(login) };
  const writer = own(kWriters, event.type);
  const payload = new Payload(event.payload);
  return [actor, { text: " " }, ...(writer ? writer(payload, { repository, site }) : unknown_event(event.type))];
}

export function sentence_text(sentence: Sentence): string {
  return sentence.map((piece) => (piece.kind === "quote" ? `“${piece.text}”` : piece.text)).join("");
}

// Reads a value out of JSON of which nothing is known.
class Payload {
  constructor(private readonly value: unknown) {}
  get(name: string): Payload {
    const value = this.value;
    return new Payload(typeof value === "object" && value !== null ? (value as Record<string, unknown>)[name] : undefined);
  }
  text(name: string): string | undefined {
    return text(this.get(name).value);
  }
  number(name: string): number | undefined {
    const value = this.get(name).value;
    return typeof value === "number" && Number.isFinite(value) ? value : undefined;
  }
  list(name: string): Payload[] {
    const value = this.get(name).value;
    return Array.isArray(value) ? value.map((item) => new Payload(item)) : [];
  }
  raw(name: string): unknown {
    return this.get(name).value;
  }
}

interface Place {
  repository: string;
  site: GitHubSite;
}
type Writer = (payload: Payload, place: Place) => Sentence;

function text(value: unknown): string | undefined {
  return typeof value === "string" && value !== "" ? value : undefined;
}

const say = (words: string): Piece => ({ text: words });

function name(words: string, href?: string): Piece {
  return { text: words, kind: "name", href };
}

// `: “the first line of what was written”`, or nothing.
function quote(words: string | undefined): Sentence {
  const line = words?.split("\n", 1)[0]?.trim();
  if (!line) return [];
  const short = line.length > kLongestQuote ? `${line.slice(0, kLongestQuote - 1).trimEnd()}…` : line;
  return [say(": "), { text: short, kind: "quote" }];
}

function numbered(subject: Payload, fallback: number | undefined, folder: string, place: Place): Piece {
  const number = subject.number("number") ?? fallback;
  if (number === undefined) return say("one");
  return name(`#${number}`, place.site.own(subject.raw("html_url")) ?? place.site.inside(place.repository, folder, number));
}

const kPastTense: Record<string, string> = {
  opened: "opened", closed: "closed", reopened: "reopened", merged: "merged", created: "created", edited: "edited", deleted: "deleted",
  assigned: "assigned", unassigned: "unassigned", labeled: "labelled", unlabeled: "removed a label from", synchronize: "updated",
  review_requested: "asked for a review of", ready_for_review: "marked ready for review", converted_to_draft: "turned into a draft",
  published: "published", answered: "answered", resolved: "resolved", unresolved: "reopened", dismissed: "dismissed", updated: "updated",
  locked: "locked", unlocked: "unlocked", pinned: "pinned", unpinned: "unpinned", transferred: "transferred",
  milestoned: "set the milestone of", demilestoned: "cleared the milestone of",
};

function did(payload: Payload, otherwise: string): string {
  const action = payload.text("action");
  return (action && (own(kPastTense, action) ?? action.replaceAll("_", " "))) || otherwise;
}

function branch(ref: string): string {
  return ref.replace(/^refs\/(heads|tags)\//, "");
}

const kWriters: Record<string, Writer> = {
  PushEvent(payload, place) {
    const ref = payload.text("ref");
    const commits = payload.number("distinct_size") ?? payload.number("size");
    const [before, head] = [payload.text("before"), payload.text("head")];
    const what = commits === undefined ? "pushed" : `pushed ${plural(commits, "commit")}`;
    const compare = before && head && !/^0+$/.test(before) ? place.site.inside(place.repository, "compare", `${before}...${head}`) : undefined;
    const messages = payload.list("commits");
    return [
      compare ? { text: what, href: compare } : say(what),
      ...(ref ? [say(" to "), name(branch(ref), place.site.inside(place.repository, "tree", branch(ref)))] : []),
      ...quote(messages[messages.length - 1]?.text("message")),
    ];
  },
  PullRequestEvent(payload, place) {
    const pull = payload.get("pull_request");
    const merged = payload.text("action") === "closed" && pull.raw("merged") === true;
    return [
      say(`${merged ? "merged" : did(payload, "changed")} pull request `),
      numbered(pull, payload.number("number"), "pull", place),
      ...quote(pull.text("title")),
    ];
  },
  IssuesEvent(payload, place) {
    const issue = payload.get("issue");
    return [say(`${did(payload, "changed")} issue `), numbered(issue, undefined, "issues", place), ...quote(issue.text("title"))];
  },
  IssueCommentEvent(payload, place) {
    const issue = payload.get("issue");
    const on_pull = issue.raw("pull_request") !== undefined;
    return [
      comment_piece(payload, place, "commented"),
      say(` on ${on_pull ? "pull request" : "issue"} `),
      numbered(issue, undefined, on_pull ? "pull" : "issues", place),
      ...quote(issue.text("title") ?? payload.get("comment").text("body")),
    ];
  },
  PullRequestReviewEvent(payload, place) {
    const review = payload.get("review");
    const verdicts: Record<string, string> = {
      approved: "approved", changes_requested: "asked for changes to", dismissed: "dismissed a review of", commented: "reviewed",
    };
    const verdict = own(verdicts, review.text("state")?.toLowerCase() ?? "") ?? "reviewed";
    const href = place.site.own(review.raw("html_url"));
    const pull = payload.get("pull_request");
    return [{ text: verdict, href }, say(" pull request "), numbered(pull, undefined, "pull", place), ...quote(pull.text("title"))];
  },
  PullRequestReviewCommentEvent(payload, place) {
    const pull = payload.get("pull_request");
    return [
      comment_piece(payload, place, "commented"),
      say(" on the code of pull request "),
      numbered(pull, undefined, "pull", place),
      ...quote(pull.text("title") ?? payload.get("comment").text("body")),
    ];
  },
  PullRequestReviewThreadEvent(payload, place) {
    const pull = payload.get("pull_request");
    return [say(`${did(payload, "changed")} a review thread of pull request `), numbered(pull, undefined, "pull", place), ...quote(pull.text("title"))];
  },
  CommitCommentEvent(payload, place) {
    const comment = payload.get("comment");
    const commit = comment.text("commit_id");
    return [
      comment_piece(payload, place, "commented"),
      say(" on commit "),
      commit ? name(commit.slice(0, 7), place.site.inside(place.repository, "commit", commit)) : say("one"),
      ...quote(comment.text("body")),
    ];
  },
  CreateEvent(payload, place) {
    const ref = payload.text("ref");
    const ref_type = payload.text("ref_type") ?? "branch";
    if (!ref) return [say("created the "), name(ref_type, place.site.repository(place.repository))];
    const folder = ref_type === "tag" ? "releases/tag" : "tree";
    return [say(`created ${ref_type} `), name(ref, place.site.inside(place.repository, folder, ref))];
  },
  DeleteEvent(payload) {
    return [say(`deleted ${payload.text("ref_type") ?? "branch"} `), name(payload.text("ref") ?? "one")];
  },
  ReleaseEvent(payload, place) {
    const release = payload.get("release");
    const tag = release.text("tag_name");
    const title = release.text("name");
    const href = place.site.own(release.raw("html_url")) ?? (tag ? place.site.inside(place.repository, "releases/tag", tag) : undefined);
    return [say(`${did(payload, "published")} release `), name(tag ?? title ?? "one", href), ...quote(title === tag ? undefined : title)];
  },
  ForkEvent(payload, place) {
    const fork = payload.get("forkee").text("full_name");
    return fork ? [say("forked it to "), name(fork, place.site.repository(fork))] : [say("forked it")];
  },
  WatchEvent: () => [say("starred it")],
  PublicEvent: () => [say("made it public")],
  MemberEvent(payload, place) {
    const member = payload.get("member").text("login");
    const verb = payload.text("action") === "removed" ? "removed" : payload.text("action") === "edited" ? "changed the rights of" : "added";
    return [say(`${verb} `), member ? name(member, place.site.user(member)) : say("somebody"), say(" as a collaborator")];
  },
  GollumEvent(payload, place) {
    const pages = payload.list("pages");
    const first = pages[0];
    if (!first) return [say("edited the wiki")];
    const title = first.text("title") ?? first.text("page_name") ?? "a page";
    const more = pages.length > 1 ? ` and ${plural(pages.length - 1, "page")} more` : "";
    return [say(`${did(first, "edited")} wiki page `), name(title, place.site.own(first.raw("html_url"))), say(more)];
  },
  DiscussionEvent(payload, place) {
    const discussion = payload.get("discussion");
    return [say(`${did(payload, "started")} discussion `), numbered(discussion, undefined, "discussions", place), ...quote(discussion.text("title"))];
  },
  DiscussionCommentEvent(payload, place) {
    const discussion = payload.get("discussion");
    return [comment_piece(payload, place, "commented"), say(" on discussion "), numbered(discussion, undefined, "discussions", place), ...quote(discussion.text("title"))];
  },
  SponsorshipEvent: (payload) => [say(`${did(payload, "created")} a sponsorship`)],
  TeamAddEvent: () => [say("gave a team access")],
  StatusEvent: (payload) => [say(`set a commit's status to ${payload.text("state") ?? "something"}`)],
  DeploymentEvent: () => [say("started a deployment")],
  DeploymentStatusEvent: () => [say("reported on a deployment")],
};

function comment_piece(payload: Payload, place: Place, otherwise: string): Piece {
  const verb = payload.text("action") === "created" ? otherwise : `${did(payload, otherwise)}${payload.text("action") ? " a comment" : ""}`;
  return { text: verb, href: place.site.own(payload.get("comment").raw("html_url")) };
}

function unknown_event(type: string): Sentence {
  return [say("caused an event of type "), name(type_words(String(type)))];
}
