// Decides what to ask GitHub next and what an answer means for the feeds: schedule, walk through pages, budget,
// back-off. One request at a time. Pure: no network, no store, no clock; `now` comes in, a decision and a due time come
// out. Thread-compatible.
//
// A round: next() gives an Ask. The caller sends it, looks up which events of the answer are stored already, and calls
// absorb(), which gives a Step. The caller writes its events and state in one transaction, repeats that while the store
// fails, and says confirm(); or it gives the round up with abandon(). Only then may next() be called again.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "core/answer.h"
#include "core/event.h"
#include "core/feed_state.h"
#include "core/time.h"
#include "polling/budget.h"
#include "polling/organisation.h"
#include "polling/page_walk.h"
#include "polling/policy.h"
#include "polling/safety.h"

namespace repopulse::polling {

struct PollerSettings {
  bool authenticated = false;                     // a 304 is free
  std::uint64_t seed = 1;                         // of the jitter
  core::Millis longest_interval{24 * 3'600'000};  // a quiet feed is asked at least that often
  bool organisation_feeds = true;                 // one feed may be asked for several repositories of one owner
};

struct Wait {
  core::Timestamp until;
};
struct Ask {
  std::string feed;
  std::string location;  // remembered redirect; empty: the feed's usual path
  int page = 1;
  core::Validator validator;  // empty: ask without
};
using Decision = std::variant<Wait, Ask>;

// What the store knows about the events of an answer.
struct Known {
  std::vector<std::optional<std::int64_t>> sequences;  // by event: under which number it is stored, or nullopt
  std::int64_t last_sequence = 0;                      // the highest number in the store
  std::optional<core::EventTime> newest;               // newest created_at stored of the feed
  // Of an organisation's feed: of each of its repositories' feeds that has events.
  std::map<std::string, core::EventTime, std::less<>> newest_by_feed;
};

// What an answer changes.
struct Step {
  core::FeedState state;                // to be stored, together with the fresh events
  std::vector<std::size_t> fresh;       // indices into Answer::events of those to be stored
  bool poll_finished = false;           // no further page of this poll follows
  bool first_contact = false;           // the feed was never read to the end before
  std::optional<core::Gap> gap;         // events may have been lost here
  std::vector<core::FeedState> others;  // further states to be stored: of an organisation's repositories
};

class Poller {
 public:
  Poller(std::unique_ptr<Policy> policy, const PollerSettings& settings);

  // A feed comes under watch. `history`: known arrivals, ascending. A feed that was never polled is due at once; one
  // that was goes on with its schedule.
  void add(core::FeedState state, std::span<const core::EventTime> history, core::Timestamp now);
  // The same for a feed whose history takes time to read and to learn, as Policy::announce has it: it follows with
  // teach(), whenever there is time for it, and before the feed is asked.
  void announce(core::FeedState state, std::span<const core::EventTime> recent, core::Timestamp now);
  const std::set<std::string, std::less<>>& untaught() const { return untaught_; }
  void teach(std::string_view feed, std::span<const core::EventTime> history, core::Timestamp now);
  void remove(std::string_view feed, core::Timestamp now);
  // Due at once, as far as the floor permits.
  void poll_soon(std::string_view feed, core::Timestamp now);
  const core::FeedState* state(std::string_view feed) const;  // nullptr: not under watch

  // --- organisations (poller_organisations.cc) ---
  // Where several repositories under watch have one owner, `orgs/owner` may be asked in their place. The poller decides
  // that by itself; `orgs/…` is then a feed like any other, whose events belong to the repositories that they name.
  // What was stored of an organisation's feed before a restart; before its repositories are added.
  void remember(core::FeedState organisation);
  std::vector<core::FeedState> organisations() const;  // all that were ever asked, ascending by name
  std::uint64_t organisations_version() const { return organisations_version_; }  // moves with each change of them
  // The repositories' feeds that an organisation's feed is asked for now, or a poll under way is for.
  std::vector<std::string> repositories_of(std::string_view organisation) const;
  // The feed's state with the times that count for its repository: when all of it was last read, and will be next, by
  // whichever feed.
  core::FeedState shown_state(std::string_view feed) const;

  Decision next(core::Timestamp now);
  // The feed that was asked by the last next() may have been removed since; then there is nothing to absorb.
  bool awaits_answer() const { return asking_.has_value(); }
  const std::string& asked_feed() const { return *asking_; }
  Step absorb(const core::Answer& answer, const Known& known, core::Timestamp now);
  void confirm();
  // The step could not be stored and never will be: the feed is as it was before the request, and asked again from its
  // first page after its floor.
  void abandon(core::Timestamp now);

  void renew_token() { budget_.renew_token(); }
  const Budget& budget() const { return budget_; }
  const Policy& policy() const { return *policy_; }
  // What must survive a restart beside the feeds, as small named texts.
  std::vector<std::pair<std::string, std::string>> save() const;
  void restore(std::span<const std::pair<std::string, std::string>> notes);

 private:
  struct Feed {
    core::FeedState state;
    core::FeedState stored;  // as it was before the request under way
    PageWalk walk;
    core::Timestamp due{};
    std::optional<core::Timestamp> planned;  // before a restart, for a feed that is untaught
    std::optional<core::Timestamp> last_success;
    core::Millis longest{0};                       // what is safe to wait after a poll
    bool urgent = false;                           // poll_soon: nothing puts it off
    std::vector<core::EventTime> fresh_arrivals;   // of the poll under way
    std::vector<core::EventTime> recent_arrivals;  // the newest few, ascending
    Rushes rushes;

    // Of a repository's feed.
    std::string organisation;                  // the owner's feed
    bool served = false;                       // that one is asked in its place
    std::optional<core::Timestamp> whole_at;   // by GitHub's clock: nothing older lies unseen; nullopt: not proven
    core::Timestamp own_read_at{};             // when it was last asked itself
    std::size_t since_own_read = 0;            // events that came by the other feed since
    std::optional<std::int64_t> own_sequence;  // the highest number in the store then
  };

  Feed* find(std::string_view feed);  // nullptr: not under watch
  void enter(core::FeedState state, std::span<const core::EventTime> history, core::Timestamp now);
  static void remember_history(Feed& feed, std::span<const core::EventTime> history);
  void plan_taught(Feed& feed, core::Timestamp now);
  void set_due(Feed& feed, core::Timestamp due);
  core::Validator validator_for(const Feed& feed, core::Timestamp now) const;
  void absorb_page(Feed& feed, const core::Answer& answer, const Known& known, Step& step, core::Timestamp now);
  void absorb_unchanged(Feed& feed, const core::Answer& answer, const Known& known, Step& step, core::Timestamp now);
  void absorb_end(Feed& feed, const core::Answer& answer, const Known& known, Step& step, core::Timestamp now);
  void absorb_redirect(Feed& feed, const core::Answer& answer, Step& step, core::Timestamp now);
  void absorb_trouble(Feed& feed, const core::Answer& answer, Step& step, core::Timestamp now);
  bool take_unchanged(Feed& feed);
  void keep_pages_read(Feed& feed, core::Timestamp now);
  void observe(Feed& feed, bool complete, bool first_contact, core::Timestamp now);
  void finish(Feed& feed, const core::Answer& answer, const Known& known, Step& step, core::Timestamp now);
  void reconsider_moved(core::Timestamp now);
  core::Timestamp wished(const Feed& feed, core::Timestamp now);

  // Organisations (poller_organisations.cc).
  void enlist(Feed& feed);
  void delist(Feed& feed, core::Timestamp now);
  bool is_ready(const Feed& feed) const;
  void review(const std::string& organisation, core::Timestamp now);
  void open_organisation(const std::string& name, core::Timestamp now);
  void close_organisation(const std::string& name, core::Timestamp now);
  void begin_service(Organisation& organisation, core::Timestamp now);
  void end_service(Organisation& organisation, core::Timestamp now);
  void ask_organisation(const Feed& feed);
  void begin_organisation_poll(Feed& feed);
  void absorb_organisation(Feed& feed, const core::Answer& answer, const Known& known, Step& step, core::Timestamp now);
  void take_organisation_page(Feed& feed, const core::Answer& answer, const Known& known, Step& step);
  bool covered(const Organisation& organisation, const Feed& member) const;
  void prove_less(Feed& member, std::int64_t boundary, const Known& known, Step& step);
  void finish_organisation(Feed& feed, const core::Answer& answer, const Known& known, bool all_seen, Step& step,
                           core::Timestamp now);
  void organisation_troubled(Feed& feed, core::AnswerKind kind, core::Timestamp now);
  void rest_organisation(Feed& feed, const std::string& why, core::Timestamp now);
  void abandon_organisation(Feed& feed, core::Timestamp now);
  void finish_own_read(Feed& feed, const core::Answer& answer, const Known& known, Step& step, core::Timestamp now);
  void distrust(const std::string& organisation, Step& step, core::Timestamp now);
  core::Timestamp own_due(const Feed& feed, core::Timestamp now);
  core::Timestamp organisation_wish(const Feed& feed, core::Timestamp now);

  std::unique_ptr<Policy> policy_;
  PollerSettings settings_;
  Budget budget_;
  std::map<std::string, Feed, std::less<>> feeds_;
  std::map<std::string, Organisation, std::less<>> organisations_;
  std::uint64_t organisations_version_ = 0;
  std::map<std::string, core::FeedState, std::less<>> remembered_;   // of organisations that are not asked now
  std::set<std::pair<core::Timestamp, std::string_view>> schedule_;  // views into the keys of feeds_
  std::set<std::string, std::less<>> untaught_;
  std::optional<std::string> asking_;
  std::set<std::string> moved_;         // feeds for which the policy may wish otherwise than before
  std::optional<std::string> walking_;  // a poll with pages still to read goes before all others
};

}  // namespace repopulse::polling
