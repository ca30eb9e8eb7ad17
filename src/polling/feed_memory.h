// What is remembered of a feed over a restart beside its state: text that the store keeps in FeedState::policy_state.
// Lines of their own for late events, for change probes, for what an account receives and for hints, where there is
// anything to say of them, stand before the policy's own memory. Older states have none of these lines.
#pragma once

#include <string>
#include <string_view>

namespace repopulse::polling {

// Views into the text that was split.
struct FeedMemory {
  std::string_view late_events;  // without the mark and the end of the line, as the next
  std::string_view probes;
  std::string_view partly = {};    // see Feed::hear_partly()
  std::string_view received = {};  // see ReceivedFeed
  std::string_view hints = {};     // see HintedFeed
  std::string_view policy;
};

FeedMemory split_memory(std::string_view policy_state);
std::string join_memory(const FeedMemory& memory);

}  // namespace repopulse::polling
