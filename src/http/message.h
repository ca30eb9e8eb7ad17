// An HTTP request as a handler sees it, and the response that it returns. Values: no socket, and nothing about GitHub.
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

#include "http/memory_file.h"

namespace repopulse::http {

enum class Method { kGet, kHead, kPost, kPut, kPatch, kDelete, kOptions, kOther };

// Takes the body of one request as it arrives, for routes whose bodies are too long to keep (Route::receive). Called on
// the event loop's thread, so it must not wait.
class BodyReceiver {
 public:
  virtual ~BodyReceiver() = default;
  virtual std::size_t max_bytes() const = 0;  // a longer body gets 413
  virtual void take(std::string_view bytes) = 0;
};

// Its views are valid during the handler's call only.
class Request {
 public:
  Method method = Method::kGet;
  std::string_view method_name;  // as it was sent
  std::string_view target;       // as it was sent
  std::string_view path;         // before the `?`, as it was sent
  std::string_view query;        // after the `?`, as it was sent
  std::string_view body;
  // Of a route that receives bodies itself: what Route::receive made, with the whole body; `body` is empty then.
  // nullptr where the request has no body.
  BodyReceiver* received = nullptr;
  std::string_view remote_address;  // of the client, as far as trusted proxies tell it
  std::string_view request_id;      // stands in the answer and in the log too
  std::string_view base_path;       // the server's own, where none comes with the request
  bool secure = false;              // came through TLS
  bool from_trusted_proxy = false;  // one of ServerSettings::trusted_proxies has sent it

  // The first header of that name, without regard to case; empty when there is none.
  std::string_view header(std::string_view name) const {
    return find_header ? find_header(header_context, name) : std::string_view{};
  }
  // All headers of that name, in their order.
  std::vector<std::string_view> headers(std::string_view name) const {
    return find_headers ? find_headers(header_context, name) : std::vector<std::string_view>{};
  }
  // The path below which the client sees this server (`/repopulse`), without a slash at the end: a valid
  // X-Forwarded-Prefix, else the server's base path; mostly empty. Addresses in answers begin with it.
  std::string_view prefix() const;
  // A decoded part of the path by its name in the route, `owner` of `/repos/{owner}`.
  std::string_view parameter(std::string_view name) const;
  // Decoded query parameters in order; a name may occur more than once. Computed at each call.
  std::vector<std::pair<std::string, std::string>> query_parameters() const;

  // Filled by the server and the router.
  std::vector<std::pair<std::string_view, std::string>> parameters;
  std::string_view (*find_header)(const void* context, std::string_view name) = nullptr;
  std::vector<std::string_view> (*find_headers)(const void* context, std::string_view name) = nullptr;
  const void* header_context = nullptr;
};

// A body, and everything about it that does not depend on the request: prepared once, written many times.
struct Payload {
  std::string body;
  std::string gzip_body;     // empty: compression saves too little
  std::string etag;          // quoted, as in the header; empty: no conditional requests
  std::string header_lines;  // `Content-Type: …\r\n`, `ETag`, `Cache-Control`, `Vary`, …: each line ended by CRLF
  // The same for the compressed body, with `Content-Encoding`, and a weak ETag because the bytes differ.
  std::string gzip_header_lines;
  bool compress_when_asked = false;          // there is no gzip_body: compress for each client that accepts gzip
  std::shared_ptr<const MemoryFile> file{};  // the body once more, where it pays: see keep_in_file()
};

struct PayloadOptions {
  std::string_view content_type = "application/json; charset=utf-8";
  std::string etag{};  // empty: a strong one is made from the body unless `no_etag`
  bool no_etag = false;
  bool compress = true;     // if the body is long enough to profit
  std::string gzip_body{};  // if the caller has compressed the body already
  // Compress later, for each client that accepts gzip: for bodies that are rarely written twice.
  bool compress_when_asked = false;
  std::string_view cache_control = "private, max-age=0, must-revalidate";
  std::vector<std::pair<std::string, std::string>> headers{};
};
std::shared_ptr<const Payload> make_payload(std::string body, const PayloadOptions& options = {});

// The same payload for an answer that is written often: a long body lies in a MemoryFile too, which takes its size in
// memory once more. Returns `payload` itself where that is not possible or not worth it.
std::shared_ptr<const Payload> keep_in_file(std::shared_ptr<const Payload> payload);

// A strong ETag, quotes included, that depends on the text alone.
std::string make_etag(std::string_view text);

// `text` as a gzip file; empty when that saves less than 10 %.
std::string gzip(std::string_view text);

// An answer that does not end by itself: text/event-stream. Thread-safe, never waits. Its queue is bounded: a reader
// that does not keep up is disconnected.
class EventStream {
 public:
  virtual ~EventStream() = default;
  // `text`: one or more whole SSE messages. False when the reader has gone. An empty text only checks that.
  virtual bool send(std::shared_ptr<const std::string> text) = 0;
  // Calls `call` once, on a worker thread, when nothing that was sent waits any more: for senders that have much to
  // send and follow the reader's pace. It is not called when the reader goes first. A second `call` replaces a first
  // that still waits.
  virtual void when_drained(std::function<void()> call) = 0;
  virtual void close() = 0;
};

struct Response {
  int status = 200;
  std::shared_ptr<const Payload> payload{};  // none for 204
  std::vector<std::pair<std::string, std::string>>
      headers{};                       // of this answer only: Location, Link, Allow, Retry-After
  std::chrono::milliseconds delay{0};  // wait that long before writing: slows down clients that guess keys
  // If set, the answer is an event stream. Called with the stream once the header is written; on a worker thread when
  // the route is blocking. The server itself writes a comment at least every 15 s. `status` and `headers` are used,
  // `payload` is not.
  std::function<void(std::shared_ptr<EventStream>)> stream{};
};

using Handler = std::function<Response(const Request&)>;

}  // namespace repopulse::http
