#include "http/trusted_proxies.h"

#include <gtest/gtest.h>

#include "tests/http/server_fixture.h"

namespace repopulse::http {
namespace {

TrustedProxies trusted(std::initializer_list<std::string_view> networks) {
  TrustedProxies proxies;
  for (const std::string_view network : networks) EXPECT_TRUE(proxies.add(network)) << network;
  return proxies;
}

std::string client(const TrustedProxies& proxies, std::string_view peer, std::vector<std::string_view> forwarded_for) {
  return std::string(proxies.client(peer, forwarded_for));
}

TEST(TrustedProxies, KnowAddressesAndNetworksOfBothFamilies) {
  const TrustedProxies proxies = trusted({"10.0.0.0/8", "192.0.2.7", "fd00::/8", "2001:db8::1", "172.16.0.0/12"});
  for (const char* address :
       {"10.0.0.1", "10.255.255.255", "192.0.2.7", "fd12::3", "2001:db8::1", "::ffff:10.1.2.3", "172.31.255.1"}) {
    EXPECT_TRUE(proxies.trusts(address)) << address;
  }
  for (const char* address :
       {"11.0.0.1", "192.0.2.8", "fe80::1", "2001:db8::2", "::a00:1", "172.32.0.1", "", "proxy"}) {
    EXPECT_FALSE(proxies.trusts(address)) << address;
  }
  EXPECT_TRUE(trusted({"0.0.0.0/0"}).trusts("203.0.113.9"));
  EXPECT_FALSE(trusted({"0.0.0.0/0"}).trusts("2001:db8::1"));
  EXPECT_TRUE(trusted({"::/0"}).trusts("203.0.113.9"));
}

TEST(TrustedProxies, AreAddressesAndNetworksAndNothingElse) {
  TrustedProxies proxies;
  for (const char* wrong : {"", "proxy.example", "10.0.0", "10.0.0.0/33", "10.0.0.0/-1", "10.0.0.0/", "10.0.0.0/8x",
                            "fd00::/129", "/8", "10.0.0.1:80", "[::1]"}) {
    EXPECT_FALSE(proxies.add(wrong)) << wrong;
  }
  EXPECT_TRUE(proxies.empty());
}

TEST(TrustedProxies, TheClientIsTheNearestAddressThatIsNoTrustedProxy) {
  const TrustedProxies proxies = trusted({"10.0.0.0/8", "::1"});
  EXPECT_EQ(client(proxies, "198.51.100.1", {"203.0.113.9"}), "198.51.100.1") << "anybody can send the field";
  EXPECT_EQ(client(proxies, "10.0.0.1", {}), "10.0.0.1");
  EXPECT_EQ(client(proxies, "10.0.0.1", {"203.0.113.9"}), "203.0.113.9");
  EXPECT_EQ(client(proxies, "::1", {"2001:db8::5"}), "2001:db8::5");
  EXPECT_EQ(client(proxies, "10.0.0.1", {"1.2.3.4, 203.0.113.9"}), "203.0.113.9") << "the client wrote the first";
  EXPECT_EQ(client(proxies, "10.0.0.1", {"1.2.3.4 ,203.0.113.9 , 10.0.0.2"}), "203.0.113.9");
  EXPECT_EQ(client(proxies, "10.0.0.1", {"1.2.3.4", "203.0.113.9"}), "203.0.113.9") << "a proxy added a second field";
  EXPECT_EQ(client(proxies, "10.0.0.1", {"203.0.113.9", "10.0.0.3,10.0.0.2"}), "203.0.113.9");
  EXPECT_EQ(client(proxies, "10.0.0.1", {"10.0.0.3, 10.0.0.2"}), "10.0.0.3");
}

TEST(TrustedProxies, AnEntryMayHaveAPortAndOneThatIsNoAddressEndsTheSearch) {
  const TrustedProxies proxies = trusted({"10.0.0.0/8"});
  EXPECT_EQ(client(proxies, "10.0.0.1", {"203.0.113.9:4711"}), "203.0.113.9");
  EXPECT_EQ(client(proxies, "10.0.0.1", {"[2001:db8::5]:4711"}), "2001:db8::5");
  for (const char* wrong : {"", "unknown", "_hidden", "a, ", ",", "203.0.113.9 1", "999.1.1.1", "[", "[]"}) {
    EXPECT_EQ(client(proxies, "10.0.0.1", {wrong}), "10.0.0.1") << wrong;
  }
  EXPECT_EQ(client(proxies, "10.0.0.1", {"203.0.113.9, unknown, 10.0.0.2"}), "10.0.0.2");
}

class Forwarded : public test::ServerTest {};

TEST_F(Forwarded, ARouteSeesTheClientBehindATrustedProxy) {
  ASSERT_TRUE(settings.trusted_proxies.add("127.0.0.0/8"));
  route(Method::kGet, "/me",
        [](const Request& request) { return test::text_response(std::string(request.remote_address)); });
  const auto port = start();
  const auto me = [port](const std::string& fields) {
    test::RawClient client(port);
    client.send(test::get("/me", fields));
    const auto answer = client.read_answer();
    return answer ? answer->body : "no answer";
  };
  EXPECT_EQ(me(""), "127.0.0.1");
  EXPECT_EQ(me("X-Forwarded-For: 203.0.113.9\r\n"), "203.0.113.9");
  EXPECT_EQ(me("X-Forwarded-For: 1.2.3.4\r\nx-forwarded-for: 203.0.113.9\r\n"), "203.0.113.9");
}

}  // namespace
}  // namespace repopulse::http
