// Many readers of the event stream: service_bench_subscribers PORT API_KEY COUNT SECONDS. Prints `connected` when all
// have had their header for a moment; after SECONDS more, as JSON, how long events took to reach them. An event says in
// `sent_ns` when it was sent to the server, by this machine's monotonic clock.

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

namespace {

using Clock = std::chrono::steady_clock;

constexpr std::string_view kMark = "\"sent_ns\":";
constexpr std::size_t kLongestNumber = 24;
constexpr std::chrono::seconds kSettling{5};  // what the server has polled while readers came is with them by then

std::int64_t now_ns() {
  return std::chrono::duration_cast<std::chrono::nanoseconds>(Clock::now().time_since_epoch()).count();
}

class Subscriber {
 public:
  Subscriber(std::uint16_t port, const std::string& key) : fd_(::socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    const std::string request = "GET /api/stream HTTP/1.1\r\nHost: bench\r\nX-API-Key: " + key + "\r\n\r\n";
    if (::connect(fd_, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0 ||
        ::send(fd_, request.data(), request.size(), 0) != static_cast<ssize_t>(request.size())) {
      std::perror("service_bench_subscribers");
      std::exit(1);
    }
  }

  int fd() const { return fd_; }
  bool has_header() const { return has_header_; }

  // Takes what has come; adds the age of each event, in milliseconds. False: the server has closed.
  bool read(std::vector<double>& ages_ms) {
    char bytes[65536];
    const ssize_t size = ::recv(fd_, bytes, sizeof bytes, 0);
    if (size <= 0) return false;
    has_header_ = true;
    const std::int64_t now = now_ns();
    pending_.append(bytes, static_cast<std::size_t>(size));
    std::size_t done = 0;
    for (std::size_t at; (at = pending_.find(kMark, done)) != std::string::npos;) {
      at += kMark.size();
      if (pending_.size() < at + kLongestNumber) break;
      ages_ms.push_back(static_cast<double>(now - std::atoll(pending_.c_str() + at)) / 1e6);
      done = at;
    }
    // A mark may have come in part.
    const std::size_t keep = kMark.size() + kLongestNumber;
    pending_.erase(0, std::max(done, pending_.size() > keep ? pending_.size() - keep : 0));
    return true;
  }

 private:
  int fd_;
  bool has_header_ = false;
  std::string pending_;
};

double percentile(const std::vector<double>& sorted, double p) {
  return sorted.empty() ? -1 : sorted[static_cast<std::size_t>(p * static_cast<double>(sorted.size() - 1))];
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 5) {
    std::fputs("usage: service_bench_subscribers PORT API_KEY COUNT SECONDS\n", stderr);
    return 2;
  }
  const auto count = static_cast<std::size_t>(std::atol(argv[3]));
  const int epoll = ::epoll_create1(0);
  std::vector<Subscriber> subscribers;
  subscribers.reserve(count);
  for (std::size_t i = 0; i < count; ++i) {
    subscribers.emplace_back(static_cast<std::uint16_t>(std::atoi(argv[1])), argv[2]);
    epoll_event interest{};
    interest.events = EPOLLIN;
    interest.data.u64 = i;
    ::epoll_ctl(epoll, EPOLL_CTL_ADD, subscribers.back().fd(), &interest);
  }

  std::vector<double> ages_ms;
  std::size_t connected = 0;
  std::size_t closed = 0;
  Clock::time_point settled = Clock::time_point::max();
  Clock::time_point end = Clock::time_point::max();
  while (Clock::now() < end) {
    epoll_event events[256];
    const int ready = ::epoll_wait(epoll, events, 256, 100);
    for (int i = 0; i < ready; ++i) {
      Subscriber& subscriber = subscribers[events[i].data.u64];
      const bool had_header = subscriber.has_header();
      if (!subscriber.read(ages_ms)) {
        ++closed;
        ::epoll_ctl(epoll, EPOLL_CTL_DEL, subscriber.fd(), nullptr);
      }
      connected += !had_header && subscriber.has_header() ? 1 : 0;
    }
    if (connected == count && settled == Clock::time_point::max()) settled = Clock::now() + kSettling;
    if (Clock::now() >= settled && end == Clock::time_point::max()) {
      ages_ms.clear();
      std::puts("connected");
      std::fflush(stdout);
      end = Clock::now() + std::chrono::seconds(std::atol(argv[4]));
    }
  }
  std::sort(ages_ms.begin(), ages_ms.end());
  std::printf("{\"deliveries\": %zu, \"dropped\": %zu, \"median_ms\": %.2f, \"p99_ms\": %.2f, \"max_ms\": %.2f}\n",
              ages_ms.size(), closed, percentile(ages_ms, 0.5), percentile(ages_ms, 0.99), percentile(ages_ms, 1));
}
