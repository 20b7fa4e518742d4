// SPDX-License-Identifier: Apache-2.0
// A synchronous RAM that answers the design's requests after a number of cycles.

#pragma once

#include <cstdint>
#include <vector>

#include "sim/scheduler.h"
#include "sim/signal.h"
#include "sim/task.h"

namespace sim {

// Seen from the RAM. `enable` and `write_enable` may be unbound: always reading, read only.
struct RamSignals {
  Signal clock = {}, enable = {}, write_enable = {}, address = {}, write_data = {};
  Signal read_data = {}, read_valid = {};
};

// Words up to 64 bits. A read sampled at a rising edge is on read_data after `latency` edges (1:
// the usual block RAM), with read_valid high for that cycle where it is bound. A write
// puts the word's old value on read_data, without read_valid. An address beyond the depth is a
// ProtocolFailure.
class RamModel {
 public:
  RamModel(Scheduler& scheduler, RamSignals signals, std::size_t depth, int latency = 1);
  RamModel(const RamModel&) = delete;
  RamModel& operator=(const RamModel&) = delete;

  std::vector<uint64_t>& words() { return words_; }
  int64_t reads() const { return reads_; }
  int64_t writes() const { return writes_; }

 private:
  static Task<> serve(RamModel& self);
  struct Reply {
    bool present = false;
    bool valid = false;  // of a read
    uint64_t data = 0;
  };

  RamSignals signals_;
  std::vector<uint64_t> words_;
  std::vector<Reply> pipeline_;  // ring of `latency` - 1 replies under way
  std::size_t place_ = 0;
  int64_t reads_ = 0, writes_ = 0;
};

}  // namespace sim
