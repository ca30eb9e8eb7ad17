#include "monitor/board.h"

#include <algorithm>

namespace repopulse::monitor {
namespace {

constexpr core::Millis kSpendingFor = std::chrono::seconds(10);
constexpr std::size_t kMuchSpending = 2'000;

void add_counters(core::PollCounters& sum, const core::PollCounters& more) {
  sum.requests += more.requests;
  sum.not_modified += more.not_modified;
  sum.failures += more.failures;
  sum.quota_spent += more.quota_spent;
}

// What hinders the poller most, and the words for it.
void describe_condition(PollerView& view, const Board::Content& content) {
  const RepositoryBook::Totals& totals = content.book.totals();
  if (!content.store_trouble.empty() || !content.follow_trouble.empty()) {
    view.condition = PollerCondition::kStoreAway;
    view.detail = content.store_trouble.empty() ? content.follow_trouble : content.store_trouble;
  } else if (content.shards.none()) {
    view.condition = PollerCondition::kFollowing;
    view.detail = "another server on the same store polls";
  } else if (view.app && view.app->stops_polling && !view.budget.bad_token) {
    const bool limited =
        view.app->kind == core::AnswerKind::kPrimaryLimit || view.app->kind == core::AnswerKind::kSecondaryLimit;
    view.condition = limited ? PollerCondition::kRateLimited : PollerCondition::kBackingOff;
    view.detail = view.app->trouble;
  } else if (view.budget.bad_token) {
    view.condition = PollerCondition::kBadToken;
    view.detail = view.budget.reason.empty() ? "GitHub refused the token (401)" : view.budget.reason;
  } else if (view.budget.blocked_until) {
    view.condition = PollerCondition::kRateLimited;
    view.detail = view.budget.reason;
  } else if (totals.active > 0 && totals.failing == totals.active) {
    view.condition = PollerCondition::kBackingOff;
    view.detail = "the last request failed for every active repository";
  }
}

// Where there is no token, nothing is asked: that counts as a refused token does, or as a wait.
void add_app(PollerView& view, const Board::Content& content, core::Timestamp now) {
  if (!content.app) return;
  view.app = content.app->view(now);
  if (!view.app->stops_polling) return;
  using core::AnswerKind;
  const AnswerKind kind = view.app->kind;
  view.budget.bad_token =
      kind == AnswerKind::kUnauthorized || kind == AnswerKind::kForbidden || kind == AnswerKind::kNotFound;
  view.budget.reason = view.app->trouble;
  view.budget.blocked_until = std::max(view.budget.blocked_until.value_or(now), view.app->next_try);
}

PollerView poller_view(const Board::Content& content, const std::vector<core::FeedState>& organisations,
                       core::Timestamp now) {
  PollerView view;
  view.policy = std::string(content.poller.policy().name());
  view.freshness = content.freshness;
  view.budget = content.poller.budget().view(now);
  view.probes = content.poller.probes(now);
  view.received = content.poller.received();
  view.hints = content.poller.hints();
  view.probe_budget = content.poller.probe_budget().view(now);
  view.clock_skew = content.clock.skew();
  add_app(view, content, now);
  view.started_at = content.started_at;
  view.staleness_count = content.staleness.count();
  view.staleness_mean_seconds = content.staleness.mean_seconds();
  view.staleness_p95_seconds = content.staleness.p95_seconds();
  view.counters = content.book.totals().counters;
  for (const core::FeedState& feed : organisations) add_counters(view.counters, feed.counters);
  for (const OwnerView& owner : *content.owners.views()) add_counters(view.counters, owner.counters);
  describe_condition(view, content);
  return view;
}

}  // namespace

Board::Board(std::unique_ptr<polling::Policy> policy, const polling::PollerSettings& polling, PolledShards shards,
             Token token, core::Millis freshness, std::optional<AppToken> app, core::WindowRule window)
    : content_{.poller = polling::Poller(std::move(policy), polling),
               .book = {},
               .owners = OwnerBook(polling.seed),
               .shards = std::move(shards),
               .pending = {},
               .token = std::move(token),
               .app = std::move(app),
               .clock = {},
               .window_time = {},
               .unread_windows = {},
               .untold = {},
               .store_trouble = {},
               .follow_trouble = {},
               .staleness = Staleness(),
               .spending = Spending(freshness, window),
               .freshness = freshness},
      organisations_(std::make_shared<const std::vector<core::FeedState>>()),
      spending_(std::make_shared<const SpendingView>()) {
  auto nothing = std::make_shared<Snapshot>();
  nothing->shared_feeds = organisations_;
  nothing->spending = spending_;
  nothing->owners = content_.owners.views();
  nothing->bots = content_.bots;
  snapshot_ = std::move(nothing);
}

// Each change is shown at once, unless there is much to look at.
void Board::review_spending(core::Timestamp now) {
  const bool fresh = spending_->until <= now && now < spending_->until + kSpendingFor;
  if (fresh && content_.spending.size() > kMuchSpending) return;
  const bool unchanged_is_charged = content_.poller.budget().charged(core::AnswerKind::kNotModified);
  spending_ = std::make_shared<const SpendingView>(content_.spending.view(unchanged_is_charged, now));
}

void Board::publish(core::Timestamp now) {
  review_spending(now);
  const polling::Poller& poller = content_.poller;
  if (poller.shared_feeds_version() != shared_feeds_version_) {
    organisations_ = std::make_shared<const std::vector<core::FeedState>>(poller.shared_feeds());
    shared_feeds_version_ = poller.shared_feeds_version();
  }
  auto made = std::make_shared<Snapshot>();
  made->version = ++version_;
  made->ready = content_.ready;
  made->store_ok = content_.store_trouble.empty() && content_.follow_trouble.empty();
  made->polls_first_shard = content_.shards.polls(0);
  made->repositories = content_.book.all();
  made->owners = content_.owners.views();
  made->shared_feeds = organisations_;
  made->spending = spending_;
  made->bots = content_.bots;
  made->poller = poller_view(content_, *organisations_, now);
  const std::lock_guard lock(snapshot_mutex_);
  snapshot_ = std::move(made);
}

std::shared_ptr<const Snapshot> Board::snapshot() const {
  const std::lock_guard lock(snapshot_mutex_);
  return snapshot_;
}

}  // namespace repopulse::monitor
