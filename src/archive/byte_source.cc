#include "archive/byte_source.h"

#include <fcntl.h>
#include <isa-l.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <optional>
#include <vector>

namespace repopulse::archive {
namespace {

constexpr std::size_t kInputBytes = 256u << 10;

}  // namespace

struct ByteSource::State {
  int file = -1;
  std::string name;
  std::vector<std::uint8_t> input = std::vector<std::uint8_t>(kInputBytes);
  std::span<const std::uint8_t> pending;  // part of `input` that is not used yet
  bool ended = false;                     // the file has no more bytes
  bool compressed = false;
  bool inside_member = false;
  bool first_member = true;
  std::uint64_t bytes_read = 0;
  std::optional<core::Error> damage;  // reported after what was inflated before it
  inflate_state inflate{};

  ~State() {
    if (file > STDIN_FILENO) ::close(file);
  }

  core::Status refill(std::size_t least = 1);
  bool at_gzip() const;
  core::Result<bool> begin_member();
  core::Result<std::size_t> inflate_into(std::span<char> out);
};

// Reads until `least` bytes are pending, or the file ends.
core::Status ByteSource::State::refill(std::size_t least) {
  if (pending.size() >= least || ended) return {};
  std::size_t size = pending.size();
  if (size > 0) std::memmove(input.data(), pending.data(), size);
  pending = std::span(input).first(size);
  while (size < least && !ended) {
    const ssize_t got = ::read(file, input.data() + size, input.size() - size);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return core::fail(core::ErrorKind::kUnavailable, name + ": " + std::strerror(errno));
    ended = got == 0;
    bytes_read += static_cast<std::uint64_t>(got);
    size += static_cast<std::size_t>(got);
    pending = std::span(input).first(size);
  }
  return {};
}

bool ByteSource::State::at_gzip() const {
  constexpr std::uint8_t kMagic0 = 0x1f, kMagic1 = 0x8b;  // RFC 1952, section 2.3.1
  return pending.size() >= 2 && pending[0] == kMagic0 && pending[1] == kMagic1;
}

// Skips zeros, which tapes and some programs append, to the beginning of the next member; false at the end.
core::Result<bool> ByteSource::State::begin_member() {
  for (;;) {
    if (const auto filled = refill(); !filled) return tl::unexpected(filled.error());
    if (pending.empty()) return false;
    if (first_member || pending[0] != 0) break;
    const auto end = std::ranges::find_if(pending, [](std::uint8_t byte) { return byte != 0; });
    pending = pending.subspan(static_cast<std::size_t>(end - pending.begin()));
  }
  if (const auto filled = refill(2); !filled) return tl::unexpected(filled.error());
  if (!at_gzip()) {
    return core::fail(core::ErrorKind::kCorrupt, name + ": the compressed data are followed by bytes that are no gzip");
  }
  isal_inflate_reset(&inflate);
  inflate.crc_flag = ISAL_GZIP;
  inside_member = true;
  first_member = false;
  return true;
}

core::Result<std::size_t> ByteSource::State::inflate_into(std::span<char> out) {
  if (damage) return tl::unexpected(*damage);
  inflate.next_out = reinterpret_cast<std::uint8_t*>(out.data());
  inflate.avail_out = static_cast<std::uint32_t>(out.size());
  while (inflate.avail_out == out.size()) {
    if (!inside_member) {
      const auto begun = begin_member();
      if (!begun) return tl::unexpected(begun.error());
      if (!*begun) return std::size_t{0};
    }
    if (const auto filled = refill(); !filled) return tl::unexpected(filled.error());
    if (pending.empty()) {
      return core::fail(core::ErrorKind::kCorrupt, name + ": the compressed data end before their time");
    }
    inflate.next_in = const_cast<std::uint8_t*>(pending.data());  // ISA-L only reads it
    inflate.avail_in = static_cast<std::uint32_t>(pending.size());
    if (const int status = isal_inflate(&inflate); status < 0) {
      damage = core::Error{core::ErrorKind::kCorrupt,
                           name + ": the compressed data are damaged (ISA-L error " + std::to_string(status) + ")"};
      break;
    }
    pending = pending.last(inflate.avail_in);
    if (inflate.block_state == ISAL_BLOCK_FINISH) inside_member = false;
  }
  // First return what was inflated before the damage.
  if (damage && inflate.avail_out == out.size()) return tl::unexpected(*damage);
  return out.size() - inflate.avail_out;
}

ByteSource::ByteSource(std::unique_ptr<State> state) : state_(std::move(state)) {}
ByteSource::~ByteSource() = default;
ByteSource::ByteSource(ByteSource&&) noexcept = default;
ByteSource& ByteSource::operator=(ByteSource&&) noexcept = default;

core::Result<ByteSource> ByteSource::open(const std::string& path) {
  auto state = std::make_unique<State>();
  state->name = path == "-" ? "standard input" : path;
  state->file = path == "-" ? STDIN_FILENO : ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (state->file < 0) return core::fail(core::ErrorKind::kNotFound, path + ": " + std::strerror(errno));
  if (const auto filled = state->refill(2); !filled) return tl::unexpected(filled.error());
  state->compressed = state->at_gzip();
  if (state->compressed) isal_inflate_init(&state->inflate);
  return ByteSource(std::move(state));
}

core::Result<std::size_t> ByteSource::read(std::span<char> out) {
  if (state_->compressed) return state_->inflate_into(out);
  if (const auto filled = state_->refill(); !filled) return tl::unexpected(filled.error());
  const std::size_t size = std::min(out.size(), state_->pending.size());
  std::memcpy(out.data(), state_->pending.data(), size);
  state_->pending = state_->pending.subspan(size);
  return size;
}

std::uint64_t ByteSource::bytes_read() const {
  return state_->bytes_read;
}

}  // namespace repopulse::archive
