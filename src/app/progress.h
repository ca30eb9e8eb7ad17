// A line that tells how far a long piece of work is: on a terminal only, on stderr.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace repopulse::app {

// So much of something has been done; shown by the second.
struct Pace {
  double amount = 0;
  std::string unit;  // `MB/s`
};

struct Progressed {
  std::string label;        // `file 2 of 3`
  std::uint64_t done = 0;   // of `total`, in any unit
  std::uint64_t total = 0;  // 0: nobody knows
  std::vector<Pace> paces;
};

// `[#####     ]  50 %  file 2 of 3  120 MB/s  0:12 left`, no longer than `columns`.
std::string progress_line(const Progressed& progressed, double seconds, std::size_t columns);

// Draws at most ten times a second; takes the line away at its end, so that what is printed after it stands alone.
class Progress {
 public:
  Progress();
  ~Progress() { clear(); }
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  bool is_shown() const { return columns_ > 0; }
  void update(const Progressed& progressed);
  void clear();

 private:
  using Clock = std::chrono::steady_clock;
  std::size_t columns_ = 0;  // of the terminal; 0: there is none
  bool drawn_ = false;
  Clock::time_point begun_;
  Clock::time_point next_;
};

}  // namespace repopulse::app
