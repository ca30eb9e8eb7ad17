#include "app/progress.h"

#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <cstdio>

#include "app/humanise.h"

namespace repopulse::app {
namespace {

constexpr std::size_t kBarCells = 24;
constexpr std::size_t kUsualColumns = 80;
constexpr auto kBetweenDraws = std::chrono::milliseconds(100);
constexpr double kShortestForPace = 0.2;  // seconds; earlier, paces and the remaining time are too uncertain

// `0.5`, `7.1`, `42`, `314,000`: three digits that matter, or the first one behind the point.
std::string pace_text(double value) {
  if (value < 10) return fmt::format("{:.1f}", value);
  const double step = std::pow(10, std::max(0.0, std::floor(std::log10(value)) - 2));
  return humanise_count(static_cast<std::uint64_t>(std::round(value / step) * step));
}

std::size_t terminal_columns() {
  if (isatty(STDERR_FILENO) == 0) return 0;
  winsize size{};
  if (ioctl(STDERR_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_col == 0) return kUsualColumns;
  return size.ws_col;
}

}  // namespace

std::string progress_line(const Progressed& progressed, double seconds, std::size_t columns) {
  std::string line;
  const bool known = progressed.total > 0;
  const double share =
      known ? std::min(1.0, static_cast<double>(progressed.done) / static_cast<double>(progressed.total)) : 0;
  if (known) {
    const auto full = static_cast<std::size_t>(share * static_cast<double>(kBarCells));
    line = fmt::format("[{}{}] {:3.0f} %  ", std::string(full, '#'), std::string(kBarCells - full, ' '),
                       std::floor(share * 100));
  }
  line += progressed.label;
  if (seconds >= kShortestForPace) {
    for (const Pace& pace : progressed.paces) line += "  " + pace_text(pace.amount / seconds) + " " + pace.unit;
    if (share > 0) line += "  " + humanise_seconds(std::ceil(seconds * (1 - share) / share)) + " left";
  }
  if (line.size() > columns) line.resize(columns);
  return line;
}

Progress::Progress() : columns_(terminal_columns()), begun_(Clock::now()), next_(begun_) {}

void Progress::update(const Progressed& progressed) {
  if (!is_shown()) return;
  const Clock::time_point now = Clock::now();
  if (now < next_) return;
  next_ = now + kBetweenDraws;
  const double seconds = std::chrono::duration<double>(now - begun_).count();
  // One column stays free, since a cursor after the last one would start a new line.
  std::fputs(("\r" + progress_line(progressed, seconds, columns_ - 1) + "\x1b[K").c_str(), stderr);
  std::fflush(stderr);
  drawn_ = true;
}

void Progress::clear() {
  if (!drawn_) return;
  std::fputs("\r\x1b[K", stderr);
  std::fflush(stderr);
  drawn_ = false;
}

}  // namespace repopulse::app
