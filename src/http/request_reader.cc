#include "http/request_reader.h"

#include <algorithm>
#include <boost/asio/buffer.hpp>
#include <boost/beast/http/basic_parser.hpp>
#include <boost/beast/http/error.hpp>
#include <boost/beast/version.hpp>
#include <cstring>
#include <optional>
#include <utility>

#include "base/text.h"
#include "http/negotiation.h"

namespace repopulse::http {
namespace {

namespace beast = boost::beast;
using beast::http::error;
using beast::http::field;
using beast::http::verb;

constexpr std::size_t kInitialCapacity = 4 * 1024;
constexpr std::size_t kMinHeaderRoom = 1024;
constexpr std::size_t kBodyRoom = 16 * 1024;
// A chunk's size line with its extensions, or the trailers, must fit into what the header left.
constexpr std::size_t kMaxChunkLineBytes = 8 * 1024;
constexpr std::string_view kTooLongLine = "A chunk's size line or the trailers are too long";
// What frames the chunks, extensions included, may be as long, and so many times the body: a chunk of one byte needs
// five.
constexpr std::size_t kMaxChunkOverhead = 8;
constexpr std::size_t kMaxFields = 100;

bool is_alnum(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

bool is_hex(char c) {
  return base::hex_value(c) >= 0;
}

// RFC 9110, 7.2, and RFC 3986, 3.2.2: a name or an address, and perhaps a port. It may be empty.
bool is_host(std::string_view text) {
  std::size_t at = 0;
  if (text.starts_with('[')) {
    at = text.find(']');
    if (at == std::string_view::npos || at < 3) return false;
    const std::string_view address = text.substr(1, at - 1);
    if (!std::ranges::all_of(address, [](char c) { return is_alnum(c) || c == ':' || c == '.'; })) return false;
    ++at;
  } else {
    constexpr std::string_view kMarks = "-._~!$&'()*+,;=";
    for (; at < text.size() && text[at] != ':'; ++at) {
      const bool escape = text[at] == '%' && text.size() - at > 2 && is_hex(text[at + 1]) && is_hex(text[at + 2]);
      if (!escape && !is_alnum(text[at]) && kMarks.find(text[at]) == std::string_view::npos) return false;
    }
    if (at == 0 && !text.empty()) return false;  // a port alone
  }
  if (at == text.size()) return true;
  constexpr std::size_t kLongestPort = 5;
  constexpr int kLargestPort = 65'535;
  const std::string_view digits = text.substr(at + 1);
  if (text[at] != ':' || digits.size() > kLongestPort) return false;
  int port = 0;
  for (const char c : digits) {
    if (c < '0' || c > '9') return false;
    port = port * 10 + (c - '0');
  }
  return port <= kLargestPort;
}

Method method_of(verb v) {
  switch (v) {
    case verb::get:
      return Method::kGet;
    case verb::head:
      return Method::kHead;
    case verb::post:
      return Method::kPost;
    case verb::put:
      return Method::kPut;
    case verb::patch:
      return Method::kPatch;
    case verb::delete_:
      return Method::kDelete;
    case verb::options:
      return Method::kOptions;
    default:
      return Method::kOther;
  }
}

RequestReader::Failure failure_of(beast::error_code code) {
  if (code == error::bad_version) return {505, "This server speaks only HTTP/1.0 and HTTP/1.1"};
  if (code == error::header_limit) return {431, "The request's header is too large"};
  if (code == error::body_limit) return {413, "The request's body is too large"};
  if (code == error::bad_content_length || code == error::multiple_content_length) {
    return {400, "Content-Length is not a single number, or there is a Transfer-Encoding too"};
  }
  if (code == error::bad_transfer_encoding) {
    return {400, "There are two Transfer-Encodings, or one beside a Content-Length"};
  }
  if (code == error::bad_method || code == error::bad_target) return {400, "The request line is malformed"};
  if (code == error::bad_chunk || code == error::bad_chunk_extension) return {400, "The body's chunks are malformed"};
  return {400, "The request's header is malformed"};
}

}  // namespace

// Beast parses; this only notes where each part is.
class RequestReader::Parser final : public beast::http::basic_parser<true> {
 public:
  explicit Parser(RequestReader& reader) : reader_(reader) {
    header_limit(static_cast<std::uint32_t>(reader.limits_.max_header_bytes));
    body_limit(boost::none);  // the reader itself looks at the limit: it depends on who takes the body
  }

 private:
  void on_request_impl(verb v, beast::string_view name, beast::string_view target, int version,
                       beast::error_code&) override {
    reader_.method_ = method_of(v);
    reader_.method_name_ = reader_.piece(name.data(), name.size());
    reader_.target_ = reader_.piece(target.data(), target.size());
    reader_.http_1_0_ = version < 11;
    reader_.has_target_ = true;
  }

  void on_field_impl(field id, beast::string_view name, beast::string_view value, beast::error_code& code) override {
    if (reader_.phase_ != Phase::kHeader) return;  // a trailer: not needed
    // A folded value (RFC 9112, 5.2) is not in our buffer: Beast has put it together elsewhere.
    if ((!value.empty() && !reader_.holds(value.data())) || reader_.fields_.size() >= kMaxFields) {
      code = value.empty() || reader_.holds(value.data()) ? error::header_limit : error::bad_value;
      return;
    }
    const Field noted = {reader_.piece(name.data(), name.size()), reader_.piece(value.data(), value.size())};
    reader_.fields_.push_back(noted);
    switch (id) {
      case field::host:
        ++reader_.hosts_;
        reader_.host_ = noted.value;
        break;
      case field::content_length:
        ++reader_.content_lengths_;
        break;
      case field::transfer_encoding:
        ++reader_.transfer_encodings_;
        reader_.transfer_encoding_ = noted.value;
        break;
      case field::expect:
        reader_.expect_ = noted.value;
        break;
      case field::accept_encoding:
        reader_.accept_encoding_ = noted.value;
        break;
      case field::if_none_match:
        reader_.if_none_match_ = noted.value;
        break;
      default:
        break;
    }
  }

#if BOOST_BEAST_VERSION >= 359  // Boost 1.90: trailers are no longer among the fields
  void on_trailer_field_impl(field, beast::string_view, beast::string_view, beast::error_code&) override {}
#endif
  void on_header_impl(beast::error_code&) override {}
  void on_body_init_impl(const boost::optional<std::uint64_t>&, beast::error_code&) override {}
  std::size_t on_body_impl(beast::string_view bytes, beast::error_code& code) override {
    if (!reader_.take_body({bytes.data(), bytes.size()})) code = error::body_limit;
    return bytes.size();
  }
  void on_chunk_header_impl(std::uint64_t size, beast::string_view, beast::error_code& code) override {
    if (size > reader_.max_body_bytes() - reader_.body_bytes_) code = error::body_limit;
  }
  std::size_t on_chunk_body_impl(std::uint64_t, beast::string_view bytes, beast::error_code& code) override {
    return on_body_impl(bytes, code);
  }
  void on_finish_impl(beast::error_code&) override {}
  void on_response_impl(int, beast::string_view, int, beast::error_code&) override {}

  RequestReader& reader_;
};

RequestReader::RequestReader(const RequestLimits& limits, ChooseReceiver choose)
    : limits_(limits), choose_(std::move(choose)) {}
RequestReader::~RequestReader() = default;

bool RequestReader::holds(const char* data) const {
  return data >= buffer_.get() && data < buffer_.get() + end_;
}

RequestReader::Piece RequestReader::piece(const char* data, std::size_t size) const {
  if (size == 0) return {};
  return {static_cast<std::uint32_t>(data - buffer_.get() - static_cast<std::ptrdiff_t>(begin_)),
          static_cast<std::uint32_t>(size)};
}

std::string_view RequestReader::header(std::string_view name) const {
  for (const Field& field : fields_) {
    if (field.name.size == name.size() && equals_ignoring_case(view(field.name), name)) return view(field.value);
  }
  return {};
}

std::vector<std::string_view> RequestReader::headers(std::string_view name) const {
  std::vector<std::string_view> values;
  for (const Field& field : fields_) {
    if (equals_ignoring_case(view(field.name), name)) values.push_back(view(field.value));
  }
  return values;
}

std::span<char> RequestReader::prepare() {
  if (begin_ == end_ && phase_ == Phase::kHeader) {
    begin_ = parsed_ = end_ = 0;
    if (capacity_ > kInitialCapacity) capacity_ = 0;  // the request was large: do not keep its memory
  }
  const std::size_t room = phase_ == Phase::kBody ? kBodyRoom : kMinHeaderRoom;
  if (capacity_ - end_ < room) reserve(room);
  return {buffer_.get() + end_, capacity_ - end_};
}

// Moves the request to the front of a buffer with at least that much room behind it.
void RequestReader::reserve(std::size_t room) {
  const std::size_t used = end_ - begin_;
  if (capacity_ < used + room) {
    capacity_ = std::max({kInitialCapacity, capacity_ * 2, used + room});
    auto larger = std::make_unique_for_overwrite<char[]>(capacity_);
    if (used > 0) std::memcpy(larger.get(), buffer_.get() + begin_, used);
    buffer_ = std::move(larger);
  } else {
    std::memmove(buffer_.get(), buffer_.get() + begin_, used);
  }
  parsed_ -= begin_;
  end_ = used;
  begin_ = 0;
}

void RequestReader::commit(std::size_t size) {
  end_ += size;
}

RequestReader::Status RequestReader::fail(int status, std::string_view message) {
  phase_ = Phase::kFailed;
  failure_ = {status, message};
  keep_alive_ = false;
  return Status::kFailed;
}

RequestReader::Status RequestReader::advance() {
  switch (phase_) {
    case Phase::kHeader:
      return read_header();
    case Phase::kBody:
      return read_body();
    case Phase::kDone:
      return Status::kComplete;
    case Phase::kFailed:
      return Status::kFailed;
  }
  return Status::kFailed;
}

// RFC 9112, 2.2: a server should ignore empty lines before a request.
void RequestReader::skip_empty_lines() {
  while (end_ - begin_ >= 2 && buffer_[begin_] == '\r' && buffer_[begin_ + 1] == '\n') begin_ += 2;
  parsed_ = begin_;
}

RequestReader::Status RequestReader::read_header() {
  if (!parser_) {
    skip_empty_lines();
    if (begin_ == end_ || (end_ - begin_ == 1 && buffer_[begin_] == '\r')) return Status::kNeedMore;
    parser_ = std::make_unique<Parser>(*this);
  }
  beast::error_code code;
  parsed_ += parser_->put({buffer_.get() + parsed_, end_ - parsed_}, code);
  if (has_target_ && target_.size > limits_.max_target_bytes) return fail(414, "The request's target is too long");
  if (code && code != error::need_more && code != error::header_limit) {
    const Failure failure = failure_of(code);
    return fail(failure.status, failure.message);
  }
  const std::size_t header_bytes = (code == error::need_more ? end_ : parsed_) - begin_;
  if (header_bytes > limits_.max_header_bytes || code == error::header_limit) {
    // Before the first line has ended, only the target can be that long.
    if (!has_target_) return fail(414, "The request's target is too long");
    return fail(431, "The request's header is too large");
  }
  if (code == error::need_more) return Status::kNeedMore;
  const Status checked = check_header();
  if (checked == Status::kFailed) return checked;
  if (parser_->is_done()) {
    phase_ = Phase::kDone;
    return Status::kComplete;
  }
  if (choose_) receiver_ = choose_();
  if (const auto length = parser_->content_length(); length && *length > max_body_bytes()) {
    return fail(413, "The request's body is too large");
  }
  phase_ = Phase::kBody;
  return Status::kHeaderEnd;
}

// What RFC 9110 and 9112 demand and Beast does not check. A request with both framings may be a smuggled one.
RequestReader::Status RequestReader::check_header() {
  if (content_lengths_ > 1) return fail(400, "There is more than one Content-Length");
  if (content_lengths_ > 0 && transfer_encodings_ > 0) {
    return fail(400, "A request must not have both Content-Length and Transfer-Encoding");
  }
  if (transfer_encodings_ > 1) return fail(400, "There is more than one Transfer-Encoding");
  if (transfer_encodings_ == 1) {
    if (http_1_0_) return fail(400, "HTTP/1.0 has no Transfer-Encoding");
    if (!equals_ignoring_case(view(transfer_encoding_), "chunked")) {
      return fail(501, "The only transfer encoding that this server understands is chunked");
    }
  }
  if (hosts_ > 1 || (hosts_ == 0 && !http_1_0_)) return fail(400, "A request must have exactly one Host");
  if (!is_host(view(host_))) return fail(400, "The Host is malformed");
  if (has_folded_line()) return fail(400, "A header's value is continued on a further line");
  if (!split_target()) return fail(400, "The request's target is malformed");
  keep_alive_ = parser_->keep_alive();
  if (expect_.size > 0 && !http_1_0_) {
    if (!equals_ignoring_case(view(expect_), "100-continue"))
      return fail(417, "The server cannot meet this expectation");
    expects_continue_ = true;
  }
  return Status::kComplete;
}

// RFC 9112, 5.2: a server refuses values that are continued on a further line. Beast takes those that begin there.
bool RequestReader::has_folded_line() const {
  const char* end = buffer_.get() + parsed_;
  for (const char* at = buffer_.get() + begin_; at < end;) {
    const void* found = std::memchr(at, '\n', static_cast<std::size_t>(end - at));
    if (found == nullptr) return false;
    at = static_cast<const char*>(found) + 1;
    if (at < end && (*at == ' ' || *at == '\t')) return true;
  }
  return false;
}

// RFC 9112, 3.2: origin-form, absolute-form, or the asterisk of OPTIONS. A fragment is never sent.
bool RequestReader::split_target() {
  std::string_view target = view(target_);
  if (target.find('#') != std::string_view::npos) return false;
  std::uint32_t at = target_.at;
  if (!target.starts_with('/')) {
    if (target == "*") {
      path_ = target_;
      return method_ == Method::kOptions;
    }
    const std::size_t scheme = target.find("://");
    if (scheme == std::string_view::npos) return method_name() == "CONNECT";
    const std::size_t slash = std::min(target.find_first_of("/?", scheme + 3), target.size());
    at += static_cast<std::uint32_t>(slash);
    target.remove_prefix(slash);
  }
  const std::size_t mark = std::min(target.find('?'), target.size());
  path_ = {at, static_cast<std::uint32_t>(mark)};
  if (mark < target.size()) {
    query_ = {at + static_cast<std::uint32_t>(mark) + 1, static_cast<std::uint32_t>(target.size() - mark - 1)};
  }
  return true;
}

bool RequestReader::take_body(std::string_view bytes) {
  body_bytes_ += bytes.size();
  if (body_bytes_ > max_body_bytes()) return false;
  if (receiver_) {
    receiver_->take(bytes);
  } else {
    body_.append(bytes);
  }
  return true;
}

RequestReader::Status RequestReader::read_body() {
  beast::error_code code;
  std::size_t taken = parsed_;
  // The parser takes one line of a chunk, all trailers, or a stretch of the body at a time. Each is checked by itself,
  // so that the limits do not depend on how much arrives at once.
  while (taken < end_ && !code && !parser_->is_done()) {
    const std::size_t offered = std::min(end_ - taken, kMaxChunkLineBytes);
    const std::size_t used = parser_->put({buffer_.get() + taken, offered}, code);
    taken += used;
    body_bytes_read_ += used;
    if (body_bytes_read_ - std::min(body_bytes_, body_bytes_read_) >
        kMaxChunkLineBytes + kMaxChunkOverhead * body_bytes_) {
      return fail(400, "The body's chunks carry too much beside the body");
    }
    if (code != error::need_more) continue;
    if (used > 0) {
      code = {};
    } else if (offered == kMaxChunkLineBytes) {
      return fail(400, kTooLongLine);
    }
  }
  if (code == error::header_limit) return fail(400, kTooLongLine);  // of trailers, since Boost 1.90
  if (parser_->is_done()) {
    parsed_ = taken;
    phase_ = Phase::kDone;
    return Status::kComplete;
  }
  if (code && code != error::need_more) {
    const Failure failure = failure_of(code);
    return fail(failure.status, failure.message);
  }
  // The header stays where it is; the bytes of the body that were read are dropped.
  std::memmove(buffer_.get() + parsed_, buffer_.get() + taken, end_ - taken);
  end_ -= taken - parsed_;
  return Status::kNeedMore;
}

void RequestReader::next() {
  begin_ = parsed_;
  parser_.reset();
  phase_ = Phase::kHeader;
  keep_alive_ = true;
  http_1_0_ = expects_continue_ = has_target_ = false;
  method_ = Method::kOther;
  body_bytes_ = body_bytes_read_ = 0;
  hosts_ = content_lengths_ = transfer_encodings_ = 0;
  method_name_ = target_ = host_ = path_ = query_ = accept_encoding_ = if_none_match_ = transfer_encoding_ =
      expect_ = {};
  fields_.clear();
  if (body_.capacity() > kInitialCapacity) body_ = {};
  body_.clear();
  receiver_.reset();
}

}  // namespace repopulse::http
