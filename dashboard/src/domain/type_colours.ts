// Which of the palette's colours an event type has, the same everywhere. The colours themselves are in styles/tokens.css.
import { own } from "./own";

const kSlots: Record<string, string> = {
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

export function colour_slot(type: string): string {
  return own(kSlots, type) ?? "other";
}
