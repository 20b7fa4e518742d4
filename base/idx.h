// SPDX-License-Identifier: Apache-2.0
// Arrays of bytes in IDX files, the format of MNIST's pictures and labels.

#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <vector>

namespace base {

// Sizes of the dimensions, the slowest first, and the elements in that order.
struct IdxArray {
  std::vector<size_t> shape;
  std::vector<uint8_t> bytes;
};

// Reads a file of unsigned bytes in that many dimensions, plain or compressed by gzip: two zero
// bytes, 0x08 for unsigned bytes, the number of dimensions, their sizes of 32 bits (big-endian),
// the elements. Where `path` does not exist but `path`.gz does, that is read. Usage error naming
// the file and what is wrong with it: foreign, truncated, too long, another element or shape.
IdxArray read_idx(const std::filesystem::path& path, int dimensions);

}  // namespace base
