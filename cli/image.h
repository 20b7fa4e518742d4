// SPDX-License-Identifier: Apache-2.0
// Pictures in PNG files, by libpng.

#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "golden/picture.h"

namespace cli {

// Any PNG as 8-bit grey (samples 0..255); colours by luminance, transparency on black. Usage error
// naming the file when it cannot be read, is no PNG, or is larger than max_width x max_height.
golden::Picture read_png(const std::filesystem::path& path, int max_width, int max_height);

// The content of an 8-bit grey PNG file; samples must lie in 0..255.
std::string encode_png(const golden::Picture& picture);

struct CaptionedPicture {
  golden::Picture caption;  // a strip that stands below
  golden::Picture picture;
};

// Pictures side by side on white, `columns` a row, each above its caption.
golden::Picture contact_sheet(const std::vector<CaptionedPicture>& pictures, int columns);

}  // namespace cli
