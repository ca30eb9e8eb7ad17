#include "archive/archive_reader.h"

#include <array>
#include <charconv>
#include <filesystem>

#include "archive/line_reader.h"
#include "github/event_parser.h"

namespace repopulse::archive {
namespace {

constexpr std::size_t kNamedLines = 5;          // broken lines that a report names
constexpr std::uint64_t kProgressLines = 4096;  // between two reports of progress

std::string_view without_white_space(std::string_view line) {
  while (!line.empty() && (line.back() == '\r' || line.back() == ' ' || line.back() == '\t')) line.remove_suffix(1);
  while (!line.empty() && (line.front() == ' ' || line.front() == '\t')) line.remove_prefix(1);
  return line;
}

// What people pass by mistake, by its first bytes: empty where nothing is known against the file.
std::string_view unreadable_format(std::string_view begin) {
  using namespace std::string_view_literals;
  constexpr std::array<std::pair<std::string_view, std::string_view>, 7> kFormats = {{
      {"\x28\xb5\x2f\xfd"sv, "it is compressed with zstd; unpack it first"},
      {"\xfd"
       "7zXZ\0"sv,
       "it is compressed with xz; unpack it first"},
      {"BZh"sv, "it is compressed with bzip2; unpack it first"},
      {"PK\x03\x04"sv, "it is a zip archive; unpack it first"},
      {"\x1f\x8b"sv, "it is compressed twice; unpack it once first"},
      {"\xff\xfe"sv, "it is UTF-16; expected UTF-8"},
      {"\xfe\xff"sv, "it is UTF-16; expected UTF-8"},
  }};
  for (const auto& [magic, what] : kFormats) {
    if (begin.starts_with(magic)) return what;
  }
  return {};
}

// Programs of Windows write it before UTF-8.
std::string_view without_byte_order_mark(std::string_view text) {
  constexpr std::string_view kMark = "\xef\xbb\xbf";
  return text.starts_with(kMark) ? text.substr(kMark.size()) : text;
}

class Reading {
 public:
  Reading(const EventFilter& filter, const ReadCallbacks& callbacks, HourProof* proof)
      : filter_(filter), callbacks_(callbacks), proof_(proof) {}

  core::Status take(std::string_view raw, std::uint64_t number) {
    const std::string_view line = without_white_space(number == 1 ? without_byte_order_mark(raw) : raw);
    if (line.empty()) return {};
    ++report_.lines;
    const bool whole = line.front() == '{' && line.back() == '}';
    // Most lines are about other repositories and are skipped here.
    if (whole && proof_ == nullptr && can_skip(line)) return {};
    auto event = whole ? parser_.event(line) : std::nullopt;
    if (!event || event->repository.empty()) {
      note_broken(number);
      return {};
    }
    if (proof_ != nullptr) proof_->add(event->repository, event->key.created_at, filter_.names(event->repository));
    if (!filter_.wants(event->repository)) return {};
    ++report_.events;
    return callbacks_.on_event(*std::move(event));
  }

  FileReport& report() { return report_; }

 private:
  bool can_skip(std::string_view line) const {
    const auto repository = repository_of_line(line);
    return repository && !filter_.wants(*repository) && is_one_line(line);
  }

  void note_broken(std::uint64_t number) {
    ++report_.broken;
    if (report_.broken_lines.size() < kNamedLines) report_.broken_lines.push_back(number);
  }

  const EventFilter& filter_;
  const ReadCallbacks& callbacks_;
  HourProof* proof_;
  github::EventParser parser_;
  FileReport report_;
};

}  // namespace

std::optional<core::Gap> hour_of_file(const std::string& path) {
  const std::string name = std::filesystem::path(path).filename().string();
  constexpr std::size_t kDate = 10;  // 2026-01-31
  if (name.size() < kDate + 2) return std::nullopt;
  const auto day = core::parse_rfc3339(name.substr(0, kDate) + "T00:00:00Z");
  int hour = -1;
  std::from_chars(name.data() + kDate + 1, name.data() + name.size(), hour);
  if (!day || hour < 0 || hour > 23) return std::nullopt;
  const std::string stem = name.substr(0, kDate) + "-" + std::to_string(hour) + ".json";
  if (name != stem && name != stem + ".gz") return std::nullopt;
  const core::EventTime from = *day + std::chrono::hours(hour);
  return core::Gap{from, from + std::chrono::hours(1)};
}

core::Result<FileReport> read_archive(const std::string& path, const EventFilter& filter,
                                      const ReadCallbacks& callbacks, HourProof* proof) {
  auto source = ByteSource::open(path);
  if (!source) return tl::unexpected(source.error());
  LineReader lines(*std::move(source));
  Reading reading(filter, callbacks, proof);
  for (;;) {
    const auto line = lines.next();
    if (!line) return tl::unexpected(line.error());
    if (!*line) break;
    if (const auto format = unreadable_format(**line); lines.line() == 1 && !format.empty()) {
      return core::fail(core::ErrorKind::kCorrupt,
                        (path == "-" ? "standard input" : path) + ": " + std::string(format));
    }
    if (const auto taken = reading.take(**line, lines.line()); !taken) return tl::unexpected(taken.error());
    if (callbacks.on_progress && lines.line() % kProgressLines == 0) {
      callbacks.on_progress(lines.source().bytes_read(), lines.line());
    }
  }
  if (callbacks.on_progress) callbacks.on_progress(lines.source().bytes_read(), lines.line());
  return std::move(reading.report());
}

}  // namespace repopulse::archive
