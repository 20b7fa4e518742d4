// SPDX-License-Identifier: Apache-2.0
// AXI4-Stream source, sink and monitor.

#include "sim/axi_stream.h"

#include <fmt/format.h>

#include <algorithm>
#include <initializer_list>
#include <span>

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

// A vector in words, of which `first` are at hand and the others in `more`.
uint64_t word_at(std::span<const uint64_t> first, const std::vector<uint64_t>& more,
                 std::size_t n) {
  if (n < first.size()) return first[n];
  return n - first.size() < more.size() ? more[n - first.size()] : 0;
}

uint64_t& word_at(std::span<uint64_t> first, std::vector<uint64_t>& more, std::size_t n) {
  if (n < first.size()) return first[n];
  n -= first.size();
  if (n >= more.size()) more.resize(n + 1);
  return more[n];
}

uint64_t get_bits(std::span<const uint64_t> first, const std::vector<uint64_t>& more, int lsb,
                  int width) {
  const auto word = static_cast<std::size_t>(lsb / 64);
  const int bit = lsb % 64;
  uint64_t value = word_at(first, more, word) >> bit;
  if (bit + width > 64) value |= word_at(first, more, word + 1) << (64 - bit);
  return value & low_bits(width);
}

void set_bits(std::span<uint64_t> first, std::vector<uint64_t>& more, int lsb, int width,
              uint64_t value) {
  const auto word = static_cast<std::size_t>(lsb / 64);
  const int bit = lsb % 64;
  const uint64_t mask = low_bits(width);
  value &= mask;
  uint64_t& low = word_at(first, more, word);
  low = (low & ~(mask << bit)) | (value << bit);
  if (bit + width > 64) {
    uint64_t& high = word_at(first, more, word + 1);
    high = (high & ~(mask >> (64 - bit))) | (value >> (64 - bit));
  }
}

bool equal(const std::vector<uint64_t>& a, const std::vector<uint64_t>& b) {
  for (std::size_t i = 0; i < std::max(a.size(), b.size()); ++i) {
    if ((i < a.size() ? a[i] : 0) != (i < b.size() ? b[i] : 0)) return false;
  }
  return true;
}

bool above_a_word(const Signal& signal) { return signal.bound() && signal.width() > 64; }

// Reads or writes a port of more than 64 bits word by word.
template <class Each>
void for_each_word(int width, const Each& each) {
  for (int lsb = 0; lsb < width; lsb += 64) each(lsb, std::min(64, width - lsb));
}

}  // namespace

uint64_t Beat::field(int lsb, int width) const { return get_bits(data, more_data, lsb, width); }

void Beat::set_field(int lsb, int width, uint64_t value) {
  set_bits(data, more_data, lsb, width, value);
}

uint64_t Beat::keep_field(int lsb, int width) const {
  return get_bits({&keep, 1}, more_keep, lsb, width);
}

void Beat::set_keep_field(int lsb, int width, uint64_t value) {
  set_bits({&keep, 1}, more_keep, lsb, width, value);
}

bool Beat::equal_words(const Beat& other) const {
  return equal(more_data, other.more_data) && equal(more_keep, other.more_keep);
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
  return signals;
}

StreamSource::StreamSource(Scheduler& scheduler, StreamSignals signals, Pacing pacing,
                           uint64_t seed, std::string name)
    : scheduler_(scheduler),
      signals_(signals),
      wide_keep_(above_a_word(signals.keep)),
      pacer_(pacing, seed, stream_of(name)) {
  signals_.valid.set(0);
  if (signals_.keep.bound() && !wide_keep_) signals_.keep.set(driven_.keep);
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
    for_each_word(width, [&](int lsb, int bits) {
      signals_.data.set_field(lsb, bits, beat.field(lsb, bits));
    });
  }
  // Nobody else drives these, and they seldom change.
  if (wide_keep_) {
    for_each_word(signals_.keep.width(), [&](int lsb, int bits) {
      signals_.keep.set_field(lsb, bits, beat.keep_field(lsb, bits));
    });
  } else if (beat.keep != driven_.keep && signals_.keep.bound()) {
    signals_.keep.set(beat.keep);
  }
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
  for (int lsb = 256; lsb < signals_.data.width(); lsb += 64)
    beat.more_data.push_back(random.next());
  beat.keep = random.next();
  for (int lsb = 64; wide_keep_ && lsb < signals_.keep.width(); lsb += 64)
    beat.more_keep.push_back(random.next());
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
    : signals_(signals),
      wide_keep_(above_a_word(signals.keep)),
      name_(std::move(name)),
      scheduler_(scheduler) {
  scheduler.start_soon(watch(*this), name_);
}

void StreamMonitor::sample(Beat& beat) const {
  const int width = signals_.data.width();
  if (width <= 64) {
    beat.data[0] = signals_.data.get();
  } else {
    for_each_word(width, [&](int lsb, int bits) {
      beat.set_field(lsb, bits, signals_.data.get_field(lsb, bits));
    });
  }
  if (wide_keep_) {
    for_each_word(signals_.keep.width(), [&](int lsb, int bits) {
      beat.set_keep_field(lsb, bits, signals_.keep.get_field(lsb, bits));
    });
  } else if (signals_.keep.bound()) {
    beat.keep = signals_.keep.get();
  }
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
