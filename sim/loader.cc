// SPDX-License-Identifier: Apache-2.0
// From Verilog text to a shared object: sources, key, Verilator, compiler.

#include "sim/loader.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <string_view>

#include "base/cache.h"
#include "base/error.h"
#include "base/files.h"
#include "base/hash.h"
#include "base/process.h"
#include "sim/adaptor.h"
#include "sim/runtime.h"
#include "sim/shared_model.h"

namespace sim {
namespace {

namespace fs = std::filesystem;

struct Sources {
  std::vector<SourceText> texts;     // written to the work folder
  std::vector<std::string> files;    // given to Verilator as they are
  std::vector<std::string> content;  // of the files and of what they include, for the key
  std::set<std::string> folders;     // where includes are looked for
  std::set<fs::path> known;          // whose content is in the key
};

// Adds the files that `text` includes, so that a change in one of them changes the key.
void add_includes(const std::string& text, Sources& sources) {
  constexpr std::string_view kInclude = "`include";
  for (std::size_t at = text.find(kInclude); at != std::string::npos;
       at = text.find(kInclude, at + 1)) {
    const std::size_t open = text.find_first_of("\"\n", at);
    if (open == std::string::npos || text[open] != '"') continue;
    const std::size_t close = text.find_first_of("\"\n", open + 1);
    if (close == std::string::npos || text[close] != '"') continue;
    const std::string name = text.substr(open + 1, close - open - 1);
    for (const fs::path folder : sources.folders) {
      const fs::path file = folder / name;
      std::error_code error;
      if (!fs::is_regular_file(file, error)) continue;
      if (!sources.known.insert(fs::weakly_canonical(file)).second) continue;
      const std::string included = base::read_file(file);
      sources.content.push_back(name);
      sources.content.push_back(included);
      add_includes(included, sources);
    }
  }
}

Sources collect(const ModelRequest& request) {
  Sources sources;
  sources.texts = request.sources;
  std::set<std::string> names;
  for (const SourceText& source : sources.texts) {
    if (fs::path(source.name).filename() != source.name || !names.insert(source.name).second) {
      base::usage_error(request.top, "source name '" + source.name + "' is not a plain, new name");
    }
  }
  std::vector<std::string> texts;
  for (const fs::path& file : request.files) {
    const fs::path full = fs::absolute(file);
    texts.push_back(base::read_file(full));
    sources.files.push_back(full.string());
    sources.content.push_back(full.filename().string());
    sources.content.push_back(texts.back());
    sources.folders.insert(full.parent_path().string());
    sources.known.insert(fs::weakly_canonical(full));
  }
  for (const std::string& text : texts) add_includes(text, sources);
  if (sources.texts.empty() && sources.files.empty()) {
    base::usage_error(request.top, "no Verilog sources to simulate");
  }
  return sources;
}

std::vector<std::string> verilator_flags(const ModelRequest& request) {
  std::vector<std::string> flags = {
      "-cc",         "-Wno-fatal", "--no-timing",          "--assert", "--x-assign",   "unique",
      "--x-initial", "unique",     "--timescale-override", "1ps/1ps",  "--top-module", request.top};
  if (request.trace) flags.insert(flags.end(), {"--trace-fst", "--trace-structs"});
  if (request.coverage) flags.emplace_back("--coverage");
  for (const auto& [name, value] : request.parameters) {
    flags.push_back(fmt::format("-G{}={}", name, value));
  }
  return flags;
}

// Verilator takes a name that begins with - or + for an option, expands $ and ~, and its Perl front
// end quotes little; such names get another one in the work folder.
class Names {
 public:
  // A source text's file in the work folder.
  std::string of_text(const std::string& name) {
    if (!is_plain(name)) return alias(name, ".v");
    return name.starts_with('-') || name.starts_with('+') ? "./" + name : name;
  }
  // A file or folder of the user's.
  std::string of_path(const std::string& path, const fs::path& work) {
    if (is_plain(path)) return path;
    std::string link = alias(path, fs::is_directory(path) ? "" : ".v");
    fs::create_symlink(path, work / link);
    return link;
  }
  // The user's names in a message.
  std::string shown(std::string message) const {
    for (const auto& [link, name] : aliases_) {
      if (message.starts_with(link)) return name + message.substr(link.size());
    }
    return message;
  }

 private:
  static bool is_plain(std::string_view name) {
    return name.find_first_not_of(
               "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
               "_.+-/") == std::string_view::npos;
  }
  std::string alias(const std::string& name, const char* ending) {
    aliases_.emplace_back(fmt::format("fircone_name_{}{}", aliases_.size(), ending), name);
    return aliases_.back().first;
  }
  std::vector<std::pair<std::string, std::string>> aliases_;
};

// A module that no source defines is looked for beside the files. What comes in that way is not in
// the key, so that a change in it would go unseen.
void check_known(const Sources& sources, const std::string& prefix, const fs::path& work) {
  const std::string list = base::read_file(work / "cc" / (prefix + "__verFiles.dat"));
  for (std::size_t end, begin = 0; begin < list.size(); begin = end + 1) {
    end = std::min(list.find('\n', begin), list.size());
    const std::string_view line = std::string_view(list).substr(begin, end - begin);
    const std::size_t open = line.find('"');
    if (!line.starts_with('S') || open == std::string_view::npos) continue;
    const fs::path named = line.substr(open + 1, line.rfind('"') - open - 1);
    const fs::path file = fs::weakly_canonical(named.is_absolute() ? named : work / named);
    const auto lies_in = [&](const fs::path& folder) {
      return file.string().starts_with(fs::weakly_canonical(folder).string() + "/");
    };
    if (sources.known.contains(file) || lies_in(work)) continue;
    if (std::none_of(sources.folders.begin(), sources.folders.end(), lies_in)) continue;
    base::usage_error(file.string(), "is used but not among the sources; name it, too");
  }
}

// `%Error-PINMISSING: f.v:3:4: text` -> `f.v:3:4: text`, without the folder of a file.
std::string first_error(const std::string& output, const fs::path& work) {
  std::size_t at = output.find("%Error");
  if (at == std::string::npos) return output.substr(0, output.find('\n'));
  at = output.find(": ", at);
  std::string line = output.substr(at + 2, output.find('\n', at) - at - 2);
  const std::string folder = work.string() + "/";
  if (line.starts_with(folder)) line.erase(0, folder.size());
  if (line.starts_with("./")) line.erase(0, 2);
  return line;
}

base::Output run_tool(const std::vector<std::string>& argv, const fs::path& work,
                      const std::string& top) {
  constexpr double kSeconds = 1200;  // a netlist of a million cells takes minutes
  base::Output output = base::run({.argv = argv, .directory = work, .timeout_seconds = kSeconds});
  if (output.timed_out) base::check_error(argv[0], "gave up on " + top + " after 20 minutes");
  return output;
}

void verilate(const ModelRequest& request, const Sources& sources, const std::string& prefix,
              const fs::path& work) {
  std::vector<std::string> argv = {"verilator"};
  for (const std::string& flag : verilator_flags(request)) argv.push_back(flag);
  argv.insert(argv.end(), {"--prefix", prefix, "--Mdir", "cc"});
  Names names;
  for (const std::string& folder : sources.folders) {
    argv.push_back("-I" + names.of_path(folder, work));
  }
  for (const SourceText& source : sources.texts) {
    argv.push_back(names.of_text(source.name));
    base::write_file(work / argv.back(), source.text);
  }
  for (const std::string& file : sources.files) argv.push_back(names.of_path(file, work));
  const base::Output output = run_tool(argv, work, request.top);
  if (output.status != 0) {
    base::usage_error("verilator", names.shown(first_error(output.err + output.out, work)));
  }
  check_known(sources, prefix, work);
}

void compile(const ModelRequest& request, const RuntimeVariant& variant, const Runtime& runtime,
             const std::string& prefix, const fs::path& work, const fs::path& object) {
  std::vector<std::string> includes;
  for (const auto& file : fs::directory_iterator(work / "cc")) {
    if (file.path().extension() == ".cpp")
      includes.push_back("cc/" + file.path().filename().string());
  }
  std::sort(includes.begin(), includes.end());
  const std::vector<AdaptorPort> ports =
      read_ports(base::read_file(work / "cc" / (prefix + ".h")), request.top);
  base::write_file(work / "model.cc", adaptor_text(prefix, includes, ports));

  std::vector<std::string> argv = {"g++"};
  for (const std::string& flag : variant_flags(variant)) argv.push_back(flag);
  for (const std::string& flag : include_flags()) argv.push_back(flag);
  argv.insert(argv.end(), {optimise_flag(variant), "-I" + runtime.header.string(), "-Icc",
                           "-include", "common.h", "model.cc", "-shared", "-Wl,-Bsymbolic",
                           "-Wl,-z,defs", "-Wl,--gc-sections", "-Wl,--exclude-libs,ALL", "-o",
                           object.string(), runtime.library.string(), "-pthread"});
  if (request.trace) argv.emplace_back("-lz");
  if (variant.sanitize) std::erase(argv, "-Wl,-z,defs");
  const base::Output output = run_tool(argv, work, request.top);
  if (output.status != 0) {
    base::check_error(
        "g++", "cannot compile the model of " + request.top + ": " + compiler_error(output.err));
  }
}

}  // namespace

std::unique_ptr<Model> load_verilog(const ModelRequest& request, base::Cache& cache,
                                    LoadReport* report) {
  const Sources sources = collect(request);
#if !defined(__SANITIZE_ADDRESS__)
  // The sanitizers' own runtime ends a program that it was not linked with.
  if (request.sanitize) {
    base::usage_error(request.top, "this program was built without sanitizers, so its models are");
  }
#endif
  const RuntimeVariant variant{request.trace, request.coverage, request.sanitize, request.optimise};
  base::KeyBuilder builder;
  builder.add(tool_versions()).add(adaptor_fingerprint()).add(optimise_flag(variant));
  for (const std::string& flag : verilator_flags(request)) builder.add(flag);
  for (const std::string& flag : variant_flags(variant)) builder.add(flag);
  for (const SourceText& source : sources.texts) builder.add(source.name).add(source.text);
  builder.add("files");
  for (const std::string& text : sources.content) builder.add(text);
  const std::string key = builder.hex();
  const std::string prefix = "V" + key.substr(0, 16);

  LoadReport done;
  const fs::path entry = cache.get(
      "model", key, request.description.empty() ? request.top : request.description,
      [&](const fs::path& folder) {
        const base::TemporaryDirectory work;
        verilate(request, sources, prefix, work.path());
        const Runtime runtime = get_runtime(cache, variant, &done.made_runtime);
        compile(request, variant, runtime, prefix, work.path(), folder / "model.so");
      },
      &done.made_model);
  done.shared_object = entry / "model.so";
  if (report != nullptr) *report = done;
  return open_shared_model(done.shared_object, request.top, request.x_initial_seed);
}

std::unique_ptr<Model> load_verilog(const ModelRequest& request, LoadReport* report) {
  return load_verilog(request, base::Cache::user(), report);
}

void prepare_runtime(base::Cache& cache) { get_runtime(cache, {}); }

}  // namespace sim
