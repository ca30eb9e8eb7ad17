#include "app/service_manager.h"

#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <ctime>

#include "app/printable.h"

namespace repopulse::app {
namespace {

// A service manager that reads nothing must not hold up the service.
constexpr timeval kSendLimit{.tv_sec = 5, .tv_usec = 0};
// Of the watchdog's time: sd_watchdog_enabled(3) recommends to speak in half of it, and no turn is on time exactly.
constexpr int kKeepAlivesInTime = 4;

std::uint64_t number_of(const char* text) {
  std::uint64_t number = 0;
  if (text == nullptr) return 0;
  const char* const end = text + std::strlen(text);
  const auto [stop, error] = std::from_chars(text, end, number);
  return error == std::errc() && stop == end ? number : 0;
}

// 0: there is no watchdog, or it is meant for another process.
core::Millis watchdog_of(const Environment& environment) {
  const char* pid = environment("WATCHDOG_PID");
  if (pid != nullptr && number_of(pid) != static_cast<std::uint64_t>(getpid())) return core::Millis(0);
  return core::Millis(static_cast<std::int64_t>(
      std::min<std::uint64_t>(number_of(environment("WATCHDOG_USEC")) / 1000, std::uint64_t{1} << 40)));
}

// In microseconds, of the clock by which systemd tells this reload from an earlier one.
std::uint64_t monotonic_micros() {
  timespec time{};
  clock_gettime(CLOCK_MONOTONIC, &time);
  return static_cast<std::uint64_t>(time.tv_sec) * 1'000'000 + static_cast<std::uint64_t>(time.tv_nsec) / 1000;
}

core::Millis steady_now() {
  return std::chrono::duration_cast<core::Millis>(std::chrono::steady_clock::now().time_since_epoch());
}

core::Status fail(std::string_view what) {
  return core::fail(core::ErrorKind::kUnavailable, "NOTIFY_SOCKET: " + std::string(what));
}

class Socket {
 public:
  Socket() : file_(socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0)) {
    setsockopt(file_, SOL_SOCKET, SO_SNDTIMEO, &kSendLimit, sizeof kSendLimit);
  }
  ~Socket() {
    if (file_ >= 0) close(file_);
  }
  Socket(const Socket&) = delete;
  Socket& operator=(const Socket&) = delete;

  bool send(const std::string& text, const sockaddr_un& address, socklen_t size) const {
    const auto* const to = reinterpret_cast<const sockaddr*>(&address);  // NOLINT: as sendto() wants it
    ssize_t sent = -1;
    do {
      sent = sendto(file_, text.data(), text.size(), MSG_NOSIGNAL, to, size);
    } while (sent < 0 && errno == EINTR);
    return sent == static_cast<ssize_t>(text.size());
  }

 private:
  int file_;
};

}  // namespace

ServiceManager::ServiceManager(const Environment& environment) : watchdog_(watchdog_of(environment)) {
  const char* named = environment("NOTIFY_SOCKET");
  if (named != nullptr) socket_ = named;
  if (socket_.empty()) watchdog_ = core::Millis(0);
}

core::Status ServiceManager::send(const std::string& text) const {
  if (!listens()) return {};
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  const bool known_form = socket_.size() > 1 && (socket_.front() == '/' || socket_.front() == '@');
  if (!known_form || socket_.size() >= sizeof address.sun_path) return fail("expected a path, or @ and a name");
  std::ranges::copy(socket_, address.sun_path);
  if (address.sun_path[0] == '@') address.sun_path[0] = '\0';  // an abstract socket
  const auto size = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + socket_.size());
  if (!Socket().send(text, address, size)) return fail(std::strerror(errno));
  return {};
}

core::Status ServiceManager::ready() const {
  return send("READY=1");
}

core::Status ServiceManager::reloading() const {
  return send("RELOADING=1\nMONOTONIC_USEC=" + std::to_string(monotonic_micros()));
}

core::Status ServiceManager::stopping() const {
  return send("STOPPING=1\nSTATUS=Stopping.");
}

core::Status ServiceManager::describe(std::string_view sentence) const {
  return send("STATUS=" + printable(sentence));
}

core::Status ServiceManager::keep_alive() {
  if (watchdog_ == core::Millis(0)) return {};
  const core::Millis now = steady_now();
  if (kept_alive_at_ != core::Millis(0) && now - kept_alive_at_ < watchdog_ / kKeepAlivesInTime) return {};
  kept_alive_at_ = now;
  return send("WATCHDOG=1");
}

}  // namespace repopulse::app
