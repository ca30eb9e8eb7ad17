// The dashboard's files, as its build left them.
#pragma once

#include <span>

#include "embed/asset.h"

namespace repopulse {

// `index.html` is the page; it asks for the others by paths relative to itself.
std::span<const embed::Asset> dashboard_assets();

}  // namespace repopulse
