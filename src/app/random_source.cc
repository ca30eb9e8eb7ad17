#include "app/random_source.h"

#include <openssl/rand.h>
#include <unistd.h>

#include <array>
#include <span>
#include <stdexcept>

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

std::string make_holder() {
  std::array<char, 256> host{};
  if (gethostname(host.data(), host.size() - 1) != 0) host[0] = '\0';
  return std::string(host.data()) + ":" + std::to_string(getpid()) + ":" + std::to_string(make_seed());
}

}  // namespace repopulse::app
