// Files of events, plain and compressed. No input crashes the reader; each event that it returns is on one line and is
// read again as the same event.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "archive/archive_reader.h"
#include "fuzz/memory_file.h"
#include "github/event_parser.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace repopulse;
  const fuzz::MemoryFile file({reinterpret_cast<const char*>(data), size});
  github::EventParser parser;
  std::uint64_t events = 0;
  archive::ReadCallbacks callbacks;
  callbacks.on_event = [&](const core::Event& event) -> core::Status {
    ++events;
    const auto again = parser.event(event.json);
    if (!again || again->key != event.key || again->repository != event.repository) std::abort();
    if (event.json.find('\n') != std::string::npos || event.repository.empty()) std::abort();
    if (const auto name = archive::repository_of_line(event.json); name && name->find('"') != name->npos) std::abort();
    return {};
  };
  const auto report = archive::read_archive(file.path(), archive::EventFilter::everything(), callbacks);
  if (report && (report->events != events || report->events + report->broken > report->lines)) std::abort();
  return 0;
}
