#include "polling/page_walk.h"

#include <algorithm>

namespace repopulse::polling {
namespace {

// GitHub's feeds are three pages deep; an Enterprise server's may be deeper. A bound on every loop.
constexpr int kMostPages = 20;
constexpr int kMostHops = 3;

}  // namespace

PageWalk::Verdict PageWalk::take(const core::Answer& answer, std::span<const std::optional<std::int64_t>> sequences,
                                 std::int64_t boundary) {
  validators_.push_back(answer.validator);
  entries_ += answer.page_entries;
  for (const core::Event& event : answer.events) {
    oldest_ = oldest_ ? std::min(*oldest_, event.key.created_at) : event.key.created_at;
  }
  ++page_;
  const bool overlap =
      std::ranges::any_of(sequences, [&](const auto& sequence) { return sequence && *sequence <= boundary; });
  if (overlap) return Verdict::kOverlap;
  const bool more = answer.has_next && answer.page_entries > 0 && page_ <= kMostPages;
  return more ? Verdict::kGoOn : Verdict::kEnd;
}

bool PageWalk::hop() {
  return ++hops_ <= kMostHops;
}

}  // namespace repopulse::polling
