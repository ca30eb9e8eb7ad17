// The deadlines of all connections of one event loop, with a single timer. Calls on_deadline() of those whose time has
// come; never closes anything itself. On the loop's thread only.
#pragma once

#include <array>
#include <boost/intrusive/list.hpp>
#include <chrono>
#include <cstddef>
#include <optional>

#include "http/asio.h"
#include "http/server.h"

namespace repopulse::http {

// What a connection may wait for. All deadlines of one kind are equally long, so each kind is a queue in the order of
// its deadlines: setting one costs two pointers.
enum class Deadline {
  kRequest,    // for the rest of a header or of a body
  kIdle,       // for the next request
  kWrite,      // until the client takes a byte
  kLinger,     // until the client closes after us
  kHeartbeat,  // until an event stream that is silent gets a comment
};
inline constexpr std::size_t kDeadlines = 5;

// Has at most one deadline. Loses it when it is destroyed.
class DeadlineHolder
    : public boost::intrusive::list_base_hook<boost::intrusive::tag<DeadlineHolder>,
                                              boost::intrusive::link_mode<boost::intrusive::auto_unlink>> {
 public:
  virtual ~DeadlineHolder() = default;
  virtual void on_deadline(Deadline kind) = 0;
  void clear_deadline() { unlink(); }

 private:
  friend class Deadlines;
  TimePoint due_;
};

class Deadlines {
 public:
  Deadlines(boost::asio::io_context& context, const ServerSettings& settings);

  // Takes the place of the deadline that `holder` had. Met late by up to an eighth of the shortest kind, 1 s at most:
  // one wake-up serves many.
  void set(DeadlineHolder& holder, Deadline kind, TimePoint now);

 private:
  using Hook = boost::intrusive::list_base_hook<boost::intrusive::tag<DeadlineHolder>,
                                                boost::intrusive::link_mode<boost::intrusive::auto_unlink>>;
  using Queue = boost::intrusive::list<DeadlineHolder, boost::intrusive::base_hook<Hook>,
                                       boost::intrusive::constant_time_size<false>>;

  void arm(TimePoint due);
  void expire();

  const std::array<std::chrono::milliseconds, kDeadlines> durations_;
  const std::chrono::milliseconds tick_;
  std::array<Queue, kDeadlines> queues_;
  std::optional<TimePoint> armed_;
  Timer timer_;
};

}  // namespace repopulse::http
