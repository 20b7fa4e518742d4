// SPDX-License-Identifier: Apache-2.0
// The two rows of a carry-save accumulator, as a tree of whole words makes them.

#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace golden {

// Words whose sum modulo 2^64 is that of the given ones. A level takes three words at a time, in
// their order, and gives a ^ b ^ c and twice their majority; words left over stand behind. So many
// levels until two words are left (fewer words are filled with zeros). An exact adder does not care
// how a sum is split in two, an approximate one does: this says how.
inline std::array<uint64_t, 2> bw_rows(std::vector<uint64_t> words) {
  while (words.size() > 2) {
    std::vector<uint64_t> next;
    size_t i = 0;
    for (; i + 3 <= words.size(); i += 3) {
      const uint64_t a = words[i], b = words[i + 1], c = words[i + 2];
      next.push_back(a ^ b ^ c);
      next.push_back(((a & b) | (a & c) | (b & c)) << 1);
    }
    for (; i < words.size(); ++i) next.push_back(words[i]);
    words = next;
  }
  words.resize(2, 0);
  return {words[0], words[1]};
}

}  // namespace golden
