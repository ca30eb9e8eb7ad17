// Files that were built into the executable, as answers.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "embed/asset.h"
#include "http/message.h"
#include "http/router.h"

namespace repopulse::api {

struct EmbeddedFolder {
  std::span<const embed::Asset> files;
  std::string path;  // where they are served, without a slash at its end; `index.html` there itself as well
  std::string_view content_security_policy;
  // The names of files below it change with their content, so that they may be kept for ever; empty: of none.
  std::string_view hashed_folder{};
};

// No key is needed. An answer is prepared when it is first asked for.
void add_embedded_files(http::Router& router, const EmbeddedFolder& folder);

}  // namespace repopulse::api
