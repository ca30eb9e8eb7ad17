// Renders the messages of the event stream as text/event-stream (WHATWG HTML, section 9.2). Pure.
#pragma once

#include <string>
#include <string_view>

#include "core/time.h"
#include "monitor/monitor.h"
#include "store/sequence.h"

namespace repopulse::api {

// A message with one line `data:` for each line of `json`.
std::string stream_message(std::string_view name, store::Sequence id, std::string_view json);

// The beginning of a stream: how long to wait before reconnecting, and the id to resume from.
std::string stream_opening(store::Sequence id);

// The data of `event: event`; `repository` is its full name.
std::string event_json(store::Sequence sequence, std::string_view repository, std::string_view github_json);
std::string statistics_json(const monitor::RepositoryView& view, core::Timestamp now);
std::string poll_json(const monitor::PollReport& poll);

}  // namespace repopulse::api
