#include "http/tls.h"

#include <openssl/err.h>
#include <openssl/ssl.h>

#include <algorithm>
#include <boost/asio/ssl.hpp>
#include <fstream>
#include <stdexcept>

namespace repopulse::http {
namespace {

namespace ssl = boost::asio::ssl;

constexpr std::chrono::seconds kRecheck{10};

// The server speaks HTTP/1.1 only. With a client that offers only other protocols the handshake fails.
int choose_protocol(SSL*, const unsigned char** out, unsigned char* out_size, const unsigned char* offered,
                    unsigned int offered_size, void*) {
  static constexpr unsigned char kOurs[] = "\x08http/1.1";
  unsigned char* chosen = nullptr;
  if (SSL_select_next_proto(&chosen, out_size, kOurs, sizeof kOurs - 1, offered, offered_size) !=
      OPENSSL_NPN_NEGOTIATED) {
    return SSL_TLSEXT_ERR_ALERT_FATAL;
  }
  *out = chosen;
  return SSL_TLSEXT_ERR_OK;
}

std::string openssl_reason() {
  const unsigned long code = ERR_peek_last_error();
  const char* reason = ERR_reason_error_string(code);
  ERR_clear_error();
  return reason ? reason : "unknown error";
}

void require_readable(const std::string& file, const char* what) {
  if (!std::ifstream(file)) throw std::runtime_error(std::string("cannot read the TLS ") + what + " file " + file);
}

std::shared_ptr<ssl::context> load(const std::string& certificate_file, const std::string& key_file) {
  require_readable(certificate_file, "certificate");
  require_readable(key_file, "key");
  auto context = std::make_shared<ssl::context>(ssl::context::tls_server);
  SSL_CTX* native = context->native_handle();
  SSL_CTX_set_min_proto_version(native, TLS1_2_VERSION);
  SSL_CTX_set_options(native, SSL_OP_NO_RENEGOTIATION | SSL_OP_CIPHER_SERVER_PREFERENCE | SSL_OP_NO_COMPRESSION);
  SSL_CTX_set_mode(native, SSL_MODE_RELEASE_BUFFERS);  // saves 34 kB for each idle connection
  SSL_CTX_set_cipher_list(native, "ECDHE+AESGCM:ECDHE+CHACHA20");
  SSL_CTX_set_alpn_select_cb(native, choose_protocol, nullptr);
  ERR_clear_error();
  if (SSL_CTX_use_certificate_chain_file(native, certificate_file.c_str()) != 1) {
    throw std::runtime_error("TLS certificate file " + certificate_file +
                             " holds no PEM certificate: " + openssl_reason());
  }
  // An encrypted key would make OpenSSL ask on the terminal.
  context->set_password_callback([](std::size_t, ssl::context::password_purpose) { return std::string(); });
  if (SSL_CTX_use_PrivateKey_file(native, key_file.c_str(), SSL_FILETYPE_PEM) != 1) {
    const std::string reason = openssl_reason();
    throw std::runtime_error(reason == "key values mismatch"
                                 ? "TLS key file " + key_file + " does not belong to certificate " + certificate_file
                                 : "TLS key file " + key_file + " holds no unencrypted PEM key: " + reason);
  }
  return context;
}

}  // namespace

Certificate::Certificate(std::string certificate_file, std::string key_file)
    : certificate_file_(std::move(certificate_file)), key_file_(std::move(key_file)) {
  if (certificate_file_.empty() || key_file_.empty()) {
    throw std::runtime_error("TLS needs a certificate file and a key file: only one is set");
  }
  context_ = load(certificate_file_, key_file_);
  changed_ = newest_change();
}

std::filesystem::file_time_type Certificate::newest_change() const {
  std::error_code ignored;  // a file that is missing now has not become a usable one
  return std::max(std::filesystem::last_write_time(certificate_file_, ignored),
                  std::filesystem::last_write_time(key_file_, ignored));
}

std::shared_ptr<ssl::context> Certificate::current(TimePoint now,
                                                   const std::function<void(std::string_view)>& on_failure) {
  const std::lock_guard lock(mutex_);
  if (now - checked_ < kRecheck) return context_;
  checked_ = now;
  const auto changed = newest_change();
  if (changed == changed_) return context_;
  changed_ = changed;
  try {
    context_ = load(certificate_file_, key_file_);
  } catch (const std::runtime_error& error) {
    if (on_failure) on_failure(std::string("the certificate in use stays: ") + error.what());
  }
  return context_;
}

}  // namespace repopulse::http
