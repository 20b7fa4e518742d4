// SPDX-License-Identifier: Apache-2.0
// How far a long job is: a bar on a terminal, a line now and then elsewhere.

#pragma once

#include <chrono>
#include <string>

namespace cli {

// Writes to stderr; nothing for jobs of less than about a second. The bar goes when the object
// does.
class Progress {
 public:
  explicit Progress(std::string what);
  ~Progress();
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  void show(double done);  // 0..1

 private:
  using Clock = std::chrono::steady_clock;
  std::string what_;
  bool terminal_;
  Clock::time_point start_ = Clock::now();
  Clock::time_point last_ = start_;
  bool shown_ = false;
};

}  // namespace cli
