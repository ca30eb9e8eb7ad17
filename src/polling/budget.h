// The rate limit of one quota as GitHub tells it, and when the next request may be sent without touching the reserve.
// It knows no feed and no schedule.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "core/answer.h"
#include "core/time.h"

namespace repopulse::polling {

class Budget {
 public:
  explicit Budget(bool authenticated) : authenticated_(authenticated) {}

  // Takes in the limit's headers, Retry-After, and what kind of answer it was.
  void absorb(const core::Answer& answer, core::Timestamp now);

  // The earliest time at which one more request may be sent: `now`, or when a limit ends, or when pacing allows it.
  // Pacing starts once half of an even share of the hour's quota is spent, so that a first contact may be fast. It does
  // not delay a walk through pages that has begun: while the walk waits, events leave the end of the feed.
  core::Timestamp earliest(core::Timestamp now, bool walking = false) const;

  // Is so much of the hour's quota left that pacing is far away?
  bool has_plenty(core::Timestamp now) const;

  // Another token is used: GitHub is asked at once whether it is valid. Limits stay, since they may be the user's.
  void renew_token();

  // Does an answer of this kind count against the quota? 304s are free with a token.
  bool charged(core::AnswerKind kind) const;

  struct View {
    std::optional<std::int64_t> limit;
    std::optional<std::int64_t> remaining;
    std::int64_t reserve = 0;
    std::optional<core::Timestamp> reset_at;       // by our clock
    std::optional<core::Timestamp> blocked_until;  // a limit was hit, or the token was refused
    std::string reason;                            // why requests are blocked, for people
    bool bad_token = false;
  };
  View view(core::Timestamp now) const;

  // The clock went back by that much since the last request, as far as that can be seen; 0: it did not.
  core::Millis seen_ahead(core::Timestamp now) const;
  // Moves all times back by `step`, so that every wait lasts as long as it would have.
  void clock_went_back(core::Millis step);

  // Text for restore(). It holds everything that earliest() needs.
  std::string save() const;
  void restore(std::string_view saved);

 private:
  void take_limit(const core::Answer& answer, core::Timestamp now);
  void block(core::Timestamp until, std::string reason);
  // `told`: how long GitHub asks to wait; 0: it does not say.
  void meet_limit(core::Millis told, std::string reason, core::Timestamp now);
  void go_on(core::Timestamp now);
  std::int64_t reserve() const;
  // What is left beside the reserve, relative to an even share for the rest of the hour; 1: no limit is known.
  double share_left(core::Timestamp now) const;

  bool authenticated_;
  bool bad_token_ = false;
  std::optional<std::int64_t> limit_;
  std::optional<std::int64_t> remaining_;
  std::optional<core::Timestamp> reset_at_;
  std::optional<core::Timestamp> blocked_until_;  // in the past: when the last block ended
  std::optional<core::Timestamp> last_request_at_;
  int blocks_in_a_row_ = 0;  // limits and refused tokens: each waits longer than the one before
  std::string reason_;
};

}  // namespace repopulse::polling
