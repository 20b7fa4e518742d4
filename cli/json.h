// SPDX-License-Identifier: Apache-2.0
// The machine interface: every result as one JSON object a line (schema in README.md).

#pragma once

#include <optional>
#include <string>
#include <vector>

#include "analysis/error/report.h"
#include "analysis/prove/prove.h"
#include "base/spec.h"
#include "gen/generate.h"
#include "synth/characterize.h"
#include "synth/fpga.h"
#include "tb/bench.h"
#include "tb/bw_inference.h"

namespace cli {

// Two blanks of indent where a person may read the file, one line where a program reads stdout.
enum class Layout { kPretty, kLine };

std::string list_json();
std::string unit_json(const gen::Unit& unit, const gen::Design& design);

// The description that stands beside the Verilog; equal designs give equal bytes.
std::string design_json(const gen::Design& design, Layout layout);
std::string generate_json(const gen::Design& design, const std::vector<std::string>& files,
                          double seconds);

struct Verification {
  base::Spec spec;
  tb::Verdict verdict;
  double seconds = 0;
  std::string replay;  // the command that shows the mismatch again
};
std::string verify_json(const Verification& verification);

// A measured point. `outputs_per_cycle` 0: foreign Verilog, no energy per output.
struct Measurement {
  base::Spec spec;  // empty unit: foreign Verilog
  std::string top;
  synth::Characterization figures;
  int multiplications = 0;
  int outputs_per_cycle = 0;
  int latency_cycles = 0;
  std::string verified;     // how the netlist was checked; empty: it was not
  std::string adder_cells;  // the library's that bit heaps are made of; empty: none
  bool busy = false;  // an input in (nearly) every counted cycle: energy per output has a meaning
  double energy_pj_per_output() const;
  std::string arithmetic() const;  // what sums are made of, for people
};
std::string characterize_json(const Measurement& measurement);

// A point counted in an FPGA's primitives. `outputs_per_cycle` 0: foreign Verilog.
struct FpgaPoint {
  base::Spec spec;  // empty unit: foreign Verilog
  std::string top;
  int multiplications = 0;
  int outputs_per_cycle = 0;
  synth::FpgaCounts counts;
};
std::string fpga_json(const FpgaPoint& point);

// One property of a point; `result` is proved, refuted or unknown.
std::string prove_json(const base::Spec& spec, const analysis::Proof& proof,
                       const std::string& result);

// Error figures of a unit or of foreign Verilog.
struct ErrorResult {
  base::Spec spec;    // empty unit: foreign Verilog
  std::string top;    // of foreign Verilog
  std::string exact;  // what it is compared with: add, mul, or a file
  bool is_signed = false;
  analysis::ErrorReport report;
  std::optional<analysis::TapsReport> taps;
  std::vector<std::string> figures;  // those that are wanted
  int output_bits = 0;               // by which EvoApproxLib divides
  bool evoapprox = false;
  std::optional<uint64_t> seed;  // of samples
  bool by_yosys = false;
  double seconds = 0;
  bool wants(const std::string& figure) const;
};
std::string error_json(const ErrorResult& result);

// A function as a table.
struct LookUpTable {
  base::Spec spec;
  std::string file;
  int rows = 0;
  int columns = 0;
  int result_bits = 0;
  bool is_signed = false;
  std::string dtype;  // NumPy's; empty: $readmemh
};
std::string lut_json(const LookUpTable& table);

// Coefficients as preadd=offline takes them.
struct PreaddedCoefficients {
  base::Spec spec;
  std::vector<int64_t> sums;  // in the port's order
  int width = 0;              // of each
  std::string hex;            // of the whole port
};
std::string preadd_json(const PreaddedCoefficients& result);

// A fast FIR algorithm's price; additions after sharing, those of overlapping blocks among them.
struct AlgorithmCost {
  struct Form {
    int pre = 0, post = 0;
    int gain = 0;  // of sums of samples: bits grow by its log2
  };
  std::string name;
  int outputs = 0, taps = 0;
  int products = 0;
  int divisor = 1;
  int coefficient_adders = 0;  // none where they are added offline
  int coefficient_gain = 0;
  int largest = 0;  // entry of its matrices
  Form t, d;
};
std::string algorithms_json(const std::vector<AlgorithmCost>& costs);

std::string cache_json(const std::string& root, uint64_t entries, uint64_t bytes, uint64_t limit);

// What the demo did.
struct DemoKernel {
  std::string name;
  std::vector<int64_t> coefficients;
  int shift = 0;
  std::string picture;  // file
};
struct DemoForm {
  base::Spec stream;  // the engine that the picture went through
  int64_t cycles = 0;
  double seconds = 0;
  int64_t pixels = 0;
  Measurement unit;  // its convolution unit, mapped
  Measurement heap;  // the same as merged bit heaps
};
struct DemoReport {
  std::string image;
  int width = 0;
  int height = 0;
  std::vector<DemoKernel> kernels;
  std::vector<DemoForm> forms;
  int64_t mismatches = 0;
};
std::string demo_json(const DemoReport& report);

// A binary-weight network with approximate sums.
struct AccuracyLayer {
  struct Predicted {
    double mean = 0, sigma = 0;
  };
  double mean = 0, sigma = 0;  // of a sum's error, in its units
  Predicted uniform, by_bits;  // bits 1 every other time, or as often as they were
};
struct AccuracyReport {
  std::string network, pictures;
  std::string adder, negation;
  int bits = 8, drop = 0;
  int64_t count = 0, right = 0;
  int64_t changed = 0;  // of another class than with exact sums of 8-bit activations
  std::vector<AccuracyLayer> layers;
};
std::string accuracy_json(const AccuracyReport& report);

// What the demo of binary weights did.
struct BwDemoSet {
  std::string name;
  int64_t pictures = 0, right = 0;
  double real_accuracy = 0;  // as the training measured it; 0: it is not known
};
// The layers one after another on the simulated engine.
struct BwDemoEngine {
  base::Spec spec;
  std::string pictures;  // whose first ones went through it
  int64_t right = 0;
  int64_t as_golden = 0;  // pictures with golden's class
  tb::BwInference inference;
  double seconds = 0;
};
struct BwDemoReport {
  std::string name;  // of the network
  int64_t weights = 0, products = 0;
  std::vector<BwDemoSet> golden;
  double pictures_per_second = 0;  // of the last set
  BwDemoEngine engine;
  std::string picture;  // file: the digits with what they are taken for
};
std::string bw_demo_json(const BwDemoReport& report);

}  // namespace cli
