// Serves files that were built into the executable. They need no key. Reads no file of the disk.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "embed/asset.h"
#include "http/message.h"
#include "http/router.h"

namespace repopulse::api {

struct EmbeddedFolder {
  std::span<const embed::Asset> files;
  std::string path;  // URL path of the folder, without a slash at the end; it shows `index.html`
  std::string_view content_security_policy;
  // Files that contain addresses of this server, and how each of these begins there, quote included (`"/`). Where a
  // proxy serves this server below a path, that path is put in.
  std::vector<std::string_view> pages{};
  std::string_view address{};
  // Files below this folder have names that change with their content, so clients may keep them for ever; empty: none.
  std::string_view hashed_folder{};
};

// Each answer is prepared at its first request; a page below a prefix at each request.
void add_embedded_files(http::Router& router, const EmbeddedFolder& folder);

}  // namespace repopulse::api
