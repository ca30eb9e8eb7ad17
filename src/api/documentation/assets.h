// The documentation's files, as the build left them.
#pragma once

#include <span>

#include "embed/asset.h"

namespace repopulse {

std::span<const embed::Asset> documentation_assets();  // the page and what it shows itself with
std::span<const embed::Asset> openapi_assets();        // `openapi.json` alone

}  // namespace repopulse
