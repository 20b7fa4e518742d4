// SPDX-License-Identifier: Apache-2.0
// SHA-256 of content, for cache keys and checksums.

#pragma once

#include <filesystem>
#include <string>
#include <string_view>

namespace base {

std::string sha256(std::string_view content);  // 64 hex digits
std::string sha256_file(const std::filesystem::path& path);

// A key made of several parts: each part is length-prefixed, so that no two lists collide.
class KeyBuilder {
 public:
  KeyBuilder& add(std::string_view part);
  std::string hex() const { return sha256(text_); }

 private:
  std::string text_;
};

}  // namespace base
