// SPDX-License-Identifier: Apache-2.0
// A cell library with what a measurement needs beside it: unit cell, driver, load, corner.

#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "synth/liberty.h"

namespace synth {

// What synth/libraries.cc says about a library known by name.
struct LibraryEntry {
  std::string_view name;
  std::string_view path;     // the Liberty file
  std::string_view package;  // of the distribution, that has the file
  std::string_view node;     // process, for people
  std::string_view corner;
  std::string_view nand2;   // the cell whose area is one gate equivalent
  std::string_view driver;  // cell that drives the inputs, for sizing in ABC
  double load_pf;           // on every output
  double input_slew_ns;
  std::string_view full_adder;  // empty: none
  std::string_view half_adder;
  struct Area {
    std::string_view cell;
    double um2;
  };
  std::span<const Area> areas;  // of cells that have none in the Liberty file
  std::string_view notes;
};

std::span<const LibraryEntry> library_entries();

// An adder cell and its pins. Full adders are symmetric, so `c` is the lightest input: the latest
// of three bits belongs there. `inverted`: both outputs are the complements of sum and carry.
struct AdderCell {
  std::string cell;
  std::string a, b, c;  // c: full adders only
  std::string sum, carry;
  bool inverted = false;
};

struct AdderCells {
  std::string library;
  AdderCell full, half;  // half.cell is empty where the library has none
};

// What drives the inputs of a measured block, and what hangs on its outputs.
struct Boundary {
  std::string driver;  // a cell; empty: the library's, in ABC only, and a fixed slew in OpenSTA
  double load = 0;     // farads; 0: the library's
};

class Library {
 public:
  // `osu018` and the like, else the path of a Liberty file; what an entry would say is then
  // derived: NAND2 by function, the smallest; the driver is the inverter nearest to four times the
  // smallest inverter's input capacitance; the load is four such smallest inverters; the slew is
  // the second of the library's own tables. Usage error for neither; Error(kToolMissing) naming the
  // package when a known library's file is not there.
  static std::shared_ptr<const Library> open(const std::string& name_or_path);

  // The same with another boundary. Usage error for a driver that is no cell of one output.
  std::shared_ptr<const Library> with(const Boundary& boundary) const;

  // The full and half adder cells, found by their functions: those that the entry names, else the
  // smallest. None for a library without a full adder.
  std::optional<AdderCells> adder_cells() const;

  const std::string& name() const { return name_; }
  const Liberty& liberty() const { return liberty_; }
  const std::string& node() const { return node_; }
  const std::string& corner() const { return corner_; }
  double nand2_area() const { return nand2_area_; }
  const std::string& driver() const { return driver_; }
  bool drives_inputs() const { return drives_inputs_; }  // OpenSTA: driver() on each input
  double load() const { return load_; }                  // farads
  double input_slew() const { return input_slew_; }      // seconds
  const std::string& notes() const { return notes_; }

  // Area of a cell, from the entry when the file has none; check error when neither knows it.
  double area(const LibCell& cell) const;

 private:
  Library() = default;
  void derive();
  std::string name_, node_, corner_, driver_, notes_;
  Liberty liberty_;
  double nand2_area_ = 0, load_ = 0, input_slew_ = 0;
  bool drives_inputs_ = false;
  std::string full_adder_, half_adder_;  // preferred cells
  std::span<const LibraryEntry::Area> areas_;
};

}  // namespace synth
