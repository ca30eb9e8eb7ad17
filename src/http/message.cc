#include "http/message.h"

#include <libdeflate.h>
#define XXH_INLINE_ALL
#include <xxhash.h>

#include <array>
#include <charconv>

#include "http/negotiation.h"
#include "http/router.h"

namespace repopulse::http {
namespace {

// Below this size, gzip's own frame and the additional header lines cost more than compression saves.
constexpr std::size_t kMinCompressedBytes = 200;
constexpr int kCompressionLevel = 6;

void append_line(std::string& lines, std::string_view name, std::string_view value) {
  lines.append(name).append(": ").append(value).append("\r\n");
}

std::string weak(std::string_view etag) {
  return etag.starts_with("W/") ? std::string(etag) : "W/" + std::string(etag);
}

// A libdeflate compressor has 300 kB of tables: one for each thread that compresses.
libdeflate_compressor* thread_compressor() {
  thread_local const std::unique_ptr<libdeflate_compressor, decltype(&libdeflate_free_compressor)> compressor(
      libdeflate_alloc_compressor(kCompressionLevel), &libdeflate_free_compressor);
  return compressor.get();
}

}  // namespace

std::string_view Request::prefix() const {
  return read_base_path(header("X-Forwarded-Prefix")).value_or(base_path);
}

std::string_view Request::parameter(std::string_view name) const {
  for (const auto& [key, value] : parameters) {
    if (key == name) return value;
  }
  return {};
}

std::vector<std::pair<std::string, std::string>> Request::query_parameters() const {
  std::vector<std::pair<std::string, std::string>> result;
  for (std::string_view rest = query; !rest.empty();) {
    const std::size_t end = rest.find('&');
    const std::string_view word = rest.substr(0, end);
    rest = end == std::string_view::npos ? std::string_view{} : rest.substr(end + 1);
    if (word.empty()) continue;
    const std::size_t equals = word.find('=');
    const std::string_view name = word.substr(0, equals);
    const std::string_view value = equals == std::string_view::npos ? std::string_view{} : word.substr(equals + 1);
    // An invalid escape stays as it was sent: the handler that checks the value names it.
    result.emplace_back(percent_decode(name, true).value_or(std::string(name)),
                        percent_decode(value, true).value_or(std::string(value)));
  }
  return result;
}

std::string make_etag(std::string_view text) {
  const XXH128_hash_t hash = XXH3_128bits(text.data(), text.size());
  std::array<char, 34> etag;
  etag.fill('0');
  etag.front() = etag.back() = '"';
  const auto put_hex = [&](std::uint64_t value, std::size_t end) {
    for (std::size_t at = end; value != 0; value >>= 4) etag[--at] = "0123456789abcdef"[value & 15];
  };
  put_hex(hash.high64, 17);
  put_hex(hash.low64, 33);
  return {etag.data(), etag.size()};
}

std::string gzip(std::string_view text) {
  std::string out(text.size() - text.size() / 10, '\0');
  out.resize(libdeflate_gzip_compress(thread_compressor(), text.data(), text.size(), out.data(), out.size()));
  out.shrink_to_fit();
  return out;
}

std::shared_ptr<const Payload> make_payload(std::string body, const PayloadOptions& options) {
  auto payload = std::make_shared<Payload>();
  payload->body = std::move(body);
  if (!options.etag.empty()) {
    payload->etag = options.etag;
  } else if (!options.no_etag) {
    payload->etag = make_etag(payload->body);
  }
  const bool worth_it = payload->body.size() >= kMinCompressedBytes;
  payload->compress_when_asked = worth_it && options.compress_when_asked;
  if (!options.gzip_body.empty()) {
    payload->gzip_body = options.gzip_body;
  } else if (worth_it && options.compress && !options.compress_when_asked) {
    payload->gzip_body = gzip(payload->body);
  }

  std::string common;
  append_line(common, "Content-Type", options.content_type);
  if (!options.cache_control.empty()) append_line(common, "Cache-Control", options.cache_control);
  for (const auto& [name, value] : options.headers) append_line(common, name, value);
  const bool varies = payload->compress_when_asked || !payload->gzip_body.empty();
  if (varies) append_line(common, "Vary", "Accept-Encoding");

  payload->header_lines = common;
  if (!payload->etag.empty()) append_line(payload->header_lines, "ETag", payload->etag);
  if (varies) {
    payload->gzip_header_lines = std::move(common);
    append_line(payload->gzip_header_lines, "Content-Encoding", "gzip");
    if (!payload->etag.empty()) append_line(payload->gzip_header_lines, "ETag", weak(payload->etag));
  }
  return payload;
}

std::shared_ptr<const Payload> keep_in_file(std::shared_ptr<const Payload> payload) {
  if (payload->file) return payload;
  auto file = MemoryFile::make(payload->body);
  if (!file) return payload;
  auto kept = std::make_shared<Payload>(*payload);
  kept->file = std::move(file);
  return kept;
}

}  // namespace repopulse::http
