#include "archive/archive_reader.h"

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

class Reading {
 public:
  Reading(const EventFilter& filter, const ReadCallbacks& callbacks) : filter_(filter), callbacks_(callbacks) {}

  core::Status take(std::string_view raw, std::uint64_t number) {
    ++report_.lines;
    const std::string_view line = without_white_space(raw);
    if (line.empty()) return {};
    // Most lines are about other repositories and are skipped here.
    const bool whole = line.front() == '{' && line.back() == '}';
    const auto repository = whole ? repository_of_line(line) : std::nullopt;
    if (repository && !filter_.wants(*repository)) return {};
    auto event = whole ? parser_.event(line) : std::nullopt;
    if (!event || event->repository.empty()) {
      note_broken(number);
      return {};
    }
    if (!filter_.wants(event->repository)) return {};
    ++report_.events;
    return callbacks_.on_event(*std::move(event));
  }

  FileReport& report() { return report_; }

 private:
  void note_broken(std::uint64_t number) {
    ++report_.broken;
    if (report_.broken_lines.size() < kNamedLines) report_.broken_lines.push_back(number);
  }

  const EventFilter& filter_;
  const ReadCallbacks& callbacks_;
  github::EventParser parser_;
  FileReport report_;
};

}  // namespace

std::optional<core::Gap> hour_of_file(const std::string& path) {
  const std::string name = std::filesystem::path(path).filename().string();
  constexpr std::size_t kDate = 10;  // 2026-01-31
  if (name.size() < kDate + 3 || name[kDate] != '-') return std::nullopt;
  int hour = -1;
  const auto [end, error] = std::from_chars(name.data() + kDate + 1, name.data() + name.size(), hour);
  const auto day = core::parse_rfc3339(name.substr(0, kDate) + "T00:00:00Z");
  if (!day || error != std::errc{} || *end != '.' || hour < 0 || hour > 23) return std::nullopt;
  const core::EventTime from = *day + std::chrono::hours(hour);
  return core::Gap{from, from + std::chrono::hours(1)};
}

core::Result<FileReport> read_archive(const std::string& path, const EventFilter& filter,
                                      const ReadCallbacks& callbacks) {
  auto source = ByteSource::open(path);
  if (!source) return tl::unexpected(source.error());
  LineReader lines(*std::move(source));
  Reading reading(filter, callbacks);
  for (;;) {
    const auto line = lines.next();
    if (!line) return tl::unexpected(line.error());
    if (!*line) break;
    if (const auto taken = reading.take(**line, lines.line()); !taken) return tl::unexpected(taken.error());
    if (callbacks.on_progress && lines.line() % kProgressLines == 0) {
      callbacks.on_progress(lines.source().bytes_read(), lines.line());
    }
  }
  if (callbacks.on_progress) callbacks.on_progress(lines.source().bytes_read(), lines.line());
  FileReport report = std::move(reading.report());
  if (report.broken == 0) report.hour = hour_of_file(path);
  return report;
}

}  // namespace repopulse::archive
