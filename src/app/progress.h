// Shows on stderr how far a long piece of work has come, in one line that is drawn again and again. Only where stderr
// is a terminal; otherwise nothing is ever written.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace repopulse::app {

// A quantity that is shown per second.
struct Pace {
  double amount = 0;  // so far, since the beginning
  std::string unit;   // of the quotient: `MB/s`
};

struct Progressed {
  std::string label;        // `file 2 of 3`
  std::uint64_t done = 0;   // of `total`, in any unit
  std::uint64_t total = 0;  // 0: unknown
  std::vector<Pace> paces;
};

// `[#####     ]  50 %  file 2 of 3  120 MB/s  12 s left`, cut at `columns`. `seconds`: since the beginning.
std::string progress_line(const Progressed& progressed, double seconds, std::size_t columns);

// Draws at most ten times a second. clear() and the destructor remove the line, so that later output starts on an empty
// one.
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
