// The files of the documentation page and the OpenAPI document, built into the executable. Read-only data.
#pragma once

#include <span>

#include "embed/asset.h"

namespace repopulse {

std::span<const embed::Asset> documentation_assets();  // the page, its scripts and styles
std::span<const embed::Asset> openapi_assets();        // `openapi.json` alone

}  // namespace repopulse
