// SPDX-License-Identifier: Apache-2.0
// Reads the table of filters, measures its pairs, compares.

#include "cli/filter_quality.h"

#include <fmt/format.h>

#include <sstream>

#include "base/error.h"
#include "base/files.h"
#include "cli/image.h"
#include "cli/measure.h"
#include "cli/sources.h"
#include "cli/table.h"
#include "synth/fpga.h"

namespace cli {
namespace {

constexpr double kTolerance = 3;  // percent
constexpr double kClock = 20;     // ns; energy does not depend on it but for leakage
constexpr int kMaxSide = 4096;

std::vector<std::string> split(const std::string& text, char at) {
  std::istringstream stream(text);
  std::vector<std::string> parts;
  for (std::string part; std::getline(stream, part, at);) {
    const size_t first = part.find_first_not_of(' '), last = part.find_last_not_of(' ');
    parts.push_back(first == std::string::npos ? "" : part.substr(first, last - first + 1));
  }
  return parts;
}

std::vector<std::string> words(const std::string& text) {
  std::istringstream stream(text);
  std::vector<std::string> result;
  for (std::string word; stream >> word;) result.push_back(word);
  return result;
}

std::string with_figures(const FilterFigures& f) {
  return fmt::format("{:.0f} {:.2f} {:.2f}", f.area, f.energy, f.delay);
}

// The file with other figures behind the pairs.
std::string recorded(const std::string& text, const std::vector<std::string>& figures) {
  std::istringstream lines(text);
  std::string result;
  size_t next = 0;
  for (std::string line; std::getline(lines, line); result += line + "\n")
    if (line.starts_with("pair ") || line.starts_with("goal "))
      line = line.substr(0, line.rfind('|')) + "| " + figures[next++];
  return result;
}

std::string signed_percent(double value) { return fmt::format("{:+.1f} %", value); }

void print_fpga(const FilterTable& table) {
  std::vector<std::vector<std::string>> rows = {
      {"what", "unit", "products", "outputs", "family", "DSP", "LUT", "carry", "FF"}};
  for (const auto& [name, spec] : table.fpga) {
    const gen::Design design = gen::generate(base::Spec::parse(words(spec)));
    for (const std::string& target : synth::fpga_targets()) {
      const synth::FpgaCounts c = synth::fpga_counts(verilog_files(design), design.top, target);
      std::vector<std::string> row = {name, spec};
      for (const int n : {design.operations.multiplications, design.outputs_per_cycle})
        row.push_back(std::to_string(n));
      row.push_back(target);
      for (const int n : {c.dsp, c.lut, c.carry, c.ff}) row.push_back(std::to_string(n));
      rows.push_back(row);
    }
  }
  fmt::print("\nPrimitives after synthesis by Yosys, neither placed nor timed\n{}",
             format_table(rows));
}

}  // namespace

double change(double now, double before) { return 100 * (now / before - 1); }

FilterTable read_filters(const std::filesystem::path& file) {
  FilterTable table;
  std::istringstream lines(base::read_file(file));
  size_t number = 0;
  for (std::string text; std::getline(lines, text);) {
    ++number;
    if (text.empty() || text[0] == '#') continue;
    const auto fail = [&](const std::string& what) {
      base::usage_error(fmt::format("{}:{}", file.string(), number), what);
    };
    const size_t space = text.find(' '), colon = text.find(':');
    if (space == std::string::npos || colon == std::string::npos || colon < space)
      fail("must read KIND NAME: FIELDS");
    const std::string kind = text.substr(0, space);
    const std::string name = text.substr(space + 1, colon - space - 1);
    const std::vector<std::string> fields = split(text.substr(colon + 1), '|');
    if (kind == "fpga" && fields.size() == 1) {
      table.fpga.emplace_back(name, fields[0]);
      continue;
    }
    if ((kind != "pair" && kind != "goal") || fields.size() != 4)
      fail(
          "must be 'pair|goal NAME: DIRECT | FAST | MUST STRETCH ENERGY | FIGURES' or 'fpga NAME: "
          "SPEC'");
    std::vector<double> numbers;
    std::istringstream stream(fields[2] + " " + fields[3]);
    for (double value; stream >> value;) numbers.push_back(value);
    if (!stream.eof() || numbers.size() != 9) fail("needs three limits and six figures");
    const auto figures = [&](size_t i) {
      return FilterFigures{numbers[i], numbers[i + 1], numbers[i + 2]};
    };
    table.pairs.push_back({name, fields[0], fields[1], numbers[0], numbers[1], numbers[2],
                           figures(3), figures(6), kind == "pair"});
  }
  return table;
}

FilterFigures measure_filter(const std::string& spec) {
  const golden::Picture picture = read_png("demo/picture.png", kMaxSide, kMaxSide);
  const Measurement m =
      measure(base::Spec::parse(words(spec)), {.clock_ns = kClock, .picture = &picture});
  return {m.figures.area_um2 / m.outputs_per_cycle, m.energy_pj_per_output(), m.figures.delay_ns};
}

bool print_filters(const std::filesystem::path& file, bool record) {
  const FilterTable table = read_filters(file);
  std::vector<std::vector<std::string>> rows = {{"what", "area", "direct", "change", "must",
                                                 "stretch", "energy", "direct", "change", "stretch",
                                                 "delay", "direct", "record"}};
  std::vector<std::string> all;
  bool good = true;
  for (const FilterPair& pair : table.pairs) {
    const FilterFigures direct = measure_filter(pair.direct), fast = measure_filter(pair.fast);
    fmt::print(stderr, "{}: {:.0f} / {:.0f} um2\n", pair.name, fast.area, direct.area);
    all.push_back(with_figures(direct) + " " + with_figures(fast));
    const double area = change(fast.area, direct.area);
    const bool worse = change(fast.area, pair.recorded_fast.area) > kTolerance;
    good = good && (area <= pair.must || !pair.enforced) && (record || !worse);
    rows.push_back({pair.name, fmt::format("{:.0f}", fast.area), fmt::format("{:.0f}", direct.area),
                    signed_percent(area),
                    fmt::format("{:.0f} % {}", pair.must, area <= pair.must ? "met" : "MISSED"),
                    fmt::format("{:.0f} %{}", pair.stretch, area <= pair.stretch ? " met" : ""),
                    fmt::format("{:.2f}", fast.energy), fmt::format("{:.2f}", direct.energy),
                    signed_percent(change(fast.energy, direct.energy)),
                    pair.energy_stretch < 0 ? fmt::format("{:.0f} %", pair.energy_stretch) : "",
                    fmt::format("{:.2f}", fast.delay), fmt::format("{:.2f}", direct.delay),
                    worse ? fmt::format("worse: {:.0f}", pair.recorded_fast.area) : "as recorded"});
  }
  fmt::print(
      "Fast and direct filters of one output tile, bit heaps, osu018, recipe area; um2 and pJ per "
      "output (windows of the demo's picture, zero-delay, no wires), ns\n{}",
      format_table(rows));
  print_fpga(table);
  if (record) base::write_file(file, recorded(base::read_file(file), all));
  return good;
}

}  // namespace cli
