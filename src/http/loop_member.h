// A connection as its event loop knows it: something that has a deadline and can be told to end.
#pragma once

#include <boost/intrusive/list.hpp>

#include "http/deadlines.h"

namespace repopulse::http {

struct RosterTag;
using RosterHook = boost::intrusive::list_base_hook<boost::intrusive::tag<RosterTag>,
                                                    boost::intrusive::link_mode<boost::intrusive::auto_unlink>>;

// Leaves the loop's list when it is destroyed.
class LoopMember : public DeadlineHolder, public RosterHook {
 public:
  virtual void begin_stop() = 0;     // finish what is in flight, then close
  virtual void close_if_idle() = 0;  // close unless a request has begun
  virtual void close() = 0;          // close now
};

}  // namespace repopulse::http
