#include "app/random_source.h"

#include <openssl/rand.h>

#include <array>
#include <span>
#include <stdexcept>

#include "base/hex.h"

namespace repopulse::app {
namespace {

void fill(std::span<unsigned char> bytes) {
  if (RAND_bytes(bytes.data(), static_cast<int>(bytes.size())) != 1) {
    throw std::runtime_error("the operating system provides no random numbers");
  }
}

}  // namespace

api::KeyMaterial make_key_material() {
  api::KeyMaterial material{};
  fill(material.id);
  fill(material.secret);
  fill(material.salt);
  return material;
}

std::uint64_t make_seed() {
  std::array<unsigned char, sizeof(std::uint64_t)> bytes{};
  fill(bytes);
  std::uint64_t seed = 0;
  for (const unsigned char byte : bytes) seed = seed << 8 | byte;
  return seed;
}

std::string make_delivery_id() {
  std::array<unsigned char, 16> bytes{};
  fill(bytes);
  return base::to_hex(bytes);
}

}  // namespace repopulse::app
