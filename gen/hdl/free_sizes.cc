// SPDX-License-Identifier: Apache-2.0
// Free sizes are free: one text at every corner of the box, every range proved there.

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <stdexcept>

#include "gen/hdl/print.h"

namespace hdl {
namespace {

std::string text_of(const Point& point) {
  std::string text;
  for (const auto& [name, value] : point) text += fmt::format(" {}={}", name, value);
  return text;
}

std::string first_difference(const std::string& a, const std::string& b) {
  size_t from_a = 0, from_b = 0;
  while (from_a < a.size() && from_b < b.size()) {
    const size_t to_a = std::min(a.find('\n', from_a), a.size());
    const size_t to_b = std::min(b.find('\n', from_b), b.size());
    const std::string la = a.substr(from_a, to_a - from_a), lb = b.substr(from_b, to_b - from_b);
    if (la != lb) return fmt::format("'{}' against '{}'", la, lb);
    from_a = to_a + 1;
    from_b = to_b + 1;
  }
  return "one text is longer";
}

}  // namespace

void check_free_sizes(const std::function<std::vector<Module>(const Point&)>& build,
                      const std::vector<FreeSize>& sizes,
                      const std::function<bool(const Point&)>& legal, int max_corners) {
  Point at_default, at_min, at_max;
  for (const FreeSize& s : sizes) {
    at_default[s.name] = s.value;
    at_min[s.name] = s.min;
    at_max[s.name] = s.max;
  }
  std::vector<Point> points = {at_default, at_min, at_max};
  for (const FreeSize& s : sizes) {
    for (const int64_t limit : {s.min, s.max}) {
      points.push_back(at_default);
      points.back()[s.name] = limit;
    }
  }
  const size_t bits = std::min<size_t>(sizes.size(), 30);
  for (size_t corner = 0; corner < (size_t{1} << bits) && corner < static_cast<size_t>(max_corners);
       ++corner) {
    points.push_back(at_default);
    for (size_t i = 0; i < bits; ++i) {
      points.back()[sizes[i].name] = (corner >> i) & 1 ? sizes[i].max : sizes[i].min;
    }
  }

  std::string reference;
  std::set<Point> done;
  for (const Point& point : points) {
    if (!done.insert(point).second || (legal && !legal(point))) continue;
    std::string text;
    try {
      for (const Module& module : build(point)) {
        text += print(module, {.prefix = "", .normalise_defaults = true});
      }
    } catch (const std::exception& error) {
      throw std::logic_error(fmt::format("at{}: {}", text_of(point), error.what()));
    }
    if (reference.empty()) {
      reference = text;
    } else if (text != reference) {
      throw std::logic_error(fmt::format("at{}: the text depends on free sizes: {}", text_of(point),
                                         first_difference(reference, text)));
    }
  }
}

}  // namespace hdl
