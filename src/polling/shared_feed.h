// An events feed as a shared source: one request stands for many repositories. `orgs/owner` shows the events of all
// repositories of one owner; `users/login` shows those of all repositories that an account watches, of any owner,
// though not all kinds of events. This class walks through its pages and finds out for each repository whether any
// event that it should show may lie unseen. It changes no other feed, and decides neither when it is asked nor whether
// it is worth that.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/answer.h"
#include "core/feed_name.h"
#include "core/feed_state.h"
#include "core/time.h"
#include "polling/feed.h"
#include "polling/shared_source.h"
#include "polling/source_cost.h"

namespace repopulse::polling {

// What an answer did to the poll of a source, and what it tells of the feeds.
struct SourceStep {
  Progress progress = Progress::kAgain;
  bool finished = false;           // no further page of this poll follows
  std::vector<std::size_t> fresh;  // indices of events of informed feeds that are not stored
  std::vector<Finding> findings;   // by feed, ascending: of each feed that the poll is for; empty after trouble
  std::int64_t boundary = 0;       // the highest number in the store before this poll
};

// By GitHub's clock: no older event of this feed, of those that the source shows, lies unseen. nullopt: that is not
// proven.
using ProvenOf = std::function<std::optional<core::Timestamp>(const Feed&)>;

class SharedFeed {
 public:
  explicit SharedFeed(std::string name) : name_(std::move(name)) {}

  const std::string& name() const { return name_; }
  bool shows_all() const { return !core::is_received_feed(name_); }  // that happens in a repository

  // --- which feeds ---
  // All polled repositories that it may show; of them, those that it informs, or may inform.
  const std::set<std::string, std::less<>>& repositories() const { return repositories_; }
  void add_repository(const std::string& feed) { repositories_.insert(feed); }
  void remove_repository(const std::string& feed);  // of the poll under way too
  std::span<const std::string> informs() const { return informs_; }
  void set_informs(std::vector<std::string> feeds) { informs_ = std::move(feeds); }
  void add_informed(const std::string& feed);
  void remove_informed(std::string_view feed);
  bool informing() const { return informing_; }
  void set_informing(bool informing) { informing_ = informing; }
  bool informs_now(std::string_view feed) const;
  // Those that the poll under way is for: informs(), as it was when the poll began.
  const std::vector<std::string>& poll_is_for() const { return poll_is_for_; }

  // --- its own feed, while it is open: that is, asked ---
  void open(core::FeedState stored);
  // Gives its state, to be remembered. `interrupted`: a question was under way.
  core::FeedState close(bool interrupted);
  bool is_open() const { return feed_.has_value(); }
  Feed& feed() { return *feed_; }
  const Feed& feed() const { return *feed_; }
  // It was read lately, and without trouble.
  bool is_proven() const { return feed_ && feed_->read_at() && feed_->state().failures_in_a_row == 0; }

  // --- a poll, page by page ---
  // Before the question of a poll's first page: that poll is for nobody until its answer comes.
  void forget_poll() { poll_is_for_.clear(); }
  // With the first answer: the poll is for all that it informs then.
  void begin_poll();
  // `feeds` are looked at, not changed.
  SourceStep take(const core::Answer& answer, const Known& known, bool charged, std::uint64_t seed, const Feeds& feeds,
                  const ProvenOf& proven, core::Timestamp now);

  // --- of the last polls ---
  core::Millis looked_back() const { return looked_back_; }
  SourceCost& cost() { return cost_; }
  const SourceCost& cost() const { return cost_; }
  // A repository's own feed was read to the end, and showed `missed` events that this feed should have shown by then;
  // `heard` events it did show. Is that more than chance?
  static bool leaves_out(std::size_t missed, std::size_t heard) { return missed * 10 > heard; }

 private:
  void take_page(const core::Answer& answer, const Known& known, std::int64_t boundary, SourceStep& step,
                 const Feeds& feeds, core::Timestamp now);
  bool covers(const Feed& feed, std::optional<core::Timestamp> proven) const;
  bool is_enough(const Feeds& feeds, const ProvenOf& proven) const;
  void finish(const core::Answer& answer, bool shown_whole, std::int64_t boundary, const Feeds& feeds,
              const ProvenOf& proven, SourceStep& step, core::Timestamp now);

  std::string name_;
  std::set<std::string, std::less<>> repositories_;
  std::vector<std::string> informs_;
  bool informing_ = false;
  std::optional<Feed> feed_;
  bool interrupted_ = false;  // it was closed while it was asked

  // Of the poll under way.
  std::vector<std::string> poll_is_for_;
  std::set<std::string, std::less<>> overlaps_;  // feeds of which an event was met that was stored before
  std::optional<core::Timestamp> reach_;         // how far back the last page looks
  std::size_t pages_ = 0;
  bool all_read_ = true;  // no entry was met that may have been an event of any repository and could not be read

  core::Millis looked_back_{0};
  SourceCost cost_;
};

static_assert(SharedSource<SharedFeed>);

}  // namespace repopulse::polling
