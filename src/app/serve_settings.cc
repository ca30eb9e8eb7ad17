#include "app/serve_settings.h"

namespace repopulse::app {

const std::vector<std::string_view>& serve_settings() {
  static const std::vector<std::string_view> all = {
      // the server and its store
      "listen",
      "store",
      "repo",
      "owner-archived",
      "owner-forks",
      // GitHub
      "github-url",
      "github-token",
      "github-token-file",
      "github-app-id",
      "github-app-key-file",
      "github-app-installation-id",
      "github-ca-file",
      // what is kept, and how it is polled
      "max-active",
      "window-days",
      "window-events",
      "retention-days",
      "bots",
      "policy",
      "freshness",
      "probe",
      "received-by",
      // who is served, and how
      "api-key",
      "public",
      "public-limit",
      "key-limit",
      "trusted-proxies",
      "proxy-auth-header",
      "proxy-auth-role-header",
      "proxy-auth-admin",
      "base-path",
      "tls-cert",
      "tls-key",
      "log-level",
      "log-format",
      "shards",
      "threads",
      // webhooks
      "webhook-secret",
      "webhook-secret-file",
  };
  return all;
}

}  // namespace repopulse::app
