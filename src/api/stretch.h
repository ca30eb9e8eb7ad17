// A stretch of the stored history that a client asks statistics of: what is known of it, and answers about it that are
// kept. Reads the store.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "api/context.h"
#include "api/payload_cache.h"
#include "core/time.h"
#include "monitor/snapshot.h"

namespace repopulse::api {

// Tells of which stretches of a repository all events are known.
class KnownHistory {
 public:
  KnownHistory(const monitor::RepositoryView& view, std::optional<core::EventTime> first)
      : view_(view), first_(first) {}
  // Its first event; nullopt: there is none.
  const std::optional<core::EventTime>& first() const { return first_; }
  // No gap overlaps the stretch, and it does not begin before the first event.
  bool covers(core::EventTime from, core::EventTime to) const;

 private:
  const monitor::RepositoryView& view_;
  std::optional<core::EventTime> first_;
};

// Answers about stretches, by the repository and the query of the request. One about a stretch that is over holds until
// the repository changes, any other for a second.
class StretchAnswers {
 public:
  explicit StretchAnswers(std::size_t max_bytes) : answers_(max_bytes) {}

  std::shared_ptr<const http::Payload> find(const http::Request& request, const monitor::RepositoryView& view,
                                            core::Timestamp now);
  // `until`: the end of the stretch, where the client named one.
  void put(const http::Request& request, const monitor::RepositoryView& view, std::optional<core::EventTime> until,
           core::Timestamp now, std::shared_ptr<const http::Payload> payload);

 private:
  PayloadCache answers_;
};

}  // namespace repopulse::api
