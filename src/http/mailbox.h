// Where other threads leave word for an event loop which of its streams have something new: one wake-up, however many
// streams they are. Thread-safe. Holds no text of a stream itself.
#pragma once

#include <functional>
#include <memory>
#include <mutex>
#include <vector>

namespace repopulse::http {

class StreamQueue;

class Mailbox {
 public:
  // `wake` makes the loop call take() soon. It is called from any thread.
  explicit Mailbox(std::function<void()> wake) : wake_(std::move(wake)) {}

  void put(std::shared_ptr<StreamQueue> stream);
  std::vector<std::shared_ptr<StreamQueue>> take();
  void shut();  // the loop ends: from now on put() does nothing

 private:
  std::mutex mutex_;
  std::function<void()> wake_;
  std::vector<std::shared_ptr<StreamQueue>> ready_;
};

}  // namespace repopulse::http
