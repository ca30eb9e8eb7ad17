#include "github/curl_transport.h"

#include <curl/curl.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <new>

#include "base/text.h"

namespace repopulse::github {
namespace {

struct EasyDeleter {
  void operator()(CURL* easy) const { curl_easy_cleanup(easy); }
};
struct MultiDeleter {
  void operator()(CURLM* multi) const { curl_multi_cleanup(multi); }
};
struct ListDeleter {
  void operator()(curl_slist* list) const { curl_slist_free_all(list); }
};
using HeaderList = std::unique_ptr<curl_slist, ListDeleter>;

template <typename Value>
void set(CURL* easy, CURLoption option, Value value) {
  // Fails only when libcurl was built without the option, or without memory.
  if (curl_easy_setopt(easy, option, value) != CURLE_OK) throw std::bad_alloc();
}

long to_millis(core::Millis span) {
  return static_cast<long>(span.count());
}

TransportFailure failure_of(CURLcode code) {
  switch (code) {
    case CURLE_COULDNT_RESOLVE_PROXY:
    case CURLE_COULDNT_RESOLVE_HOST:
    case CURLE_COULDNT_CONNECT:
    case CURLE_PROXY:
    case CURLE_INTERFACE_FAILED:
      return TransportFailure::kConnect;
    case CURLE_OPERATION_TIMEDOUT:
      return TransportFailure::kTimeout;
    case CURLE_GOT_NOTHING:
    case CURLE_SEND_ERROR:
    case CURLE_RECV_ERROR:
    case CURLE_HTTP2:
    case CURLE_HTTP2_STREAM:
      return TransportFailure::kReset;
    case CURLE_PARTIAL_FILE:
    case CURLE_BAD_CONTENT_ENCODING:
      return TransportFailure::kTruncated;
    case CURLE_SSL_CONNECT_ERROR:
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_CERTPROBLEM:
    case CURLE_SSL_CIPHER:
    case CURLE_SSL_CACERT_BADFILE:
    case CURLE_SSL_ISSUER_ERROR:
    case CURLE_SSL_PINNEDPUBKEYNOTMATCH:
    case CURLE_SSL_INVALIDCERTSTATUS:
      return TransportFailure::kTls;
    default:
      return TransportFailure::kOther;
  }
}

// One answer as it comes in.
struct Intake {
  HttpResponse response;
  std::size_t max_body_bytes = 0;
  std::size_t header_bytes = 0;
  bool headers_done = false;
  bool too_large = false;
};

// Called for each header line of each answer, 1xx ones and trailers included.
std::size_t take_header(char* data, std::size_t, std::size_t size, void* user) {
  Intake& intake = *static_cast<Intake*>(user);
  intake.header_bytes += size;
  if (intake.header_bytes > kMaxHeaderBytes) {
    intake.too_large = true;
    return 0;
  }
  if (intake.headers_done) return size;  // trailers say nothing that is needed
  const std::string_view line(data, size);
  if (line.starts_with("HTTP/")) {
    intake.response.headers.clear();
    // `HTTP/1.1 200 OK`: whether the line is well-formed is libcurl's to judge.
    const auto space = line.find(' ');
    const bool interim = space != std::string_view::npos && line.substr(space + 1).starts_with('1');
    intake.response.status = interim ? 100 : 0;
    return size;
  }
  const auto colon = line.find(':');
  if (colon != std::string_view::npos) {
    intake.response.headers.emplace_back(base::trim(line.substr(0, colon)), base::trim(line.substr(colon + 1)));
  } else if (base::trim(line).empty()) {
    intake.headers_done = intake.response.status != 100;
  }
  return size;
}

std::size_t take_body(char* data, std::size_t, std::size_t size, void* user) {
  Intake& intake = *static_cast<Intake*>(user);
  if (size > intake.max_body_bytes - intake.response.body.size()) {
    intake.too_large = true;
    return 0;
  }
  intake.response.body.append(data, size);
  return size;
}

// A header that would break out of its line is not sent.
HeaderList to_list(const Headers& headers) {
  HeaderList list;
  for (const auto& [name, value] : headers) {
    std::string line = name;
    line.append(": ").append(value);
    if (line.find_first_of(std::string_view("\r\n\0", 3)) != std::string::npos) continue;
    curl_slist* longer = curl_slist_append(list.get(), line.c_str());
    if (!longer) throw std::bad_alloc();
    static_cast<void>(list.release());
    list.reset(longer);
  }
  return list;
}

class CurlTransport final : public CancellableTransport {
 public:
  explicit CurlTransport(const CurlSettings& settings) : settings_(settings) {
    static const CURLcode ready = curl_global_init(CURL_GLOBAL_DEFAULT);
    if (ready == CURLE_OK) {
      multi_.reset(curl_multi_init());
      easy_.reset(curl_easy_init());
    }
    if (!multi_ || !easy_) throw std::bad_alloc();
    configure();
  }

  HttpResult send(const HttpRequest& request) override;
  void cancel() override {
    cancelled_ = true;
    curl_multi_wakeup(multi_.get());
  }

 private:
  void configure();
  // Drives the transfer to its end. The code that it ended with; CURLE_ABORTED_BY_CALLBACK when it was cancelled.
  CURLcode perform();
  HttpResult conclude(CURLcode code);

  CurlSettings settings_;
  std::unique_ptr<CURLM, MultiDeleter> multi_;  // keeps the connection; outlives the easy handle
  std::unique_ptr<CURL, EasyDeleter> easy_;
  std::array<char, CURL_ERROR_SIZE> error_{};
  Intake intake_;
  std::atomic<bool> cancelled_ = false;
};

void CurlTransport::configure() {
  CURL* easy = easy_.get();
  set(easy, CURLOPT_NOSIGNAL, 1L);
  set(easy, CURLOPT_PROTOCOLS_STR, "http,https");
  set(easy, CURLOPT_FOLLOWLOCATION, 0L);
  set(easy, CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_2TLS));
  set(easy, CURLOPT_ACCEPT_ENCODING, "gzip");
  set(easy, CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
  set(easy, CURLOPT_TCP_KEEPALIVE, 1L);
  set(easy, CURLOPT_CONNECTTIMEOUT_MS, to_millis(settings_.connect_timeout));
  set(easy, CURLOPT_TIMEOUT_MS, to_millis(settings_.total_timeout));
  set(easy, CURLOPT_LOW_SPEED_LIMIT, 1L);
  set(easy, CURLOPT_LOW_SPEED_TIME, std::max(1L, to_millis(settings_.stall_timeout) / 1000));
  set(easy, CURLOPT_USERAGENT, settings_.user_agent.c_str());
  set(easy, CURLOPT_ERRORBUFFER, error_.data());
  set(easy, CURLOPT_HEADERFUNCTION, &take_header);
  set(easy, CURLOPT_HEADERDATA, &intake_);
  set(easy, CURLOPT_WRITEFUNCTION, &take_body);
  set(easy, CURLOPT_WRITEDATA, &intake_);
}

HttpResult CurlTransport::send(const HttpRequest& request) {
  const HeaderList headers = to_list(request.headers);
  intake_ = Intake{.response = {}, .max_body_bytes = settings_.max_body_bytes};
  error_.front() = '\0';
  set(easy_.get(), CURLOPT_URL, request.url.c_str());
  set(easy_.get(), CURLOPT_HTTPHEADER, headers.get());
  const CURLcode code = perform();
  set(easy_.get(), CURLOPT_HTTPHEADER, nullptr);
  return conclude(code);
}

CURLcode CurlTransport::perform() {
  if (curl_multi_add_handle(multi_.get(), easy_.get()) != CURLM_OK) return CURLE_FAILED_INIT;
  CURLcode result = CURLE_ABORTED_BY_CALLBACK;
  for (int running = 1; !cancelled_;) {
    if (curl_multi_perform(multi_.get(), &running) != CURLM_OK) {
      result = CURLE_FAILED_INIT;
      break;
    }
    if (running == 0) {
      int left = 0;
      const CURLMsg* message = curl_multi_info_read(multi_.get(), &left);
      result = message && message->msg == CURLMSG_DONE ? message->data.result : CURLE_FAILED_INIT;
      break;
    }
    // Wakes up by itself when there is something to do, and when cancel() is called.
    curl_multi_poll(multi_.get(), nullptr, 0, 1000, nullptr);
  }
  curl_multi_remove_handle(multi_.get(), easy_.get());
  return result;
}

HttpResult CurlTransport::conclude(CURLcode code) {
  const auto failed = [](TransportFailure failure, std::string message) {
    return tl::unexpected(TransportError{failure, std::move(message)});
  };
  if (intake_.too_large) {
    const bool body = intake_.headers_done;
    return failed(TransportFailure::kTooLarge, (body ? "the body is larger than " : "the headers are larger than ") +
                                                   std::to_string(body ? settings_.max_body_bytes : kMaxHeaderBytes) +
                                                   " bytes");
  }
  if (code == CURLE_ABORTED_BY_CALLBACK) return failed(TransportFailure::kOther, "the request was cancelled");
  if (code != CURLE_OK) {
    const std::string_view detail = base::trim(error_.data());
    return failed(failure_of(code), std::string(detail.empty() ? curl_easy_strerror(code) : detail));
  }
  long status = 0;
  curl_easy_getinfo(easy_.get(), CURLINFO_RESPONSE_CODE, &status);
  intake_.response.status = static_cast<int>(status);
  return std::move(intake_.response);
}

}  // namespace

std::unique_ptr<CancellableTransport> make_curl_transport(const CurlSettings& settings) {
  return std::make_unique<CurlTransport>(settings);
}

}  // namespace repopulse::github
