// Which events GitHub's webhooks tell of.
#pragma once

#include <string_view>

namespace repopulse::core {

// The kind of event (`PushEvent`) of which a delivery of this kind (`push`) tells; empty: it is not known. By GitHub's
// documentation of webhook events and of event types.
std::string_view event_of_delivery(std::string_view delivery);

}  // namespace repopulse::core
