// Gives each event type its colour and its mark, the same on every page. The colours themselves are in styles/tokens.css.
//
// Each public event type of GitHub has a colour of its own. Readers who are colour-blind cannot tell so many colours apart, so the rarer
// types have a mark besides: stripes or dots. Types with the same mark differ for everybody; tests/type_colours.test.ts says by how much.
import { lookup } from "./lookup";

export type Mark = "plain" | "striped" | "dotted";

interface Look {
  slot: string;
  mark: Mark;
}

const plain = (slot: string): Look => ({ slot, mark: "plain" });
const striped = (slot: string): Look => ({ slot, mark: "striped" });
const dotted = (slot: string): Look => ({ slot, mark: "dotted" });

// By how often they occur at GitHub, most frequent first.
export const LOOKS: Record<string, Look> = {
  PushEvent: plain("push"),
  CreateEvent: plain("create"),
  PullRequestEvent: plain("pull"),
  IssueCommentEvent: plain("issue-comment"),
  WatchEvent: plain("watch"),
  PullRequestReviewEvent: plain("review"),
  IssuesEvent: plain("issue"),
  DeleteEvent: plain("delete"),
  PullRequestReviewCommentEvent: striped("review-comment"),
  ForkEvent: striped("fork"),
  ReleaseEvent: striped("release"),
  DiscussionEvent: striped("discussion"),
  CommitCommentEvent: striped("commit-comment"),
  GollumEvent: striped("wiki"),
  PullRequestReviewThreadEvent: dotted("review-thread"),
  MemberEvent: dotted("member"),
  PublicEvent: dotted("public"),
  SponsorshipEvent: dotted("sponsorship"),
};

const OTHER = dotted("other"); // what GitHub may add

export function typeLook(type: string): Look {
  return lookup(LOOKS, type) ?? OTHER;
}

// The classes of the style sheet that give an element the colour and the mark of a type.
export function typeClass(type: string): string {
  const { slot, mark } = typeLook(type);
  return `type-${slot} mark-${mark}`;
}
