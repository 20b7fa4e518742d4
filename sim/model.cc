// SPDX-License-Identifier: Apache-2.0
// Ports by name, and access to their storage.

#include "sim/model.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <stdexcept>

#include "base/error.h"

namespace sim {

Model::~Model() = default;

const ModelPort* Model::find(std::string_view name) const {
  for (const ModelPort& port : ports_) {
    if (port.name == name) return &port;
  }
  return nullptr;
}

const ModelPort& Model::port(std::string_view name) const {
  if (const ModelPort* found = find(name)) return *found;
  std::string names;
  for (const ModelPort& port : ports_) names += (names.empty() ? "" : ", ") + port.name;
  base::usage_error("simulation",
                    fmt::format("the model has no port '{}'; it has {}", name, names));
}

void Model::open_trace(const std::filesystem::path& file) {
  base::usage_error(file.string(), "this model cannot write waveforms");
}

void Model::dump_trace(uint64_t) {}

void Model::close_trace() {}

void Model::write_coverage(const std::filesystem::path& file) {
  base::usage_error(file.string(), "this model was built without coverage");
}

namespace {

uint64_t low_bits(int width) { return width >= 64 ? ~uint64_t{0} : (uint64_t{1} << width) - 1; }

template <class T>
T load(const void* data) {
  T value;
  std::memcpy(&value, data, sizeof value);
  return value;
}

template <class T>
void store(void* data, uint64_t value) {
  const T narrow = static_cast<T>(value);
  std::memcpy(data, &narrow, sizeof narrow);
}

}  // namespace

uint64_t read_port(const ModelPort& port) {
  if (port.width <= 8) return load<uint8_t>(port.data);
  if (port.width <= 16) return load<uint16_t>(port.data);
  if (port.width <= 32) return load<uint32_t>(port.data);
  if (port.width <= 64) return load<uint64_t>(port.data);
  throw std::logic_error("sim: read_port of " + port.name + ": wider than 64 bits");
}

void write_port(const ModelPort& port, uint64_t value) {
  value &= low_bits(port.width);
  if (port.width <= 8) {
    store<uint8_t>(port.data, value);
  } else if (port.width <= 16) {
    store<uint16_t>(port.data, value);
  } else if (port.width <= 32) {
    store<uint32_t>(port.data, value);
  } else if (port.width <= 64) {
    store<uint64_t>(port.data, value);
  } else {
    throw std::logic_error("sim: write_port of " + port.name + ": wider than 64 bits");
  }
}

namespace detail {

uint64_t read_words(const uint32_t* words, int lsb, int width) {
  uint64_t value = 0;
  for (int taken = 0; taken < width;) {
    const int bit = (lsb + taken) % 32;
    value |= static_cast<uint64_t>(words[(lsb + taken) / 32] >> bit) << taken;
    taken += 32 - bit;
  }
  return value & low_bits(width);
}

void write_words(uint32_t* words, int lsb, int width, uint64_t value) {
  for (int done = 0; done < width;) {
    const int bit = (lsb + done) % 32;
    const int part = std::min(32 - bit, width - done);
    const auto mask = static_cast<uint32_t>(low_bits(part) << bit);
    uint32_t& word = words[(lsb + done) / 32];
    word = (word & ~mask) | (static_cast<uint32_t>((value >> done) << bit) & mask);
    done += part;
  }
}

}  // namespace detail

uint64_t read_field(const ModelPort& port, int lsb, int width) {
  if (port.width <= 64) return (read_port(port) >> lsb) & low_bits(width);
  return detail::read_words(static_cast<const uint32_t*>(port.data), lsb, width);
}

void write_field(const ModelPort& port, int lsb, int width, uint64_t value) {
  if (port.width > 64) {
    detail::write_words(static_cast<uint32_t*>(port.data), lsb, width, value);
    return;
  }
  const uint64_t mask = low_bits(width) << lsb;
  write_port(port, (read_port(port) & ~mask) | ((value << lsb) & mask));
}

}  // namespace sim
