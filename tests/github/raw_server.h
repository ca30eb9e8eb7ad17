// A server that sends exactly the bytes it is told to, however wrong they are.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

namespace repopulse::github {

class RawServer {
 public:
  // One accepted connection. Everything gives up quietly once the peer is gone.
  class Connection {
   public:
    explicit Connection(int socket) : socket_(socket) {}
    // The next request's header, blank line included; empty when the peer has closed.
    std::string request();
    // So many bytes of what follows; fewer when the peer has closed.
    std::string body(std::size_t size);
    void send(std::string_view bytes);
    void reset();  // closes with RST
    void wait_for_close();

   private:
    bool receive();                      // false: the peer has closed
    std::string take(std::size_t size);  // from the bytes that came
    int socket_;
    std::string buffer_;
  };
  using Script = std::function<void(Connection&)>;

  // Each connection, one after another, is given to `script`, and closed when it returns.
  explicit RawServer(Script script);
  ~RawServer();
  std::string url(std::string_view path = "/") const;
  int connections() const { return connections_; }

 private:
  void run(const Script& script);
  int listener_ = -1;
  std::uint16_t port_ = 0;
  std::atomic<int> connections_ = 0;
  std::atomic<int> current_ = -1;
  std::thread thread_;
};

}  // namespace repopulse::github
