// SPDX-License-Identifier: Apache-2.0
// AXI4-Stream: source, sink and monitor with seeded pauses and protocol checks.

#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "sim/random.h"
#include "sim/scheduler.h"
#include "sim/signal.h"
#include "sim/task.h"
#include "sim/triggers.h"

namespace sim {

// One transfer. tuser has up to 64 bits; tdata and tkeep any number: what does not fit `data` and
// `keep` is in words behind them, of which those that are absent are 0.
struct Beat {
  std::array<uint64_t, 4> data{};
  uint64_t keep = ~uint64_t{0};
  uint64_t user = 0;
  bool last = false;
  std::vector<uint64_t> more_data = {};  // from bit 256
  std::vector<uint64_t> more_keep = {};  // from bit 64

  // Fields of up to 64 bits.
  uint64_t field(int lsb, int width) const;
  void set_field(int lsb, int width, uint64_t value);
  uint64_t keep_field(int lsb, int width) const;
  void set_keep_field(int lsb, int width, uint64_t value);
  bool operator==(const Beat& other) const {  // without branches: it is nearly always true
    uint64_t differs = (keep ^ other.keep) | (user ^ other.user);
    for (std::size_t i = 0; i < data.size(); ++i) differs |= data[i] ^ other.data[i];
    const bool narrow = more_data.empty() && other.more_data.empty();
    return differs == 0 && last == other.last && (narrow || equal_words(other));
  }

 private:
  bool equal_words(const Beat& other) const;
};

// The wires of a stream. `ready`, `keep`, `user`, `last` may be unbound: always ready, absent. With
// `reset` bound, monitors demand valid low in reset and forget what waited.
struct StreamSignals {
  Signal clock = {}, valid = {}, ready = {}, data = {}, keep = {}, user = {}, last = {};
  Signal reset = {};
  bool reset_active_low = true;

  // Ports `<prefix>tvalid`, `<prefix>tready`, `<prefix>tdata`, ... each with or without `_i`/`_o`.
  // `reset` is a port name; empty: none.
  static StreamSignals bind(Scheduler& scheduler, Signal clock, std::string_view prefix,
                            std::string_view reset = "");
};

// Pauses of a source (gaps) or a sink (back-pressure): a two-state chain, drawn once a cycle.
struct Pacing {
  double start = 0;  // probability that a pause begins
  double stop = 1;   // probability that it ends

  static constexpr Pacing none() { return {0, 1}; }
  static constexpr Pacing random(double share) { return {share, 1 - share}; }  // independent cycles
  static constexpr Pacing bursts() { return {0.03, 0.08}; }  // long runs, long pauses
};

// Draws the pauses of a Pacing.
class Pacer {
 public:
  Pacer(Pacing pacing, uint64_t seed, uint64_t stream)
      : random_(seed, stream), start_(pacing.start), stop_(pacing.stop) {}
  bool never() const { return start_.never(); }
  bool pause() {  // is the next cycle a pause?
    if (start_.never()) return false;
    paused_ = paused_ ? !random_.draw(stop_) : random_.draw(start_);
    return paused_;
  }
  Random& random() { return random_; }

 private:
  Random random_;
  Chance start_, stop_;
  bool paused_ = false;
};

// Drives a stream. While valid is low the payload is random, so that no design can use it.
class StreamSource {
 public:
  // Starts its process; must outlive the run. `seed`: the seed of the test; streams differ by name.
  StreamSource(Scheduler& scheduler, StreamSignals signals, Pacing pacing, uint64_t seed,
               std::string name = "source");
  StreamSource(const StreamSource&) = delete;
  StreamSource& operator=(const StreamSource&) = delete;

  struct SendAwaiter {
    StreamSource* source;
    const Beat* beat;
    bool await_ready() const noexcept { return source->count_ < kQueue; }
    template <class P>
    void await_suspend(std::coroutine_handle<P> handle) const {
      source->room_.wait().await_suspend(handle);
    }
    void await_resume() const { source->push(*beat); }
  };
  // Queues a beat; waits only while the queue is full. One sender at a time.
  SendAwaiter send(const Beat& beat) { return {this, &beat}; }
  // Waits until every beat sent so far has been accepted.
  Task<> idle() { return wait_idle(*this); }
  int64_t accepted() const { return accepted_; }
  const StreamSignals& signals() const { return signals_; }

 private:
  static constexpr std::size_t kQueue = 64;
  static Task<> drive(StreamSource& self);
  static Task<> wait_idle(StreamSource& self);
  void push(const Beat& beat) {
    queue_[(first_ + count_++) % kQueue] = beat;
    if (filled_.awaited()) filled_.pulse();
  }
  inline void put(const Beat& beat);
  void put_valid(bool valid);
  void put_garbage();

  Scheduler& scheduler_;
  StreamSignals signals_;
  bool wide_keep_;  // tkeep has more than 64 bits
  Pacer pacer_;
  std::array<Beat, kQueue> queue_;  // a ring
  std::size_t first_ = 0, count_ = 0;
  Event filled_, room_, drained_;
  Beat driven_;  // what keep, user and last were last set to
  bool valid_ = false;
  int64_t accepted_ = 0;
};

// Drives ready. With Pacing::none() it is set once and costs nothing. after_valid: ready rises
// only when valid is high, which finds sources that wait for ready (they must not).
class StreamSink {
 public:
  StreamSink(Scheduler& scheduler, StreamSignals signals, Pacing pacing, uint64_t seed,
             std::string name = "sink", bool after_valid = false);
  StreamSink(const StreamSink&) = delete;
  StreamSink& operator=(const StreamSink&) = delete;

 private:
  static Task<> drive(StreamSink& self);
  StreamSignals signals_;
  Pacer pacer_;
  bool after_valid_;
};

// Collects transfers and checks the rules: valid does not fall without ready, the payload is
// stable while it waits, valid is low in reset. A breach is a ProtocolFailure.
class StreamMonitor {
 public:
  StreamMonitor(Scheduler& scheduler, StreamSignals signals, std::string name = "monitor");
  StreamMonitor(const StreamMonitor&) = delete;
  StreamMonitor& operator=(const StreamMonitor&) = delete;

  // Called with every transfer, in the step of its edge; may throw Mismatch. With a handler, or
  // none and collect(false), receive() gets nothing.
  void on_beat(std::function<void(const Beat&)> handler) { handler_ = std::move(handler); }
  void collect(bool on) { collect_ = on; }

  // The next transfer.
  Channel<Beat>::Awaiter receive() { return received_.get(); }
  // Waits until that many transfers have been seen in all. (Polling transfers() at an edge would
  // depend on whether this monitor or the poller runs first.)
  Task<> until(int64_t transfers) { return wait_until(*this, transfers); }
  std::size_t waiting() const { return received_.size(); }
  int64_t transfers() const { return transfers_; }
  int64_t stalls() const { return stalls_; }  // cycles with valid and without ready
  int64_t idles() const { return idles_; }    // cycles without valid

 private:
  static Task<> watch(StreamMonitor& self);
  static Task<> wait_until(StreamMonitor& self, int64_t transfers);
  inline void sample(Beat& beat) const;
  inline void deliver(const Beat& beat);
  [[noreturn]] void fail(const std::string& text) const;

  StreamSignals signals_;
  bool wide_keep_;
  std::string name_;
  std::function<void(const Beat&)> handler_;
  bool collect_ = true;
  Channel<Beat> received_;
  Event moved_;
  int64_t transfers_ = 0, stalls_ = 0, idles_ = 0;
  const Scheduler& scheduler_;
};

}  // namespace sim
