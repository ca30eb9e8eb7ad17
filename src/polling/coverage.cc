#include "polling/coverage.h"

#include <algorithm>
#include <charconv>

#include "polling/numbers.h"

namespace repopulse::polling {

std::string save_coverage(core::Timestamp at, const std::set<std::string, std::less<>>& covered) {
  std::string saved = std::to_string(core::unix_millis(at));
  for (const std::string& feed : covered) saved.append(" ").append(feed);
  return saved;
}

std::optional<core::Timestamp> covered_at(std::string_view saved, std::string_view feed) {
  std::int64_t millis = 0;
  const auto [end, error] = std::from_chars(saved.data(), saved.data() + saved.size(), millis);
  if (error != std::errc{} || millis < 0 || millis > kLatestSaved) return std::nullopt;
  saved.remove_prefix(static_cast<std::size_t>(end - saved.data()));
  (void)take_word(saved);  // what is left of the number: nothing
  while (!saved.empty()) {
    if (take_word(saved) == feed) return core::timestamp_from_unix_millis(millis);
  }
  return std::nullopt;
}

bool serves(const core::FeedState& organisation, const core::FeedState& repository) {
  return organisation.failures_in_a_row == 0 && repository.failures_in_a_row == 0 &&
         organisation.next_poll_at > repository.last_polled_at &&
         covered_at(organisation.policy_state, repository.feed).has_value();
}

core::FeedState shown_with(core::FeedState repository, const core::FeedState& organisation) {
  if (!serves(organisation, repository)) return repository;
  repository.last_polled_at = std::max(repository.last_polled_at, organisation.last_polled_at);
  // What was planned before the organisation's feed took over has been put off since.
  const bool planned = repository.next_poll_at > organisation.last_polled_at;
  if (!planned || organisation.next_poll_at < repository.next_poll_at)
    repository.next_poll_at = organisation.next_poll_at;
  return repository;
}

}  // namespace repopulse::polling
