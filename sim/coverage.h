// SPDX-License-Identifier: Apache-2.0
// Functional coverage: named counters with goals.

#pragma once

#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <vector>

namespace sim {

// What a run must have seen to mean anything: "back-pressure on the last beat", "sum saturates".
class Coverage {
 public:
  struct Bin {
    std::string name;
    int64_t goal = 1;
    int64_t hits = 0;
    void hit() { ++hits; }
    void hit_if(bool seen) { hits += seen ? 1 : 0; }
    bool reached() const { return hits >= goal; }
  };

  // The bin of that name, made with `goal` at the first call. The reference stays valid.
  Bin& bin(std::string_view name, int64_t goal = 1);
  const std::deque<Bin>& bins() const { return bins_; }
  bool complete() const { return holes().empty(); }
  std::vector<std::string> holes() const;  // `name (hits of goal)`
  void merge(const Coverage& other);       // adds hits by name; the larger goal holds
  std::string report() const;              // one line a bin

 private:
  std::deque<Bin> bins_;
};

}  // namespace sim
