#include "app/command.h"

#include <iostream>
#include <string>

#include "app/printable.h"

namespace repopulse::app {

int report(const core::Error& error) {
  std::cerr << "repopulse: " + printable(error.message) + "\n";
  return error.kind == core::ErrorKind::kBadInput ? kWrongUsage : kFailure;
}

}  // namespace repopulse::app
