// SPDX-License-Identifier: Apache-2.0
// Signal: a cheap handle of a port, with reads of the settled state and buffered writes.

#pragma once

#include <concepts>
#include <cstdint>
#include <string>
#include <vector>

#include "sim/model.h"
#include "sim/task.h"

namespace sim {

struct Clock;
class Signal;

namespace detail {

struct Slot;

// Writes of the current step, applied together when no process is ready any more.
struct WriteBuffer {
  std::vector<Slot*> dirty;  // room for every slot; the first `count` are written
  std::size_t count = 0;
  const Process* writer = nullptr;  // the process that runs
  bool locked = false;              // read_only phase
};

struct alignas(64) Slot {  // what every access needs is in the first cache line
  // kClosed: not for a plain write (an output, a clock, a port above 64 bits).
  enum class State : uint8_t { kClean, kDirty, kClosed };

  void* data = nullptr;
  uint64_t next = 0;  // value to be written, width up to 64
  uint64_t mask = 0;
  const Process* writer = nullptr;  // who wrote `next` in this step
  WriteBuffer* buffer = nullptr;
  uint64_t driven = 0;  // bits of `next` written in this step
  int width = 0;
  uint8_t bytes = 0;  // 1, 2, 4, 8; 0: words
  State state = State::kClosed;
  bool input = false;
  bool wide_dirty = false;
  std::vector<uint32_t> next_words;       // as `next`, width above 64
  std::vector<uint32_t> seen;             // value when the watchers were last woken
  Clock* clock = nullptr;                 // driven by the scheduler
  std::vector<Slot*>* watched = nullptr;  // the scheduler's list of slots with watchers
  bool is_watched = false;
  WaitList rising, falling, change;
  std::string name;

  uint64_t load() const { return load_from(data, bytes); }
  [[gnu::always_inline]] uint64_t load_from(const void* place, int size) const {
    switch (size) {
      case 1:
        return *static_cast<const uint8_t*>(place);
      case 2:
        return *static_cast<const uint16_t*>(place);
      case 4:
        return *static_cast<const uint32_t*>(place);
      case 8:
        return *static_cast<const uint64_t*>(place);
      default:
        return load_wide();
    }
  }
  [[gnu::always_inline]] void write(uint64_t value) {
    if (state == State::kClean && !buffer->locked) {
      state = State::kDirty;
      next = value & mask;
      driven = mask;
      writer = buffer->writer;
      enlist();
    } else {
      write_again(value & mask, mask);
    }
  }
  void enlist() { buffer->dirty[buffer->count++] = this; }
  [[noreturn]] uint64_t load_wide() const;
  void write_again(uint64_t value, uint64_t bits);
  uint64_t load_field(int lsb, int field_width) const;
  void write_field(int lsb, int field_width, uint64_t value);
  // Applies the write; true when the value changed.
  bool commit() {
    state = State::kClean;
    switch (bytes) {
      case 1:
        return replace<uint8_t>();
      case 2:
        return replace<uint16_t>();
      case 4:
        return replace<uint32_t>();
      case 8:
        return replace<uint64_t>();
      default:
        return commit_wide();
    }
  }
  template <class T>
  bool replace() {
    T& current = *static_cast<T*>(data);
    const T value = static_cast<T>(next);
    const bool differs = current != value;
    current = value;
    return differs;
  }
  bool commit_wide();
  bool changed() const;
  void remember();
};

}  // namespace detail

// Copied freely; valid as long as its Scheduler. get() gives the value in the model: in a process
// woken by a clock edge, the value sampled before the edge. set() takes effect when every process
// of the step has run: behind the edge. Values above the width are cut, negative ones stored as
// two's complement.
class Signal {
 public:
  Signal() = default;
  explicit Signal(detail::Slot* slot) : slot_(slot), data_(slot->data), bytes_(slot->bytes) {}

  bool bound() const { return slot_ != nullptr; }
  const std::string& name() const { return slot_->name; }
  int width() const { return slot_->width; }

  // Width up to 64.
  uint64_t get() const { return slot_->load_from(data_, bytes_); }
  bool high() const { return get() != 0; }
  int64_t get_signed() const {
    const int shift = 64 - slot_->width;
    return static_cast<int64_t>(get() << shift) >> shift;
  }
  template <std::integral V>
  void set(V value) const {
    slot_->write(static_cast<uint64_t>(static_cast<int64_t>(value)));
  }

  // Fields of up to 64 bits of a port of any width.
  uint64_t get_field(int lsb, int width) const { return slot_->load_field(lsb, width); }
  int64_t get_signed_field(int lsb, int width) const {
    const int shift = 64 - width;
    return static_cast<int64_t>(slot_->load_field(lsb, width) << shift) >> shift;
  }
  template <std::integral V>
  void set_field(int lsb, int width, V value) const {
    slot_->write_field(lsb, width, static_cast<uint64_t>(static_cast<int64_t>(value)));
  }

  std::string hex() const;  // `0x03f`: as many digits as the width needs
  detail::Slot* slot() const { return slot_; }

 private:
  detail::Slot* slot_ = nullptr;
  const void* data_ = nullptr;  // copies from the slot: reading takes one step less
  int bytes_ = 0;
};

// `0x03f` for a value of that many bits: the format of every mismatch line.
std::string hex(uint64_t value, int width);

}  // namespace sim
