// The bytes of a connection, in pieces whose size the first byte of the input gives. For any size the reader finds the
// same requests, none of them beyond the limits, and no other failure. It may find a failure later, because a header
// that comes in pieces is checked when it is complete; and a header that is too long is refused for that, or for
// something else that is wrong with it.
//
// In the input, the byte 0xFF repeats: the two behind it are a number and a byte that comes as often, times 64. So a
// short input reaches all limits.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "fuzz/require.h"
#include "http/request_reader.h"

namespace {

using repopulse::fuzz::require;
using repopulse::http::RequestReader;

constexpr repopulse::http::RequestLimits kLimits = {
    .max_header_bytes = 16'384, .max_target_bytes = 1'024, .max_body_bytes = 65'536};
constexpr std::size_t kLongest = 200'000;  // bytes of a connection

struct Seen {
  std::string requests;
  int failure = 0;  // status, 0 for none so far
};

std::string expand(std::string_view input) {
  constexpr std::size_t kTimes = 64;
  std::string out;
  for (std::size_t i = 0; i < input.size() && out.size() < kLongest; ++i) {
    if (input[i] == '\xFF' && i + 2 < input.size()) {
      out.append(kTimes * static_cast<unsigned char>(input[i + 1]), input[i + 2]);
      i += 2;
    } else {
      out += input[i];
    }
  }
  return out;
}

void note(const RequestReader& reader, std::string& requests) {
  require(reader.target().size() <= kLimits.max_target_bytes);
  require(reader.body().size() <= kLimits.max_body_bytes);
  require(reader.header("x-request-id").size() <= kLimits.max_header_bytes);
  requests.append(reader.method_name()).append(" ").append(reader.path()).append("?").append(reader.query());
  requests.append(reader.header("x-request-id")).append(reader.accept_encoding());
  requests.append(reader.if_none_match()).append(reader.body());
  requests.append(reader.keep_alive() ? "\n" : " close\n");
}

// What a reader finds in the bytes when it gets `piece` of them at a time.
Seen read(std::string_view bytes, std::size_t piece) {
  RequestReader reader(kLimits);
  Seen seen;
  for (;;) {
    switch (reader.advance()) {
      case RequestReader::Status::kComplete:
        note(reader, seen.requests);
        reader.next();
        break;
      case RequestReader::Status::kHeaderEnd:
        break;
      case RequestReader::Status::kFailed:
        seen.failure = reader.failure().status;
        return seen;
      case RequestReader::Status::kNeedMore: {
        if (bytes.empty()) return seen;
        const auto room = reader.prepare();
        const std::size_t size = std::min({room.size(), bytes.size(), piece});
        std::copy_n(bytes.data(), size, room.data());
        reader.commit(size);
        bytes.remove_prefix(size);
      }
    }
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 1) return 0;
  const std::string bytes = expand({reinterpret_cast<const char*>(data + 1), size - 1});
  // One byte at a time takes too long for many of them.
  const std::size_t piece = 1 + data[0] + bytes.size() / 4'096;
  const Seen pieces = read(bytes, piece);
  const Seen whole = read(bytes, bytes.size() + 1);
  require(pieces.requests == whole.requests);
  // A header that is malformed and too long may be refused for either.
  const auto too_long = [](int status) { return status == 414 || status == 431; };
  require(pieces.failure == whole.failure || pieces.failure == 0 || whole.failure == 0 ||
          (bytes.size() > kLimits.max_target_bytes && (too_long(pieces.failure) || too_long(whole.failure))));
  return 0;
}
