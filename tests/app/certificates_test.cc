#include "app/certificates.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>

namespace repopulse::app {
namespace {

class CertificatesTest : public testing::Test {
 protected:
  CertificatesTest() : root_(testing::TempDir() + "certificates-" + std::to_string(::getpid())) {
    forget();
    std::filesystem::remove_all(root_);
    std::filesystem::create_directories(root_);
  }
  ~CertificatesTest() override {
    forget();
    std::filesystem::remove_all(root_);
  }

  static void forget() {
    ::unsetenv("SSL_CERT_FILE");
    ::unsetenv("SSL_CERT_DIR");
  }
  static std::string chosen() {
    const char* file = std::getenv("SSL_CERT_FILE");
    return file == nullptr ? "none" : file;
  }
  std::filesystem::path put(const std::string& place) {
    std::filesystem::path file = root_ / place;
    std::filesystem::create_directories(file.parent_path());
    std::ofstream(file) << "certificates\n";
    return file;
  }

  std::filesystem::path root_;
};

TEST_F(CertificatesTest, AreFoundWhereASystemKeepsThem) {
  for (const char* place :
       {"etc/ssl/cert.pem", "etc/ssl/ca-bundle.pem", "etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem",
        "etc/pki/tls/certs/ca-bundle.crt", "etc/ssl/certs/ca-certificates.crt"}) {
    // Each comes before those that the system has got so far.
    const auto newest = put(place);
    EXPECT_EQ(find_certificates(root_), newest);
  }
}

TEST_F(CertificatesTest, AreNotFoundWhereThereAreNone) {
  EXPECT_EQ(find_certificates(root_), "");
  choose_certificates(root_);
  EXPECT_EQ(chosen(), "none");
}

TEST_F(CertificatesTest, AFolderAndALinkToNothingAreNoFile) {
  std::filesystem::create_directories(root_ / "etc/ssl/certs/ca-certificates.crt");
  std::filesystem::create_symlink("nowhere", root_ / "etc/ssl/ca-bundle.pem");
  const auto file = put("etc/ssl/cert.pem");
  EXPECT_EQ(find_certificates(root_), file);
}

TEST_F(CertificatesTest, AreNamedForTheLibrariesWhereTheseDoNotLook) {
  const auto file = put("etc/pki/tls/certs/ca-bundle.crt");
  choose_certificates(root_);
  EXPECT_EQ(chosen(), file);
}

TEST_F(CertificatesTest, TheLibrariesOwnPlaceNeedsNoName) {
  put("etc/ssl/certs/ca-certificates.crt");
  put("etc/ssl/cert.pem");
  choose_certificates(root_);
  EXPECT_EQ(chosen(), "none");
}

TEST_F(CertificatesTest, WhatTheUserChoseStays) {
  put("etc/ssl/cert.pem");
  ::setenv("SSL_CERT_FILE", "/mine.pem", 1);
  choose_certificates(root_);
  EXPECT_EQ(chosen(), "/mine.pem");
  forget();
  ::setenv("SSL_CERT_DIR", "/mine", 1);
  choose_certificates(root_);
  EXPECT_EQ(chosen(), "none");
}

TEST_F(CertificatesTest, AnEmptyVariableIsNoChoice) {
  ::setenv("SSL_CERT_FILE", "", 1);
  const auto file = put("etc/ssl/ca-bundle.pem");
  choose_certificates(root_);
  EXPECT_EQ(chosen(), file);
}

}  // namespace
}  // namespace repopulse::app
