// How the JSON of an event is kept on disk: its exact bytes, compressed by zstd with a dictionary of what all events
// have in common, or uncompressed where that is not larger. It touches no disk itself.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "core/result.h"

namespace repopulse::store {

// How bytes were packed: 0 as they are, otherwise the number of the zstd dictionary. Stored beside each event.
using Packing = std::int64_t;
inline constexpr Packing kUnpacked = 0;

struct Dictionary {
  Packing number = 0;
  std::string_view bytes;  // lives as long as the process
};
// What new events are packed with.
Dictionary current_dictionary();

struct PackedEvent {
  Packing packing = kUnpacked;
  std::string_view bytes;  // valid until the next call of pack(), and as long as the input
};

// For one thread at a time. Holds some 0.5 MB once used.
class EventPacker {
 public:
  EventPacker();
  ~EventPacker();
  EventPacker(EventPacker&&) noexcept;
  EventPacker& operator=(EventPacker&&) noexcept;

  // 5 µs for a push of 750 bytes, 35 µs for a comment of 10 kB.
  PackedEvent pack(std::string_view json);

 private:
  struct Machine;
  std::unique_ptr<Machine> machine_;
};

// For one thread at a time. Knows the dictionaries that it was given.
class EventUnpacker {
 public:
  EventUnpacker();
  ~EventUnpacker();
  EventUnpacker(EventUnpacker&&) noexcept;
  EventUnpacker& operator=(EventUnpacker&&) noexcept;

  bool knows(Packing packing) const;
  void add(Packing number, std::string_view dictionary);
  // kCorrupt when the bytes are not what pack() made, a checksum included.
  core::Result<std::string> unpack(Packing packing, std::string_view bytes);

 private:
  struct Machine;
  std::unique_ptr<Machine> machine_;
};

}  // namespace repopulse::store
