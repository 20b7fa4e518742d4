// SPDX-License-Identifier: Apache-2.0
// PNG in and out through libpng's simplified interface.

#include "cli/image.h"

#include <fmt/format.h>
#include <png.h>

#include <algorithm>
#include <cstdint>

#include "base/error.h"
#include "base/files.h"

namespace cli {
namespace {

// Frees what libpng holds, on every way out.
struct PngImage : png_image {
  PngImage() : png_image{} { version = PNG_IMAGE_VERSION; }
  ~PngImage() { png_image_free(this); }
  PngImage(const PngImage&) = delete;
  PngImage& operator=(const PngImage&) = delete;
};

constexpr int kMargin = 12;

// Copies `from` with its top left corner at (row, column); it must fit.
void paste(golden::Picture& to, int row, int column, const golden::Picture& from) {
  for (int y = 0; y < from.height; ++y)
    for (int x = 0; x < from.width; ++x) to.at(row + y, column + x) = from.at(y, x);
}

}  // namespace

golden::Picture read_png(const std::filesystem::path& path, int max_width, int max_height) {
  const std::string content = base::read_file(path);
  PngImage image;
  if (png_image_begin_read_from_memory(&image, content.data(), content.size()) == 0)
    base::usage_error(path.string(), fmt::format("is no PNG picture ({})", image.message));
  if (image.width > static_cast<unsigned>(max_width) ||
      image.height > static_cast<unsigned>(max_height))
    base::usage_error(path.string(), fmt::format("{}x{} pixels; at most {}x{} can be generated",
                                                 image.width, image.height, max_width, max_height));
  image.format = PNG_FORMAT_GRAY;
  std::vector<uint8_t> pixels(PNG_IMAGE_SIZE(image));
  const png_color black{0, 0, 0};
  if (png_image_finish_read(&image, &black, pixels.data(), 0, nullptr) == 0)
    base::usage_error(path.string(), fmt::format("is a damaged PNG picture ({})", image.message));
  golden::Picture picture(static_cast<int>(image.width), static_cast<int>(image.height));
  std::copy(pixels.begin(), pixels.end(), picture.samples.begin());
  return picture;
}

std::string encode_png(const golden::Picture& picture) {
  PngImage image;
  image.width = static_cast<png_uint_32>(picture.width);
  image.height = static_cast<png_uint_32>(picture.height);
  image.format = PNG_FORMAT_GRAY;
  std::vector<uint8_t> pixels;
  for (const int64_t sample : picture.samples) pixels.push_back(static_cast<uint8_t>(sample));
  png_alloc_size_t size = PNG_IMAGE_PNG_SIZE_MAX(image);
  std::string content(size, 0);
  if (png_image_write_to_memory(&image, content.data(), &size, 0, pixels.data(), 0, nullptr) == 0)
    base::check_error("PNG", image.message);
  content.resize(size);
  return content;
}

golden::Picture contact_sheet(const std::vector<CaptionedPicture>& pictures, int columns) {
  int width = 0;
  int height = 0;
  int caption_height = 0;
  for (const auto& [caption, picture] : pictures) {
    width = std::max({width, picture.width, caption.width});
    height = std::max(height, picture.height);
    caption_height = std::max(caption_height, caption.height);
  }
  const int count = static_cast<int>(pictures.size());
  const int rows = (count + columns - 1) / columns;
  const int pitch_x = width + kMargin;
  const int pitch_y = height + caption_height + kMargin;
  golden::Picture sheet(kMargin + columns * pitch_x, kMargin + rows * pitch_y);
  std::fill(sheet.samples.begin(), sheet.samples.end(), 255);
  for (int i = 0; i < count; ++i) {
    const auto& [caption, picture] = pictures[static_cast<size_t>(i)];
    const int top = kMargin + (i / columns) * pitch_y;
    const int left = kMargin + (i % columns) * pitch_x;
    paste(sheet, top, left, picture);
    paste(sheet, top + height, left, caption);
  }
  return sheet;
}

}  // namespace cli
