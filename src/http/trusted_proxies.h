// Finds the address of a client behind proxies. `X-Forwarded-For` is believed only as far as trusted proxies wrote it:
// what stands further left may be a client's invention. Pure.
#pragma once

#include <array>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace repopulse::http {

// An IPv6 address; an IPv4 address is mapped (`::ffff:192.0.2.1`).
using AddressBytes = std::array<unsigned char, 16>;

// nullopt: `text` is no address.
std::optional<AddressBytes> parse_address(std::string_view text);
bool is_mapped(const AddressBytes& address);  // it is an IPv4 address

// Addresses and networks. A value; copies are cheap where it is empty.
class TrustedProxies {
 public:
  // `10.0.0.7`, `10.0.0.0/8`, `fd00::/8`. False: it is none of these, and nothing has changed.
  bool add(std::string_view network);
  bool empty() const { return networks_.empty(); }
  bool trusts(std::string_view address) const;

  // The client: the nearest address that is no trusted proxy. `peer` is at the other end of the connection,
  // `forwarded_for` are the values of all such header fields in their order. Where every address is trusted, the
  // farthest; where an entry is no address, the nearest one before it. A view of `peer` or of a value.
  std::string_view client(std::string_view peer, std::span<const std::string_view> forwarded_for) const;

 private:
  struct Network {
    AddressBytes address;
    int bits;  // of the address that count, of 128
  };
  std::vector<Network> networks_;
};

}  // namespace repopulse::http
