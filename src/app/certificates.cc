#include "app/certificates.h"

#include <unistd.h>

#include <cstdlib>
#include <string_view>

namespace repopulse::app {
namespace {

constexpr std::string_view kDebianPlace = "etc/ssl/certs/ca-certificates.crt";  // of Ubuntu, Arch and NixOS, too
// As Go's crypto/x509 knows them (root_linux.go).
constexpr std::string_view kPlaces[] = {
    kDebianPlace,
    "etc/pki/tls/certs/ca-bundle.crt",                   // Fedora, RHEL, Amazon Linux
    "etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem",  // newer ones of these
    "etc/ssl/ca-bundle.pem",                             // openSUSE
    "etc/ssl/cert.pem",                                  // Alpine
};

bool is_set(const char* variable) {
  const char* value = std::getenv(variable);
  return value != nullptr && *value != '\0';
}

}  // namespace

std::filesystem::path find_certificates(const std::filesystem::path& root) {
  for (const std::string_view place : kPlaces) {
    std::filesystem::path file = root / place;
    std::error_code error;
    if (std::filesystem::is_regular_file(file, error) && ::access(file.c_str(), R_OK) == 0) return file;
  }
  return {};
}

void choose_certificates(const std::filesystem::path& root) {
  if (is_set("SSL_CERT_FILE") || is_set("SSL_CERT_DIR")) return;
  const std::filesystem::path file = find_certificates(root);
  if (!file.empty() && file != root / kDebianPlace) ::setenv("SSL_CERT_FILE", file.c_str(), 1);
}

}  // namespace repopulse::app
