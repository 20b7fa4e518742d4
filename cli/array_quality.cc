// SPDX-License-Identifier: Apache-2.0
// Reads the table of arrays, measures its rows with a layer of a network.

#include "cli/array_quality.h"

#include <fmt/format.h>

#include <map>
#include <memory>
#include <sstream>

#include "base/error.h"
#include "base/files.h"
#include "cli/adder_cells.h"
#include "cli/bw_model.h"
#include "cli/sources.h"
#include "gen/generate.h"
#include "golden/bw_array.h"
#include "synth/characterize.h"
#include "tb/bw_pictures.h"

namespace cli {
namespace {

constexpr int kLanes = 64;  // of the simulator
constexpr int kPixels = 64;
constexpr double kClock = 20, kTolerance = 1.03;

std::string trimmed(const std::string& text) {
  const size_t first = text.find_first_not_of(' '), last = text.find_last_not_of(' ');
  return first == std::string::npos ? "" : text.substr(first, last - first + 1);
}

// What the units are fed: the samples of a layer, tap by tap, channel by channel, filters' signs.
class Vectors {
 public:
  Vectors(int simd, int channels)
      : simd_(simd), channels_(channels), layer_(read_bw_model(kModel).network.layers.at(1)) {
    const golden::BwNetwork network = read_bw_model(kModel).network;
    const tb::LabelledPictures digits = tb::read_labelled_pictures("networks", "digits", "digits");
    for (int lane = 0; lane < kLanes; ++lane)
      pictures_.push_back(
          golden::bw_layer(network.layers.at(0), digits.activations(static_cast<size_t>(lane))));
  }

  int beats() const { return (static_cast<int>(layer_.terms()) + simd_ - 1) / simd_; }
  int data_width() const { return layer_.data_width; }
  // Sample `l` of beat `beat` for output `pixel` of a picture; 0 beyond the last term.
  int64_t sample(int lane, int pixel, int beat, int l) const {
    const int term = beat * simd_ + l;
    if (term >= static_cast<int>(layer_.terms())) return 0;
    const int tap = term / layer_.in_channels;
    return pictures_[static_cast<size_t>(lane)].padded(
        row(pixel) + tap / layer_.kernel - layer_.padding,
        column(pixel) + tap % layer_.kernel - layer_.padding, term % layer_.in_channels);
  }
  bool sign(int filter, int beat, int l) const {
    const int term = beat * simd_ + l;
    if (term >= static_cast<int>(layer_.terms())) return false;
    const int tap = term / layer_.in_channels;
    return layer_.sign(filter, term % layer_.in_channels, tap / layer_.kernel, tap % layer_.kernel);
  }
  // Of an array the channels are filters 0, 1, ..; a unit of one channel has another in each lane.
  int filter(int lane, int channel) const { return channels_ == 1 ? lane % 32 : channel; }
  int64_t bias(int filter) const { return layer_.bias.at(static_cast<size_t>(filter)); }
  int64_t minus(int filter) const {
    int64_t count = 0;
    for (int beat = 0; beat < beats(); ++beat)
      for (int l = 0; l < simd_; ++l) count += sign(filter, beat, l) ? 1 : 0;
    return count;
  }
  int64_t sum(int lane, int pixel, int filter) const {
    return golden::bw_sum(layer_, pictures_[static_cast<size_t>(lane)], filter, row(pixel),
                          column(pixel));
  }

 private:
  static constexpr const char* kModel = "networks/mnist.json";
  int row(int pixel) const { return pixel / pictures_[0].width; }
  int column(int pixel) const { return pixel % pictures_[0].width; }

  int simd_, channels_;
  golden::BwLayer layer_;
  std::vector<golden::BwActivations> pictures_;
};

// The units' ports on a netlist.
class Driver {
 public:
  Driver(const std::shared_ptr<const synth::Netlist>& netlist, const base::Spec& spec)
      : simulator_(netlist, kLanes),
        array_(spec.unit() == "bw_array"),
        simd_(static_cast<int>(spec.size(array_ ? "Simd" : "Lanes"))),
        channels_(array_ ? static_cast<int>(spec.size("Pe")) : 1),
        width_(static_cast<int>(spec.size("DataWidth"))),
        sum_width_(static_cast<int>(spec.size("AccWidth"))),
        vectors_(simd_, channels_) {
    golden::BwArrayShape shape{.simd = simd_, .data_width = width_, .acc_width = sum_width_};
    if (spec.is("form", "and")) shape.form = golden::BwArrayShape::Form::kAnd;
    for (int lane = 0; lane < kLanes; ++lane)
      for (int channel = 0; channel < channels_; ++channel) {
        const int filter = vectors_.filter(lane, channel);
        offsets_.push_back(array_ ? shape.offset(vectors_.bias(filter),
                                                 int64_t{vectors_.beats()} * simd_,
                                                 vectors_.minus(filter))
                                  : vectors_.bias(filter));
      }
  }

  synth::Activity run() {
    for (const char* name : {"en_i", "valid_i"}) simulator_.set_all(port(name), 1);
    for (const uint64_t level : {0, 1}) {
      simulator_.set_all(port("rst_ni"), level);
      simulator_.settle();
    }
    bits("offset_i", [&](int lane, int bit) {
      const int at = lane * channels_ + bit / sum_width_;
      return (offsets_[static_cast<size_t>(at)] >> (bit % sum_width_) & 1) != 0;
    });
    const int beats = vectors_.beats(), cycles = kPixels * beats;
    for (int cycle = 0; cycle < cycles + 2; ++cycle) {
      drive(cycle % cycles, beats);
      simulator_.settle();
      // Two edges: the beat's registers, the accumulator.
      if (cycle >= 2 && (cycle - 2) % beats == beats - 1) check((cycle - 2) / beats);
      simulator_.count();
      simulator_.clock();
    }
    return simulator_.activity("the second layer of networks/mnist.json for drawn digits");
  }

 private:
  const synth::NetPort& port(std::string_view name) const {
    return *simulator_.netlist().find_port(name);
  }

  template <class Bit>
  void bits(const char* name, const Bit& bit) {
    const std::vector<synth::NetId>& nets = port(name).bits;
    for (size_t i = 0; i < nets.size(); ++i) {
      uint64_t word = 0;
      for (int lane = 0; lane < kLanes; ++lane)
        word |= uint64_t{bit(lane, static_cast<int>(i))} << lane;
      simulator_.net(nets[i])[0] = word;
    }
  }

  void drive(int cycle, int beats) {
    const int pixel = cycle / beats, beat = cycle % beats;
    simulator_.set_all(port("first_i"), beat == 0 ? 1 : 0);
    simulator_.set_all(port("last_i"), beat == beats - 1 ? 1 : 0);
    bits("x_i", [&](int lane, int bit) {
      return (vectors_.sample(lane, pixel, beat, bit / width_) >> (bit % width_) & 1) != 0;
    });
    // Weights of an array come an edge later.
    const int weights = array_ ? (beat + beats - 1) % beats : beat;
    bits("s_i", [&](int lane, int bit) {
      return vectors_.sign(vectors_.filter(lane, bit / simd_), weights, bit % simd_);
    });
  }

  void check(int pixel) {
    const std::vector<synth::NetId>& nets = port("y_o").bits;
    for (int lane = 0; lane < kLanes; ++lane)
      for (int channel = 0; channel < channels_; ++channel) {
        uint64_t word = 0;
        for (int b = 0; b < sum_width_; ++b) {
          const int bit = channel * sum_width_ + b;
          const synth::NetId net = nets[static_cast<size_t>(bit)];
          word |= (simulator_.net(net)[0] >> lane & 1) << b;
        }
        const int64_t sum = vectors_.sum(lane, pixel, vectors_.filter(lane, channel));
        const uint64_t mask = (uint64_t{1} << sum_width_) - 1;
        if (word != (static_cast<uint64_t>(sum) & mask))
          base::check_error(
              "mapped netlist",
              fmt::format("picture {}, pixel {}, channel {}: 0x{:x}, expected 0x{:x}", lane, pixel,
                          channel, word, static_cast<uint64_t>(sum) & mask));
      }
  }

  synth::NetSimulator simulator_;
  bool array_;
  int simd_, channels_, width_, sum_width_;
  Vectors vectors_;
  std::vector<int64_t> offsets_;  // [lane][channel]
};

std::string text(const ArrayFigures& f) {
  return fmt::format("{:.2f} {:.2f} {:.2f} {:.4f}", f.gates, f.registers, f.delay, f.energy);
}

}  // namespace

std::vector<ArrayRow> read_arrays(const std::filesystem::path& file) {
  std::vector<ArrayRow> rows;
  std::istringstream lines(base::read_file(file));
  int number = 0;
  for (std::string line; std::getline(lines, line);) {
    ++number;
    if (line.empty() || line[0] == '#') continue;
    const size_t colon = line.find(':');
    std::vector<std::string> fields;
    std::istringstream rest(colon == std::string::npos ? "" : line.substr(colon + 1));
    for (std::string part; std::getline(rest, part, '|');) fields.push_back(trimmed(part));
    ArrayRow row;
    std::istringstream numbers(fields.size() == 4 ? fields[1] + " " + fields[2] + " " + fields[3]
                                                  : "");
    ArrayFigures& f = row.recorded;
    if (!(numbers >> row.most_gates >> row.least_saving >> f.gates >> f.registers >> f.delay >>
          f.energy) ||
        !(numbers >> std::ws).eof())
      base::usage_error(fmt::format("{}:{}", file.string(), number),
                        "must read NAME: SPEC | GATES | SAVING | four figures");
    row.name = line.substr(0, colon);
    row.spec = fields[0];
    rows.push_back(row);
  }
  return rows;
}

ArrayFigures measure_array(const std::string& line) {
  const gen::Design design =
      gen::generate(base::Spec::parse_line(line), {.adder_cells = adder_cells_of("osu018")});
  synth::CharacterizeRequest request;
  request.map.files = verilog_files(design);
  request.map.top = design.top;
  request.map.library = synth::Library::open("osu018");
  request.map.recipe = "area";
  request.clock_ns = kClock;
  request.simulate = [&](const std::shared_ptr<const synth::Netlist>& netlist) {
    return Driver(netlist, design.spec).run();
  };
  const synth::Characterization c = synth::characterize(request);
  const bool array = design.spec.unit() == "bw_array";
  const int64_t operations =
      2 * (array ? design.spec.size("Pe") * design.spec.size("Simd") : design.spec.size("Lanes"));
  const auto each = static_cast<double>(operations);
  return {.gates = 1000 * c.kge / each,
          .registers = 100 * c.kge_registers / c.kge,
          .delay = c.delay_ns,
          .energy = c.energy_pj_per_cycle / each};
}

bool print_arrays(const std::filesystem::path& file, const std::string& only, bool record) {
  std::vector<ArrayRow> rows = read_arrays(file);
  bool good = true;
  fmt::print("{:24} {:>9} {:>10} {:>7} {:>9} {:>7}\n", "osu018", "GE per op", "registers", "ns",
             "pJ per op", "saving");
  for (ArrayRow& row : rows) {
    if (row.name.find(only) == std::string::npos) continue;
    const ArrayFigures f = measure_array(row.spec);
    const double saving = rows.front().recorded.energy / f.energy;
    const bool worse = !record && (f.gates > kTolerance * row.recorded.gates ||
                                   f.energy > kTolerance * row.recorded.energy);
    const bool missed = (row.most_gates > 0 && f.gates > row.most_gates) ||
                        (row.least_saving > 0 && saving < row.least_saving);
    if (record) row.recorded = f;
    fmt::print("{:24} {:9.2f} {:8.1f} % {:7.2f} {:9.4f} {:7.2f}{}{}\n", row.name, f.gates,
               f.registers, f.delay, f.energy, saving, missed ? "  limit missed" : "",
               worse ? "  worse than recorded" : "");
    good = good && !missed && !worse;
  }
  if (!record) return good;
  std::map<std::string, std::string> figures;
  for (const ArrayRow& row : rows) figures[row.name] = text(row.recorded);
  std::istringstream lines(base::read_file(file));
  std::string result;
  for (std::string line; std::getline(lines, line); result += line + "\n") {
    if (line.empty() || line[0] == '#') continue;
    line = line.substr(0, line.rfind('|') + 1) + " " + figures.at(line.substr(0, line.find(':')));
  }
  base::write_file(file, result);
  return good;
}

}  // namespace cli
