#include "polling/feed_memory.h"

namespace repopulse::polling {
namespace {

constexpr std::string_view kLateEvents = "late-events ";
constexpr std::string_view kProbes = "probes ";
constexpr std::string_view kPartly = "partly ";
constexpr std::string_view kReceived = "received ";
constexpr std::string_view kHints = "hints ";

// Takes the line with this mark away from the beginning of `text`. Empty: there is none.
std::string_view take_line(std::string_view mark, std::string_view& text) {
  const std::size_t end = text.find('\n');
  if (!text.starts_with(mark) || end == std::string_view::npos) return {};
  const std::string_view line = text.substr(mark.size(), end - mark.size());
  text.remove_prefix(end + 1);
  return line;
}

void put_line(std::string_view mark, std::string_view line, std::string& out) {
  if (line.empty()) return;
  out += mark;
  out += line;
  out += '\n';
}

}  // namespace

FeedMemory split_memory(std::string_view policy_state) {
  FeedMemory memory;
  memory.late_events = take_line(kLateEvents, policy_state);
  memory.probes = take_line(kProbes, policy_state);
  memory.partly = take_line(kPartly, policy_state);
  memory.received = take_line(kReceived, policy_state);
  memory.hints = take_line(kHints, policy_state);
  memory.policy = policy_state;
  return memory;
}

std::string join_memory(const FeedMemory& memory) {
  std::string out;
  put_line(kLateEvents, memory.late_events, out);
  put_line(kProbes, memory.probes, out);
  put_line(kPartly, memory.partly, out);
  put_line(kReceived, memory.received, out);
  put_line(kHints, memory.hints, out);
  out += memory.policy;
  return out;
}

}  // namespace repopulse::polling
