#include "api/stretch.h"

#include <algorithm>
#include <utility>

#include "api/request_path.h"
#include "core/clock.h"

namespace repopulse::api {
namespace {

std::string question(const http::Request& request) {
  return repository_in_path(request).append("?").append(request.query);
}

PayloadCache::Stamp stamp_of(const monitor::RepositoryView& view, std::int64_t second) {
  return {core::to_int(view.repository.id), view.version, second};
}

}  // namespace

bool KnownHistory::covers(core::EventTime from, core::EventTime to) const {
  if (!first_ || from < *first_) return false;
  return std::ranges::none_of(view_.repository.gaps,
                              [&](const core::Gap& gap) { return gap.to > from && gap.from < to; });
}

std::shared_ptr<const http::Payload> StretchAnswers::find(const http::Request& request,
                                                          const monitor::RepositoryView& view, core::Timestamp now) {
  const std::string key = question(request);
  if (auto lasting = answers_.find(key, stamp_of(view, 0))) return lasting;
  return answers_.find(key, stamp_of(view, core::unix_seconds(core::to_event_time(now))));
}

void StretchAnswers::put(const http::Request& request, const monitor::RepositoryView& view,
                         std::optional<core::EventTime> until, core::Timestamp now,
                         std::shared_ptr<const http::Payload> payload) {
  const bool over = until && core::to_timestamp(*until) + core::kClockTolerance < now;
  answers_.put(question(request), stamp_of(view, over ? 0 : core::unix_seconds(core::to_event_time(now))),
               std::move(payload));
}

}  // namespace repopulse::api
