// SPDX-License-Identifier: Apache-2.0
// Reads the table of filters, measures its pairs, compares.

#include "cli/filter_quality.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <optional>
#include <sstream>

#include "base/error.h"
#include "base/files.h"
#include "base/process.h"
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

using Rows = std::vector<std::vector<std::string>>;

std::string trimmed(const std::string& text) {
  const size_t first = text.find_first_not_of(' '), last = text.find_last_not_of(' ');
  return first == std::string::npos ? "" : text.substr(first, last - first + 1);
}

std::vector<std::string> split(const std::string& text, char at) {
  std::istringstream stream(text);
  std::vector<std::string> parts;
  for (std::string part; std::getline(stream, part, at);) parts.push_back(trimmed(part));
  return parts;
}

std::vector<std::string> words(const std::string& text) {
  std::istringstream stream(text);
  std::vector<std::string> result;
  for (std::string word; stream >> word;) result.push_back(word);
  return result;
}

// A line `KIND NAME: FIELD | FIELD ..`.
struct Line {
  std::string kind, name;
  std::vector<std::string> fields;
};

class Reader {
 public:
  explicit Reader(const std::filesystem::path& file) : file_(file) {}

  FilterTable read() {
    std::istringstream lines(base::read_file(file_));
    for (std::string text; std::getline(lines, text);) {
      ++number_;
      if (text.empty() || text[0] == '#') continue;
      const Line line = parse(text);
      if (line.kind == "fpga") {
        fpga(line);
      } else if (line.kind == "on" || line.kind == "goal-on") {
        other_library(line);
      } else {
        pair(line);
      }
    }
    return std::move(table_);
  }

 private:
  [[noreturn]] void fail(const std::string& what) const {
    base::usage_error(fmt::format("{}:{}", file_.string(), number_), what);
  }

  Line parse(const std::string& text) const {
    const size_t space = text.find(' '), colon = text.find(':');
    if (space == std::string::npos || colon == std::string::npos || colon < space)
      fail("must read KIND NAME: FIELDS");
    return {text.substr(0, space), text.substr(space + 1, colon - space - 1),
            split(text.substr(colon + 1), '|')};
  }

  std::vector<double> numbers(const std::string& text, size_t count) const {
    std::vector<double> numbers;
    std::istringstream stream(text);
    for (double value; stream >> value;) numbers.push_back(value);
    if (!stream.eof() || numbers.size() != count)
      fail(fmt::format("'{}' must be {} numbers", text, count));
    return numbers;
  }

  void figures(const std::string& text, FilterPair& pair) const {
    const std::vector<double> n = numbers(text, 8);
    pair.recorded_direct = {n[0], n[1], n[2], n[3]};
    pair.recorded_fast = {n[4], n[5], n[6], n[7]};
  }

  void pair(const Line& line) {
    const bool known =
        line.kind == "pair" || line.kind == "goal" || line.kind == "stock" || line.kind == "tight";
    if (!known || line.fields.size() != 4)
      fail(
          "must be 'pair|goal|stock|tight NAME: DIRECT | FAST | MUST STRETCH ENERGY | FIGURES', "
          "'on|goal-on LIBRARY NAME: FIGURES' or 'fpga NAME: SPEC | DSP | COUNTS'");
    const std::vector<double> limits = numbers(line.fields[2], 3);
    FilterPair pair{.name = line.name,
                    .direct = line.fields[0],
                    .fast = line.fields[1],
                    .must = limits[0],
                    .stretch = limits[1],
                    .energy_stretch = limits[2],
                    .recorded_direct = {},
                    .recorded_fast = {},
                    .enforced = line.kind != "goal"};
    if (line.kind == "stock") pair.recipe = "stock";
    if (line.kind == "tight") pair.recipe = "balanced";
    figures(line.fields[3], pair);
    table_.pairs.push_back(pair);
  }

  // A pair from above, with its limits.
  void other_library(const Line& line) {
    const size_t space = line.name.find(' ');
    const std::string library = line.name.substr(0, space);
    const std::string name = space == std::string::npos ? "" : line.name.substr(space + 1);
    const auto found = std::find_if(table_.pairs.begin(), table_.pairs.end(),
                                    [&](const FilterPair& pair) { return pair.name == name; });
    if (found == table_.pairs.end() || line.fields.size() != 1)
      fail(fmt::format("'{}' must be LIBRARY and the name of a pair above, and have eight figures",
                       line.name));
    FilterPair pair = *found;
    pair.name = fmt::format("{}: {}", library, name);
    pair.library = library;
    pair.enforced = line.kind == "on";
    figures(line.fields[0], pair);
    table_.pairs.push_back(pair);
  }

  void fpga(const Line& line) {
    if (line.fields.size() != 3) fail("must be 'fpga NAME: SPEC | DSP | COUNTS'");
    FilterCount count{
        line.name, line.fields[0], static_cast<int>(numbers(line.fields[1], 1)[0]), {}};
    const std::vector<double> all = numbers(line.fields[2], 4 * synth::fpga_targets().size());
    for (size_t t = 0; t < synth::fpga_targets().size(); ++t) {
      count.recorded.emplace_back();
      for (size_t i = 0; i < 4; ++i) count.recorded.back().at(i) = static_cast<int>(all[4 * t + i]);
    }
    table_.fpga.push_back(count);
  }

  const std::filesystem::path& file_;
  size_t number_ = 0;
  FilterTable table_;
};

std::string with_figures(const FilterFigures& f) {
  return fmt::format("{:.0f} {:.2f} {:.2f} {:.2f}", f.area, f.energy, f.delay, f.random);
}

// The file with other figures behind its lines, in their order.
std::string recorded(const std::string& text, const std::vector<std::string>& figures) {
  std::istringstream lines(text);
  std::string result;
  size_t next = 0;
  for (std::string line; std::getline(lines, line); result += line + "\n") {
    if (line.empty() || line[0] == '#') continue;
    const size_t last = line.rfind('|');
    const size_t keep = last != std::string::npos ? last : line.find(':');
    line = line.substr(0, keep + 1) + " " + figures.at(next++);
  }
  return result;
}

std::string signed_percent(double value) { return fmt::format("{:+.1f} %", value); }

// Liberty files by what their names begin with; compressed ones are unpacked.
class Libraries {
 public:
  explicit Libraries(const std::filesystem::path& folder) : folder_(folder) {}

  // A name or path for Library::open; none where it is not there.
  std::optional<std::string> find(const std::string& library) {
    if (library == "osu018") return library;
    if (folder_.empty() || !std::filesystem::exists(folder_)) return std::nullopt;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(folder_)) {
      const std::string name = entry.path().filename().string();
      if (!name.starts_with(library)) continue;
      if (name.ends_with(".lib")) return entry.path().string();
      if (name.ends_with(".lib.gz")) return unpacked(entry.path());
    }
    return std::nullopt;
  }

 private:
  std::string unpacked(const std::filesystem::path& file) {
    const std::filesystem::path plain = temporary_.path() / file.stem();
    if (!std::filesystem::exists(plain)) {
      const base::Output out = base::run({.argv = {"gzip", "-dc", file.string()}});
      if (out.status != 0) base::check_error(file.string(), "gzip cannot read it");
      base::write_file(plain, out.out);
    }
    return plain.string();
  }

  std::filesystem::path folder_;
  base::TemporaryDirectory temporary_;
};

std::vector<std::string> pair_row(const FilterPair& pair, const FilterFigures& direct,
                                  const FilterFigures& fast, const std::string& record) {
  const double area = change(fast.area, direct.area);
  const double clock = common_clock(direct, fast);
  const bool limited = pair.limited();
  return {
      pair.name,
      fmt::format("{:.0f}", fast.area),
      fmt::format("{:.0f}", direct.area),
      signed_percent(area),
      limited ? fmt::format("{:.0f} % {}", pair.must, area <= pair.must ? "met" : "MISSED") : "",
      limited ? fmt::format("{:.0f} %{}", pair.stretch, area <= pair.stretch ? " met" : "") : "",
      fmt::format("{:.2f}", fast.energy),
      fmt::format("{:.2f}", direct.energy),
      signed_percent(change(fast.energy, direct.energy)),
      pair.energy_stretch < 0 ? fmt::format("{:.0f} %", pair.energy_stretch) : "",
      fast.random > 0 ? signed_percent(change(fast.random, direct.random)) : "",
      fmt::format("{:.1f}", clock),
      fmt::format("{:.2f}", clock - fast.delay),
      fmt::format("{:.2f}", clock - direct.delay),
      record};
}

// A name has the text, or it is an error with the nearest words that one has.
void check_only(const FilterTable& table, const std::string& only) {
  const size_t wanted = words(only).size();
  std::vector<std::string> parts;  // of names, of as many words
  for (const FilterPair& pair : table.pairs) {
    if (pair.name.find(only) != std::string::npos) return;
    const std::vector<std::string> name = words(pair.name);
    for (size_t first = 0; first + wanted <= name.size(); ++first)
      parts.push_back(fmt::format("{}", fmt::join(&name[first], &name[first] + wanted, " ")));
  }
  const std::string near = base::nearest(only, parts);
  std::string names;
  for (const FilterPair& pair : table.pairs) names += "\n  " + pair.name;
  base::usage_error("--only", fmt::format("no row has '{}' in its name; {}", only,
                                          near.empty() ? "the rows are" + names
                                                       : "did you mean '" + near + "'?"));
}

// Counts of all families, and whether the DSPs are what they must be.
bool print_fpga(const FilterTable& table, std::vector<std::string>& figures) {
  Rows rows = {{"what", "unit", "products", "outputs", "family", "DSP", "LUT", "carry", "FF"}};
  bool good = true;
  for (const FilterCount& point : table.fpga) {
    const gen::Design design = gen::generate(base::Spec::parse(words(point.spec)));
    std::string counts;
    for (const std::string& target : synth::fpga_targets()) {
      const synth::FpgaCounts c = synth::fpga_counts(verilog_files(design), design.top, target);
      std::vector<std::string> row = {point.name, point.spec};
      for (const int n : {design.operations.multiplications, design.outputs_per_cycle})
        row.push_back(std::to_string(n));
      row.push_back(target);
      for (const int n : {c.dsp, c.lut, c.carry, c.ff}) {
        row.push_back(std::to_string(n));
        counts += fmt::format("{}{}", counts.empty() ? "" : " ", n);
      }
      if (target == "xilinx" && c.dsp != point.dsp) {
        row[5] += fmt::format(" MUST BE {}", point.dsp);
        good = false;
      }
      rows.push_back(row);
    }
    figures.push_back(counts);
  }
  fmt::print("\nPrimitives after synthesis by Yosys, neither placed nor timed\n{}",
             format_table(rows));
  return good;
}

}  // namespace

double change(double now, double before) { return before > 0 ? 100 * (now / before - 1) : 0; }

double common_clock(const FilterFigures& direct, const FilterFigures& fast) {
  return std::ceil(10 * std::max(direct.delay, fast.delay)) / 10;
}

FilterTable read_filters(const std::filesystem::path& file) { return Reader(file).read(); }

FilterFigures measure_filter(const std::string& spec, const std::string& library,
                             const std::string& recipe) {
  const golden::Picture picture = read_png("demo/picture.png", kMaxSide, kMaxSide);
  MeasureOptions options{.library = library, .recipe = recipe, .clock_ns = kClock};
  const base::Spec wanted = base::Spec::parse(words(spec));
  const Measurement random = measure(wanted, options);
  options.picture = &picture;
  const Measurement m = measure(wanted, options);
  return {m.figures.area_um2 / m.outputs_per_cycle, m.energy_pj_per_output(), m.figures.delay_ns,
          random.energy_pj_per_output()};
}

bool print_filters(const std::filesystem::path& file, const FilterRun& run) {
  const FilterTable table = read_filters(file);
  check_only(table, run.only);
  Rows rows = {{"what", "area", "direct", "change", "must", "stretch", "energy", "direct", "change",
                "stretch", "random", "clock", "slack", "direct", "record"}};
  std::vector<std::string> figures;
  Libraries libraries(run.libraries);
  bool good = true;
  for (const FilterPair& pair : table.pairs) {
    FilterFigures direct = pair.recorded_direct, fast = pair.recorded_fast;
    std::string record = "not measured now";
    if (pair.name.find(run.only) != std::string::npos) {
      if (const std::optional<std::string> library = libraries.find(pair.library)) {
        direct = measure_filter(pair.direct, *library, pair.recipe);
        fast = measure_filter(pair.fast, *library, pair.recipe);
        const bool known = pair.recorded_fast.area > 0;
        // A worse direct form would flatter the fast one.
        const bool worse = known && (change(fast.area, pair.recorded_fast.area) > kTolerance ||
                                     change(direct.area, pair.recorded_direct.area) > kTolerance);
        record = worse   ? fmt::format("worse: {:.0f}, {:.0f}", pair.recorded_fast.area,
                                       pair.recorded_direct.area)
                 : known ? "as recorded"
                         : "new";
        const bool met = change(fast.area, direct.area) <= pair.must || !pair.limited();
        good = good && (met || !pair.enforced) && (run.record || !worse);
        fmt::print(stderr, "{}: {} / {}\n", pair.name, with_figures(fast), with_figures(direct));
      } else {
        record = "SKIPPED";
        fmt::print(
            stderr, "{}: SKIPPED, no {}*.lib in {}\n", pair.name, pair.library,
            run.libraries.empty() ? "FIRCONE_PDK, which is not set" : run.libraries.string());
      }
    }
    rows.push_back(pair_row(pair, direct, fast, record));
    figures.push_back(with_figures(direct) + " " + with_figures(fast));
  }
  fmt::print(
      "Fast and direct filters of one output tile, osu018 and recipe area where nothing else is "
      "said; um2 and pJ per output (windows of the demo's picture, zero-delay, no wires; random: "
      "change of energy with random samples and coefficients); slack in ns of both at a clock that "
      "both meet\n{}",
      format_table(rows));
  const bool counted = print_fpga(table, figures);
  if (run.record) {
    // Counts stand where their lines stand: behind all pairs.
    base::write_file(file, recorded(base::read_file(file), figures));
  }
  return good && counted;
}

}  // namespace cli
