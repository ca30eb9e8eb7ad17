#include "api/embedded_files.h"

#include <algorithm>
#include <memory>
#include <mutex>
#include <utility>

namespace repopulse::api {
namespace {

constexpr std::string_view kIndex = "index.html";
constexpr std::string_view kMayChange = "no-cache";
constexpr std::string_view kNeverChanges = "public, max-age=31536000, immutable";

// What every answer with this file says.
http::PayloadOptions options_for(const embed::Asset& file, const EmbeddedFolder& folder) {
  http::PayloadOptions options;
  options.content_type = file.content_type;
  options.cache_control = kMayChange;
  options.headers.emplace_back("Content-Security-Policy", folder.content_security_policy);
  return options;
}

std::shared_ptr<const http::Payload> payload_of_file(const embed::Asset& file, const EmbeddedFolder& folder) {
  const bool hashed = !folder.hashed_folder.empty() && file.path.starts_with(folder.hashed_folder);
  http::PayloadOptions options = options_for(file, folder);
  options.etag = file.etag;
  options.compress = false;
  options.gzip_body = file.gzip;
  if (hashed) options.cache_control = kNeverChanges;
  return http::make_payload(std::string(file.bytes), options);
}

// The page as a client gets it through a proxy that serves this server below `prefix`. The addresses are absolute, and
// so is the base of those that scripts and relative links use: the page may be asked for with and without a slash at
// the end. Rendered for each request: a prefix comes from outside, so a cache of them would have to be bounded.
std::shared_ptr<const http::Payload> payload_below(std::string_view prefix, const embed::Asset& file,
                                                   const EmbeddedFolder& folder) {
  constexpr std::string_view kHead = "<head>";
  std::string text(file.bytes);
  const std::string root = "\"" + std::string(prefix) + "/";
  for (std::size_t at = 0; (at = text.find(folder.address, at)) != std::string::npos; at += root.size()) {
    text.replace(at, folder.address.size(), root);
  }
  if (const std::size_t head = text.find(kHead); head != std::string::npos) {
    text.insert(head + kHead.size(), "<base href=\"" + std::string(prefix) + folder.path + "/\" />");
  }
  http::PayloadOptions options = options_for(file, folder);
  options.compress_when_asked = true;
  return http::make_payload(std::move(text), options);
}

// Called on any thread.
http::Handler handler_of(const embed::Asset& file, const EmbeddedFolder& folder) {
  struct Prepared {
    std::once_flag once;
    std::shared_ptr<const http::Payload> payload;
  };
  const bool is_page = std::ranges::find(folder.pages, file.path) != folder.pages.end();
  return [&file, folder, is_page, prepared = std::make_shared<Prepared>()](const http::Request& request) {
    if (const std::string_view prefix = request.prefix(); is_page && !prefix.empty()) {
      return http::Response{.payload = payload_below(prefix, file, folder)};
    }
    std::call_once(prepared->once, [&] { prepared->payload = payload_of_file(file, folder); });
    return http::Response{.payload = prepared->payload};
  };
}

}  // namespace

void add_embedded_files(http::Router& router, const EmbeddedFolder& folder) {
  for (const embed::Asset& file : folder.files) {
    router.add({http::Method::kGet, folder.path + "/" + std::string(file.path), handler_of(file, folder)});
    if (file.path == kIndex) router.add({http::Method::kGet, folder.path + "/", handler_of(file, folder)});
  }
}

}  // namespace repopulse::api
