// Writes an event as a sentence: "torvalds pushed 3 commits to master". Strangers choose most of an event's text, and GitHub
// adds and removes fields over the years, so every value is checked before it is used.
import type { GitHubEvent } from "../api/types";
import { plural, typeLabel } from "./format";
import type { GitHubSite } from "./links";
import { lookup } from "./lookup";

// A piece of a sentence; a `quote` is text that a person wrote (a title, a message).
export interface Piece {
  text: string;
  href?: string | undefined;
  kind?: "actor" | "name" | "quote";
}
export type Sentence = Piece[];

const LONGEST_QUOTE = 140;
const UNKNOWN = "(unknown)";

export function describeEvent(event: GitHubEvent, repository: string, site: GitHubSite): Sentence {
  const login = text(event.actor?.login) ?? "somebody";
  const actor: Piece = { text: login, kind: "actor", href: login === "somebody" ? undefined : site.user(login) };
  const writer = lookup(WRITERS, event.type);
  const payload = new Payload(event.payload);
  return [actor, { text: " " }, ...(writer ? writer(payload, { repository, site }) : unknownEvent(event.type))];
}

export function sentenceText(sentence: Sentence): string {
  return sentence.map((piece) => (piece.kind === "quote" ? `“${piece.text}”` : piece.text)).join("");
}

// Reads values from JSON of unknown shape.
class Payload {
  constructor(private readonly value: unknown) {}
  get(name: string): Payload {
    const value = this.value;
    return new Payload(
      typeof value === "object" && value !== null ? (value as Record<string, unknown>)[name] : undefined,
    );
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

// What links are built from.
interface Context {
  repository: string;
  site: GitHubSite;
}
type Writer = (payload: Payload, context: Context) => Sentence;

function text(value: unknown): string | undefined {
  return typeof value === "string" && value !== "" ? value : undefined;
}

const plain = (text: string): Piece => ({ text });

function name(text: string, href?: string): Piece {
  return { text, kind: "name", href };
}

// `: “the first line of the text”`; nothing if there is no text.
function quote(written: string | undefined): Sentence {
  const line = written?.split("\n", 1)[0]?.trim();
  if (!line) return [];
  const short = line.length > LONGEST_QUOTE ? `${line.slice(0, LONGEST_QUOTE - 1).trimEnd()}…` : line;
  return [plain(": "), { text: short, kind: "quote" }];
}

function numbered(subject: Payload, fallback: number | undefined, folder: string, context: Context): Piece {
  const number = subject.number("number") ?? fallback;
  if (number === undefined) return plain(UNKNOWN);
  return name(
    `#${number}`,
    context.site.onSite(subject.raw("html_url")) ?? context.site.inside(context.repository, folder, number),
  );
}

const PAST_TENSE: Record<string, string> = {
  opened: "opened",
  closed: "closed",
  reopened: "reopened",
  merged: "merged",
  created: "created",
  edited: "edited",
  deleted: "deleted",
  assigned: "assigned",
  unassigned: "unassigned",
  labeled: "labelled",
  unlabeled: "removed a label from",
  synchronize: "updated",
  review_requested: "asked for a review of",
  ready_for_review: "marked ready for review",
  converted_to_draft: "converted to a draft",
  published: "published",
  answered: "answered",
  resolved: "resolved",
  unresolved: "reopened",
  dismissed: "dismissed",
  updated: "updated",
  locked: "locked",
  unlocked: "unlocked",
  pinned: "pinned",
  unpinned: "unpinned",
  transferred: "transferred",
  milestoned: "set the milestone of",
  demilestoned: "removed the milestone of",
};

function pastTense(payload: Payload, otherwise: string): string {
  const action = payload.text("action");
  return (action && (lookup(PAST_TENSE, action) ?? action.replaceAll("_", " "))) || otherwise;
}

function branch(ref: string): string {
  return ref.replace(/^refs\/(heads|tags)\//, "");
}

const WRITERS: Record<string, Writer> = {
  PushEvent(payload, context) {
    const ref = payload.text("ref");
    const commits = payload.number("distinct_size") ?? payload.number("size");
    const [before, head] = [payload.text("before"), payload.text("head")];
    const what = commits === undefined ? "pushed" : `pushed ${plural(commits, "commit")}`;
    const compare =
      before && head && !/^0+$/.test(before)
        ? context.site.inside(context.repository, "compare", `${before}...${head}`)
        : undefined;
    const messages = payload.list("commits");
    return [
      compare ? { text: what, href: compare } : plain(what),
      ...(ref ? [plain(" to "), name(branch(ref), context.site.inside(context.repository, "tree", branch(ref)))] : []),
      ...quote(messages[messages.length - 1]?.text("message")),
    ];
  },
  PullRequestEvent(payload, context) {
    const pull = payload.get("pull_request");
    const merged = payload.text("action") === "closed" && pull.raw("merged") === true;
    return [
      plain(`${merged ? "merged" : pastTense(payload, "changed")} pull request `),
      numbered(pull, payload.number("number"), "pull", context),
      ...quote(pull.text("title")),
    ];
  },
  IssuesEvent(payload, context) {
    const issue = payload.get("issue");
    return [
      plain(`${pastTense(payload, "changed")} issue `),
      numbered(issue, undefined, "issues", context),
      ...quote(issue.text("title")),
    ];
  },
  IssueCommentEvent(payload, context) {
    const issue = payload.get("issue");
    const onPull = issue.raw("pull_request") !== undefined;
    return [
      commentPiece(payload, context, "commented"),
      plain(` on ${onPull ? "pull request" : "issue"} `),
      numbered(issue, undefined, onPull ? "pull" : "issues", context),
      ...quote(issue.text("title") ?? payload.get("comment").text("body")),
    ];
  },
  PullRequestReviewEvent(payload, context) {
    const review = payload.get("review");
    const verdicts: Record<string, string> = {
      approved: "approved",
      changes_requested: "asked for changes to",
      dismissed: "dismissed a review of",
      commented: "reviewed",
    };
    const verdict = lookup(verdicts, review.text("state")?.toLowerCase() ?? "") ?? "reviewed";
    const href = context.site.onSite(review.raw("html_url"));
    const pull = payload.get("pull_request");
    return [
      { text: verdict, href },
      plain(" pull request "),
      numbered(pull, undefined, "pull", context),
      ...quote(pull.text("title")),
    ];
  },
  PullRequestReviewCommentEvent(payload, context) {
    const pull = payload.get("pull_request");
    return [
      commentPiece(payload, context, "commented"),
      plain(" on the code of pull request "),
      numbered(pull, undefined, "pull", context),
      ...quote(pull.text("title") ?? payload.get("comment").text("body")),
    ];
  },
  PullRequestReviewThreadEvent(payload, context) {
    const pull = payload.get("pull_request");
    return [
      plain(`${pastTense(payload, "changed")} a review thread of pull request `),
      numbered(pull, undefined, "pull", context),
      ...quote(pull.text("title")),
    ];
  },
  CommitCommentEvent(payload, context) {
    const comment = payload.get("comment");
    const commit = comment.text("commit_id");
    return [
      commentPiece(payload, context, "commented"),
      plain(" on commit "),
      commit ? name(commit.slice(0, 7), context.site.inside(context.repository, "commit", commit)) : plain(UNKNOWN),
      ...quote(comment.text("body")),
    ];
  },
  CreateEvent(payload, context) {
    const ref = payload.text("ref");
    const refType = payload.text("ref_type") ?? "branch";
    if (!ref) return [plain("created the "), name(refType, context.site.repository(context.repository))];
    const folder = refType === "tag" ? "releases/tag" : "tree";
    return [plain(`created ${refType} `), name(ref, context.site.inside(context.repository, folder, ref))];
  },
  DeleteEvent(payload) {
    return [plain(`deleted ${payload.text("ref_type") ?? "branch"} `), name(payload.text("ref") ?? UNKNOWN)];
  },
  ReleaseEvent(payload, context) {
    const release = payload.get("release");
    const tag = release.text("tag_name");
    const title = release.text("name");
    const href =
      context.site.onSite(release.raw("html_url")) ??
      (tag ? context.site.inside(context.repository, "releases/tag", tag) : undefined);
    return [
      plain(`${pastTense(payload, "published")} release `),
      name(tag ?? title ?? UNKNOWN, href),
      ...quote(title === tag ? undefined : title),
    ];
  },
  ForkEvent(payload, context) {
    const fork = payload.get("forkee").text("full_name");
    return fork
      ? [plain("forked the repository to "), name(fork, context.site.repository(fork))]
      : [plain("forked the repository")];
  },
  WatchEvent: () => [plain("starred the repository")],
  PublicEvent: () => [plain("made the repository public")],
  MemberEvent(payload, context) {
    const member = payload.get("member").text("login");
    const verb =
      payload.text("action") === "removed"
        ? "removed"
        : payload.text("action") === "edited"
          ? "changed the permissions of"
          : "added";
    return [
      plain(`${verb} `),
      member ? name(member, context.site.user(member)) : plain("somebody"),
      plain(" as a collaborator"),
    ];
  },
  GollumEvent(payload, context) {
    const pages = payload.list("pages");
    const first = pages[0];
    if (!first) return [plain("edited the wiki")];
    const title = first.text("title") ?? first.text("page_name") ?? "a page";
    const more = pages.length > 1 ? ` and ${plural(pages.length - 1, "page")} more` : "";
    return [
      plain(`${pastTense(first, "edited")} wiki page `),
      name(title, context.site.onSite(first.raw("html_url"))),
      plain(more),
    ];
  },
  DiscussionEvent(payload, context) {
    const discussion = payload.get("discussion");
    return [
      plain(`${pastTense(payload, "started")} discussion `),
      numbered(discussion, undefined, "discussions", context),
      ...quote(discussion.text("title")),
    ];
  },
  DiscussionCommentEvent(payload, context) {
    const discussion = payload.get("discussion");
    return [
      commentPiece(payload, context, "commented"),
      plain(" on discussion "),
      numbered(discussion, undefined, "discussions", context),
      ...quote(discussion.text("title")),
    ];
  },
  SponsorshipEvent: (payload) => [plain(`${pastTense(payload, "created")} a sponsorship`)],
  TeamAddEvent: () => [plain("gave a team access to the repository")],
  StatusEvent: (payload) => [plain(`set a commit's status to ${payload.text("state") ?? UNKNOWN}`)],
  DeploymentEvent: () => [plain("started a deployment")],
  DeploymentStatusEvent: () => [plain("updated the status of a deployment")],
};

function commentPiece(payload: Payload, context: Context, otherwise: string): Piece {
  const verb =
    payload.text("action") === "created"
      ? otherwise
      : `${pastTense(payload, otherwise)}${payload.text("action") ? " a comment" : ""}`;
  return { text: verb, href: context.site.onSite(payload.get("comment").raw("html_url")) };
}

function unknownEvent(type: string): Sentence {
  return [plain("triggered an event of type "), name(typeLabel(String(type)))];
}
