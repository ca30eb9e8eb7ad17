// The alerts that hold, and the messages about them that are still to be sent: begins and ends alerts, puts what
// happened within a minute into one message for each target, and sends again what could not be sent, for a day.
//
// All of it is in the store before a message is sent: whoever takes over, after a crash or on another server, goes on
// with the same messages under the same delivery ids. It sends nothing itself and reads no clock.
//
// Not thread-safe.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "core/result.h"
#include "core/time.h"
#include "notify/message.h"
#include "store/alert_store.h"

namespace repopulse::notify {

// What happens within this time goes into one message.
inline constexpr core::Millis kGathered{60'000};
// A message is sent again after this time, then after twice as long each time, up to the longest. No shorter than a
// sending may take: until then, who takes over does not send it too.
inline constexpr core::Millis kFirstPause{30'000};
inline constexpr core::Millis kLongestPause{3'600'000};
// So long after it should have been sent, a message is given up.
inline constexpr core::Millis kGivenUpAfter{24 * 3'600'000};

class Outbox {
 public:
  // `targets`: Target::id() of each. `make_id` gives texts that no other delivery has. The store must outlive this.
  Outbox(store::AlertStore& store, std::vector<std::string> targets, std::function<std::string()> make_id)
      : store_(store), targets_(std::move(targets)), make_id_(std::move(make_id)) {}

  // Reads what is open; forgets what is known. To be called before everything else, and when an error was kStale.
  // Errors are the store's, here and below. After one, the outbox is as it was before the call.
  core::Status load();
  // From now on alerts are told to these. give_up() gives up what waits for others.
  void set_targets(std::vector<std::string> targets) { targets_ = std::move(targets); }
  const std::vector<store::Alert>& open() const { return open_; }  // that hold, or of which targets are to be told
  bool holds(const std::string& key) const;

  // The alert holds from now on: `key`, `repository`, `rule`, `summary`, `value`, `threshold`. Nothing happens where
  // it does already. `even_unstored`: where the store is away, it holds nevertheless and is stored when that is back:
  // for the alert that says that the store is away.
  core::Status begin(store::Alert alert, core::Timestamp now, bool even_unstored = false);
  core::Status end(const std::string& key, core::Timestamp now);

  // The next message that is due, noted in the store as under way; nullopt: there is none. Either note_sent() follows,
  // or it becomes due again.
  // `unstored_alone`: only of alerts that are not in the store, which may be away.
  core::Result<std::optional<Message>> next(core::Timestamp now, bool unstored_alone = false);
  core::Status note_sent(const Message& message);
  // Gives up the messages that are too old, and those to targets that are not in the settings any more; the targets of
  // the former.
  core::Result<std::vector<std::string>> give_up(core::Timestamp now);
  // When next() should be called again, because of what is known now.
  std::optional<core::Timestamp> due() const;

  // Stores what begin() could not. Cheap where there is nothing.
  core::Status store_unstored();

 private:
  // An alert that is not in the store yet has the id 0.
  core::Status put(store::Alert changed);
  void add_notices(store::Alert& alert, bool end, core::Timestamp now) const;
  std::optional<std::string> due_target(core::Timestamp now, bool unstored_alone) const;
  void forget_closed();

  store::AlertStore& store_;
  std::vector<std::string> targets_;
  const std::function<std::string()> make_id_;
  std::vector<store::Alert> open_;
};

}  // namespace repopulse::notify
