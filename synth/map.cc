// SPDX-License-Identifier: Apache-2.0
// Writes the scripts, runs Yosys in a folder of its own, keeps the fastest candidate in the cache.

#include "synth/map.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "base/cache.h"
#include "base/error.h"
#include "base/files.h"
#include "base/hash.h"
#include "base/process.h"
#include "synth/netlist.h"
#include "synth/recipes.h"
#include "synth/refine.h"
#include "synth/sta.h"
#include "synth/timer.h"

namespace synth {
namespace {

constexpr double kTimeoutSeconds = 1800;
constexpr const char* kTemporary = "temporary";

bool identifier(const std::string& name) {
  const auto good = [](char c) {
    return std::isalnum(static_cast<unsigned char>(c)) || c == '_' || c == '$';
  };
  return !name.empty() && !std::isdigit(static_cast<unsigned char>(name[0])) &&
         std::all_of(name.begin(), name.end(), good);
}

void check(const MapRequest& request) {
  if (request.files.empty()) base::usage_error("synthesis", "no Verilog files");
  if (!identifier(request.top)) {
    base::usage_error("synthesis", fmt::format("'{}' is no module name", request.top));
  }
  for (const auto& [name, value] : request.parameters) {
    if (!identifier(name)) {
      base::usage_error("synthesis", fmt::format("'{}' is no parameter name", name));
    }
  }
  const std::string path = request.library->liberty().path.string();
  if (path.find_first_of(" \t\n\"\\;#{}") != std::string::npos) {
    base::usage_error(path, "Yosys cannot read a library whose path has blanks or quotes");
  }
}

// The name under which Yosys sees a file: it can quote few characters, ABC none.
std::string source_name(const MapRequest& request, size_t index) {
  return fmt::format("source{}.{}", index, request.files[index].name.ends_with(".sv") ? "sv" : "v");
}

std::string include_name(size_t index) { return fmt::format("include{}", index); }

// Yosys' text with the names that the user gave.
std::string with_given_names(const MapRequest& request, std::string text) {
  const auto replace = [&text](const std::string& name, const std::string& by) {
    for (size_t at = text.find(name); at != std::string::npos; at = text.find(name, at)) {
      text.replace(at, name.size(), by);
      at += by.size();
    }
  };
  for (size_t i = 0; i < request.include_dirs.size(); ++i) replace(include_name(i) + "/", "");
  // In one pass, because a given name may be source1.v itself.
  std::string result;
  for (size_t at = 0; at < text.size();) {
    size_t i = 0;
    while (i < request.files.size() &&
           text.compare(at, source_name(request, i).size() + 1, source_name(request, i) + ":") != 0)
      ++i;
    result += i < request.files.size() ? request.files[i].name : text.substr(at, 1);
    at += i < request.files.size() ? source_name(request, i).size() : 1;
  }
  return result;
}

// Adds the files that `text` includes, so that a change in one of them changes the key. `folder` is
// that of the text, where Yosys looks first.
void add_includes(const MapRequest& request, const std::string& text,
                  const std::filesystem::path& folder, std::set<std::filesystem::path>& seen,
                  base::KeyBuilder& key) {
  constexpr std::string_view kInclude = "`include";
  for (size_t at = text.find(kInclude); at != std::string::npos; at = text.find(kInclude, at + 1)) {
    const size_t open = text.find_first_of("\"\n", at);
    if (open == std::string::npos || text[open] != '"') continue;
    const size_t close = text.find_first_of("\"\n", open + 1);
    if (close == std::string::npos || text[close] != '"') continue;
    const std::string name = text.substr(open + 1, close - open - 1);
    std::vector<std::filesystem::path> folders = request.include_dirs;
    if (!folder.empty()) folders.insert(folders.begin(), folder);
    for (const std::filesystem::path& candidate : folders) {
      const std::filesystem::path file = candidate / name;
      std::error_code error;
      if (!std::filesystem::is_regular_file(file, error)) continue;
      if (!seen.insert(std::filesystem::weakly_canonical(file)).second) break;
      const std::string included = base::read_file(file);
      key.add(name).add(included);
      add_includes(request, included, file.parent_path(), seen, key);
      break;
    }
  }
}

// Library units, as ABC reads them.
std::string constraints(const Library& library) {
  return fmt::format("set_driving_cell {}\nset_load {:g}\n", library.driver(),
                     library.load() / library.liberty().capacitance_unit);
}

std::string abc_script(std::string_view commands) {
  std::string text(commands);
  std::replace(text.begin(), text.end(), ';', '\n');
  return text + "\n";
}

// dfflibmap does flip-flops only; this maps Yosys' plain latches to the library's, if it has one.
std::string latch_map(const Library& library) {
  const auto pin = [](const LibCell& cell, std::string_view text, LibPin::Direction direction) {
    const LibPin* found = cell.find_pin(text);
    return found != nullptr && found->direction == direction;
  };
  const LibCell* best = nullptr;
  const LibPin* output = nullptr;
  for (const LibCell& cell : library.liberty().cells) {
    if (!cell.sequential || !cell.sequential->latch || cell.dont_use) continue;
    const Sequential& s = *cell.sequential;
    if (!s.clear.empty() || !s.preset.empty() || (best != nullptr && best->area <= cell.area) ||
        !pin(cell, s.clock, LibPin::Direction::kInput) ||
        !pin(cell, s.data, LibPin::Direction::kInput)) {
      continue;
    }
    for (const LibPin& q : cell.pins) {
      if (q.direction == LibPin::Direction::kOutput && q.function == s.state &&
          q.three_state.empty()) {
        best = &cell;
        output = &q;
      }
    }
  }
  if (best == nullptr) return "";
  const auto module = [&](char polarity) {
    return fmt::format(
        "module \\$_DLATCH_{}_ (input E, input D, output Q);\n"
        "  {} _TECHMAP_REPLACE_ (.{}({}E), .{}(D), .{}(Q));\nendmodule\n",
        polarity, best->name, best->sequential->clock, polarity == 'N' ? "~" : "",
        best->sequential->data, output->name);
  };
  return module('P') + module('N');
}

std::string yosys_script(const MapRequest& request, const Recipe& recipe) {
  const std::string liberty = std::filesystem::absolute(request.library->liberty().path).string();
  std::string s = fmt::format("read_liberty -lib -ignore_miss_func {}\n", liberty);
  std::string includes;
  for (size_t i = 0; i < request.include_dirs.size(); ++i) {
    includes += fmt::format("-I {} ", include_name(i));
  }
  for (size_t i = 0; i < request.files.size(); ++i) {
    const std::string name = source_name(request, i);
    s += fmt::format("read_verilog {}{}{}\n", name.ends_with(".sv") ? "-sv " : "", includes, name);
  }
  s += fmt::format("hierarchy -check -top {}", request.top);
  for (const auto& [name, value] : request.parameters) {
    s += fmt::format(" -chparam {} {}", name, value);
  }
  // Without tribuf, Yosys takes `z` for "any value" and drops the three-state driver silently.
  s += "\nproc\ntribuf\n";
  s += fmt::format("synth {}-top {}\n", recipe.keep_hierarchy ? "" : "-flatten ", request.top);
  s += fmt::format("dfflibmap -liberty {}\n", liberty);
  if (!latch_map(*request.library).empty()) s += "techmap -map latches.v\nsimplemap\n";
  s += "opt\ndesign -save mapped\n";
  for (size_t i = 0; i < recipe.abc.size(); ++i) {
    s += fmt::format("design -load mapped\nabc -liberty {} -constr constraints -script abc{}\n",
                     liberty, i);
    // One flat module, whatever the recipe: OpenSTA and the simulator need no hierarchy, and short
    // cell names are the same in the Verilog and in the JSON.
    if (recipe.keep_hierarchy) s += "flatten\n";
    s += "opt_clean -purge\nrename -hide c:*\nrename -enumerate -pattern g% c:*\n";
    s += fmt::format(
        "write_json candidate{0}.json\n"
        "write_verilog -noattr -noexpr -simple-lhs candidate{0}.v\n",
        i);
  }
  return s;
}

std::string all_scripts(const MapRequest& request, const Recipe& recipe) {
  std::string text = "# yosys -q run.ys\n" + yosys_script(request, recipe);
  text += "# constraints\n" + constraints(*request.library);
  if (const std::string latches = latch_map(*request.library); !latches.empty()) {
    text += "# latches.v\n" + latches;
  }
  for (size_t i = 0; i < recipe.abc.size(); ++i) {
    text += fmt::format("# abc{}\n{}", i, abc_script(recipe.abc[i]));
  }
  return text;
}

// Yosys' own complaint, on one line.
std::string complaint(const base::Output& output) {
  for (const std::string* text : {&output.err, &output.out}) {
    const size_t at = text->find("ERROR: ");
    if (at != std::string::npos) {
      const size_t begin =
          text->rfind('\n', at) == std::string::npos ? 0 : text->rfind('\n', at) + 1;
      std::string line = text->substr(begin, text->find('\n', at) - begin);
      line.erase(line.find("ERROR: "), 7);
      while (!line.empty() && (line.back() == '.' || line.back() == ' ')) line.pop_back();
      return "yosys: " + line;
    }
  }
  return fmt::format("yosys ended with status {} and no message", output.status);
}

void run_yosys(const MapRequest& request, const Recipe& recipe,
               const std::filesystem::path& folder) {
  for (size_t i = 0; i < request.files.size(); ++i) {
    base::write_file(folder / source_name(request, i), request.files[i].text);
  }
  for (size_t i = 0; i < request.include_dirs.size(); ++i) {
    std::filesystem::create_directory_symlink(std::filesystem::absolute(request.include_dirs[i]),
                                              folder / include_name(i));
  }
  base::write_file(folder / "run.ys", yosys_script(request, recipe));
  base::write_file(folder / "constraints", constraints(*request.library));
  if (const std::string latches = latch_map(*request.library); !latches.empty()) {
    base::write_file(folder / "latches.v", latches);
  }
  for (size_t i = 0; i < recipe.abc.size(); ++i) {
    base::write_file(folder / fmt::format("abc{}", i), abc_script(recipe.abc[i]));
  }
  base::Command command;
  command.argv = {"yosys", "-q", "run.ys"};
  command.directory = folder;
  command.timeout_seconds = kTimeoutSeconds;
  // Yosys gives ABC a folder of its own there, and leaves it behind when ABC fails.
  std::filesystem::create_directory(folder / kTemporary);
  command.environment = {{"TMPDIR", (folder / kTemporary).string()}};
  const base::Output output = base::run(command);
  if (output.timed_out) {
    base::check_error(request.top, fmt::format("yosys took more than {} s", kTimeoutSeconds));
  }
  if (output.status != 0) {
    base::usage_error(request.top, with_given_names(request, complaint(output)));
  }
  base::write_file(folder / "yosys.log", with_given_names(request, output.out + output.err));
}

// Netlists and the texts that led to them.
void keep(const std::filesystem::path& work, const std::filesystem::path& folder) {
  for (const auto& item : std::filesystem::directory_iterator(work)) {
    if (!item.is_symlink() && item.is_regular_file()) {
      std::filesystem::copy_file(item.path(), folder / item.path().filename());
    }
  }
}

Mapped product(const MapRequest& request, const std::filesystem::path& folder) {
  Mapped mapped;
  mapped.folder = folder;
  mapped.verilog = folder / "netlist.v";
  mapped.json = folder / "netlist.json";
  mapped.top = request.top;
  mapped.recipe = request.recipe;
  mapped.library = request.library;
  return mapped;
}

struct Candidate {
  size_t script;
  Netlist netlist;
  double first;  // figure of merit before refinement
  double delay = 0;
};

// The best candidate by the recipe's measure becomes the netlist. Refinement takes far longer than
// our timer's first look, so only the most promising are refined.
void choose(const MapRequest& request, const Recipe& recipe, const std::filesystem::path& folder) {
  constexpr size_t kRefined = 2;
  const auto merit = [&](double delay, double area) {
    return recipe.by_product ? delay * area : delay;
  };
  const auto models = std::make_shared<const CellModels>(request.library);
  std::vector<Candidate> candidates;
  std::string report;
  for (size_t i = 0; i < recipe.abc.size(); ++i) {
    const std::filesystem::path json = folder / fmt::format("candidate{}.json", i);
    Netlist netlist = Netlist::read(json, request.top, request.library);
    const double area = netlist.area();  // throws for a cell without one
    const double delay = Timer(netlist, models).delay();
    candidates.push_back({i, std::move(netlist), merit(delay, area)});
    report += fmt::format("# abc{}: {:.4f} ns, {:.1f} um2\n", i, delay * 1e9, area);
    for (const char* extension : {"v", "json"})
      std::filesystem::remove(folder / fmt::format("candidate{}.{}", i, extension));
  }
  std::stable_sort(candidates.begin(), candidates.end(),
                   [](const Candidate& a, const Candidate& b) { return a.first < b.first; });
  candidates.erase(
      candidates.begin() + static_cast<std::ptrdiff_t>(std::min(kRefined, candidates.size())),
      candidates.end());
  size_t best = 0;
  double best_merit = 0;
  for (size_t i = 0; i < candidates.size(); ++i) {
    Candidate& candidate = candidates[i];
    if (candidate.netlist.cells().empty()) break;  // wires only
    const Refined refined = refine(candidate.netlist, recipe.goal, models);
    candidate.netlist = refined.netlist;
    report += fmt::format("# abc{} refined: {:.4f} ns, {:.1f} um2\n", candidate.script,
                          refined.delay * 1e9, refined.area);
    double delay = refined.delay;
    if (candidates.size() > 1) {
      Mapped mapped = product(request, folder);
      mapped.verilog = folder / "candidate.v";
      base::write_file(mapped.verilog, candidate.netlist.verilog());
      delay = time(mapped, candidate.netlist, 10e-9, false).delay;
      std::filesystem::remove(mapped.verilog);
    }
    const double value = merit(delay, refined.area);
    if (i == 0 || value < best_merit) {
      best = i;
      best_merit = value;
    }
  }
  if (recipe.abc.size() > 1) report += fmt::format("# kept: abc{}\n", candidates[best].script);
  base::write_file(folder / "netlist.v", candidates[best].netlist.verilog());
  base::write_file(folder / "netlist.json", candidates[best].netlist.json());
  base::write_file(folder / "script", all_scripts(request, recipe) + report);
}

}  // namespace

Mapped map(const MapRequest& request) {
  check(request);
  const Recipe& recipe = find_recipe(request.recipe);
  base::find_tool("yosys");
  base::find_tool("yosys-abc");
  const std::string scripts = all_scripts(request, recipe);
  base::KeyBuilder key;
  key.add("netlist 4").add(scripts).add(request.library->liberty().content_hash);
  key.add(base::tool_version("yosys", "-V"));
  // The choice among candidates is OpenSTA's.
  if (recipe.abc.size() > 1) key.add(base::tool_version("sta", "-version"));
  for (const VerilogFile& file : request.files) key.add(file.text);
  key.add("includes");
  std::set<std::filesystem::path> seen;
  for (const VerilogFile& file : request.files) add_includes(request, file.text, "", seen, key);

  bool made = false;
  const std::string describe =
      fmt::format("{} in {}, recipe {}\n", request.top, request.library->name(), request.recipe);
  const auto make = [&](const std::filesystem::path& folder) {
    const base::TemporaryDirectory work(base::plain_temporary_folder());
    run_yosys(request, recipe, work.path());
    choose(request, recipe, work.path());
    keep(work.path(), folder);
  };
  Mapped mapped =
      product(request, base::Cache::user().get("netlist", key.hex(), describe, make, &made));
  mapped.script = base::read_file(mapped.folder / "script");
  mapped.from_cache = !made;
  return mapped;
}

}  // namespace synth
