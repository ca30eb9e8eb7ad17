// The certificates of authorities that this system trusts, where the libraries' own default is another system's: the
// libraries of a release come from Debian and know Debian's place alone.
#pragma once

#include <filesystem>

namespace repopulse::app {

// The first of the usual places that has a file that can be read, below `root`; empty: none has.
std::filesystem::path find_certificates(const std::filesystem::path& root);

// Names that file in SSL_CERT_FILE, which libcurl's users here and OpenSSL read. Changes nothing where SSL_CERT_FILE or
// SSL_CERT_DIR is set, or where Debian's place has them. Before any thread is started.
void choose_certificates(const std::filesystem::path& root = "/");

}  // namespace repopulse::app
