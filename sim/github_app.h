// The GitHub App of a simulated GitHub: checks the JWT of who asks for a token of its installation as GitHub does
// (signature, issuer, times), makes tokens that end, and refuses where a test says so. Gets the time as an argument.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <utility>

#include "core/time.h"
#include "sim/random.h"

namespace repopulse::sim {

// The account of all tokens of the installation: they share its limits.
inline constexpr std::string_view kInstallationAccount = "the installation of the App";

struct AppSettings {
  std::string id;
  std::string installation_id;
  std::string public_key;  // PEM
  core::Millis token_life{3'600'000};
};

class GitHubApp {
 public:
  GitHubApp(AppSettings settings, std::uint64_t seed) : settings_(std::move(settings)), random_(seed) {}

  struct Reply {
    int status = 0;
    std::string body;
  };
  // To `POST /app/installations/INSTALLATION/access_tokens` with this JWT.
  Reply make_token(std::string_view installation, std::string_view jwt, core::Timestamp now);
  bool holds(std::string_view token, core::Timestamp now) const;  // it was made here, and has not ended

  // From now on each request for a token gets this status: 401 (the key was deleted), 403 (the installation is
  // suspended), 404 (it is gone); 0: none does.
  void refuse(int status) { refused_ = status; }
  void set_public_key(std::string pem) { settings_.public_key = std::move(pem); }
  void set_token_life(core::Millis life) { settings_.token_life = life; }
  void revoke_all() { ends_.clear(); }
  std::size_t made() const { return made_; }  // tokens, so far

 private:
  // What is wrong with the JWT, as GitHub says it; empty: nothing.
  std::string fault_of(std::string_view jwt, core::Timestamp now) const;

  AppSettings settings_;
  Random random_;
  int refused_ = 0;
  std::size_t made_ = 0;
  std::map<std::string, core::Timestamp, std::less<>> ends_;  // by token
};

}  // namespace repopulse::sim
