// The bytes of a connection: whole requests, cut into pieces by the first bytes of the input. However they are cut, the
// reader sees the same requests and the same failure.

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

// What a reader makes of the bytes, `piece` of them at a time.
std::string digest(std::string_view bytes, std::size_t piece) {
  RequestReader reader(kLimits);
  std::string seen;
  for (;;) {
    switch (reader.advance()) {
      case RequestReader::Status::kComplete:
        seen.append(reader.method_name()).append(" ").append(reader.path()).append("?").append(reader.query());
        seen.append(reader.header("x-request-id")).append(reader.accept_encoding()).append(reader.if_none_match());
        seen.append(reader.body()).append(reader.keep_alive() ? "\n" : " close\n");
        reader.next();
        break;
      case RequestReader::Status::kHeaderEnd:
        break;
      case RequestReader::Status::kFailed:
        return seen + std::to_string(reader.failure().status);
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
  if (digest(bytes, 1 + data[0]) != digest(bytes, bytes.size() + 1)) std::abort();
  return 0;
}
