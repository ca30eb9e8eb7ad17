// Recorded answers of GitHub (tests/fixtures/github/README.md).
#pragma once

#include <string>
#include <string_view>

#include "github/transport.h"

namespace repopulse::github::fixtures {

// A file of tests/fixtures/github; one that ends in `.zst` is unpacked.
std::string read(std::string_view name);
// The exchange of exchanges.jsonl with that name.
HttpResponse exchange(std::string_view name);

}  // namespace repopulse::github::fixtures
