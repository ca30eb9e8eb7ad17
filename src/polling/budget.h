// The rate limit as GitHub tells it, and when the next request may be sent without touching the reserve.
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
  explicit Budget(bool authenticated);

  // Takes in the limit's headers, Retry-After and the kind of the answer.
  void absorb(const core::Answer& answer, core::Timestamp now);

  // The earliest time at which one more request may be sent: `now`, or when a limit lifts, or when pacing allows it.
  core::Timestamp earliest(core::Timestamp now) const;

  // What an answer of this kind costs: 304s are free with a token.
  bool charged(core::AnswerKind kind) const;

  struct View {
    std::optional<std::int64_t> limit;
    std::optional<std::int64_t> remaining;
    std::int64_t reserve = 0;
    std::optional<core::Timestamp> reset_at;       // by our clock
    std::optional<core::Timestamp> blocked_until;  // primary or secondary limit
    std::string reason;                            // why it is blocked, for people
  };
  View view(core::Timestamp now) const;

  std::string save() const;
  void restore(std::string_view saved, core::Timestamp now);

 private:
  bool authenticated_;
  std::optional<std::int64_t> limit_;
  std::optional<std::int64_t> remaining_;
  std::optional<core::Timestamp> reset_at_;
  std::optional<core::Timestamp> blocked_until_;
  std::optional<core::Timestamp> last_request_at_;
  int secondary_in_a_row_ = 0;
  std::string reason_;
};

}  // namespace repopulse::polling
