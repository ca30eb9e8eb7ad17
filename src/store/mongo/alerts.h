// The collection `alerts`: { _id, revision, key, firing_key, firing, unsent, repository, rule, since, resolved_at,
// summary, value, threshold, notices }. `firing_key` has a unique index: it is the key while the alert holds, and after
// that a text that no other alert has. A change replaces one document, if its revision is the one that was read: no
// transaction is needed.
#pragma once

#include <optional>
#include <vector>

#include "store/alert_store.h"
#include "store/mongo/database.h"

namespace repopulse::store::mongo {

class Alerts {
 public:
  explicit Alerts(Database& database) : database_(database) {}

  core::Result<Alert> add(const Alert& alert);
  core::Result<Alert> update(const Alert& alert);
  core::Result<std::vector<Alert>> open();
  core::Result<AlertPage> page(std::optional<AlertState> state, std::size_t offset, std::size_t limit);
  core::Status forget(core::Timestamp resolved_before);

 private:
  core::Result<std::int64_t> last_id();

  Database& database_;
};

}  // namespace repopulse::store::mongo
