// What waits to be written to an event stream, handed from any thread to the loop that owns its connection.
#pragma once

#include <atomic>
#include <cstddef>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "http/message.h"

namespace repopulse::http {

class Connection;
class StreamQueue;

// Where other threads leave word for a loop which streams have something new: one wake-up however many they are.
// Thread-safe.
class Mailbox {
 public:
  // `wake` makes the loop call take() soon; called from any thread.
  explicit Mailbox(std::function<void()> wake) : wake_(std::move(wake)) {}

  void put(std::shared_ptr<StreamQueue> stream);
  std::vector<std::shared_ptr<StreamQueue>> take();
  void shut();  // the loop is going: nothing is put any more

 private:
  std::mutex mutex_;
  std::function<void()> wake_;
  std::vector<std::shared_ptr<StreamQueue>> ready_;
};

class StreamQueue final : public EventStream, public std::enable_shared_from_this<StreamQueue> {
 public:
  StreamQueue(std::shared_ptr<Mailbox> mailbox, std::weak_ptr<Connection> connection, std::size_t max_bytes)
      : mailbox_(std::move(mailbox)), connection_(std::move(connection)), max_bytes_(max_bytes) {}

  // Any thread.
  bool send(std::shared_ptr<const std::string> text) override;
  void when_drained(std::function<void()> call) override;
  void close() override;

  // The loop's thread. What was taken counts against the bound until written() says that the client has it. At most
  // about `max_bytes` at once: what waits here is shared with other streams, what was taken is copied for each.
  struct Batch {
    std::vector<std::shared_ptr<const std::string>> texts;
    bool closed = false;      // nothing follows
    bool overflowed = false;  // the reader is too slow
  };
  Batch take(std::size_t max_bytes);
  void written(std::size_t bytes);
  std::function<void()> take_drained();  // what is to be called now; empty: nothing
  bool overflowed() const;
  void reader_gone();
  std::shared_ptr<Connection> connection() const { return connection_.lock(); }

 private:
  void notify(std::unique_lock<std::mutex> lock);

  const std::shared_ptr<Mailbox> mailbox_;
  const std::weak_ptr<Connection> connection_;
  const std::size_t max_bytes_;

  mutable std::mutex mutex_;
  std::deque<std::shared_ptr<const std::string>> texts_;
  std::function<void()> drained_;
  std::size_t bytes_ = 0;
  bool closed_ = false;
  bool overflowed_ = false;
  bool gone_ = false;
  bool notified_ = false;
};

}  // namespace repopulse::http
