// The texts that wait to be written to one event stream, handed from any thread to the loop that owns its connection.
// Bounded: a reader that does not keep up is dropped. Touches no socket.
#pragma once

#include <cstddef>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "http/mailbox.h"
#include "http/message.h"

namespace repopulse::http {

class Connection;

class StreamQueue final : public EventStream, public std::enable_shared_from_this<StreamQueue> {
 public:
  StreamQueue(std::shared_ptr<Mailbox> mailbox, std::weak_ptr<Connection> connection, std::size_t max_bytes)
      : mailbox_(std::move(mailbox)), connection_(std::move(connection)), max_bytes_(max_bytes) {}

  // Any thread.
  bool send(std::shared_ptr<const std::string> text) override;
  void when_drained(std::function<void()> call) override;
  void close() override;

  // The loop's thread. What take() gave counts against the bound until written() says that the client has it. One call
  // gives about `max_bytes` at most: texts that wait are shared with other streams, texts that were taken are copied.
  struct Batch {
    std::vector<std::shared_ptr<const std::string>> texts;
    bool closed = false;      // nothing follows
    bool overflowed = false;  // the reader is too slow
  };
  Batch take(std::size_t max_bytes);
  void written(std::size_t bytes);
  std::function<void()> take_drained();  // what when_drained() asked for, if it is time to call it; else empty
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
