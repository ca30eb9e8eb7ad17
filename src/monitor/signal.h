// A call to whoever waits on another thread: one party sets it, others raise it. Any thread may call. Unset, it does
// nothing.
#pragma once

#include <functional>
#include <mutex>
#include <utility>

namespace repopulse::monitor {

class Signal {
 public:
  // An empty function unsets it. A raise() that has begun may still call the function before.
  void set(std::function<void()> call) {
    const std::lock_guard lock(mutex_);
    call_ = std::move(call);
  }
  // Calls on this thread, and holds no lock meanwhile.
  void raise() const {
    std::function<void()> call;
    {
      const std::lock_guard lock(mutex_);
      call = call_;
    }
    if (call) call();
  }

 private:
  mutable std::mutex mutex_;
  std::function<void()> call_;
};

}  // namespace repopulse::monitor
