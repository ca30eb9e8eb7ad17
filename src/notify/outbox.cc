#include "notify/outbox.h"

#include <algorithm>
#include <map>

namespace repopulse::notify {
namespace {

using core::Millis;
using core::Status;
using core::Timestamp;
using store::Alert;
using store::Notice;

Millis pause_after(std::int64_t attempts) {
  Millis pause = kFirstPause;
  for (std::int64_t i = 1; i < attempts && pause < kLongestPause; ++i) pause *= 2;
  return std::min(pause, kLongestPause);
}

}  // namespace

Status Outbox::load() {
  auto open = store_.open_alerts();
  if (!open) return tl::unexpected(open.error());
  open_ = *std::move(open);
  return {};
}

bool Outbox::holds(const std::string& key) const {
  return std::ranges::any_of(open_, [&](const Alert& alert) { return alert.key == key && !alert.resolved_at; });
}

void Outbox::add_notices(Alert& alert, bool end, Timestamp now) const {
  for (const std::string& target : targets_) alert.notices.push_back({target, end, now, {}, now + kGathered, 0});
}

Status Outbox::begin(Alert alert, Timestamp now, bool even_unstored) {
  if (holds(alert.key)) return {};
  alert.since = now;
  add_notices(alert, false, now);
  auto added = store_.add_alert(alert);
  if (added) {
    open_.push_back(*std::move(added));
    return {};
  }
  const bool is_away = added.error().kind != core::ErrorKind::kConflict;
  if (!is_away) return core::fail(core::ErrorKind::kStale, added.error().message);  // another server began it
  if (!even_unstored) return tl::unexpected(added.error());
  open_.push_back(std::move(alert));
  return {};
}

Status Outbox::end(const std::string& key, Timestamp now) {
  const auto found =
      std::ranges::find_if(open_, [&](const Alert& alert) { return alert.key == key && !alert.resolved_at; });
  if (found == open_.end()) return {};
  Alert ended = *found;
  ended.resolved_at = now;
  add_notices(ended, true, now);
  return put(std::move(ended));
}

// Of an alert that is not stored yet, the change is kept here alone. There is one at most: the poller's, whose key
// tells it from the others.
Status Outbox::put(Alert changed) {
  const auto at = std::ranges::find_if(open_, [&](const Alert& alert) {
    return alert.id == changed.id && alert.key == changed.key && alert.since == changed.since;
  });
  if (at == open_.end()) return {};
  if (changed.id == 0) {
    *at = std::move(changed);
  } else {
    auto updated = store_.update_alert(changed);
    if (!updated) return tl::unexpected(updated.error());
    *at = *std::move(updated);
  }
  return {};
}

Status Outbox::store_unstored() {
  for (Alert& alert : open_) {
    if (alert.id != 0) continue;
    auto added = store_.add_alert(alert);
    if (!added && added.error().kind == core::ErrorKind::kConflict) {
      return core::fail(core::ErrorKind::kStale, added.error().message);
    }
    if (!added) return tl::unexpected(added.error());
    alert = *std::move(added);
  }
  forget_closed();
  return {};
}

void Outbox::forget_closed() {
  std::erase_if(open_, [](const Alert& alert) { return alert.id != 0 && alert.resolved_at && alert.notices.empty(); });
}

// --- messages ---

std::optional<std::string> Outbox::due_target(Timestamp now, bool unstored_alone) const {
  for (const std::string& target : targets_) {
    for (const Alert& alert : open_) {
      if (unstored_alone && alert.id != 0) continue;
      const bool due = std::ranges::any_of(
          alert.notices, [&](const Notice& notice) { return notice.target == target && notice.due_at <= now; });
      if (due) return target;
    }
  }
  return std::nullopt;
}

core::Result<std::optional<Message>> Outbox::next(Timestamp now, bool unstored_alone) {
  const auto target = due_target(now, unstored_alone);
  if (!target) return std::nullopt;
  // A message that was begun comes first, with all that it had: its notices are due at the same time.
  Message message{*target, {}, {}};
  for (const Alert& alert : open_) {
    if (unstored_alone && alert.id != 0) continue;
    for (const Notice& notice : alert.notices) {
      const bool begun = notice.target == *target && notice.due_at <= now && !notice.delivery.empty();
      if (begun && message.delivery.empty()) message.delivery = notice.delivery;
    }
  }
  const bool is_new = message.delivery.empty();
  const std::string delivery = is_new ? make_id_() : message.delivery;
  message.delivery = delivery;
  std::vector<Alert> changed;
  for (const Alert& alert : open_) {
    if (unstored_alone && alert.id != 0) continue;
    Alert copy = alert;
    bool is_in = false;
    for (Notice& notice : copy.notices) {
      if (notice.target != *target || notice.delivery != (is_new ? std::string() : delivery)) continue;
      notice.delivery = delivery;
      ++notice.attempts;
      notice.due_at = now + pause_after(notice.attempts);
      message.alerts.push_back({alert, notice.end});
      is_in = true;
    }
    if (is_in) changed.push_back(std::move(copy));
  }
  for (Alert& alert : changed) {
    if (Status noted = put(std::move(alert)); !noted) return tl::unexpected(noted.error());
  }
  return message;
}

Status Outbox::note_sent(const Message& message) {
  const std::vector<Alert> before = open_;
  for (Alert alert : before) {
    const auto told = std::erase_if(alert.notices, [&](const Notice& notice) {
      return notice.target == message.target && notice.delivery == message.delivery;
    });
    if (told == 0) continue;
    if (Status noted = put(std::move(alert)); !noted) return noted;
  }
  forget_closed();
  return {};
}

core::Result<std::vector<std::string>> Outbox::give_up(Timestamp now) {
  std::vector<std::string> given_up;
  const std::vector<Alert> before = open_;
  for (Alert alert : before) {
    const auto dropped = std::erase_if(alert.notices, [&](const Notice& notice) {
      const bool known = std::ranges::find(targets_, notice.target) != targets_.end();
      const bool late = notice.made_at + kGivenUpAfter <= now;
      if (known && late) given_up.push_back(notice.target);
      return !known || late;
    });
    if (dropped == 0) continue;
    if (Status noted = put(std::move(alert)); !noted) return tl::unexpected(noted.error());
  }
  forget_closed();
  return given_up;
}

std::optional<Timestamp> Outbox::due() const {
  std::optional<Timestamp> first;
  for (const Alert& alert : open_) {
    for (const Notice& notice : alert.notices) first = std::min(first.value_or(notice.due_at), notice.due_at);
  }
  return first;
}

}  // namespace repopulse::notify
