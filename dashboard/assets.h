// The files of the dashboard, embedded into the executable by its build.
#pragma once

#include <span>

#include "embed/asset.h"

namespace repopulse {

// `index.html` is the page; it loads the others by relative paths.
std::span<const embed::Asset> dashboard_assets();

}  // namespace repopulse
