// SPDX-License-Identifier: Apache-2.0
// fircone generate: one point, or the catalogue.

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <map>

#include "base/error.h"
#include "base/files.h"
#include "base/hash.h"
#include "cli/adder_cells.h"
#include "cli/automatic.h"
#include "cli/commands.h"
#include "cli/json.h"
#include "cli/products.h"
#include "cli/words.h"
#include "tb/verilog_bench.h"

namespace cli {
namespace {

constexpr int kMostLines = 400;  // of a file that stands in the catalogue

// The first point of each unit stands as files, unless one is too long to be read with profit; the
// others as hashes of all their Verilog.
void generate_catalogue(const std::filesystem::path& output) {
  std::map<std::string, std::string> files;
  std::string hashes = "# sha256 of the Verilog of each catalogue point, files joined in order\n";
  for (const gen::Unit* unit : gen::units()) {
    for (const std::string_view point : unit->points) {
      const std::string line =
          base::Spec::parse_line(fmt::format("{} {}", unit->name, point)).line();
      const gen::Design design = gen::generate(base::Spec::parse_line(line));
      std::string all;
      for (const gen::SourceFile& file : design.files) all += file.text;
      hashes += fmt::format("{}  {}\n", base::sha256(all), line);
      const bool long_file =
          std::any_of(design.files.begin(), design.files.end(), [](const gen::SourceFile& file) {
            return std::count(file.text.begin(), file.text.end(), '\n') > kMostLines;
          });
      if (point != unit->points.front() || long_file) continue;
      for (const gen::SourceFile& file : design.files) {
        const auto [known, fresh] = files.emplace(file.name, file.text);
        if (!fresh && known->second != file.text)
          base::check_error(file.name, "two catalogue points write it with different text");
      }
      files.emplace(design.top + ".json", design_json(design, Layout::kPretty));
    }
  }
  files.emplace("points.sha256", hashes);
  std::vector<base::NamedText> all;
  for (const auto& [name, text] : files) all.push_back({name, text});
  base::write_files(output, all);
  fmt::print(stderr, "{} files in {}\n", all.size(), output.string());
}

std::optional<gen::AdderCells> cells_for(const GenerateArgs& args) {
  if (args.library.empty()) return std::nullopt;
  std::optional<gen::AdderCells> cells = adder_cells_of(args.library);
  if (!cells) base::usage_error("library", "'" + args.library + "' has no full adder cell to use");
  return cells;
}

}  // namespace

void generate(const GenerateArgs& args) {
  if (args.catalogue) {
    if (!args.spec.empty()) base::usage_error("generate", "--catalogue takes no unit");
    if (!args.library.empty()) base::usage_error("generate", "--catalogue takes no library");
    return generate_catalogue(args.output);
  }
  const auto start = std::chrono::steady_clock::now();
  const double clock_ns = parse_clock(args.clock);
  const gen::Design design =
      gen::generate(settled(base::Spec::parse(args.spec), args.library, args.model),
                    {.prefix = args.prefix, .adder_cells = cells_for(args)});
  note_idle_autos(base::Spec::parse(args.spec), design.spec);

  std::vector<base::NamedText> bench;
  if (args.testbench)
    for (tb::BenchFile& file : tb::verilog_bench(design.spec, design.top, {.seed = args.seed}))
      bench.push_back({std::move(file.name), std::move(file.text)});
  std::vector<std::string> bench_names;
  for (const base::NamedText& file : bench) bench_names.push_back(file.name);

  std::vector<base::NamedText> files = products(design, clock_ns, bench_names);
  files.insert(files.end(), bench.begin(), bench.end());
  base::write_files(args.output, files);

  std::vector<std::string> paths;
  for (const base::NamedText& file : files) paths.push_back((args.output / file.name).string());
  const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - start;
  if (args.json) return fmt::print("{}", generate_json(design, paths, seconds.count()));
  for (const std::string& path : paths) fmt::print("{}\n", path);
  const bool clocked = std::any_of(design.ports.begin(), design.ports.end(),
                                   [](const gen::Port& port) { return port.name == "clk_i"; });
  fmt::print(stderr, "{}: {}{} ({:.1f} ms)\n", design.spec.line(),
             design.operations.multiplications == 0
                 ? ""
                 : fmt::format("{} for {} a cycle, ",
                               counted(design.operations.multiplications, "multiplication"),
                               counted(design.outputs_per_cycle, "output")),
             clocked ? "latency " + counted(design.latency_cycles, "cycle") : "combinational",
             seconds.count() * 1e3);
}

}  // namespace cli
