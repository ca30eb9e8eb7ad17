// An HTTP request as a handler sees it, and the answer it gives. Knows nothing of GitHub.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace repopulse::http {

enum class Method { kGet, kHead, kPost, kPut, kPatch, kDelete, kOptions, kOther };

// Views live as long as the handler's call.
class Request {
 public:
  Method method = Method::kGet;
  std::string_view method_name;  // as it was sent
  std::string_view target;       // as it was sent
  std::string_view path;         // before the `?`, as it was sent
  std::string_view query;        // after the `?`, as it was sent
  std::string_view body;
  std::string_view remote_address;
  std::string_view request_id;  // also goes into the answer and the log
  bool secure = false;          // came over TLS

  // The first header of that name, without regard to case; empty when there is none.
  std::string_view header(std::string_view name) const { return find_header(header_context, name); }
  // A decoded part of the path by its name in the route, `owner` of `/repos/{owner}`.
  std::string_view parameter(std::string_view name) const;
  // Decoded query parameters in order; a name may come more than once. Computed at the call.
  std::vector<std::pair<std::string, std::string>> query_parameters() const;

  // Filled by the server and the router.
  std::vector<std::pair<std::string_view, std::string>> parameters;
  std::string_view (*find_header)(const void* context, std::string_view name) = nullptr;
  const void* header_context = nullptr;
};

// A body with everything about it that does not depend on the request, prepared once and written many times.
struct Payload {
  std::string body;
  std::string gzip_body;     // empty: not worth it
  std::string etag;          // quoted, as in the header; empty: no conditional requests
  std::string header_lines;  // `Content-Type: …\r\n`, `ETag`, `Cache-Control`, `Vary`, …: each line ended by CRLF
  // The same for the compressed body, with `Content-Encoding` and a weak ETag: the bytes are others.
  std::string gzip_header_lines;
  bool compress_when_asked = false;  // no gzip_body yet: compress for each client that accepts it
};

struct PayloadOptions {
  std::string_view content_type = "application/json; charset=utf-8";
  std::string etag{};  // empty: a strong one is made from the body unless `no_etag`
  bool no_etag = false;
  bool compress = true;     // where the body is long enough to gain
  std::string gzip_body{};  // compressed already; else it is done here
  // Do not compress now but for each answer to a client that accepts it: for bodies that are rarely written twice.
  bool compress_when_asked = false;
  std::string_view cache_control = "private, max-age=0, must-revalidate";
  std::vector<std::pair<std::string, std::string>> headers{};
};
std::shared_ptr<const Payload> make_payload(std::string body, const PayloadOptions& options = {});

// A strong validator, quotes included, that depends on the text alone.
std::string make_etag(std::string_view text);

// The bytes of `text` as a gzip file; empty when that saves less than a tenth.
std::string gzip(std::string_view text);

// An answer that goes on: text/event-stream. Thread-safe, never waits. The queue is bounded: a reader that does not
// keep up is dropped.
class EventStream {
 public:
  virtual ~EventStream() = default;
  // One or more whole SSE messages. False when the reader is gone. An empty text only asks for that.
  virtual bool send(std::shared_ptr<const std::string> text) = 0;
  // Calls once, on a worker thread, when nothing that was sent waits any more: for those who have much to send and
  // follow the reader's pace. Not at all when the reader goes first. A second call takes the place of a first that
  // still waits.
  virtual void when_drained(std::function<void()> call) = 0;
  virtual void close() = 0;
};

struct Response {
  int status = 200;
  std::shared_ptr<const Payload> payload{};  // may be empty (204)
  std::vector<std::pair<std::string, std::string>>
      headers{};                       // of this answer only: Location, Link, Allow, Retry-After
  std::chrono::milliseconds delay{0};  // wait that long before writing: slows down who guesses keys
  // When set, the answer is an event stream: called once the header is written, with the stream to send to; on a worker
  // thread when the route is blocking. The server writes a comment at least every 15 s by itself. `status` and
  // `headers` count, `payload` does not.
  std::function<void(std::shared_ptr<EventStream>)> stream{};
};

using Handler = std::function<Response(const Request&)>;

}  // namespace repopulse::http
