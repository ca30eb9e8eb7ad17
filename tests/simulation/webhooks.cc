#include "tests/simulation/webhooks.h"

namespace repopulse::simulation {

using core::Millis;
using core::Timestamp;

Webhooks::Webhooks(sim::GitHubSimulator& github, const WebhookSettings& settings, std::uint64_t seed, Timestamp from)
    : settings_(settings), random_(seed) {
  if (!exist()) return;
  github.on_event([this](const sim::Happened& event) { hear(event); });
  if (settings_.trouble_every > Millis(0)) next_change_ = from + settings_.trouble_every;
}

void Webhooks::hear(const sim::Happened& event) {
  if (stopped_ || !random_.chance(settings_.share)) return;
  const int copies = random_.chance(settings_.twice) ? 2 : 1;
  for (int i = 0; i < copies; ++i) {
    const auto longest = static_cast<std::uint64_t>(settings_.longest_delay.count());
    const Millis delay(longest > 0 ? static_cast<std::int64_t>(random_.below(longest)) : 0);
    under_way_.emplace(core::to_timestamp(event.key.created_at) + delay,
                       Delivery{event.full_name, event.repository, event.type});
  }
}

std::vector<Webhooks::Delivery> Webhooks::take(Timestamp now) {
  if (now >= next_change_) change(now);
  std::vector<Delivery> due;
  while (!under_way_.empty() && under_way_.begin()->first <= now) {
    due.push_back(under_way_.begin()->second);
    under_way_.erase(under_way_.begin());
  }
  told_ += due.size();
  return due;
}

void Webhooks::calm_down() {
  stopped_ = false;
  if (exist()) settings_.share = 1;
  next_change_ = Timestamp::max();
}

void Webhooks::change(Timestamp now) {
  stopped_ = !stopped_;
  next_change_ =
      now +
      Millis(static_cast<std::int64_t>(random_.exponential(static_cast<double>(settings_.trouble_every.count()))));
}

}  // namespace repopulse::simulation
