// SPDX-License-Identifier: Apache-2.0
// The time step: wake, run, clock edge, writes, settle, read only.

#include "sim/scheduler.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <stdexcept>

#include "base/error.h"
#include "sim/failure.h"
#include "sim/triggers.h"

namespace sim {

namespace detail {

void TimerQueue::add(uint64_t when, Wait& wait) {
  wait.queue = this;
  wait.place = waits_.emplace(std::pair(when, order_++), &wait).first;
}

void TimerQueue::fire(uint64_t now) {
  while (!waits_.empty() && first() <= now) {
    Wait* wait = waits_.begin()->second;
    waits_.erase(waits_.begin());
    wait->queue = nullptr;
    wait->promise->make_ready();
  }
}

void watch(Slot& slot) {
  if (slot.is_watched) return;
  slot.is_watched = true;
  slot.remember();
  slot.watched->push_back(&slot);
}

void throw_timeout(const std::string& limit, const std::string& what) {
  throw Timeout(fmt::format("no {} after {}", what, limit));
}

}  // namespace detail

detail::ClockCyclesTrigger clock_cycles(Signal clock, int64_t n) {
  if (clock.slot() == nullptr || clock.slot()->clock == nullptr) {
    throw std::logic_error("sim: clock_cycles of a signal that is no clock of the scheduler");
  }
  return {clock.slot(), static_cast<uint64_t>(std::max<int64_t>(n, 0))};
}

void ProcessHandle::cancel() const {
  if (process_->done) return;
  if (scheduler_->buffer_.writer == process_.get()) {
    throw std::logic_error("sim: process '" + process_->name + "' cancels itself");
  }
  process_->task.reset();
  scheduler_->retire(*process_);
}

Scheduler::Scheduler(Model& model, SchedulerOptions options)
    : model_(model), options_(std::move(options)), shuffle_(options_.shuffle_seed) {
  kernel_.scheduler = this;
  buffer_.dirty.resize(model.ports().size());
  for (const ModelPort& port : model.ports()) {
    detail::Slot& slot = slots_.emplace_back();
    slot.data = port.data;
    slot.name = port.name;
    slot.width = port.width;
    slot.mask = port.width >= 64 ? ~uint64_t{0} : (uint64_t{1} << port.width) - 1;
    slot.bytes = port.width <= 8    ? 1
                 : port.width <= 16 ? 2
                 : port.width <= 32 ? 4
                 : port.width <= 64 ? 8
                                    : 0;
    slot.input = port.input;
    if (port.input && slot.bytes != 0) slot.state = detail::Slot::State::kClean;
    slot.buffer = &buffer_;
    slot.watched = &watched_;
  }
  if (!options_.trace_file.empty()) {
    model_.open_trace(options_.trace_file);
    tracing_ = true;
  }
}

Scheduler::~Scheduler() {
  destroy_processes();
  if (tracing_) model_.close_trace();
}

bool Scheduler::has(std::string_view port) const { return model_.find(port) != nullptr; }

Signal Scheduler::signal(std::string_view port) {
  const auto index = &model_.port(port) - model_.ports().data();
  return Signal(&slots_[static_cast<std::size_t>(index)]);
}

Signal Scheduler::optional_signal(std::string_view port) {
  return has(port) ? signal(port) : Signal();
}

Signal Scheduler::add_clock(std::string_view port, int64_t period_ns) {
  const Signal clock = signal(port);
  detail::Slot& slot = *clock.slot();
  if (!slot.input || slot.width != 1) base::usage_error(port, "a clock is an input of one bit");
  if (slot.clock != nullptr) throw std::logic_error("sim: clock added twice");
  clocks_.push_back(std::make_unique<Clock>());
  Clock& added = *clocks_.back();
  added.slot = &slot;
  added.half_ps = static_cast<uint64_t>(std::max<int64_t>(period_ns, 1)) * 500;
  added.next_ps = now_ps_ + added.half_ps;
  slot.clock = &added;
  slot.state = detail::Slot::State::kClosed;
  *static_cast<uint8_t*>(slot.data) = 0;
  return clock;
}

ProcessHandle Scheduler::start_soon(Task<> task, std::string name) {
  auto process = std::make_shared<Process>();
  process->name = std::move(name);
  process->task = std::move(task);
  detail::PromiseBase& promise = process->task.promise();
  promise.kernel = &kernel_;
  promise.process = process.get();
  promise.make_ready();
  processes_.push_back(process);
  return {*this, process};
}

void Scheduler::run_ready() {
  for (;;) {
    if (kernel_.ready.empty()) {
      if (kernel_.late.empty()) break;
      kernel_.ready.splice(kernel_.late);
    }
    Link* link = kernel_.ready.front();
    if (options_.shuffle_seed != 0) {
      for (uint64_t skip = shuffle_.below(8); skip > 0; --skip) {
        link = link->next == kernel_.ready.end() ? kernel_.ready.front() : link->next;
      }
    }
    link->unlink();
    auto* promise = static_cast<detail::PromiseBase*>(link);
    buffer_.writer = promise->process;
    if (++resumptions_ > resumption_limit_) {
      throw BenchLoop(fmt::format("more than {} resumptions in one time step, last of process '{}'",
                                  options_.max_resumptions, promise->process->name));
    }
    promise->self.resume();
    if (kernel_.ended != nullptr) process_ended(*std::exchange(kernel_.ended, nullptr)->process);
  }
  buffer_.writer = nullptr;
}

void Scheduler::process_ended(Process& process) {
  const std::exception_ptr error = process.task.promise().error;
  if (error) std::rethrow_exception(error);
  process.task.reset();
  retire(process);
}

// Forgets an ended process; those who joined it go on.
void Scheduler::retire(Process& process) {
  process.done = true;
  process.waits_for = "end";
  kernel_.ready.splice(process.joiners);
  // Searched from the back: short-lived processes are the young ones.
  const auto place = std::find_if(processes_.rbegin(), processes_.rend(),
                                  [&](const auto& other) { return other.get() == &process; });
  if (place == processes_.rend()) return;
  retired_.push_back(std::move(*place));  // its name may be needed until its writes are applied
  processes_.erase(std::next(place).base());
}

void Scheduler::eval() {
  ++evals_;
  model_.eval();
}

bool Scheduler::commit() {
  bool changed = false;
  for (std::size_t i = 0; i < buffer_.count; ++i) changed |= buffer_.dirty[i]->commit();
  buffer_.count = 0;
  if (!retired_.empty()) retired_.clear();
  return changed;
}

// Makes ready whatever waits for a signal that has changed.
void Scheduler::wake_watchers() {
  std::size_t kept = 0;
  for (detail::Slot* slot : watched_) {
    if (slot->rising.empty() && slot->falling.empty() && slot->change.empty()) {
      slot->is_watched = false;
      continue;
    }
    watched_[kept++] = slot;
    if (!slot->changed()) continue;
    const bool was_high = (slot->seen[0] & 1) != 0;
    slot->remember();
    const bool is_high = (slot->seen[0] & 1) != 0;
    kernel_.ready.splice(slot->change);
    if (slot->clock != nullptr) continue;  // its edges were served before the eval
    if (!was_high && is_high) kernel_.ready.splice(slot->rising);
    if (was_high && !is_high) kernel_.ready.splice(slot->falling);
  }
  watched_.resize(kept);
}

// Behind an eval: serves changes until nothing moves, then read_only.
void Scheduler::settle() {
  for (int deltas = 0; !watched_.empty(); ++deltas) {
    wake_watchers();
    if (kernel_.ready.empty()) break;
    run_ready();
    if (deltas == options_.max_deltas) {
      std::string names;
      for (std::size_t i = 0; i < buffer_.count; ++i) names += " " + buffer_.dirty[i]->name;
      throw BenchLoop(
          fmt::format("a loop through the bench: {} evals in one time step and still writing{}",
                      deltas, names.empty() ? " nothing" : names));
    }
    if (commit()) eval();
  }
  if (!read_only_.empty()) {
    buffer_.locked = true;
    kernel_.ready.splice(read_only_);
    run_ready();
    buffer_.locked = false;
  }
  if (tracing_) model_.dump_trace(now_ps_);
}

uint64_t Scheduler::next_time() const {
  uint64_t next = timers_.empty() ? std::numeric_limits<uint64_t>::max() : timers_.first();
  for (const auto& clock : clocks_) next = std::min(next, clock->next_ps);
  return next;
}

// No process runs, and nobody looks, between now and the falling edge at that time: then the
// clock may fall together with the writes, which saves an eval of three.
bool Scheduler::unobserved_until(uint64_t time_ps) const {
  return clocks_.size() == 1 && !tracing_ && !test_->done && watched_.empty() &&
         read_only_.empty() && clocks_.front()->slot->falling.empty() &&
         (timers_.empty() || timers_.first() > time_ps);
}

void Scheduler::begin() {
  resumption_limit_ = resumptions_ + options_.max_resumptions;
  run_ready();
  if (commit() || !started_) eval();
  started_ = true;
  settle();
}

void Scheduler::step() {
  const uint64_t next = next_time();
  if (next == std::numeric_limits<uint64_t>::max()) {
    throw Deadlock("nothing can happen any more; " + waiting());
  }
  if (next > static_cast<uint64_t>(options_.time_limit_ns) * 1000) {
    throw Timeout(
        fmt::format("time limit of {} ns reached; {}", options_.time_limit_ns, waiting()));
  }
  now_ps_ = next;
  resumption_limit_ = resumptions_ + options_.max_resumptions;

  if (!timers_.empty()) timers_.fire(next);
  for (const auto& pointer : clocks_) {
    Clock& clock = *pointer;
    if (clock.next_ps != next) continue;
    if (clock.level) {
      kernel_.ready.splice(clock.slot->falling);
    } else {
      ++clock.cycles;
      kernel_.ready.splice(clock.slot->rising);
      if (!clock.counted.empty()) clock.counted.fire(clock.cycles);
    }
  }
  run_ready();

  bool edge = false;
  for (const auto& pointer : clocks_) {
    Clock& clock = *pointer;
    if (clock.next_ps != next) continue;
    edge = true;
    clock.level = !clock.level;
    clock.next_ps += clock.half_ps;
    *static_cast<uint8_t*>(clock.slot->data) = clock.level ? 1 : 0;
  }
  if (edge) eval();
  bool changed = commit();
  if (edge && clocks_.front()->level && unobserved_until(clocks_.front()->next_ps)) {
    Clock& clock = *clocks_.front();
    clock.level = false;
    clock.next_ps += clock.half_ps;
    *static_cast<uint8_t*>(clock.slot->data) = 0;
    changed = true;
  }
  if (changed) eval();
  settle();
}

void Scheduler::run(Task<> test, std::string name) {
  const ProcessHandle handle = start_soon(std::move(test), std::move(name));
  test_ = handle.process().get();
  where_.clear();
  try {
    begin();
    while (!handle.done()) step();
  } catch (...) {
    where_ = fmt::format("{} ns", now_ps_ / 1000);
    if (buffer_.writer != nullptr) where_ += fmt::format(", process '{}'", buffer_.writer->name);
    destroy_processes();
    throw;
  }
  destroy_processes();
}

// The youngest first. Their destructors may touch events and signals; nothing is resumed any more.
void Scheduler::destroy_processes() {
  buffer_.writer = nullptr;
  buffer_.locked = false;
  kernel_.ended = nullptr;
  while (!processes_.empty()) {
    const std::shared_ptr<Process> process = processes_.back();
    processes_.pop_back();
    process->task.reset();
    process->done = true;
  }
}

std::string Scheduler::waiting() const {
  std::string text = fmt::format("{} processes wait:", processes_.size());
  for (std::size_t i = 0; i < processes_.size() && i < 8; ++i) {
    text +=
        fmt::format("{} {} ({})", i == 0 ? "" : ",", processes_[i]->name, processes_[i]->waits_for);
  }
  return text + (processes_.size() > 8 ? ", ..." : "");
}

}  // namespace sim
