// What change probes told of one feed, compared with what the feed itself showed: whether there is news, when the feed
// should show it, and whether the probe can be believed. It changes no feed and asks nobody.
//
// A probe is a hint. The first one gives the values to compare with; from the next read of the feed on, a probe that
// shows the same values says that nothing came, and one that shows others says that something did. A change that the
// feed has shown already is no news: what polls read meanwhile is counted against it.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "core/feed_state.h"
#include "core/probe_answer.h"
#include "core/time.h"
#include "polling/distrust.h"

namespace repopulse::polling {

// What is left to another source, which brings the events of these signals itself: a change is no news, unless the
// source was asked long enough after it and has not brought it.
struct LeftSignals {
  std::array<bool, core::kSignals> signals{};
  std::optional<core::Timestamp> asked_at{};  // when the source was asked last, by GitHub's clock
};

class ProbedFeed {
 public:
  enum class Told {
    kNothingNew,  // nothing came that a probe sees
    kNews,        // something came that the feed has not shown yet
    kUnknown,     // it tells nothing: there is nothing yet to compare with, or the probe could not see it
  };

  // An answer that came at `now`, and at `told` by GitHub's clock.
  Told take(const core::ProbedRepository& probed, const core::FeedState& state, core::Timestamp told,
            core::Timestamp now, const LeftSignals& left = {});
  // Another source brought an event.
  void hear_elsewhere(std::string_view kind, core::EventTime created_at);

  // --- reads of the feed itself ---
  // An event that was not known before. `left`: another source would have brought it.
  void hear(std::string_view kind, core::EventTime created_at, bool left = false);
  void forget_heard();  // what was heard is not stored
  struct Read {
    std::size_t events = 0;       // that were heard
    std::size_t unannounced = 0;  // of these: no probe told of them, though it could have, or they are of other kinds
    std::size_t missed = 0;       // of these, the ones of kinds that probes see
    std::size_t announced = 0;    // a probe had told of them before they were read
    bool had_news = false;        // there was news to be found …
    bool found_news = false;      // … and some of it has been found, now or by a read before
    int reads_before = 0;         // in vain
    core::Millis news_age{0};     // since it happened, as far as that is known
  };
  // The feed was read to the end, `told` by GitHub's clock. `lag`: how long it takes until it shows what happened.
  Read finish_read(core::Timestamp told, core::Millis lag, core::Timestamp now);

  // --- what follows ---
  // A probe could tell of all that comes: its answers and the reads of the feed go together.
  bool informed() const { return informed_; }
  // News waits to be read. When it was told, when it happened as far as that is known, and how many reads in vain
  // followed.
  bool has_news() const { return news_since_.has_value(); }
  core::Timestamp news_since() const { return *news_since_; }
  core::Timestamp news_happened() const { return news_happened_; }  // by our clock
  int reads_in_vain() const { return reads_in_vain_; }
  core::Timestamp last_in_vain() const { return last_in_vain_; }
  void give_news_up();

  // --- over a restart, and where the clock has gone back by `step` ---
  // One line without its end; empty: nothing to keep. What cannot be read counts as nothing. After a restore the next
  // answer is compared with the last one that came before the feed's last read.
  std::string save() const;
  void restore(std::string_view line);
  void clock_went_back(core::Millis step);

  // --- trust ---
  bool believed(core::Timestamp now) const { return distrust_.is_over(now); }
  void distrust(core::Timestamp now);

 private:
  struct SignalMemory {
    std::optional<core::SignalValue> value;       // that was told last
    std::int64_t heard = 0;                       // events since then by reads
    std::optional<core::EventTime> newest_heard;  // of all
    std::optional<core::EventTime> pending_at;    // news: when it happened, if that is told …
    std::int64_t pending = 0;                     // … and how many events are awaited; 0: none
    std::optional<core::EventTime> changed_at;    // the probe that told another value than the one before, or the first
    bool told_since_read = false;                 // there was news of it since the last read
    std::optional<core::EventTime> left_at;       // what is pending was told then, and is left to another source
  };
  void compare(SignalMemory& memory, const core::SignalValue& told, bool left, core::EventTime told_at);
  static bool covers(const SignalMemory& memory, core::EventTime created_at);
  void take_left(SignalMemory& memory, bool left, std::optional<core::Timestamp> asked_at);
  struct Heard {
    bool later = false;    // than the last answer
    bool awaited = false;  // a probe told of it before
    bool shown = false;    // what probes tell includes it, as far as they see it
  };
  Heard hear_signals(std::string_view kind, core::EventTime created_at);
  bool awaits_any() const;

  std::array<SignalMemory, core::kSignals> signals_{};
  std::optional<core::EventTime> compared_at_;  // by GitHub's clock: when values to compare with were told last
  std::optional<core::EventTime> compared_since_;
  std::optional<core::EventTime> shown_until_;  // by GitHub's clock: what happened until then was read
  std::uint64_t odd_id_ = 0;
  bool compared_ = false;  // its answers and the reads of the feed go together
  std::size_t proof_needed_ = 0;
  bool informed_ = false;
  std::optional<core::Timestamp> news_since_;
  core::Timestamp news_happened_{};
  bool fresh_news_ = false;  // of the answer being taken
  int reads_in_vain_ = 0;
  core::Timestamp last_in_vain_{};
  // Of the read under way.
  std::size_t heard_ = 0;
  std::size_t unannounced_ = 0;
  std::size_t missed_ = 0;
  std::size_t announced_ = 0;
  bool found_any_ = false;
  // Fading sums.
  double news_ = 0;
  double news_in_vain_ = 0;
  Distrust distrust_;
};

}  // namespace repopulse::polling
