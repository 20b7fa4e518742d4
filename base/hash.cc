// SPDX-License-Identifier: Apache-2.0
// SHA-256 by libcrypto.

#include "base/hash.h"

#include <openssl/sha.h>

#include <array>

#include "base/files.h"

namespace base {

std::string sha256(std::string_view content) {
  std::array<unsigned char, SHA256_DIGEST_LENGTH> digest{};
  SHA256(reinterpret_cast<const unsigned char*>(content.data()), content.size(), digest.data());
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string hex;
  for (const unsigned char byte : digest) {
    hex += kDigits[byte >> 4U];
    hex += kDigits[byte & 15U];
  }
  return hex;
}

std::string sha256_file(const std::filesystem::path& path) { return sha256(read_file(path)); }

KeyBuilder& KeyBuilder::add(std::string_view part) {
  text_ += std::to_string(part.size());
  text_ += ':';
  text_ += part;
  return *this;
}

}  // namespace base
