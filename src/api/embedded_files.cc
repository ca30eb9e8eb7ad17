#include "api/embedded_files.h"

#include <memory>
#include <mutex>
#include <utility>

namespace repopulse::api {
namespace {

constexpr std::string_view kIndex = "index.html";
constexpr std::string_view kMayChange = "no-cache";
constexpr std::string_view kNeverChanges = "public, max-age=31536000, immutable";

std::shared_ptr<const http::Payload> payload_of(const embed::Asset& file, const EmbeddedFolder& folder) {
  const bool hashed = !folder.hashed_folder.empty() && file.path.starts_with(folder.hashed_folder);
  http::PayloadOptions options;
  options.content_type = file.content_type;
  options.etag = file.etag;
  options.compress = false;
  options.gzip_body = file.gzip;
  options.cache_control = hashed ? kNeverChanges : kMayChange;
  options.headers.emplace_back("Content-Security-Policy", folder.content_security_policy);
  return http::make_payload(std::string(file.bytes), options);
}

// Called on any thread.
http::Handler handler_of(const embed::Asset& file, const EmbeddedFolder& folder) {
  struct Prepared {
    std::once_flag once;
    std::shared_ptr<const http::Payload> payload;
  };
  return [&file, folder, prepared = std::make_shared<Prepared>()](const http::Request&) {
    std::call_once(prepared->once, [&] { prepared->payload = payload_of(file, folder); });
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
