// HTTPS with certificates made for the test.

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "http/tls.h"
#include "tests/http/server_fixture.h"

namespace repopulse::http::test {
namespace {

template <auto release>
struct Releaser {
  template <typename T>
  void operator()(T* pointer) const {
    release(pointer);
  }
};
using Key = std::unique_ptr<EVP_PKEY, Releaser<EVP_PKEY_free>>;
using Certificate509 = std::unique_ptr<X509, Releaser<X509_free>>;

class TlsTest : public ServerTest {
 protected:
  TlsTest() : folder_(std::filesystem::temp_directory_path() / ("tls_test_" + std::to_string(::getpid()))) {
    std::filesystem::create_directory(folder_);
    write_pair("one");
    settings.tls_certificate_file = file("one.crt");
    settings.tls_key_file = file("one.key");
  }
  ~TlsTest() override { std::filesystem::remove_all(folder_); }

  std::string file(const std::string& name) const { return folder_ / name; }

  // NAME.key and a certificate for it that it has signed itself, NAME.crt.
  void write_pair(const std::string& name) const {
    const Key key(EVP_EC_gen("P-256"));
    const Certificate509 certificate(X509_new());
    ASN1_INTEGER_set(X509_get_serialNumber(certificate.get()), 1);
    X509_gmtime_adj(X509_getm_notBefore(certificate.get()), 0);
    X509_gmtime_adj(X509_getm_notAfter(certificate.get()), 3600);
    X509_set_pubkey(certificate.get(), key.get());
    X509_NAME* subject = X509_get_subject_name(certificate.get());
    X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_ASC, reinterpret_cast<const unsigned char*>(name.c_str()), -1,
                               -1, 0);
    X509_set_issuer_name(certificate.get(), subject);
    X509_sign(certificate.get(), key.get(), EVP_sha256());
    const std::unique_ptr<FILE, Releaser<fclose>> key_file(std::fopen(file(name + ".key").c_str(), "w"));
    PEM_write_PrivateKey(key_file.get(), key.get(), nullptr, nullptr, 0, nullptr, nullptr);
    const std::unique_ptr<FILE, Releaser<fclose>> certificate_file(std::fopen(file(name + ".crt").c_str(), "w"));
    PEM_write_X509(certificate_file.get(), certificate.get());
  }

  std::string refusal() {
    try {
      Server refused(settings, router, {});
    } catch (const std::runtime_error& error) {
      return error.what();
    }
    return "";
  }

  const std::filesystem::path folder_;
};

TEST_F(TlsTest, AnswersOverTls) {
  route(Method::kGet, "/secure", [](const Request& request) { return text_response(request.secure ? "yes" : "no"); });
  const auto kept = keep_in_file(make_payload(std::string(3'000'000, 'x')));
  route(Method::kGet, "/long", [kept](const Request&) { return Response{.payload = kept}; });
  start();
  RawClient client(server->port(), true, "http/1.1");
  ASSERT_TRUE(client.tls_established());
  EXPECT_EQ(client.chosen_protocol(), "http/1.1");
  client.send(get("/secure") + get("/long") + get("/hello", "Connection: close\r\n"));
  EXPECT_EQ(client.read_answer().value().body, "yes");
  EXPECT_EQ(client.read_answer().value().body.size(), 3'000'000U);
  EXPECT_EQ(client.read_answer().value().body, "hello");
  EXPECT_TRUE(client.is_closed());
}

TEST_F(TlsTest, RefusesOtherProtocolsAndPlainText) {
  settings.header_timeout = std::chrono::seconds(1);
  start();
  EXPECT_FALSE(RawClient(server->port(), true, "h2").tls_established());
  RawClient plain(server->port());
  plain.send(get("/hello"));
  const auto rest = plain.read_rest();
  EXPECT_EQ(rest.find("HTTP/1.1 200"), std::string::npos);
  RawClient silent(server->port());
  EXPECT_TRUE(silent.is_closed()) << "a handshake has its time, too";
  EXPECT_TRUE(RawClient(server->port(), true).tls_established());
}

TEST_F(TlsTest, StreamsAndStops) {
  route(Method::kGet, "/stream", [](const Request&) {
    Response response;
    response.stream = [](const std::shared_ptr<EventStream>& stream) {
      stream->send(std::make_shared<const std::string>("data: x\n\n"));
    };
    return response;
  });
  start();
  RawClient client(server->port(), true);
  client.send(get("/stream"));
  client.read_head();
  EXPECT_EQ(client.read_some(), "9\r\ndata: x\n\n\r\n");
  server->stop(std::chrono::seconds(5));
  EXPECT_EQ(client.read_rest(), "0\r\n\r\n");
}

TEST_F(TlsTest, SaysWhatIsWrongWithACertificate) {
  settings.tls_certificate_file = file("missing.crt");
  EXPECT_EQ(refusal(), "cannot read the TLS certificate file " + file("missing.crt"));
  settings.tls_certificate_file = file("one.key");
  EXPECT_TRUE(refusal().starts_with("TLS certificate file " + file("one.key") + " holds no PEM certificate"))
      << refusal();
  write_pair("two");
  settings.tls_certificate_file = file("two.crt");
  EXPECT_EQ(refusal(), "TLS key file " + file("one.key") + " does not belong to certificate " + file("two.crt"));
  settings.tls_key_file = "";
  EXPECT_EQ(refusal(), "TLS needs a certificate file and a key file: only one is set");
}

TEST_F(TlsTest, TakesARenewedCertificateAndKeepsTheOldOneWhereTheNewIsBroken) {
  Certificate certificate(settings.tls_certificate_file, settings.tls_key_file);
  Certificate::TimePoint now{std::chrono::hours(1)};
  std::vector<std::string> complaints;
  const auto current = [&] {
    now += std::chrono::minutes(1);
    return certificate.current(now, [&](std::string_view message) { complaints.emplace_back(message); });
  };
  const auto first = current();
  EXPECT_EQ(current(), first);
  const auto later = [&](int seconds) {
    std::filesystem::last_write_time(file("one.crt"),
                                     std::filesystem::file_time_type::clock::now() + std::chrono::seconds(seconds));
  };
  std::ofstream(file("one.crt")) << "rubbish";
  later(5);
  EXPECT_EQ(current(), first);
  EXPECT_EQ(current(), first);
  EXPECT_EQ(complaints.size(), 1U);
  write_pair("one");
  later(10);
  EXPECT_NE(current(), first);
  EXPECT_EQ(complaints.size(), 1U);
}

}  // namespace
}  // namespace repopulse::http::test
