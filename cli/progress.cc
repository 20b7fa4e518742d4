// SPDX-License-Identifier: Apache-2.0
// Bars and lines on stderr.

#include "cli/progress.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>

namespace cli {

namespace {

constexpr double kQuiet = 1.0;          // s before the first word
constexpr double kBarInterval = 0.2;    // s
constexpr double kLineInterval = 10.0;  // s
constexpr int kBar = 30;

double seconds(std::chrono::steady_clock::duration time) {
  return std::chrono::duration<double>(time).count();
}

}  // namespace

Progress::Progress(std::string what)
    : what_(std::move(what)), terminal_(isatty(STDERR_FILENO) == 1) {}

Progress::~Progress() {
  if (terminal_ && shown_) std::fputs("\r\x1b[K", stderr);
}

void Progress::show(double done) {
  const Clock::time_point now = Clock::now();
  const double passed = seconds(now - start_);
  if (passed < kQuiet || seconds(now - last_) < (terminal_ ? kBarInterval : kLineInterval)) return;
  last_ = now;
  shown_ = true;
  done = std::clamp(done, 0.0, 1.0);
  const std::string left = done > 0 ? fmt::format("{:.0f} s left", passed / done * (1 - done)) : "";
  if (!terminal_) {
    fmt::print(stderr, "{}: {:.0f} % done, {}\n", what_, 100 * done, left);
    return;
  }
  const auto full = static_cast<size_t>(done * kBar);
  fmt::print(stderr, "\r\x1b[K{} [{}{}] {:.0f} %, {}", what_, std::string(full, '#'),
             std::string(kBar - full, '.'), 100 * done, left);
  std::fflush(stderr);
}

}  // namespace cli
