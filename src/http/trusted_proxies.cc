#include "http/trusted_proxies.h"

#include <arpa/inet.h>

#include <algorithm>
#include <charconv>
#include <ranges>

#include "base/text.h"

namespace repopulse::http {
namespace {

constexpr int kBits = 128;
constexpr int kMappedBits = 96;  // before the IPv4 address in a mapped one
constexpr std::size_t kLongestAddress = 45;

// The address in one entry of X-Forwarded-For, which some proxies write with a port: `192.0.2.1:4711`, `[::1]:4711`.
std::string_view without_port(std::string_view entry) {
  if (entry.starts_with('[')) {
    const auto end = entry.find(']');
    return end == std::string_view::npos ? entry : entry.substr(1, end - 1);
  }
  const auto colon = entry.find(':');
  return colon != std::string_view::npos && entry.find(':', colon + 1) == std::string_view::npos
             ? entry.substr(0, colon)
             : entry;
}

bool share_bits(const AddressBytes& a, const AddressBytes& b, int bits) {
  const auto whole = static_cast<std::size_t>(bits / 8);
  if (!std::equal(a.begin(), a.begin() + static_cast<std::ptrdiff_t>(whole), b.begin())) return false;
  const int rest = bits % 8;
  return rest == 0 || (a[whole] ^ b[whole]) >> (8 - rest) == 0;
}

}  // namespace

std::optional<AddressBytes> parse_address(std::string_view text) {
  if (text.empty() || text.size() > kLongestAddress || text.find('\0') != std::string_view::npos) return std::nullopt;
  const std::string word(text);
  AddressBytes bytes{};
  if (inet_pton(AF_INET6, word.c_str(), bytes.data()) == 1) return bytes;
  bytes = {};
  bytes[10] = bytes[11] = 0xFF;
  if (inet_pton(AF_INET, word.c_str(), bytes.data() + kMappedBits / 8) == 1) return bytes;
  return std::nullopt;
}

bool is_mapped(const AddressBytes& address) {
  AddressBytes prefix{};
  prefix[10] = prefix[11] = 0xFF;
  return share_bits(address, prefix, kMappedBits);
}

bool TrustedProxies::add(std::string_view network) {
  const auto slash = network.find('/');
  const std::string_view host = network.substr(0, slash);
  const auto address = parse_address(host);
  if (!address) return false;
  int bits = kBits;
  if (slash != std::string_view::npos) {
    const std::string_view word = network.substr(slash + 1);
    const int before = host.find(':') == std::string_view::npos ? kMappedBits : 0;
    const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), bits);
    if (error != std::errc() || end != word.data() + word.size() || bits < 0 || bits > kBits - before) return false;
    bits += before;
  }
  networks_.push_back({*address, bits});
  return true;
}

bool TrustedProxies::trusts(std::string_view address) const {
  if (empty()) return false;
  const auto bytes = parse_address(address);
  return bytes && std::ranges::any_of(networks_, [&](const Network& network) {
           return share_bits(network.address, *bytes, network.bits);
         });
}

std::string_view TrustedProxies::client(std::string_view peer, std::span<const std::string_view> forwarded_for) const {
  std::string_view nearest = peer;
  for (std::string_view line : std::views::reverse(forwarded_for)) {
    while (true) {
      if (!trusts(nearest)) return nearest;
      const auto comma = line.rfind(',');
      const std::string_view entry =
          without_port(base::trim(comma == std::string_view::npos ? line : line.substr(comma + 1)));
      if (!parse_address(entry)) return nearest;
      nearest = entry;
      if (comma == std::string_view::npos) break;
      line = line.substr(0, comma);
    }
  }
  return nearest;
}

}  // namespace repopulse::http
