// SPDX-License-Identifier: Apache-2.0
// Models for the tests of sim/: one written in C++, others from short Verilog texts.

#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "sim/loader.h"
#include "sim/model.h"

namespace sim_test {

// Registers with taps, without a compiler: at a rising edge of clk_i, q<i>_o takes d<i>_i; c<i>_o
// is d<i>_i ^ 1 at once; n_o takes d0_i at the falling edge; wide_o is wide_i.
class FakeModel final : public sim::Model {
 public:
  static constexpr int kRegisters = 4;

  FakeModel() {
    ports_.push_back({"clk_i", true, 1, &clock_});
    for (std::size_t i = 0; i < kRegisters; ++i) {
      const std::string digit = std::to_string(i);
      ports_.push_back({"d" + digit + "_i", true, 16, &d_[i]});
      ports_.push_back({"q" + digit + "_o", false, 16, &q_[i]});
      ports_.push_back({"c" + digit + "_o", false, 16, &c_[i]});
    }
    ports_.push_back({"n_o", false, 16, &n_});
    ports_.push_back({"wide_i", true, 100, wide_in_.data()});
    ports_.push_back({"wide_o", false, 100, wide_out_.data()});
  }

  void eval() override {
    ++evals;
    if (stop_after > 0 && evals > stop_after) {
      throw sim::ModelStop(sim::StopKind::kFinish, "fake: $finish");
    }
    if (clock_ != 0 && last_clock_ == 0) q_ = d_;
    if (clock_ == 0 && last_clock_ != 0) n_ = d_[0];
    last_clock_ = clock_;
    for (std::size_t i = 0; i < kRegisters; ++i) c_[i] = static_cast<uint16_t>(d_[i] ^ 1U);
    wide_out_ = wide_in_;
  }

  int64_t evals = 0;
  int64_t stop_after = 0;  // not 0: ends the simulation behind that many evals

 private:
  uint8_t clock_ = 0, last_clock_ = 0;
  std::array<uint16_t, kRegisters> d_{}, q_{}, c_{};
  uint16_t n_ = 0;
  std::array<uint32_t, 4> wide_in_{}, wide_out_{};
};

inline sim::ModelRequest request(const std::string& top, const std::string& text,
                                 std::vector<std::pair<std::string, int64_t>> parameters = {}) {
  sim::ModelRequest made;
  made.sources = {{top + ".v", text}};
  made.top = top;
  made.parameters = std::move(parameters);
  return made;
}

inline std::unique_ptr<sim::Model> load(
    const std::string& top, const std::string& text,
    std::vector<std::pair<std::string, int64_t>> parameters = {}) {
  return sim::load_verilog(request(top, text, std::move(parameters)));
}

// Sets a flag when it is destroyed: for locals of coroutines.
class Tracker {
 public:
  explicit Tracker(int* count) : count_(count) {}
  ~Tracker() { ++*count_; }
  Tracker(const Tracker&) = delete;
  Tracker& operator=(const Tracker&) = delete;

 private:
  int* count_;
};

// The text of the exception of type E that `action` throws; empty when it throws none.
template <class E>
std::string error_of(const std::function<void()>& action) {
  try {
    action();
  } catch (const E& error) {
    return error.what();
  }
  return "";
}

}  // namespace sim_test
