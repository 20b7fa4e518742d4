// SPDX-License-Identifier: Apache-2.0
// The slow paths of signals: fields, second writes, wide ports, changes.

#include "sim/signal.h"

#include <fmt/format.h>

#include <algorithm>
#include <stdexcept>

namespace sim {

std::string hex(uint64_t value, int width) {
  return fmt::format("0x{:0{}x}", value, std::max(1, (width + 3) / 4));
}

std::string Signal::hex() const {
  if (slot_->bytes != 0) return sim::hex(slot_->load(), slot_->width);
  std::string digits = "0x";
  for (int lsb = (slot_->width - 1) / 4 * 4; lsb >= 0; lsb -= 4) {
    digits += fmt::format("{:x}", slot_->load_field(lsb, std::min(4, slot_->width - lsb)));
  }
  return digits;
}

namespace detail {
namespace {

uint64_t low_bits(int width) { return width >= 64 ? ~uint64_t{0} : (uint64_t{1} << width) - 1; }

[[noreturn]] void misuse(const Slot& slot, const char* text) {
  throw std::logic_error(fmt::format("sim: signal '{}': {}", slot.name, text));
}

void check_writable(const Slot& slot) {
  if (!slot.input) misuse(slot, "an output cannot be set");
  if (slot.clock != nullptr) misuse(slot, "the scheduler drives this clock");
  if (slot.buffer->locked) misuse(slot, "set in the read_only phase");
}

}  // namespace

uint64_t Slot::load_wide() const { misuse(*this, "wider than 64 bits: use get_field"); }

void Slot::write_again(uint64_t value, uint64_t bits) {
  check_writable(*this);
  if (bytes == 0) misuse(*this, "wider than 64 bits: use set_field");
  if (state == State::kClean) {  // a field: the other bits keep their value
    state = State::kDirty;
    next = load();
    driven = 0;
    writer = buffer->writer;
    enlist();
  } else if (writer != nullptr && writer != buffer->writer &&
             ((next ^ value) & bits & driven) != 0) {
    // What was written before run(), by no process, may be overwritten.
    throw WriteRace(
        fmt::format("signal '{}' is set to {} and to {} in one step by processes '{}' and '{}'",
                    name, hex(next & bits, width), hex(value, width), writer->name,
                    buffer->writer != nullptr ? buffer->writer->name : "(none)"));
  }
  next = (next & ~bits) | (value & bits);
  driven |= bits;
  writer = buffer->writer;
}

uint64_t Slot::load_field(int lsb, int field_width) const {
  if (lsb < 0 || field_width < 1 || field_width > 64 || lsb + field_width > width) {
    misuse(*this, "field outside the signal");
  }
  if (bytes != 0) return (load() >> lsb) & low_bits(field_width);
  return read_words(static_cast<const uint32_t*>(data), lsb, field_width);
}

void Slot::write_field(int lsb, int field_width, uint64_t value) {
  if (lsb < 0 || field_width < 1 || field_width > 64 || lsb + field_width > width) {
    misuse(*this, "field outside the signal");
  }
  if (bytes != 0) {
    const uint64_t bits = low_bits(field_width) << lsb;
    write_again((value << lsb) & bits, bits);
    return;
  }
  check_writable(*this);
  if (!wide_dirty) {
    wide_dirty = true;
    const auto* words = static_cast<const uint32_t*>(data);
    next_words.assign(words, words + (width + 31) / 32);
    enlist();
  }
  write_words(next_words.data(), lsb, field_width, value);
}

bool Slot::commit_wide() {
  state = State::kClosed;
  wide_dirty = false;
  auto* words = static_cast<uint32_t*>(data);
  if (std::equal(next_words.begin(), next_words.end(), words)) return false;
  std::copy(next_words.begin(), next_words.end(), words);
  return true;
}

bool Slot::changed() const {
  for (int lsb = 0; lsb < width; lsb += 32) {
    const auto now = static_cast<uint32_t>(load_field(lsb, std::min(32, width - lsb)));
    if (now != seen[static_cast<std::size_t>(lsb / 32)]) return true;
  }
  return false;
}

void Slot::remember() {
  seen.clear();
  for (int lsb = 0; lsb < width; lsb += 32) {
    seen.push_back(static_cast<uint32_t>(load_field(lsb, std::min(32, width - lsb))));
  }
}

}  // namespace detail
}  // namespace sim
