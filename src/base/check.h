// REPOPULSE_CHECK(condition): ends the process where the program contradicts itself. On in every build, because to go
// on with a state that cannot be may lose events in silence, while a service manager starts an ended process again, and
// what is stored is whole.
//
// For what this code alone decides, such as that a second request is never sent beside another one. Never for what
// comes from outside, neither from GitHub, a client, a file, the store nor the clock: a check that input can fail is a
// way to stop the service. The condition takes constant or logarithmic time, and has no effect of its own.
#pragma once

#include <cstdio>
#include <cstdlib>
#include <string_view>

namespace repopulse::base {

[[noreturn, gnu::cold, gnu::noinline]] inline void check_failed(const char* condition, std::string_view file,
                                                                int line) {
  // Where the file stands in the source tree; where that tree was built says nothing.
  for (const std::string_view top : {"/src/", "/tests/"}) {
    if (const auto at = file.rfind(top); at != std::string_view::npos) file.remove_prefix(at + 1);
  }
  std::fprintf(stderr, "repopulse: a defect in the program: %s does not hold at %.*s:%d; please report it\n", condition,
               static_cast<int>(file.size()), file.data(), line);
  std::abort();
}

}  // namespace repopulse::base

#define REPOPULSE_CHECK(condition) \
  ((condition) ? static_cast<void>(0) : ::repopulse::base::check_failed(#condition, __FILE__, __LINE__))
