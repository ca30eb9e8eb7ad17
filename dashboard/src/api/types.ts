// The JSON that the server sends. Members that an older or newer server may leave out are optional.

export type RepositoryStatus =
  | "ok"
  | "pending"
  | "not_found"
  | "moved"
  | "replaced"
  | "forbidden"
  | "blocked"
  | "failing";

export interface Gap {
  from: string;
  to: string;
}

export interface Repository {
  id: number;
  full_name: string;
  name: string;
  owner: { login: string };
  html_url: string;
  active: boolean;
  added_at: string;
  status: RepositoryStatus;
  status_detail?: string | null;
  events_stored: number;
  last_event_at?: string | null;
  last_polled_at?: string | null;
  next_poll_at?: string | null;
  polling?: { policy?: string; requests?: number; not_modified?: number; failures?: number; quota_spent?: number };
  gaps?: Gap[];
}

export interface TypeStatistics {
  type: string;
  events: number;
  average_seconds: number | null;
  median_seconds: number | null;
  p90_seconds: number | null;
  stddev_seconds: number | null;
  min_seconds: number | null;
  max_seconds: number | null;
  first_event_at: string;
  last_event_at: string;
  events_per_hour: number | null;
  events_per_watched_hour?: number | null; // over the hours of the window in which the repository was watched
  few_events?: boolean; // the figures come from fewer than five events
  burstiness: number | null;
  expected_next_at: string | null;
}

export interface Statistics {
  repository: string;
  actors?: "people" | "bots"; // whose events count; absent: everybody's
  bots?: string[]; // patterns of robots' logins, where `actors` is
  window: {
    rule: string;
    days: number | null; // null for a range
    max_events: number | null;
    bounded_by: "events" | "days" | "range";
    from: string | null;
    to: string | null;
    events: number;
    complete: boolean;
  };
  as_of: string;
  types: TypeStatistics[];
}

// The stored events of each hour, day or week, oldest first.
export interface History {
  repository: string;
  buckets: HistoryBucket[];
}

export interface HistoryBucket {
  from: string;
  to: string;
  events: number;
  complete: boolean; // false if events may be missing
  types: { type: string; events: number }[];
}

// The members of GitHub's event that the page reads. Everything below `payload` must be checked before use: it differs by
// type, by year and by server, and strangers choose much of it.
export interface GitHubEvent {
  id: string;
  type: string;
  created_at: string;
  actor?: { login?: string };
  repo?: { name?: string };
  payload?: Record<string, unknown>;
}

export interface Poller {
  policy?: string;
  freshness_seconds?: number;
  rate_limit?: RateLimit;
  requests?: number;
  not_modified?: number;
  failures?: number;
  quota_spent?: number;
  probe?: Probe;
  received?: Received;
  hints?: Hints;
  staleness?: { mean_seconds?: number | null; p95_seconds?: number | null };
  spent?: Spent;
  started_at?: string | null;
  state?: string;
  detail?: string | null;
  feeds?: Feed[];
}

// Requests of one kind.
export interface Spending {
  requests: number;
  not_modified: number;
  failures: number;
  quota_spent: number;
  points_spent: number; // of the GraphQL quota
  events: number; // that were new
}

// What was asked in the last day at most.
export interface Spent extends Spending {
  since: string;
  until: string;
  staleness: { mean_seconds: number | null; p95_seconds: number | null; events: number };
  sources: (Spending & { source: string; told: number })[]; // `own`, `probes`, `lists`, or the name of a shared feed
  repositories: (Share & { repository: string })[];
  others: Share; // of no repository that is polled now
  alternatives: Alternative[];
}

// A repository's part of the requests.
export interface Share {
  own: number;
  shared: number;
  probes: number;
  quota_spent: number;
  points_spent: number;
  events: number;
}

// Another way to poll the same repositories.
export interface Alternative {
  policy: string;
  interval_seconds: number | null;
  requests: number;
  quota_spent: number;
  staleness_mean_seconds: number | null;
}

export interface RateLimit {
  limit?: number | null;
  remaining?: number | null;
  reserve?: number | null;
  reset_at?: string | null;
}

// Requests that tell for many repositories at once whether there is news.
export interface Probe {
  enabled?: boolean;
  repositories?: number;
  informed?: number; // of these, the ones that are read when a probe has news of them
  requests?: number;
  failures?: number;
  points_spent?: number;
  next_at?: string | null;
  trouble?: string | null;
  belief?: string; // `unproven`, `believed` or `distrusted`
  rate_limit?: RateLimit; // in points
}

// The feed of what an account receives, which brings events of many repositories with one request.
export interface Received {
  feed?: string | null; // `users/login`; null where no account is set
  repositories?: number; // of which it shows a part of the events
}

// Messages from outside, such as webhooks, that a repository may have news.
export interface Hints {
  repositories?: number;
  informed?: number;
  failing?: number;
  heard_at?: string | null;
}

export interface Feed {
  feed: string;
  repository?: string | null;
  served_by?: string | null; // the organisation feed that is polled instead
  next_poll_at?: string | null;
  last_polled_at?: string | null;
  failures_in_a_row?: number;
  requests?: number;
}

export interface Forecast {
  hours: ForecastHour[];
}

// Events expected in the hour that starts at `from`, and the 90 % interval.
export interface ForecastHour {
  from: string;
  expected: number;
  low: number;
  high: number;
}

// Something that a rule says of a repository, or of the poller (`repository` is null), from its beginning to its end.
export interface Alert {
  id: number;
  repository: string | null;
  rule: string;
  state: "firing" | "resolved";
  since: string;
  resolved_at: string | null;
  summary: string;
}

// What a target answered to a test message.
export interface TestedTarget {
  target: string;
  kind: string;
  sent: boolean;
  detail: string;
}

export type Role = "admin" | "read";

export interface OwnKey {
  role: Role;
  user?: string; // whom a proxy has signed in
}

// What needs no key.
export interface PublicView {
  public: "off" | "badges" | "read";
  signed_in?: boolean; // by a proxy
}

export interface EventMessage {
  repository: string;
  seq?: number;
  event: GitHubEvent;
}

export interface PollMessage {
  repository: string | null; // null: an organisation feed, which serves several repositories
  feed?: string;
  at: string;
  outcome?: string;
  new_events?: number;
  next_poll_at?: string | null;
  not_modified?: boolean;
  detail?: string | null;
}
