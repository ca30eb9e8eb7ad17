// Gives each event type its colour, the same on every page. The colours themselves are in styles/tokens.css.
import { lookup } from "./lookup";

const SLOTS: Record<string, string> = {
  PushEvent: "push",
  PullRequestEvent: "pull",
  PullRequestReviewEvent: "review",
  PullRequestReviewCommentEvent: "review-comment",
  PullRequestReviewThreadEvent: "review-comment",
  IssuesEvent: "issue",
  IssueCommentEvent: "issue-comment",
  CommitCommentEvent: "issue-comment",
  WatchEvent: "watch",
  ForkEvent: "fork",
  CreateEvent: "create",
  DeleteEvent: "delete",
  ReleaseEvent: "release",
};

export function colourSlot(type: string): string {
  return lookup(SLOTS, type) ?? "other";
}
