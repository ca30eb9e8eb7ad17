// The texts that polling leaves in the store: of the budget, the price of waiting, an organisation's feed, each policy,
// and late events. The first byte says which one the rest is. No text is a crash or a number that cannot be; what was
// read is saved as a text that reads and saves as the same.
#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "fuzz/require.h"
#include "polling/budget.h"
#include "polling/coverage.h"
#include "polling/late_events.h"
#include "polling/policy_table.h"
#include "polling/price_of_waiting.h"

namespace {

using namespace repopulse;
using namespace std::chrono_literals;
using core::Timestamp;
using fuzz::require;

constexpr Timestamp kNow{std::chrono::seconds(1'750'000'000)};
constexpr core::Millis kLongestWait = 24h + 5min;  // that GitHub may ask for, and what clocks may differ by

void budget(std::string_view text) {
  polling::Budget read(true);
  read.restore(text);
  const std::string saved = read.save();
  polling::Budget again(true);
  again.restore(saved);
  require(again.save() == saved);
  // As the poller does at its start.
  const core::Millis ahead = read.seen_ahead(kNow);
  for (polling::Budget* each : {&read, &again}) {
    if (ahead > 0ms) each->clock_went_back(ahead);
    require(each->seen_ahead(kNow) == 0ms);
  }
  for (const bool walking : {false, true}) {
    const Timestamp earliest = read.earliest(kNow, walking);
    require(earliest >= kNow && earliest - kNow <= kLongestWait);
    require(again.earliest(kNow, walking) == earliest);
  }
  const polling::Budget::View view = read.view(kNow);
  require(!view.blocked_until || *view.blocked_until > kNow);
  require(view.reserve >= 0);
  // An answer finds it in a state that can be.
  core::Answer answer;
  answer.kind = core::AnswerKind::kSecondaryLimit;
  read.absorb(answer, kNow);
  require(read.earliest(kNow) > kNow);
}

void price(std::string_view text) {
  const auto plausible = [](const polling::PriceOfWaiting& price) {
    const double value = price.value(0.01, 0.1);
    return std::isfinite(value) && value > 0;
  };
  polling::PriceOfWaiting read(5min);
  read.restore(text);
  const std::string saved = read.save();
  polling::PriceOfWaiting again(5min);
  again.restore(saved);
  require(again.save() == saved);
  require(plausible(read) && again.value(0.01, 0.1) == read.value(0.01, 0.1));
  read.learn({.events = 3, .seconds = 700}, kNow);
  require(plausible(read));
}

void coverage(std::string_view text) {
  std::set<std::string, std::less<>> names;
  for (std::string_view rest = text; !rest.empty();) {
    const std::string_view name = rest.substr(0, rest.find(' '));
    if (!name.empty()) names.emplace(name);
    rest.remove_prefix(std::min(rest.size(), name.size() + 1));
  }
  const std::string saved = polling::save_coverage(kNow, names);
  for (const std::string& name : names) require(polling::covered_at(saved, name) == kNow);
  require(!polling::covered_at(saved, "repos/o/other") || names.contains("repos/o/other"));
  require(!polling::covered_at(saved, ""));
  // As it is: a name that it does not hold is not covered.
  for (const std::string_view name : {"repos/o/r", "x"}) {
    require(!polling::covered_at(text, name) || text.find(name) != std::string_view::npos);
  }
}

void policy(const polling::PolicyEntry& entry, std::string_view text) {
  const auto half = text.substr(0, text.find('\n'));
  const auto rest = text.substr(std::min(half.size() + 1, text.size()));
  const std::vector<core::EventTime> history = {core::to_event_time(kNow - 3h), core::to_event_time(kNow - 1h)};
  const auto make = [&](std::string_view feed, std::string_view portfolio) {
    auto made = entry.make({});
    made->restore_portfolio(portfolio);
    made->add("repos/o/r", history, feed, kNow);
    return made;
  };
  const auto read = make(half, rest);
  const auto next = [](polling::Policy& asked) {
    const Timestamp at = asked.next("repos/o/r", kNow);
    require(at >= kNow);
    return at;
  };
  const auto again = make(read->save("repos/o/r"), read->save_portfolio());
  require(again->save("repos/o/r") == read->save("repos/o/r"));
  require(again->save_portfolio() == read->save_portfolio());
  require(next(*read) == next(*again));
  read->observe("repos/o/r", {kNow, kNow - 1h, {}, true, false});
  next(*read);
}

void late_events(std::string_view text) {
  polling::LateEvents read;
  read.restore(text);
  const std::string saved = read.save();
  polling::LateEvents again;
  again.restore(saved);
  require(again.save() == saved);
  for (const core::Millis crossing : {10min, 30 * 60min, 24 * 60min}) {
    const polling::LateEvents::Pace pace{.within = 500min, .crossing = crossing};
    read = polling::LateEvents();
    read.restore(text);
    read.clock_went_back(kNow);  // as the poller does at its start where a time is ahead
    read.polled(true);
    if (read.due(pace, kNow)) read.looked(pace, 2, kNow);
    read.came(3h, 150, kNow);
    require(read.due(pace, kNow + 20h));
    read.looked(pace, 2, kNow + 20h);
    require(read.wanted_at().value_or(kNow + 48h) <= kNow + 48h);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string_view text(reinterpret_cast<const char*>(data + 1), size - 1);
  const auto policies = polling::policy_table();
  const std::size_t which = (data[0] - '0') % (policies.size() + 4);
  if (which == 0) budget(text);
  if (which == 1) price(text);
  if (which == 2) coverage(text);
  if (which == policies.size() + 3) {
    late_events(text);
  } else if (which > 2) {
    policy(policies[which - 3], text);
  }
  return 0;
}
