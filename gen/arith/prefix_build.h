// SPDX-License-Identifier: Apache-2.0
// Collects the nodes of a prefix network and puts them into levels; inside gen/arith only.

#pragma once

#include <map>

#include "gen/arith/prefix.h"

namespace arith {

class PrefixBuilder {
 public:
  explicit PrefixBuilder(int width) : width_(width) {}

  int width() const { return width_; }
  // [hi:mid] with [top:lo] below it; one that is there already stays as it is.
  void add(int hi, int mid, int top, int lo) {
    nodes_.try_emplace({hi, lo}, PrefixNode{{hi, lo}, {hi, mid}, {top, lo}});
  }
  void add(int hi, int mid, int lo) { add(hi, mid, mid - 1, lo); }

  // Each node as early as its parents allow; nodes that no carry needs are left out.
  PrefixNetwork network() const;

 private:
  int width_;
  std::map<Span, PrefixNode> nodes_;
};

PrefixNetwork timing_network(int width, const PrefixTiming& timing);  // prefix_timing.cc

}  // namespace arith
