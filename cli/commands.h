// SPDX-License-Identifier: Apache-2.0
// The verbs of the program. Each prints its result on stdout and talks on stderr.

#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace cli {

using Words = std::vector<std::string>;  // unit key=value ...

struct ListArgs {
  bool json = false;
};

struct DescribeArgs {
  std::string unit;
  bool json = false;
};

struct GenerateArgs {
  Words spec;
  std::filesystem::path output = ".";
  std::string prefix;
  std::string clock = "10ns";   // of the SDC
  std::string library;          // whose adder cells stand in bit heaps; empty: behavioural ones
  std::filesystem::path model;  // of scheme=auto; empty: the library's
  bool testbench = false;
  bool catalogue = false;  // every unit at its catalogue points
  uint64_t seed = 1;       // of the test bench's vectors
  bool json = false;
};

struct VerifyArgs {
  Words spec;
  uint64_t seed = 1;
  int64_t vectors = 0;
  int64_t only = -1;
  std::filesystem::path trace;
  std::vector<std::filesystem::path> rtl;
  std::string top;
  std::vector<std::string> ports;  // `x_i=A`
  std::string clock;
  std::string reset;  // `rst:low`
  int latency = -1;
  bool json = false;
};

struct CharacterizeArgs {
  Words spec;
  std::string library = "osu018";
  std::filesystem::path model;  // of scheme=auto; empty: the library's
  std::string recipe = "area";
  std::string clock = "10ns";
  std::string driver;  // cell at each input; empty: a fixed slew
  std::string load;    // on each output, `20fF`; empty: the library's
  std::string adder_cells = "auto";
  std::string fpga;               // count the primitives of this family instead
  std::filesystem::path picture;  // activations for the power figure
  std::vector<std::filesystem::path> rtl;
  std::string top;
  uint64_t seed = 1;
  bool json = false;
};

struct ProveArgs {
  Words spec;
  std::string engine = "auto";
  double timeout = 60;  // seconds for each property
  std::string bound;    // of the error of an approximate adder
  bool netlist = false;
  std::string library = "osu018";
  std::string recipe = "area";
  std::vector<std::filesystem::path> rtl;
  std::string top;
  std::vector<std::string> ports;  // `sum_o=S`
  bool json = false;
};

struct ErrorArgs {
  Words spec;
  std::vector<std::filesystem::path> rtl;
  std::string top;
  std::string exact;               // add, mul, or a Verilog file
  std::string exact_top;           // of that file
  bool is_signed = false;          // operands and result of --rtl
  std::vector<std::string> ports;  // `a=NAME`
  std::string library;             // of the cells that --rtl instantiates
  std::string method = "auto";
  int64_t samples = 0;  // 0: as many as all pairs, or the default of monte_carlo
  uint64_t seed = 1;
  std::string bits, bits_a, bits_b;  // chances of 1, least significant bit first
  std::filesystem::path operands;
  int64_t taps = 0;
  std::string figures;  // comma-separated; empty: all
  std::filesystem::path histogram;
  bool evoapprox = false;
  double timeout = 60;  // seconds for each SAT query
  bool json = false;
};

struct DemoArgs {
  std::filesystem::path output = "build/demo";
  std::filesystem::path image;  // empty: the one in `data`
  std::filesystem::path data = "demo";
  std::string library = "osu018";
  std::string clock = "20ns";
  // Direct, fast along the rows, fast in both dimensions.
  std::vector<std::string> schemes = {"direct", "ffa", "ffa2d"};
};

struct BwDemoArgs {
  std::filesystem::path output = "build/demo/bw";
  std::filesystem::path network = "networks/mnist.json";
  std::filesystem::path digits = "networks";
  std::filesystem::path mnist;  // empty: $FIRCONE_MNIST, or without
  int pictures = 200;           // in RTL
  std::string engine = "bw_conv2d_stream";
};

struct LutArgs {
  Words spec;
  std::filesystem::path output;  // .npy or .hex
  bool json = false;
};

struct DrawArgs {
  Words spec;
  std::filesystem::path output;  // .svg, .png, .pdf or .dot
  bool nested = false;           // two dimensions as two graphs
};

struct PreaddArgs {
  Words spec;  // and the file of the coefficients, `-` or none: standard input
  bool hex = false;
  bool json = false;
};

struct BinarizeArgs {
  std::filesystem::path file;    // what the training wrote
  std::filesystem::path output;  // the model file
  bool thresholds = false;       // where results have at most four bits
};

struct AccuracyArgs {
  std::filesystem::path network = "networks/mnist.json";
  std::filesystem::path digits = "networks";
  std::filesystem::path mnist;  // empty: $FIRCONE_MNIST, or the drawn digits
  int pictures = 0;             // 0: all
  int bits = 8;                 // of activations
  int drop = 0;
  std::string negation = "exact";
  std::string adder;  // spec line; empty: exact
  int lanes = 64;
  std::filesystem::path samples;  // PNG of what a layer is given
  bool json = false;
};

struct AlgorithmsArgs {
  int taps = 0, parallel = 0;  // 0: as the other; both: a choice of algorithms
  bool markdown = false;
  bool json = false;
};

struct FitArgs {
  std::string library = "osu018";
  std::filesystem::path output;  // empty: stdout
};

struct CacheArgs {
  std::string action;  // info or clear
  bool json = false;
};

// Each returns when done and throws base::Error otherwise.
void list(const ListArgs& args);
void describe(const DescribeArgs& args);
void generate(const GenerateArgs& args);
void verify(const VerifyArgs& args);
void characterize(const CharacterizeArgs& args);
void prove(const ProveArgs& args);
void error(const ErrorArgs& args);
void demo(const DemoArgs& args);
void demo_bw(const BwDemoArgs& args);
void lut(const LutArgs& args);
void draw(const DrawArgs& args);
void algorithms(const AlgorithmsArgs& args);
void preadd(const PreaddArgs& args);
void accuracy(const AccuracyArgs& args);
void binarize(const BinarizeArgs& args);
void fit(const FitArgs& args);
void cache(const CacheArgs& args);

}  // namespace cli
