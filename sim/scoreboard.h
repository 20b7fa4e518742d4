// SPDX-License-Identifier: Apache-2.0
// Compares what came with what was expected, in order; the first difference is one line.

#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <string>
#include <utility>

#include "sim/failure.h"

namespace sim {

// `vector 118: a_i=0x03f b_i=0x001: sum_o=0x040, expected 0x03f`; the part of the inputs is left
// out when empty.
std::string mismatch_line(int64_t vector, const std::string& inputs, const std::string& output,
                          const std::string& actual, const std::string& expected);

// T is compared with ==. Nothing is formatted before a value differs.
template <class T>
class Scoreboard {
 public:
  // `format` prints a value; `inputs` describes vector number n, for the mismatch line.
  Scoreboard(std::string output, std::function<std::string(const T&)> format,
             std::function<std::string(int64_t)> inputs = {})
      : output_(std::move(output)), format_(std::move(format)), inputs_(std::move(inputs)) {}

  void expect(T value) { expected_.push_back(std::move(value)); }

  // Throws Mismatch when the value differs or none is expected.
  void check(const T& actual) {
    if (expected_.empty()) {
      throw Mismatch(mismatch_line(checked_, "", output_, format_(actual), "nothing"));
    }
    if (!(actual == expected_.front())) {
      throw Mismatch(mismatch_line(checked_, inputs_ ? inputs_(checked_) : std::string(), output_,
                                   format_(actual), format_(expected_.front())));
    }
    expected_.pop_front();
    ++checked_;
  }

  // Throws Mismatch when values are still expected: call at the end.
  void finish() const {
    if (expected_.empty()) return;
    throw Mismatch(mismatch_line(checked_, inputs_ ? inputs_(checked_) : std::string(), output_,
                                 "nothing", format_(expected_.front())));
  }

  int64_t checked() const { return checked_; }
  std::size_t outstanding() const { return expected_.size(); }

 private:
  std::string output_;
  std::function<std::string(const T&)> format_;
  std::function<std::string(int64_t)> inputs_;
  std::deque<T> expected_;
  int64_t checked_ = 0;
};

}  // namespace sim
