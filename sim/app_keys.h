// A new RSA key pair for the GitHub App of a simulated GitHub, in PEM. The one thing here that is different each time:
// no answer depends on it.
#pragma once

#include <string>

namespace repopulse::sim {

struct AppKeys {
  std::string private_key;
  std::string public_key;
};
AppKeys make_app_keys();

}  // namespace repopulse::sim
