// SPDX-License-Identifier: Apache-2.0
// Libraries by name or by path.

#include "synth/library.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <filesystem>

#include "base/error.h"
#include "synth/cell_function.h"

namespace synth {
namespace {

std::vector<const LibPin*> pins_of(const LibCell& cell, LibPin::Direction direction) {
  std::vector<const LibPin*> pins;
  for (const LibPin& pin : cell.pins) {
    if (pin.direction == direction) pins.push_back(&pin);
  }
  return pins;
}

// The only output's truth table over exactly `inputs` input pins is `table`.
bool computes(const LibCell& cell, size_t inputs, uint64_t table) {
  const auto outputs = pins_of(cell, LibPin::Direction::kOutput);
  if (cell.sequential || cell.dont_use || outputs.size() != 1 || cell.area <= 0) return false;
  if (pins_of(cell, LibPin::Direction::kInput).size() != inputs) return false;
  if (outputs[0]->function.empty() || !outputs[0]->three_state.empty()) return false;
  const Expression expression = cell_expression(cell, outputs[0]->function);
  return expression.variables().size() == inputs && truth_table(expression) == table;
}

double input_capacitance(const LibCell& cell) {
  return pins_of(cell, LibPin::Direction::kInput).at(0)->capacitance;
}

// The pin that computes `table` over all inputs, or its complement.
const LibPin* output_with(const LibCell& cell, size_t inputs, uint64_t table) {
  for (const LibPin* pin : pins_of(cell, LibPin::Direction::kOutput)) {
    if (pin->function.empty() || !pin->three_state.empty()) continue;
    const Expression expression = cell_expression(cell, pin->function);
    if (expression.variables().size() == inputs && truth_table(expression) == table) return pin;
  }
  return nullptr;
}

// The cell with `inputs` inputs whose two outputs are the sum of the inputs: `preferred` if it is
// one, else the smallest; one with complemented outputs only where there is no other.
std::optional<AdderCell> find_adder(const Liberty& liberty, size_t inputs,
                                    const std::string& preferred) {
  const uint64_t sum = inputs == 3 ? 0x96 : 0x6, carry = inputs == 3 ? 0xe8 : 0x8;
  const uint64_t all = inputs == 3 ? 0xff : 0xf;
  std::optional<AdderCell> best;
  double best_area = 0;
  for (const LibCell& cell : liberty.cells) {
    if (cell.sequential || cell.dont_use || cell.area <= 0) continue;
    std::vector<const LibPin*> pins = pins_of(cell, LibPin::Direction::kInput);
    if (pins.size() != inputs || pins_of(cell, LibPin::Direction::kOutput).size() != 2) continue;
    for (const bool inverted : {false, true}) {
      const LibPin* s = output_with(cell, inputs, inverted ? all ^ sum : sum);
      const LibPin* c = output_with(cell, inputs, inverted ? all ^ carry : carry);
      if (s == nullptr || c == nullptr) continue;
      const bool chosen = cell.name == preferred;
      if (best && !chosen &&
          (best->cell == preferred ||
           std::pair(inverted, cell.area) >= std::pair(best->inverted, best_area))) {
        continue;
      }
      std::stable_sort(pins.begin(), pins.end(), [](const LibPin* x, const LibPin* y) {
        return x->capacitance > y->capacitance;
      });
      best = AdderCell{.cell = cell.name,
                       .a = pins[0]->name,
                       .b = pins[1]->name,
                       .c = inputs == 3 ? pins[2]->name : "",
                       .sum = s->name,
                       .carry = c->name,
                       .inverted = inverted};
      best_area = cell.area;
    }
  }
  return best;
}

}  // namespace

std::shared_ptr<const Library> Library::open(const std::string& name_or_path) {
  std::shared_ptr<Library> library(new Library);
  for (const LibraryEntry& entry : library_entries()) {
    if (entry.name != name_or_path) continue;
    if (!std::filesystem::exists(entry.path)) {
      throw base::Error(base::ExitCode::kToolMissing,
                        fmt::format("library {}: {} not found; it is in the package '{}'",
                                    entry.name, entry.path, entry.package));
    }
    library->name_ = entry.name;
    library->node_ = entry.node;
    library->corner_ = entry.corner;
    library->notes_ = entry.notes;
    library->liberty_ = read_liberty(entry.path);
    library->driver_ = entry.driver;
    library->load_ = entry.load_pf * 1e-12;
    library->input_slew_ = entry.input_slew_ns * 1e-9;
    library->full_adder_ = entry.full_adder;
    library->half_adder_ = entry.half_adder;
    library->areas_ = entry.areas;
    const LibCell* nand2 = library->liberty_.find(std::string(entry.nand2));
    if (nand2 == nullptr || library->liberty_.find(library->driver_) == nullptr) {
      base::usage_error(library->name_, fmt::format("{} lacks the cell {} or {}", entry.path,
                                                    entry.nand2, entry.driver));
    }
    library->nand2_area_ = nand2->area;
    return library;
  }
  if (!std::filesystem::exists(name_or_path)) {
    std::vector<std::string> names;
    std::string list;
    for (const LibraryEntry& entry : library_entries()) {
      names.emplace_back(entry.name);
      list += (list.empty() ? "" : ", ") + names.back();
    }
    const std::string near = base::nearest(name_or_path, names);
    base::usage_error(
        "library",
        fmt::format("'{}' is neither a known library ({}) nor a Liberty file{}", name_or_path, list,
                    near.empty() ? "" : fmt::format("; did you mean '{}'?", near)));
  }
  library->liberty_ = read_liberty(name_or_path);
  library->name_ = library->liberty_.name;
  library->derive();
  return library;
}

void Library::derive() {
  constexpr uint64_t kNand2 = 0b0111, kInverter = 0b01;
  std::vector<const LibCell*> inverters;
  for (const LibCell& cell : liberty_.cells) {
    if (computes(cell, 2, kNand2) && (nand2_area_ == 0 || cell.area < nand2_area_)) {
      nand2_area_ = cell.area;
    }
    if (computes(cell, 1, kInverter)) inverters.push_back(&cell);
  }
  if (nand2_area_ == 0 || inverters.empty()) {
    base::usage_error(liberty_.path.string(),
                      "the library has no two-input NAND with an area, or no inverter");
  }
  const auto smaller = [](const LibCell* a, const LibCell* b) {
    return input_capacitance(*a) < input_capacitance(*b);
  };
  const LibCell* smallest = *std::min_element(inverters.begin(), inverters.end(), smaller);
  const double target = 4 * input_capacitance(*smallest);
  const auto nearer = [&](const LibCell* a, const LibCell* b) {
    return std::abs(input_capacitance(*a) - target) < std::abs(input_capacitance(*b) - target);
  };
  driver_ = (*std::min_element(inverters.begin(), inverters.end(), nearer))->name;
  load_ = target;
  input_slew_ = 0.1 * liberty_.time_unit;
  for (const LibPin* pin : pins_of(*smallest, LibPin::Direction::kOutput)) {
    for (const EnergyGroup& energy : pin->energies) {
      const Table& table = energy.rise;
      for (size_t axis = 0; axis < table.axes.size(); ++axis) {
        if (table.axes[axis] != Table::Axis::kSlew || table.index[axis].size() < 2) continue;
        input_slew_ = table.index[axis][1];
      }
    }
  }
  corner_ = fmt::format("{:g} V, {:g} C", liberty_.voltage, liberty_.temperature);
  node_ = liberty_.name;
  notes_ = "unit cell, driver, load and slew derived from the file";
}

std::shared_ptr<const Library> Library::with(const Boundary& boundary) const {
  std::shared_ptr<Library> result(new Library(*this));
  if (!boundary.driver.empty()) {
    const LibCell* cell = liberty_.find(boundary.driver);
    if (cell == nullptr) {
      std::vector<std::string> names;
      for (const LibCell& known : liberty_.cells) names.push_back(known.name);
      const std::string near = base::nearest(boundary.driver, names);
      base::usage_error("driver",
                        fmt::format("'{}' is no cell of {}{}", boundary.driver, name_,
                                    near.empty() ? "" : fmt::format("; did you mean '{}'?", near)));
    }
    if (cell->sequential || pins_of(*cell, LibPin::Direction::kInput).size() != 1 ||
        pins_of(*cell, LibPin::Direction::kOutput).size() != 1) {
      base::usage_error("driver", fmt::format("{} must be an inverter or a buffer", cell->name));
    }
    result->driver_ = boundary.driver;
    result->drives_inputs_ = true;
  }
  if (boundary.load > 0) result->load_ = boundary.load;
  return result;
}

std::optional<AdderCells> Library::adder_cells() const {
  const std::optional<AdderCell> full = find_adder(liberty_, 3, full_adder_);
  if (!full) return std::nullopt;
  const std::optional<AdderCell> half = find_adder(liberty_, 2, half_adder_);
  return AdderCells{.library = name_, .full = *full, .half = half.value_or(AdderCell{})};
}

double Library::area(const LibCell& cell) const {
  if (cell.area > 0) return cell.area;
  for (const LibraryEntry::Area& known : areas_) {
    if (known.cell == cell.name) return known.um2;
  }
  base::check_error(name_, fmt::format("cell {} has no area in the library, and the library's "
                                       "entry gives none",
                                       cell.name));
}

}  // namespace synth
