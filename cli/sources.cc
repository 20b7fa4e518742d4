// SPDX-License-Identifier: Apache-2.0
// Requests from designs, reading of foreign RTL.

#include "cli/sources.h"

#include <fmt/format.h>

#include "base/error.h"
#include "base/files.h"
#include "cli/foreign.h"

namespace cli {

sim::ModelRequest model_request(const gen::Design& design) {
  sim::ModelRequest request;
  for (const gen::SourceFile& file : design.files)
    request.sources.push_back({file.name, file.text});
  request.top = design.top;
  request.description = design.spec.line();
  return request;
}

std::vector<synth::VerilogFile> verilog_files(const gen::Design& design) {
  std::vector<synth::VerilogFile> files;
  for (const gen::SourceFile& file : design.files) files.push_back({file.name, file.text});
  return files;
}

ForeignRtl read_rtl(const std::vector<std::filesystem::path>& files, const std::string& top) {
  ForeignRtl rtl{files, {}, {}, top};
  std::vector<std::string> texts;
  for (const std::filesystem::path& file : files) {
    texts.push_back(base::read_file(file));
    rtl.texts.push_back({file.filename().string(), texts.back()});
    rtl.folders.push_back(std::filesystem::absolute(file).parent_path());
  }
  if (rtl.top.empty()) {
    rtl.top = guess_top(texts);
    fmt::print(stderr, "guess: the top module is {}\n", rtl.top);
  }
  return rtl;
}

}  // namespace cli
