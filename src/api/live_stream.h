// GET /api/stream: sends events, statistics and polls to many clients as they happen. Reads the store and the monitor's
// snapshot; never polls GitHub and never changes anything.
//
// The id of an `event` message is the store's sequence number; other messages carry the id of the event before them. A
// client that reconnects with the last id it saw gets every event once: first the events stored since then, read from
// the store at the client's own pace; after that it joins the live readers. A live reader that is too slow is
// disconnected by its queue, and can resume in the same way. When a key is revoked, the streams opened with it end.
#pragma once

#include <atomic>
#include <cstddef>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "api/context.h"
#include "http/message.h"
#include "http/router.h"

namespace repopulse::api {

// Any thread may call anything at any time. Must outlive the server that runs its route.
class LiveStream {
 public:
  explicit LiveStream(Context& context);
  ~LiveStream();
  LiveStream(const LiveStream&) = delete;
  LiveStream& operator=(const LiveStream&) = delete;

  void add_routes(http::Router& router);
  // How many clients are connected. A client that has just left may still be counted.
  std::size_t readers();

 private:
  struct Reader;
  using Readers = std::vector<std::shared_ptr<Reader>>;
  using Text = std::shared_ptr<const std::string>;

  http::Response open(const http::Request& request);
  VisitorLimiter::Token admit_visitor(const http::Request& request);

  // From the store, on worker threads.
  void catch_up(const std::shared_ptr<Reader>& reader);
  bool send_stored(Reader& reader, const std::vector<store::StoredEvent>& events);
  bool join(const std::shared_ptr<Reader>& reader);
  bool may_read(const Reader& reader) const;
  void send_statistics(const std::shared_ptr<Reader>& reader);
  store::Sequence last_sent() const;

  // Live, on the threads of the monitor.
  void broadcast_event(const store::StoredEvent& event, const core::RepoName& name);
  void broadcast_statistics(const monitor::RepositoryView& view);
  void broadcast_poll(const monitor::PollReport& poll);
  void broadcast_state(std::string_view name, std::optional<core::RepoId> repository, const std::string& json);
  void close_revoked();
  void remove_disconnected();

  Context& context_;
  std::uint64_t subscription_ = 0;
  std::shared_ptr<std::atomic<std::size_t>> count_ = std::make_shared<std::atomic<std::size_t>>(0);

  mutable std::mutex mutex_;
  Readers live_;
  std::size_t cleanup_at_ = 64;    // with this many readers, look for those that are gone
  store::Sequence last_sent_ = 0;  // all events up to this one are in the store and were sent to the live readers
};

}  // namespace repopulse::api
