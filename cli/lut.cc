// SPDX-License-Identifier: Apache-2.0
// fircone lut: the function of a two-operand unit as a table, for NumPy or for $readmemh.

#include <fmt/format.h>

#include <bit>

#include "base/error.h"
#include "base/files.h"
#include "cli/commands.h"
#include "cli/json.h"
#include "gen/generate.h"
#include "golden/adder_bits.h"
#include "tb/adder_functions.h"
#include "tb/multiplier_functions.h"

namespace cli {
namespace {

constexpr int kMostOperandBits = 20;  // a million entries

// A unit as a function of two words.
struct Function {
  int width_a = 0, width_b = 0, result_bits = 0;
  bool is_signed = false;  // of the result
  std::function<golden::Wide(uint64_t a, uint64_t b)> value;
};

Function function_of(const base::Spec& spec) {
  Function f;
  const bool adder = tb::is_adder(spec.unit());
  if (adder) {
    if (spec.is("carry_in", "yes")) {
      base::usage_error("lut", spec.unit() + " carry_in=yes has three operands; a table has two");
    }
    f.width_a = f.width_b = static_cast<int>(spec.size("Width"));
    f.result_bits = f.width_a + 1;
    f.is_signed = spec.is("operands", "signed");
    f.value = [add = tb::adder_function(spec)](uint64_t a, uint64_t b) { return add(a, b, false); };
  } else if (spec.unit() == "mul") {
    f.width_a = static_cast<int>(spec.size("WidthA"));
    f.width_b = static_cast<int>(spec.size("WidthB"));
    f.result_bits = f.width_a + f.width_b;
    f.is_signed = !spec.is("operands", "unsigned");
    f.value = [multiply = tb::multiplier_function(spec), f](uint64_t a, uint64_t b) {
      const golden::Wide bits = multiply(a, b);
      if (!f.is_signed) return bits;
      return golden::as_signed(static_cast<golden::UnsignedWide>(bits), f.result_bits);
    };
  } else {
    base::usage_error("lut", spec.unit() + " has no two operands; tables are for add_* and mul");
  }
  if (f.width_a + f.width_b > kMostOperandBits) {
    base::usage_error(
        "lut", fmt::format("{} has {} operand bits ({}); at most {} ({} entries)", spec.unit(),
                           f.width_a + f.width_b, adder ? "2 * Width" : "WidthA + WidthB",
                           kMostOperandBits, 1 << kMostOperandBits));
  }
  return f;
}

template <typename Visit>
void each_entry(const Function& f, Visit visit) {
  for (uint64_t a = 0; a < uint64_t{1} << f.width_a; ++a) {
    for (uint64_t b = 0; b < uint64_t{1} << f.width_b; ++b) visit(f.value(a, b));
  }
}

// The smallest type of NumPy that holds the results.
int entry_bytes(const Function& f) {
  return static_cast<int>(std::bit_ceil(static_cast<unsigned>((f.result_bits + 7) / 8)));
}

std::string dtype(const Function& f) {
  return fmt::format("{}{}{}", entry_bytes(f) == 1 ? '|' : '<', f.is_signed ? 'i' : 'u',
                     entry_bytes(f));
}

// Format 1.0 of numpy/lib/format.py: magic, version, length of the header, a Python dictionary that
// blanks and a line feed fill up to a multiple of 64 bytes, then the entries in C order.
std::string npy(const Function& f) {
  std::string header = fmt::format("{{'descr': '{}', 'fortran_order': False, 'shape': ({}, {}), }}",
                                   dtype(f), 1 << f.width_a, 1 << f.width_b);
  constexpr size_t kPreamble = 10;
  header.append(63 - (kPreamble + header.size()) % 64, ' ').push_back('\n');
  std::string file = "\x93NUMPY";
  file += {'\x01', '\x00', static_cast<char>(header.size() & 0xff),
           static_cast<char>(header.size() >> 8)};
  file += header;
  each_entry(f, [&](golden::Wide value) {
    for (int byte = 0; byte < entry_bytes(f); ++byte) {
      file.push_back(static_cast<char>(value >> (8 * byte) & 0xff));
    }
  });
  return file;
}

// One word a line, address {a, b}.
std::string hex(const Function& f, const base::Spec& spec) {
  std::string file = fmt::format(
      "// fircone lut {}: {} words of {} bits, word {{a, b}}: a in the {} high bits of the "
      "address\n",
      spec.line(), 1 << (f.width_a + f.width_b), f.result_bits, f.width_a);
  const auto mask = golden::low_mask<golden::UnsignedWide>(f.result_bits);
  each_entry(f, [&](golden::Wide value) {
    const auto bits = static_cast<uint64_t>(static_cast<golden::UnsignedWide>(value) & mask);
    file += fmt::format("{:0{}x}\n", bits, (f.result_bits + 3) / 4);
  });
  return file;
}

}  // namespace

void lut(const LutArgs& args) {
  const base::Spec spec = gen::resolve(base::Spec::parse(args.spec));
  const Function f = function_of(spec);
  const std::string extension = args.output.extension().string();
  if (extension != ".npy" && extension != ".hex") {
    base::usage_error("lut", "the name of '" + args.output.string() + "' must end in .npy or .hex");
  }
  const bool numpy = extension == ".npy";
  base::write_file(args.output, numpy ? npy(f) : hex(f, spec));
  const LookUpTable table = {.spec = spec,
                             .file = args.output.string(),
                             .rows = 1 << f.width_a,
                             .columns = 1 << f.width_b,
                             .result_bits = f.result_bits,
                             .is_signed = f.is_signed,
                             .dtype = numpy ? dtype(f) : ""};
  if (args.json) return fmt::print("{}", lut_json(table));
  fmt::print("{}: {} x {} {} numbers of {} bits in {}\n", spec.line(), table.rows, table.columns,
             f.is_signed ? "signed" : "unsigned", f.result_bits, table.file);
}

}  // namespace cli
