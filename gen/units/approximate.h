// SPDX-License-Identifier: Apache-2.0
// What approximate adders share: keys, ports, an exact part above a cheap one, blocks with
// speculated carries.

#pragma once

#include <functional>
#include <string>
#include <vector>

#include "gen/design_builder.h"
#include "gen/units/adders.h"

namespace gen {

// ---- Keys. Sizes of low-part adders are free with network=operators.

Param approximate_network();  // operators, else a prefix network
Param approximate_width();    // free
Param approx_width();         // free
Param block_width();          // fixed, for adders of blocks
Param block_size(std::string_view name, std::string_view tag, std::string_view default_value,
                 int64_t min, std::string_view doc);

// block divides Width.
Rule block_divides_width();

// ---- Structure.

// An approximate adder under construction: a module with the ports of the adder family.
class ApproximateAdder {
 public:
  // `doc`: paragraphs of the header.
  ApproximateAdder(DesignBuilder& design, std::vector<std::string> doc);

  hdl::Module& module() { return module_; }
  const hdl::Bits& a() const { return ports_.a; }
  const hdl::Bits& b() const { return ports_.b; }
  const hdl::Bits& sum() const { return ports_.sum; }
  hdl::Dim width() const { return width_; }
  hdl::Dim low() const { return low_; }    // ApproxWidth, of adders that have it
  hdl::Dim ones() const { return ones_; }  // OnesWidth, likewise

  // `yes` where `condition` holds, else `no`: a generate-if, or decided here where sizes are fixed.
  void when(std::string_view block, const hdl::DimCondition& condition,
            const std::function<void()>& yes, std::string_view else_block = {},
            const std::function<void()>& no = {});

  // sum_o from bit ApproxWidth up: exact, with the carry (not valid(): none) into that bit.
  void exact_above(const hdl::Bits& carry);
  // The low part, where there is one: `body` drives sum_o below bit ApproxWidth and returns the
  // carry out of it (not valid(): none). The result is that carry, 0 without a low part.
  hdl::Bits low_part(std::string_view section, bool has_carry,
                     const std::function<hdl::Bits()>& body);

  // Segments: the first has `first` bits, the others `size` bits each up to Width. They are added
  // apart, with the carry that `carry_into(position)` gives (empty: none) into the segment that
  // begins at `position`; it may declare wires called wire_name(..).
  using CarryInto = std::function<hdl::Bits(const hdl::Dim& position)>;
  void segments(int first, int size, const CarryInto& carry_into);
  std::string wire_name(std::string_view stem) const { return prefix_ + std::string(stem); }
  // Carry that the `pairs` pairs below `position` generate alone.
  hdl::Bits carry_of(const hdl::Dim& position, int pairs);

  // Each bit with the carry of the `window` pairs below it alone (fewer at the low end), the carry
  // out that of the highest; window below Width.
  void windows(int window);

  // network=operators, so that sizes may be free; else every bit is written out.
  bool operators() const { return style_.network == "operators"; }

  void finish(const std::string& formula);

 private:
  void segment(const std::string& prefix, const hdl::Dim& position, int size,
               const CarryInto& carry_into, bool last);
  hdl::Bits top_bit(const hdl::Bits& carry) const;  // of sum_o

  DesignBuilder& design_;
  hdl::Module module_;
  AdderStyle style_;
  hdl::Dim width_, low_, ones_;
  AdderPorts ports_;
  std::string prefix_;  // of the segment in hand
};

}  // namespace gen
