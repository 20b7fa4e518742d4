// SPDX-License-Identifier: Apache-2.0
// The scheduler: runs processes over a model, one time step after the other, without races.

#pragma once

#include <cstdint>
#include <deque>
#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "sim/model.h"
#include "sim/random.h"
#include "sim/signal.h"
#include "sim/task.h"

namespace sim {

namespace detail {

// Coroutines that wait for a number: a time in ps, or a cycle of a clock.
class TimerQueue {
 public:
  struct Wait;
  using Map = std::map<std::pair<uint64_t, uint64_t>, Wait*>;
  // Lives in the frame of the coroutine that waits; its end takes it out of the queue.
  struct Wait {
    Wait() = default;
    Wait(const Wait&) = delete;
    Wait& operator=(const Wait&) = delete;
    ~Wait() {
      if (queue != nullptr) queue->waits_.erase(place);
    }
    TimerQueue* queue = nullptr;
    PromiseBase* promise = nullptr;
    Map::iterator place;
  };

  bool empty() const { return waits_.empty(); }
  uint64_t first() const { return waits_.begin()->first.first; }
  void add(uint64_t when, Wait& wait);
  void fire(uint64_t now);  // makes ready all that wait for `now` or less

 private:
  Map waits_;
  uint64_t order_ = 0;
};

}  // namespace detail

struct Clock {
  detail::Slot* slot = nullptr;
  uint64_t half_ps = 0;
  uint64_t next_ps = 0;  // next edge
  bool level = false;
  uint64_t cycles = 0;  // rising edges so far
  detail::TimerQueue counted;
};

struct SchedulerOptions {
  int64_t time_limit_ns = 10'000'000'000;  // simulated; run() throws Timeout behind it
  int max_deltas = 1000;                   // evals of one time step before BenchLoop
  int64_t max_resumptions = 200'000'000;   // of one time step before BenchLoop
  uint64_t shuffle_seed = 0;  // not 0: ready processes run in random order (a test of the bench)
  std::filesystem::path trace_file = {};  // FST; empty: none
};

class Scheduler;

// A started process. Copies refer to the same process.
class ProcessHandle {
 public:
  ProcessHandle() = default;
  ProcessHandle(Scheduler& scheduler, std::shared_ptr<Process> process)
      : scheduler_(&scheduler), process_(std::move(process)) {}
  bool done() const { return process_->done; }
  void cancel() const;  // destroys its frames, runs their destructors; not from inside itself
  const std::shared_ptr<Process>& process() const { return process_; }

 private:
  Scheduler* scheduler_ = nullptr;
  std::shared_ptr<Process> process_;
};

// One time step, at an edge of a clock or the end of a timer:
//   1. wake what waits for the edge or the time; processes read the state before the edge and
//      write into a buffer, until none is ready;
//   2. the clock changes, eval; the writes are applied, eval;
//   3. wake what waits for a change of a signal, apply its writes, eval: until nothing changes;
//   4. wake what waits for read_only: everything has settled, writing is an error.
// Processes of one phase cannot see each other's writes, so their order does not matter; two that
// write different values to one bit (of a port up to 64 bits) are a WriteRace.
class Scheduler {
 public:
  explicit Scheduler(Model& model, SchedulerOptions options = {});
  ~Scheduler();
  Scheduler(const Scheduler&) = delete;
  Scheduler& operator=(const Scheduler&) = delete;

  Model& model() { return model_; }
  bool has(std::string_view port) const;
  Signal signal(std::string_view port);           // usage error naming the ports when absent
  Signal optional_signal(std::string_view port);  // unbound when absent

  // Drives a one-bit input: low, then rising edges at period/2, 3/2 period, ...
  Signal add_clock(std::string_view port, int64_t period_ns = 10);

  ProcessHandle start_soon(Task<> task, std::string name = "process");

  // Runs until `test` ends, then destroys every other process (destructors run). An exception in
  // any process ends the run and is thrown from here. May be called again; time goes on.
  void run(Task<> test, std::string name = "test");

  uint64_t time_ps() const { return now_ps_; }
  uint64_t cycles() const { return clocks_.empty() ? 0 : clocks_.front()->cycles; }
  int64_t resumptions() const { return resumptions_; }
  int64_t evals() const { return evals_; }
  // `1230 ns, process 'source'`: where the last run() was when it threw.
  const std::string& where() const { return where_; }

  // For the triggers.
  detail::TimerQueue& timers() { return timers_; }
  WaitList& read_only_waiters() { return read_only_; }
  bool in_read_only() const { return buffer_.locked; }

 private:
  friend class ProcessHandle;
  // `inline`: used in scheduler.cc alone, where every step of every clock goes through them.
  inline void run_ready();
  void process_ended(Process& process);
  void retire(Process& process);
  inline void eval();
  inline bool commit();
  inline void settle();
  void wake_watchers();
  inline bool unobserved_until(uint64_t time_ps) const;
  inline uint64_t next_time() const;
  void begin();
  void step();
  void destroy_processes();
  std::string waiting() const;

  detail::Kernel kernel_;
  detail::WriteBuffer buffer_;
  Model& model_;
  SchedulerOptions options_;
  std::deque<detail::Slot> slots_;
  std::vector<std::unique_ptr<Clock>> clocks_;
  std::vector<detail::Slot*> watched_;
  detail::TimerQueue timers_;
  WaitList read_only_;
  std::vector<std::shared_ptr<Process>> processes_;
  std::vector<std::shared_ptr<Process>> retired_;
  const Process* test_ = nullptr;
  bool tracing_ = false;
  Random shuffle_;
  uint64_t now_ps_ = 0;
  int64_t resumptions_ = 0;
  int64_t resumption_limit_ = 0;  // of this step
  int64_t evals_ = 0;
  bool started_ = false;
  std::string where_;
};

}  // namespace sim
