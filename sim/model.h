// SPDX-License-Identifier: Apache-2.0
// A simulated design as a bench sees it: named ports in memory, and eval().

#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "sim/failure.h"

namespace sim {

// A port and its storage. The layout is Verilator's: uint8_t up to 8 bits, uint16_t up to 16,
// uint32_t up to 32, uint64_t up to 64, else uint32_t words, least significant first. Bits above
// `width` are zero. The storage stays where it is for the life of the model.
struct ModelPort {
  std::string name;
  bool input = false;
  int width = 0;
  void* data = nullptr;

  int words() const { return (width + 31) / 32; }
};

// RTL loaded from a shared object, a mapped netlist, or a wrapper round another model. A bench
// drives whatever is behind this in the same way.
class Model {
 public:
  Model() = default;
  virtual ~Model();
  Model(const Model&) = delete;
  Model& operator=(const Model&) = delete;

  const std::vector<ModelPort>& ports() const { return ports_; }
  const ModelPort* find(std::string_view name) const;  // nullptr when absent
  // The port, or a usage error that names the ports there are.
  const ModelPort& port(std::string_view name) const;

  // Settles the design for the inputs as they stand. A clock edge is a change of a clock input
  // since the eval() before. Throws ModelStop.
  virtual void eval() = 0;

  // Waveform; the default implementation throws a usage error: this model cannot trace.
  virtual bool can_trace() const { return false; }
  virtual void open_trace(const std::filesystem::path& file);
  virtual void dump_trace(uint64_t time_ps);
  virtual void close_trace();

  // Line and toggle coverage in Verilator's text format; default: a usage error.
  virtual void write_coverage(const std::filesystem::path& file);

 protected:
  std::vector<ModelPort> ports_;  // filled by the constructor of the implementation
};

// Reads and writes a port's storage directly, for loops without a scheduler.
uint64_t read_port(const ModelPort& port);                       // width up to 64
void write_port(const ModelPort& port, uint64_t value);          // masks to the width
uint64_t read_field(const ModelPort& port, int lsb, int width);  // any port, field up to 64
void write_field(const ModelPort& port, int lsb, int width, uint64_t value);

namespace detail {
// A field of up to 64 bits in words of 32, least significant first.
uint64_t read_words(const uint32_t* words, int lsb, int width);
void write_words(uint32_t* words, int lsb, int width, uint64_t value);
}  // namespace detail

}  // namespace sim
