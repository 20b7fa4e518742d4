// SPDX-License-Identifier: Apache-2.0
// Block sizes by the square-root rules, and the networks of adders made of blocks.

#include "gen/arith/blocks.h"

#include <algorithm>
#include <stdexcept>

#include "gen/arith/prefix_build.h"

namespace arith {
namespace {

void check_width(int width) {
  if (width < 1) throw std::invalid_argument("an adder has at least one bit");
}

int total(const std::vector<int>& blocks) {
  int width = 0;
  for (const int size : blocks) {
    if (size < 1) throw std::invalid_argument("a block has at least one bit");
    width += size;
  }
  check_width(width);
  return width;
}

// Spans inside each block from its lowest bit up; gives (first, last) of the blocks.
std::vector<Span> block_prefixes(PrefixBuilder& b, const std::vector<int>& blocks) {
  std::vector<Span> result;
  int first = 0;
  for (const int size : blocks) {
    for (int i = first + 1; i < first + size; ++i) b.add(i, i, first);
    result.push_back({first + size - 1, first});
    first += size;
  }
  return result;
}

}  // namespace

std::vector<int> skip_blocks(int width) {
  check_width(width);
  // 1, 2, .., m, .., 2, 1 holds m * m bits; what is missing is spread over the middle.
  int m = 1;
  while ((m + 1) * (m + 1) <= width) ++m;
  std::vector<int> blocks;
  for (int size = 1; size <= m; ++size) blocks.push_back(size);
  for (int size = m - 1; size >= 1; --size) blocks.push_back(size);
  for (int rest = width - m * m; rest > 0;) {
    const int size = std::min(rest, m);
    blocks.insert(std::lower_bound(blocks.begin(), blocks.begin() + m, size), size);
    rest -= size;
  }
  return blocks;
}

std::vector<int> growing_blocks(int width) {
  check_width(width);
  // first, first, first + 1, .. with the last carry after first + count - 2 nodes. The least time;
  // of equal ones the fewest blocks, that is the longest first one.
  std::vector<int> blocks;
  int sum = 0;
  for (int time = 0; sum < width; ++time) {
    for (int first = time + 1; first >= 1 && sum < width; --first) {
      blocks.assign(1, first);
      sum = first;
      for (int size = first; size <= time; ++size) {
        blocks.push_back(size);
        sum += size;
      }
    }
  }
  for (; sum > width; --sum) {  // what is too much, from the longest blocks
    --*std::max_element(blocks.begin(), blocks.end());
  }
  return blocks;
}

std::vector<int> equal_blocks(int width, int size) {
  check_width(width);
  if (size < 1) throw std::invalid_argument("a block has at least one bit");
  std::vector<int> blocks(static_cast<size_t>(width / size), size);
  if (width % size != 0) blocks.push_back(width % size);
  return blocks;
}

PrefixNetwork ripple_network(int width) {
  check_width(width);
  PrefixBuilder builder(width);
  for (int i = 1; i < width; ++i) builder.add(i, i, 0);
  return builder.network();
}

PrefixNetwork skip_network(const std::vector<int>& blocks) {
  PrefixBuilder builder(total(blocks));
  for (const Span& block : block_prefixes(builder, blocks)) {
    if (block.lo > 0) builder.add(block.hi, block.lo, 0);
    for (int i = std::max(block.lo, 1); i < block.hi; ++i) builder.add(i, i, 0);
  }
  return builder.network();
}

PrefixNetwork increment_network(const std::vector<int>& blocks) {
  PrefixBuilder builder(total(blocks));
  for (const Span& block : block_prefixes(builder, blocks)) {
    for (int i = block.lo; block.lo > 0 && i <= block.hi; ++i) builder.add(i, block.lo, 0);
  }
  return builder.network();
}

}  // namespace arith
