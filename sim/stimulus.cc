// SPDX-License-Identifier: Apache-2.0
// Vectors by number: exhaustive, corners, random.

#include "sim/stimulus.h"

#include <algorithm>
#include <stdexcept>

#include "sim/random.h"

namespace sim {
namespace {

constexpr int64_t kCornerKinds = 7;
constexpr int64_t kWalks = 3;  // vectors for each bit of each field
constexpr int64_t kDefaultRandom = 1000;
constexpr int kCrossedGroups = 3;  // further groups repeat the corners of these

uint64_t low_bits(int width) { return width >= 64 ? ~uint64_t{0} : (uint64_t{1} << width) - 1; }

uint64_t corner(const StimulusField& field, int64_t kind) {
  const uint64_t ones = low_bits(field.width);
  const uint64_t sign = uint64_t{1} << (field.width - 1);
  switch (kind) {
    case 0:
      return field.is_signed ? sign : 0;  // minimum
    case 1:
      return field.is_signed ? ones >> 1 : ones;  // maximum
    case 2:
      return 0;
    case 3:
      return ones;  // -1
    case 4:
      return 1 & ones;
    case 5:
      return 0x5555555555555555u & ones;
    default:
      return 0xaaaaaaaaaaaaaaaau & ones;
  }
}

}  // namespace

Stimulus::Stimulus(std::vector<StimulusField> fields, uint64_t seed, int64_t count)
    : fields_(std::move(fields)), seed_(seed) {
  for (const StimulusField& field : fields_) {
    if (field.width < 1 || field.width > 64 || field.group < 0) {
      throw std::logic_error("sim: stimulus field '" + field.name + "' must have 1..64 bits");
    }
    total_bits_ = std::min(total_bits_ + field.width, 1 << 20);
    groups_ = std::max(groups_, field.group + 1);
  }
  group_corners_ = 1;
  for (int group = 0; group < std::min(groups_, kCrossedGroups); ++group) {
    group_corners_ *= kCornerKinds;
  }
  exhaustive_ = total_bits_ <= 16;
  if (exhaustive_) {
    const int64_t all = int64_t{1} << total_bits_;
    exhaustive_ = count == 0 || count >= all;
    if (exhaustive_) {
      size_ = all;
      return;
    }
  }
  corners_ = group_corners_ + kWalks * total_bits_;
  size_ = count == 0 ? corners_ + kDefaultRandom : count;
}

void Stimulus::group_corner(int64_t index, std::span<uint64_t> values) const {
  for (std::size_t i = 0; i < fields_.size(); ++i) {
    int64_t digit = index;
    for (int group = 0; group < fields_[i].group % kCrossedGroups; ++group) digit /= kCornerKinds;
    values[i] = corner(fields_[i], digit % kCornerKinds);
  }
}

// One bit alone, beside zeros and beside all ones; ones up to the bit, beside ones: a carry chain.
void Stimulus::walking_corner(int64_t index, std::span<uint64_t> values) const {
  int64_t bit = index / kWalks;
  std::size_t chosen = 0;
  while (bit >= fields_[chosen].width) bit -= fields_[chosen++].width;
  const uint64_t one = uint64_t{1} << bit;
  for (std::size_t i = 0; i < fields_.size(); ++i) {
    const uint64_t ones = low_bits(fields_[i].width);
    switch (index % kWalks) {
      case 0:
        values[i] = i == chosen ? one : 0;
        break;
      case 1:
        values[i] = i == chosen ? one : ones;
        break;
      default:
        values[i] = i == chosen ? one | (one - 1) : 1;
        break;
    }
  }
}

void Stimulus::vector(int64_t index, std::span<uint64_t> values) const {
  if (exhaustive_) {
    auto rest = static_cast<uint64_t>(index);
    for (std::size_t i = 0; i < fields_.size(); ++i) {
      values[i] = rest & low_bits(fields_[i].width);
      rest >>= fields_[i].width;
    }
    return;
  }
  if (index < group_corners_) return group_corner(index, values);
  if (index < corners_) return walking_corner(index - group_corners_, values);
  Random random(seed_, static_cast<uint64_t>(index));
  const bool uniform = random.bits(1) != 0;
  for (std::size_t i = 0; i < fields_.size(); ++i) {
    values[i] = !uniform && random.bits(2) == 0
                    ? corner(fields_[i], static_cast<int64_t>(random.below(kCornerKinds)))
                    : random.bits(fields_[i].width);
  }
}

}  // namespace sim
