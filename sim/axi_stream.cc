// SPDX-License-Identifier: Apache-2.0
// AXI4-Stream source, sink and monitor.

#include "sim/axi_stream.h"

#include <fmt/format.h>

#include <algorithm>
#include <initializer_list>

#include "base/error.h"
#include "sim/failure.h"

namespace sim {
namespace {

uint64_t low_bits(int width) { return width >= 64 ? ~uint64_t{0} : (uint64_t{1} << width) - 1; }

// Streams of random numbers differ by the name of the part that draws them (FNV-1a).
uint64_t stream_of(std::string_view name) {
  uint64_t hash = 0xcbf29ce484222325u;
  for (const char c : name) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3u;
  return hash;
}

}  // namespace

uint64_t Beat::field(int lsb, int width) const {
  const auto word = static_cast<std::size_t>(lsb / 64);
  const int bit = lsb % 64;
  uint64_t value = data[word] >> bit;
  if (bit + width > 64) value |= data[word + 1] << (64 - bit);
  return value & low_bits(width);
}

void Beat::set_field(int lsb, int width, uint64_t value) {
  const auto word = static_cast<std::size_t>(lsb / 64);
  const int bit = lsb % 64;
  const uint64_t mask = low_bits(width);
  value &= mask;
  data[word] = (data[word] & ~(mask << bit)) | (value << bit);
  if (bit + width > 64) {
    data[word + 1] = (data[word + 1] & ~(mask >> (64 - bit))) | (value >> (64 - bit));
  }
}

StreamSignals StreamSignals::bind(Scheduler& scheduler, Signal clock, std::string_view prefix,
                                  std::string_view reset) {
  const auto find = [&](std::string_view name, bool required) {
    const std::string full = std::string(prefix) + std::string(name);
    for (const char* suffix : {"", "_i", "_o"}) {
      if (scheduler.has(full + suffix)) return scheduler.signal(full + suffix);
    }
    return required ? scheduler.signal(full) : Signal();
  };
  StreamSignals signals;
  signals.clock = clock;
  signals.valid = find("tvalid", true);
  signals.ready = find("tready", false);
  signals.data = find("tdata", true);
  signals.keep = find("tkeep", false);
  signals.user = find("tuser", false);
  signals.last = find("tlast", false);
  if (!reset.empty()) signals.reset = scheduler.signal(reset);
  if (signals.data.width() > 256) {
    base::usage_error(signals.data.name(), "streams carry at most 256 bits of data");
  }
  return signals;
}

StreamSource::StreamSource(Scheduler& scheduler, StreamSignals signals, Pacing pacing,
                           uint64_t seed, std::string name)
    : scheduler_(scheduler), signals_(signals), pacer_(pacing, seed, stream_of(name)) {
  signals_.valid.set(0);
  if (signals_.keep.bound()) signals_.keep.set(driven_.keep);
  if (signals_.user.bound()) signals_.user.set(driven_.user);
  if (signals_.last.bound()) signals_.last.set(0);
  put_garbage();
  scheduler.start_soon(drive(*this), std::move(name));
}

void StreamSource::put(const Beat& beat) {
  const int width = signals_.data.width();
  if (width <= 64) {
    signals_.data.set(beat.data[0]);
  } else {
    for (int lsb = 0; lsb < width; lsb += 64) {
      signals_.data.set_field(lsb, std::min(64, width - lsb),
                              beat.data[static_cast<std::size_t>(lsb / 64)]);
    }
  }
  // Nobody else drives these, and they seldom change.
  if (beat.keep != driven_.keep && signals_.keep.bound()) signals_.keep.set(beat.keep);
  if (beat.user != driven_.user && signals_.user.bound()) signals_.user.set(beat.user);
  if (beat.last != driven_.last && signals_.last.bound()) signals_.last.set(beat.last ? 1 : 0);
  driven_.keep = beat.keep;
  driven_.user = beat.user;
  driven_.last = beat.last;
}

void StreamSource::put_valid(bool valid) {
  if (valid != valid_) signals_.valid.set(valid ? 1 : 0);
  valid_ = valid;
}

void StreamSource::put_garbage() {
  Beat beat;
  Random& random = pacer_.random();
  for (uint64_t& word : beat.data) word = random.next();
  beat.keep = random.next();
  beat.user = random.next();
  beat.last = random.bits(1) != 0;
  put(beat);
}

Task<> StreamSource::drive(StreamSource& self) {
  const StreamSignals& wires = self.signals_;
  for (;;) {
    while (self.count_ == 0) {
      self.drained_.pulse();
      co_await self.filled_.wait();
      // Sent from the read_only phase, where nothing may be driven.
      if (self.scheduler_.in_read_only()) co_await rising_edge(wires.clock);
    }
    if (self.pacer_.pause()) {
      self.put_valid(false);
      self.put_garbage();
      do {
        co_await rising_edge(wires.clock);
      } while (self.pacer_.pause());
    }
    self.put_valid(true);
    self.put(self.queue_[self.first_]);
    do {
      co_await rising_edge(wires.clock);
    } while (wires.ready.bound() && !wires.ready.high());
    self.first_ = (self.first_ + 1) % kQueue;
    --self.count_;
    ++self.accepted_;
    if (self.count_ <= kQueue / 2 && self.room_.awaited()) self.room_.pulse();
    if (self.count_ == 0) {  // a sender of this very step may still change its mind
      self.put_valid(false);
      self.put_garbage();
    }
  }
}

Task<> StreamSource::wait_idle(StreamSource& self) {
  while (self.count_ > 0) co_await self.drained_.wait();
}

StreamSink::StreamSink(Scheduler& scheduler, StreamSignals signals, Pacing pacing, uint64_t seed,
                       std::string name, bool after_valid)
    : signals_(signals), pacer_(pacing, seed, stream_of(name)), after_valid_(after_valid) {
  if (!signals_.ready.bound()) return;
  const bool constant = pacer_.never() && !after_valid_;
  signals_.ready.set(constant ? 1 : 0);
  if (!constant) scheduler.start_soon(drive(*this), std::move(name));
}

Task<> StreamSink::drive(StreamSink& self) {
  const StreamSignals& wires = self.signals_;
  bool ready = false;
  for (;;) {
    if (self.after_valid_) {
      ready = !ready && wires.valid.high() && !self.pacer_.pause();
    } else {
      ready = !self.pacer_.pause();
    }
    wires.ready.set(ready ? 1 : 0);
    co_await rising_edge(wires.clock);
  }
}

StreamMonitor::StreamMonitor(Scheduler& scheduler, StreamSignals signals, std::string name)
    : signals_(signals), name_(std::move(name)), scheduler_(scheduler) {
  scheduler.start_soon(watch(*this), name_);
}

void StreamMonitor::sample(Beat& beat) const {
  const int width = signals_.data.width();
  if (width <= 64) {
    beat.data[0] = signals_.data.get();
  } else {
    for (int lsb = 0; lsb < width; lsb += 64) {
      beat.data[static_cast<std::size_t>(lsb / 64)] =
          signals_.data.get_field(lsb, std::min(64, width - lsb));
    }
  }
  if (signals_.keep.bound()) beat.keep = signals_.keep.get();
  if (signals_.user.bound()) beat.user = signals_.user.get();
  if (signals_.last.bound()) beat.last = signals_.last.high();
}

void StreamMonitor::deliver(const Beat& beat) {
  ++transfers_;
  if (moved_.awaited()) moved_.pulse();
  if (handler_) {
    handler_(beat);
  } else if (collect_) {
    received_.put(beat);
  }
}

Task<> StreamMonitor::wait_until(StreamMonitor& self, int64_t transfers) {
  while (self.transfers_ < transfers) co_await self.moved_.wait();
}

void StreamMonitor::fail(const std::string& text) const {
  throw ProtocolFailure(fmt::format("{} at {} ns: {} {}", name_, scheduler_.time_ps() / 1000,
                                    signals_.valid.name(), text));
}

Task<> StreamMonitor::watch(StreamMonitor& self) {
  const StreamSignals& wires = self.signals_;
  bool waiting = false;  // valid was high and ready low at the edge before
  bool in_reset = false;
  Beat beat, held;
  for (;;) {
    co_await rising_edge(wires.clock);
    const bool valid = wires.valid.high();
    if (wires.reset.bound() && wires.reset.high() != wires.reset_active_low) {
      // At the first edge in reset, a synchronous one has not yet had its effect.
      if (in_reset && valid) self.fail("is high in reset");
      in_reset = true;
      waiting = false;
      continue;
    }
    in_reset = false;
    if (!valid) {
      if (waiting) self.fail("fell without ready");
      ++self.idles_;
      continue;
    }
    self.sample(beat);
    if (waiting && !(beat == held)) {
      self.fail(fmt::format("waits for ready, but its payload changed: data {} became {}",
                            hex(held.data[0], std::min(64, wires.data.width())),
                            hex(beat.data[0], std::min(64, wires.data.width()))));
    }
    waiting = wires.ready.bound() && !wires.ready.high();
    if (waiting) {
      held = beat;
      ++self.stalls_;
    } else {
      self.deliver(beat);
    }
  }
}

}  // namespace sim
