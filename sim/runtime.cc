// SPDX-License-Identifier: Apache-2.0
// Compiles Verilator's runtime, once for each variant.

#include "sim/runtime.h"

#include <fmt/format.h>

#include <future>

#include "base/cache.h"
#include "base/error.h"
#include "base/files.h"
#include "base/hash.h"
#include "base/process.h"
#include "sim/adaptor.h"

namespace sim {
namespace {

namespace fs = std::filesystem;

// `verilator --getenv VERILATOR_ROOT`: the folder above include/.
fs::path verilator_root() {
  static const fs::path root = [] {
    const base::Output output = base::run({.argv = {"verilator", "--getenv", "VERILATOR_ROOT"}});
    const std::string text = output.out.substr(0, output.out.find('\n'));
    if (output.status != 0 || text.empty() || !fs::exists(fs::path(text) / "include/verilated.h")) {
      throw base::Error(base::ExitCode::kToolMissing, "verilator",
                        "its header verilated.h is not where it says; reinstall 'verilator'");
    }
    return fs::path(text);
  }();
  return root;
}

void compile(const std::vector<std::string>& arguments, const fs::path& folder) {
  std::vector<std::string> argv = {"g++"};
  for (const std::string& flag : include_flags()) argv.push_back(flag);
  argv.insert(argv.end(), arguments.begin(), arguments.end());
  const base::Output output = base::run({.argv = argv, .directory = folder});
  if (output.status != 0) {
    base::check_error("g++",
                      "cannot compile the simulation runtime: " + compiler_error(output.err));
  }
}

std::vector<std::string> joined(std::vector<std::string> flags,
                                const std::vector<std::string>& more) {
  flags.insert(flags.end(), more.begin(), more.end());
  return flags;
}

}  // namespace

std::vector<std::string> variant_flags(const RuntimeVariant& variant) {
  const char* trace = variant.trace ? "1" : "0";
  const char* coverage = variant.coverage ? "1" : "0";
  std::vector<std::string> flags = {"-std=gnu++17",
                                    "-fPIC",
                                    "-fvisibility=hidden",
                                    "-fno-plt",
                                    "-ffunction-sections",
                                    "-fdata-sections",
                                    "-mtls-dialect=gnu2",
                                    "-w",

                                    "-DVERILATOR=1",
                                    "-DVM_SC=0",
                                    "-DVM_TRACE_VCD=0",
                                    fmt::format("-DVM_COVERAGE={}", coverage),
                                    fmt::format("-DVM_TRACE={}", trace),
                                    fmt::format("-DVM_TRACE_FST={}", trace),
                                    fmt::format("-DFIRCONE_TRACE={}", trace),
                                    fmt::format("-DFIRCONE_COVERAGE={}", coverage),
                                    "-DVL_USER_FINISH",
                                    "-DVL_USER_STOP",

                                    "-DVL_USER_FATAL"};
#if !defined(__x86_64__)
  std::erase(flags, "-mtls-dialect=gnu2");
#endif
  if (variant.sanitize) {
    flags.insert(flags.end(), {"-fsanitize=address,undefined", "-fno-omit-frame-pointer", "-g1"});
  }
  return flags;
}

std::vector<std::string> include_flags() {
  const std::string include = (verilator_root() / "include").string();
  return {"-I" + include, "-I" + include + "/vltstd"};
}

std::string optimise_flag(const RuntimeVariant& variant) {
  return fmt::format("-O{}", variant.optimise);
}

std::string compiler_error(const std::string& output) {
  std::size_t at = output.find("error: ");
  if (at == std::string::npos) at = 0;
  return output.substr(at, output.find('\n', at) - at);
}

std::string tool_versions() {
  return base::tool_version("verilator") + "\n" + base::tool_version("g++");
}

Runtime get_runtime(base::Cache& cache, const RuntimeVariant& variant, bool* made) {
  const std::vector<std::string> flags = variant_flags(variant);
  base::KeyBuilder builder;
  builder.add(tool_versions()).add(adaptor_fingerprint());
  for (const std::string& flag : flags) builder.add(flag);
  const std::string key = builder.hex();
  const std::string header_key = builder.add(optimise_flag(variant)).hex();
  const std::string common = common_header_text(variant.trace, variant.coverage);
  const std::string name = fmt::format("trace={} coverage={} sanitize={}", variant.trace,
                                       variant.coverage, variant.sanitize);

  const auto make_header = [&](const fs::path& folder) {
    base::write_file(folder / "common.h", common);
    // Few models are built with these: precompiling would cost more than it saves.
    if (variant.trace || variant.coverage) return;
    compile(joined(flags,
                   {optimise_flag(variant), "-x", "c++-header", "common.h", "-o", "common.h.gch"}),
            folder);
  };
  const auto make_library = [&](const fs::path& folder) {
    const base::TemporaryDirectory work;
    base::write_file(work.path() / "common.h", common);
    base::write_file(work.path() / "hooks.cc", runtime_hooks_text());
    const std::string include = (verilator_root() / "include").string();
    std::vector<std::string> small = {"hooks.cc", include + "/verilated_threads.cpp"};
    if (variant.trace) small.push_back(include + "/verilated_fst_c.cpp");
    if (variant.coverage) small.push_back(include + "/verilated_cov.cpp");
    const std::vector<std::string> options = joined(flags, {"-O2", "-include", "common.h", "-c"});
    // verilated.cpp takes as long as the rest together.
    auto rest =
        std::async(std::launch::async, [&] { compile(joined(options, small), work.path()); });
    compile(joined(options, {include + "/verilated.cpp"}), work.path());
    rest.get();
    std::vector<std::string> argv = {"ar", "rcs", (folder / "libfircone_runtime.a").string()};
    for (const auto& file : fs::directory_iterator(work.path())) {
      if (file.path().extension() == ".o") argv.push_back(file.path().string());
    }
    const base::Output output = base::run({.argv = argv});
    if (output.status != 0) base::check_error("ar", output.err);
  };

  bool made_library = false;
  auto library = std::async(std::launch::async, [&] {
    return cache.get("runtime", key, "verilator runtime " + name, make_library, &made_library);
  });
  const fs::path header = cache.get(
      "header", header_key, "verilator header " + name + " " + optimise_flag(variant), make_header);
  Runtime runtime{library.get() / "libfircone_runtime.a", header, key};
  if (made != nullptr) *made = made_library;
  return runtime;
}

}  // namespace sim
