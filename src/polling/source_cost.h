// What the polls of a shared source cost lately, and how long the source rests when it does more harm than good. Values
// and arithmetic alone, the same for every kind of source.
#pragma once

#include <cstddef>

#include "core/answer.h"
#include "core/time.h"

namespace repopulse::polling {

class SourceCost {
 public:
  // A poll is over: its own requests, and the feeds that had to be read by themselves after it.
  void charge(std::size_t requests, std::size_t read_themselves);
  double mean() const { return mean_; }  // requests for each poll, a fading mean
  // So much at the most from now on: if it goes on like before when it is tried again, one poll is enough.
  void limit(double most) { mean_ = most; }
  // Until when the source rests, beginning now: longer each time in a row.
  core::Timestamp rest(core::Timestamp now);

 private:
  double mean_ = 1;
  int rests_ = 0;  // in a row
  core::Timestamp rested_until_{};
};

// After trouble with a source, `failures` in a row: should its feeds be polled alone? And where the source is not there
// at all, until when does it rest?
bool gives_up(core::AnswerKind trouble, int failures);
bool is_gone(core::AnswerKind trouble);
core::Timestamp rest_when_gone(int failures, core::Timestamp now);

}  // namespace repopulse::polling
