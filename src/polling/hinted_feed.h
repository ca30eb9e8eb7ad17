// What hints told of one feed, compared with what reads of it showed: which kinds of events come with hints, whether
// the hints are true, and whether they tell of so much that the feed need not be polled without one. It changes no feed
// and asks nobody.
//
// A hint and an event belong together where the hint came at about the time of the event, and names its kind or none.
// Hints of one kind within a few seconds count as one, which stands for all events of that moment, as long as no read
// of the feed has begun: it will show them. Two webhooks may tell of the same event at any time. All other hints are
// answered only by a read that began after they came, even where a read before has shown an event that may be theirs:
// events of one kind cannot be told apart.
#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/hint.h"
#include "core/time.h"

namespace repopulse::polling {

class HintedFeed {
 public:
  // A hint comes at most so long after its event was created, mostly. One that comes later may find it read.
  static constexpr core::Millis kUnderWay{30'000};
  // GitHub's feeds show an event half a minute after its hint at the earliest. So many reads in vain wait for it.
  static constexpr int kReads = 5;

  // What happened before, while nobody listened, says nothing of hints.
  explicit HintedFeed(core::Timestamp now) : listens_since_(now) {}

  // A hint has come. True: it is to be read for; false: another hint has told of its event.
  bool take(const core::Hint& hint, core::Timestamp now);

  // --- reads of the feed itself ---
  void begin_read();  // its first page is asked for: what hints tell from now on, it may not show
  void hear(std::string_view kind, core::EventTime created_at);  // an event that was not known before
  void forget_heard() { heard_.clear(); }                        // what was heard is not stored
  struct Read {
    std::size_t unannounced = 0;  // events that came without a hint
    bool misled = false;          // some are of a kind that comes with hints, and no hint at all was waiting
    // Hints waited for this read. How many reads they had waited for in vain, whether the event of one was found, and
    // how long after its hint.
    std::optional<int> reads_before;
    bool found = false;
    core::Millis age{0};
  };
  // It was read to the end, `told` by GitHub's clock.
  Read finish_read(core::Timestamp told, core::Timestamp now);

  // --- what follows ---
  // The last read was for a hint whose event no read had shown before.
  bool was_for_unread() const { return was_for_unread_; }
  // Hints tell of nearly all that comes, and the feed was read since that is so.
  bool trusted() const { return trusted_; }
  double true_share() const;  // of the hints
  // Hints were trusted, stopped then, and none has come since.
  std::optional<core::Timestamp> failed_at() const { return failed_at_; }
  // Hints wait to be read for. The first one that no read was for; nullopt: there is none.
  std::optional<core::Timestamp> first_fresh() const;
  // The newest one that reads were for in vain, and how many; nullopt: there is none.
  struct InVain {
    core::Timestamp hinted_at{};
    int reads = 0;
  };
  std::optional<InVain> newest_in_vain() const;
  core::Timestamp read_at() const { return read_at_; }

  // --- over a restart, and where the clock has gone back by `step` ---
  // One line without its end; empty: nothing to keep. What cannot be read counts as nothing. What hints told while no
  // server ran is lost: the feed is trusted again after a read.
  std::string save() const;
  void restore(std::string_view line);
  void clock_went_back(core::Millis step);

 private:
  struct Told {
    std::string kind;
    std::map<std::string, int, std::less<>> webhooks;  // that told of it, and how often
    core::Timestamp at{};
    bool asked_for = false;     // a read has begun since
    bool perhaps_read = false;  // a read that began before it came has shown an event of its kind
    int reads = 0;              // in vain
    int events = 0;             // that were read of it
  };
  struct Event {
    std::string kind;
    core::EventTime created_at{};
    bool counted = false;  // with a hint that may be another event's
  };
  // A share of something, of which older parts fade.
  struct Share {
    double all = 0;
    double part = 0;
    void count(bool is_part);
  };
  void take_event(const Event& event, Read& read, core::Timestamp now);
  bool take_hint_of(const Event& event, Read& read, core::Timestamp now);
  bool take_newer_hint_of(const Event& event);
  void spend_found();
  static bool repeats(const core::Hint& hint, const Told& told, core::Timestamp now);
  static int most_told(const Told& told);
  void count_without_hint(const Event& event, Read& read);
  void count_event(const Event& event, bool with_hint);
  bool comes_with_hints(std::string_view kind) const;
  void expire_early(Read& read, core::Timestamp now);
  void expire_hints(Read& read, core::Timestamp now);
  void judge(const Read& read, core::Timestamp now);

  bool belongs(std::string_view hinted, core::Timestamp at, const Event& event) const;
  // By GitHub's clock.
  core::Timestamp by_github(core::Timestamp at) const { return at + github_ahead_; }

  core::Timestamp listens_since_;
  core::Millis github_ahead_{0};  // of our clock, at the last read
  std::vector<Told>::iterator find_spent(const Event& event);
  bool take_spent(const Event& event);
  void spend(Told hint);

  std::vector<Told> waiting_;                        // ascending by time
  std::vector<Told> spent_;                          // of which an event was read lately
  std::vector<Event> early_;                         // that were read, and whose hint may still come
  std::map<std::string, Share, std::less<>> kinds_;  // of events: with a hint
  Share told_;                                       // of all events: with a hint
  Share true_;                                       // of hints: true
  double proof_ = 0;                                 // events with a hint, since hints failed
  double proof_needed_ = 0;
  bool trusted_ = false;
  std::optional<core::Timestamp> failed_at_;
  bool was_for_unread_ = false;
  core::Timestamp read_at_{};
  std::vector<Event> heard_;  // by the read under way
};

}  // namespace repopulse::polling
