// GET /api/stream: what happens, to many readers, as it happens.
//
// The ids of messages are the store's sequence numbers; what is no event
// carries the id of the event before it. So a reader who comes back with the
// last id that it saw gets every event once: first those that were stored
// since, from the store and at its own pace; once it has caught up it is among
// those who get what comes live. A live reader that does not keep up is dropped
// by its queue, and comes back in the same way. A reader whose key is revoked is
// sent nothing more, and its stream ends.
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

// Any thread. Must outlive the server that runs its route.
class LiveStream {
 public:
  explicit LiveStream(Context& context);
  ~LiveStream();
  LiveStream(const LiveStream&) = delete;
  LiveStream& operator=(const LiveStream&) = delete;

  void add_routes(http::Router& router);
  // Readers that are there, or were a moment ago.
  std::size_t readers();

 private:
  struct Reader;
  using Readers = std::vector<std::shared_ptr<Reader>>;
  using Text = std::shared_ptr<const std::string>;

  http::Response open(const http::Request& request);

  // From the store, on worker threads.
  void catch_up(const std::shared_ptr<Reader>& reader);
  bool send_stored(Reader& reader, const std::vector<store::StoredEvent>& events);
  bool join(const std::shared_ptr<Reader>& reader);
  bool may_read(const Reader& reader) const;
  void send_statistics(const std::shared_ptr<Reader>& reader);
  store::Sequence last_told() const;

  // Live, on the threads of the monitor.
  void tell_event(const store::StoredEvent& event, const core::RepoName& name);
  void tell_statistics(const monitor::RepositoryView& view);
  void tell_poll(const monitor::PollReport& poll);
  void tell_state(std::string_view name, std::optional<core::RepoId> repository, const std::string& json);
  void end_revoked();
  void forget_gone();

  Context& context_;
  std::uint64_t subscription_ = 0;
  std::shared_ptr<std::atomic<std::size_t>> count_ = std::make_shared<std::atomic<std::size_t>>(0);

  mutable std::mutex mutex_;
  Readers live_;
  std::size_t tidy_at_ = 64;       // so many readers, and those that are gone are looked for
  store::Sequence last_told_ = 0;  // every event up to it is in the store, and with the live readers
};

}  // namespace repopulse::api
