// Events as they are packed on disk. Whatever is packed comes back as it was; damaged bytes are an error, or are still
// what was packed; and bytes from elsewhere are an error or a text of bounded length.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "fuzz/require.h"
#include "store/event_codec.h"

namespace {

using namespace repopulse::store;
using repopulse::fuzz::require;

EventUnpacker make_unpacker() {
  EventUnpacker made;
  made.add(current_dictionary().number, current_dictionary().bytes);
  return made;
}

// Where to damage it: as the input says.
void damage(std::string& bytes, std::string_view by) {
  for (std::size_t i = 0; i + 1 < std::min<std::size_t>(by.size(), 8); i += 2) {
    const auto at = static_cast<unsigned char>(by[i]) * bytes.size() / 256;
    bytes[at] = static_cast<char>(bytes[at] ^ by[i + 1]);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static EventUnpacker unpacker = make_unpacker();
  static EventPacker packer;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const Packing packing = current_dictionary().number;
  (void)unpacker.unpack(packing, text);
  require(!unpacker.knows(packing + 1) && !unpacker.unpack(packing + 1, text));

  const PackedEvent packed = packer.pack(text);
  require(packed.bytes.size() <= text.size());
  require(unpacker.unpack(packed.packing, packed.bytes) == std::string(text));
  if (packed.packing == kUnpacked) return 0;
  std::string bytes(packed.bytes);
  damage(bytes, text);
  const auto damaged = unpacker.unpack(packing, bytes);
  require(!damaged || *damaged == text);
  bytes.resize(bytes.size() / 2);
  require(!unpacker.unpack(packing, bytes));
  return 0;
}
