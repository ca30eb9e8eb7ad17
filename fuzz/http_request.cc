// The bytes of a connection, in pieces whose size the first byte of the input gives. For any size the reader finds the
// same requests and no other failure. It may find a failure later, because a header that comes in pieces is checked
// when it is complete.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "http/request_reader.h"

namespace {

using repopulse::http::RequestReader;

constexpr repopulse::http::RequestLimits kLimits = {
    .max_header_bytes = 16'384, .max_target_bytes = 1'024, .max_body_bytes = 65'536};

struct Seen {
  std::string requests;
  int failure = 0;  // status, 0 for none so far
};

// What a reader finds in the bytes when it gets `piece` of them at a time.
Seen read(std::string_view bytes, std::size_t piece) {
  RequestReader reader(kLimits);
  Seen seen;
  for (;;) {
    switch (reader.advance()) {
      case RequestReader::Status::kComplete:
        seen.requests.append(reader.method_name()).append(" ").append(reader.path()).append("?").append(reader.query());
        seen.requests.append(reader.header("x-request-id")).append(reader.accept_encoding());
        seen.requests.append(reader.if_none_match()).append(reader.body());
        seen.requests.append(reader.keep_alive() ? "\n" : " close\n");
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
  // Longer inputs meet the limits, where the status may depend on what arrived at once.
  if (size < 1 || size > 1'000) return 0;
  const std::string_view bytes(reinterpret_cast<const char*>(data + 1), size - 1);
  const Seen pieces = read(bytes, 1 + data[0]);
  const Seen whole = read(bytes, bytes.size() + 1);
  if (pieces.requests != whole.requests) std::abort();
  if (pieces.failure != 0 && whole.failure != 0 && pieces.failure != whole.failure) std::abort();
  return 0;
}
