#include "github/curl_transport.h"

#include <algorithm>
#include <atomic>
#include <new>

#include "base/text.h"
#include "curl/easy.h"

namespace repopulse::github {
namespace {

struct MultiDeleter {
  void operator()(CURLM* multi) const { curl_multi_cleanup(multi); }
};

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

// Status and headers of an answer as they come in.
struct Intake {
  HttpResponse response;
  std::size_t header_bytes = 0;
  bool headers_done = false;
  bool headers_too_large = false;
};

// Called for each header line of each answer, 1xx ones and trailers included.
std::size_t take_header(char* data, std::size_t, std::size_t size, void* user) {
  Intake& intake = *static_cast<Intake*>(user);
  intake.header_bytes += size;
  if (intake.header_bytes > kMaxHeaderBytes) {
    intake.headers_too_large = true;
    return 0;
  }
  if (intake.headers_done) return size;  // a trailer: not needed
  const std::string_view line(data, size);
  if (line.starts_with("HTTP/")) {
    intake.response.headers.clear();
    // `HTTP/1.1 200 OK`. libcurl checks that the line is well-formed.
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

curl::HeaderList to_list(const Headers& headers) {
  curl::HeaderList list;
  for (const auto& [name, value] : headers) curl::append_header(list, name, value);
  return list;
}

class CurlTransport final : public CancellableTransport {
 public:
  explicit CurlTransport(const CurlSettings& settings)
      : settings_(settings),
        easy_({.user_agent = settings.user_agent,
               .total_timeout = settings.total_timeout,
               .max_body_bytes = settings.max_body_bytes}) {
    multi_.reset(curl_multi_init());
    if (!multi_) throw std::bad_alloc();
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
  curl::Easy easy_;
  Intake intake_;
  std::atomic<bool> cancelled_ = false;
};

void CurlTransport::configure() {
  easy_.trust(settings_.ca_file);
  easy_.set(CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_2TLS));
  easy_.set(CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
  easy_.set(CURLOPT_TCP_KEEPALIVE, 1L);
  easy_.set(CURLOPT_CONNECTTIMEOUT_MS, to_millis(settings_.connect_timeout));
  easy_.set(CURLOPT_LOW_SPEED_LIMIT, 1L);
  easy_.set(CURLOPT_LOW_SPEED_TIME, std::max(1L, to_millis(settings_.stall_timeout) / 1000));
  easy_.set(CURLOPT_HEADERFUNCTION, &take_header);
  easy_.set(CURLOPT_HEADERDATA, &intake_);
}

HttpResult CurlTransport::send(const HttpRequest& request) {
  intake_ = Intake{};
  const bool shorter = request.time_limit > core::Millis(0) && request.time_limit < settings_.total_timeout;
  easy_.set(CURLOPT_TIMEOUT_MS, to_millis(shorter ? request.time_limit : settings_.total_timeout));
  easy_.prepare(request.url, to_list(request.headers), request.body);
  return conclude(perform());
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
  if (intake_.headers_too_large) {
    return failed(TransportFailure::kOther,
                  "the headers are larger than " + std::to_string(kMaxHeaderBytes) + " bytes");
  }
  if (easy_.body_too_large()) return failed(TransportFailure::kTooLarge, easy_.error_text(code));
  if (code == CURLE_ABORTED_BY_CALLBACK) return failed(TransportFailure::kOther, "the request was cancelled");
  if (code != CURLE_OK) return failed(failure_of(code), easy_.error_text(code));
  intake_.response.status = easy_.status();
  intake_.response.body = std::move(easy_.body());
  return std::move(intake_.response);
}

}  // namespace

std::unique_ptr<CancellableTransport> make_curl_transport(const CurlSettings& settings) {
  return std::make_unique<CurlTransport>(settings);
}

}  // namespace repopulse::github
