// SPDX-License-Identifier: Apache-2.0
// Input vectors: all of them for small inputs, else corners and then random ones.

#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace sim {

// An operand of up to 64 bits. Fields of one group (all samples, all coefficients) take corner
// values together; corners of different groups are crossed.
struct StimulusField {
  std::string name;
  int width = 1;
  bool is_signed = false;
  int group = 0;
};

// Vector number n is a function of (fields, seed, n) alone, so one of them can be replayed.
// At most 16 bits in all: exhaustive, each combination once in order. Else: corners (all pairs of
// min, max, 0, -1, 1, 0101.., 1010.. over groups; one-hot and carry chains walking over the bits of
// every field), then random vectors, some of whose fields are corners again.
class Stimulus {
 public:
  // `count` vectors; 0: all when exhaustive, else the corners and 1000 random ones.
  Stimulus(std::vector<StimulusField> fields, uint64_t seed, int64_t count = 0);

  const std::vector<StimulusField>& fields() const { return fields_; }
  bool exhaustive() const { return exhaustive_; }
  int64_t size() const { return size_; }
  int64_t corners() const { return corners_; }
  // Values of the fields in `values`, as unsigned bit patterns of their widths.
  void vector(int64_t index, std::span<uint64_t> values) const;

 private:
  void group_corner(int64_t index, std::span<uint64_t> values) const;
  void walking_corner(int64_t index, std::span<uint64_t> values) const;

  std::vector<StimulusField> fields_;
  uint64_t seed_;
  int total_bits_ = 0;
  int groups_ = 0;
  int64_t group_corners_ = 0;
  int64_t corners_ = 0;
  int64_t size_ = 0;
  bool exhaustive_ = false;
};

}  // namespace sim
