// Tables `alerts` and `alert_notices`. Call inside a transaction of the right kind; throws SqliteFailure.
#pragma once

#include <optional>
#include <vector>

#include "store/alert_store.h"
#include "store/sqlite/connection.h"

namespace repopulse::store::sqlite {

Result<Alert> add_alert(Connection& connection, const Alert& alert);     // kConflict: one of that key holds
Result<Alert> update_alert(Connection& connection, const Alert& alert);  // kStale: it was changed meanwhile
std::vector<Alert> open_alerts(Connection& connection);
AlertPage page_of_alerts(Connection& connection, std::optional<AlertState> state, std::size_t offset,
                         std::size_t limit);
void forget_alerts(Connection& connection, core::Timestamp resolved_before);

}  // namespace repopulse::store::sqlite
