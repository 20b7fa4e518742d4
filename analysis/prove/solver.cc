// SPDX-License-Identifier: Apache-2.0
// Scripts for Yosys and yosys-smtbmc, their answers and counterexamples.

#include "analysis/prove/solver.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <chrono>
#include <sstream>

#include "base/cache.h"
#include "base/error.h"
#include "base/files.h"
#include "base/hash.h"
#include "base/process.h"

namespace analysis {
namespace {

constexpr const char* kQuestion = "fircone_question";
// Answers that took longer are kept.
constexpr double kWorthKeeping = 1.0;

std::string source_name(const std::vector<synth::VerilogFile>& files, size_t index,
                        const char* stem) {
  return fmt::format("{}{}.{}", stem, index, files[index].name.ends_with(".sv") ? "sv" : "v");
}

// Yosys' complaint on one line, files with the names that the user gave.
std::string complaint(const Sources& sources, const base::Output& output) {
  std::istringstream lines(output.err + "\n" + output.out);
  for (std::string line; std::getline(lines, line);) {
    const size_t at = line.find("ERROR: ");
    if (at == std::string::npos) continue;
    line.erase(at, 7);
    while (!line.empty() && (line.back() == '.' || line.back() == ' ')) line.pop_back();
    // Our own modules around the design are no concern of the user.
    constexpr std::string_view kNoPort = "does not have a port named '";
    if (const size_t port = line.find(kNoPort); port != std::string::npos)
      return "it has no port " +
             line.substr(port + kNoPort.size(), line.rfind('\'') - port - kNoPort.size());
    constexpr std::string_view kResizing = "Resizing cell port fircone_";
    if (line.find(kResizing) != std::string::npos) {
      const size_t from = line.find(" from "), dot = line.rfind('.', from);
      return fmt::format("port {} must have {}", line.substr(dot + 1, from - dot - 1),
                         line.substr(from + 6, line.find(" to ") - from - 6));
    }
    for (size_t i = 0; i < sources.files.size(); ++i) {
      const std::string name = source_name(sources.files, i, "source") + ":";
      if (const size_t place = line.find(name); place != std::string::npos)
        line.replace(place, name.size(), sources.files[i].name + ":");
    }
    return "yosys: " + line;
  }
  return fmt::format("yosys ended with status {} and no message", output.status);
}

bool identifier(const std::string& name) {
  const auto good = [](char c) { return std::isalnum(static_cast<unsigned char>(c)) || c == '_'; };
  return !name.empty() && std::isdigit(static_cast<unsigned char>(name[0])) == 0 &&
         std::all_of(name.begin(), name.end(), good);
}

mpz_class binary(const std::string& digits) {
  mpz_class value = 0;
  for (const char digit : digits) value = 2 * value + (digit == '1' ? 1 : 0);
  return value;
}

// Lines `\a_i   3166   c5e   0000110001011110` of Yosys' table.
Values sat_counterexample(const std::string& report) {
  Values values;
  std::istringstream lines(report);
  for (std::string line; std::getline(lines, line);) {
    std::istringstream words(line);
    std::string name, decimal, hex, bits;
    if (words >> name >> decimal >> hex >> bits && name[0] == '\\' &&
        bits.find_first_not_of("01") == std::string::npos)
      values[name.substr(1)] = binary(bits);
  }
  return values;
}

// Lines `PI_a_i = 16'b0000111101111111;` of the test bench that yosys-smtbmc writes.
Values smt_counterexample(const std::string& bench) {
  Values values;
  std::istringstream lines(bench);
  for (std::string line; std::getline(lines, line);) {
    const size_t name = line.find("PI_"), equals = line.find(" = "), digits = line.find("'b");
    if (name == std::string::npos || equals == std::string::npos || digits == std::string::npos)
      continue;
    values[line.substr(name + 3, equals - name - 3)] =
        binary(line.substr(digits + 2, line.find(';') - digits - 2));
  }
  return values;
}

// What is to be read, in the order of reading.
std::string elaborate_script(const Sources& sources, const std::vector<synth::VerilogFile>& more,
                             const std::string& top) {
  return read_script(sources, more) +
         fmt::format("hierarchy -check -top {}\nproc\nflatten\nopt -full\n", top);
}

Answer ask_sat(const Sources& sources, const std::string& question, double timeout) {
  const base::TemporaryDirectory folder(base::plain_temporary_folder());
  const std::vector<synth::VerilogFile> more = {{"question.v", question}};
  std::string script = elaborate_script(sources, more, kQuestion);
  std::string shown;
  for (const ProvePort& port : sources.ports)
    if (port.input) shown += fmt::format("{}{}", shown.empty() ? "" : ",", port.name);
  // `tee`, because -q silences the answer too. The limit ends the process, whatever it is doing.
  script +=
      fmt::format("tee -o answer sat -prove bad 0 -set-def-inputs -show {} {}\n", shown, kQuestion);
  if (!run_yosys(sources, more, script, folder.path(), timeout)) return {};
  const std::string report = base::read_file(folder.path() / "answer");
  if (report.find("no model found: SUCCESS") != std::string::npos)
    return {Answer::Kind::kHolds, {}};
  if (report.find("model found: FAIL") != std::string::npos)
    return {Answer::Kind::kFails, sat_counterexample(report)};
  base::check_error("yosys sat", "an answer that is neither success, failure nor timeout");
}

Answer ask_smt(const Sources& sources, const std::string& question, double timeout) {
  const auto start = std::chrono::steady_clock::now();
  const auto left = [&] {
    const std::chrono::duration<double> passed = std::chrono::steady_clock::now() - start;
    return std::max(1.0, timeout - passed.count());
  };
  base::find_tool("z3");
  const base::TemporaryDirectory folder(base::plain_temporary_folder());
  std::string ports, names;
  for (const ProvePort& port : sources.ports) {
    if (!port.input) continue;
    ports += fmt::format("{}input [{}:0] {}", ports.empty() ? "" : ", ", port.width - 1, port.name);
    names += fmt::format(".{0}({0}), ", port.name);
  }
  const std::string assertion = fmt::format(
      "module fircone_assert({});\n  wire bad;\n  {} u_question({}.bad(bad));\n"
      "  always @* assert(!bad);\nendmodule\n",
      ports, kQuestion, names);
  const std::vector<synth::VerilogFile> more = {{"question.v", question}, {"assert.v", assertion}};
  const std::string script =
      elaborate_script(sources, more, "fircone_assert") + "write_smt2 -wires question.smt2\n";
  if (!run_yosys(sources, more, script, folder.path(), timeout)) return {};
  base::Command command;
  // boolector 1.5 does not understand yosys-smtbmc's --incremental; z3 does.
  command.argv = {"yosys-smtbmc",  "--noprogress", "-s",           "z3", "-t", "1",
                  "--dump-vlogtb", "trace.v",      "question.smt2"};
  command.directory = folder.path();
  command.timeout_seconds = left();
  const base::Output output = base::run(command);
  if (output.timed_out) return {};
  if (output.out.find("Status: PASSED") != std::string::npos) return {Answer::Kind::kHolds, {}};
  if (output.out.find("Status: FAILED") != std::string::npos)
    return {Answer::Kind::kFails, smt_counterexample(base::read_file(folder.path() / "trace.v"))};
  const std::string& text = output.err.empty() ? output.out : output.err;
  base::check_error("yosys-smtbmc", text.substr(0, text.find('\n')));
}

// `holds`, or `fails` and a line `port=hex` for each input.
std::string to_text(const Answer& answer) {
  std::string text = answer.kind == Answer::Kind::kHolds ? "holds\n" : "fails\n";
  for (const auto& [name, value] : answer.inputs) text += name + "=" + value.get_str(16) + "\n";
  return text;
}

Answer from_text(const std::string& text) {
  Answer answer;
  std::istringstream lines(text);
  std::string line;
  std::getline(lines, line);
  answer.kind = line == "holds" ? Answer::Kind::kHolds : Answer::Kind::kFails;
  while (std::getline(lines, line)) {
    const size_t equals = line.find('=');
    answer.inputs[line.substr(0, equals)] = mpz_class(line.substr(equals + 1), 16);
  }
  return answer;
}

struct TimeIsOver {};  // leaves the cache's `make` without an entry
struct TooQuick {
  Answer answer;
};

}  // namespace

std::string read_script(const Sources& sources, const std::vector<synth::VerilogFile>& more) {
  std::string script, includes;
  if (!sources.liberty.empty()) script = "read_liberty -ignore_miss_func cells.lib\n";
  for (size_t i = 0; i < sources.include_dirs.size(); ++i)
    includes += fmt::format("-I include{} ", i);
  for (size_t i = 0; i < sources.files.size(); ++i)
    script +=
        fmt::format("read_verilog {}{}{}\n", sources.files[i].name.ends_with(".sv") ? "-sv " : "",
                    includes, source_name(sources.files, i, "source"));
  for (size_t i = 0; i < more.size(); ++i)
    script += fmt::format("read_verilog -formal {}\n", source_name(more, i, "more"));
  return script;
}

bool run_yosys(const Sources& sources, const std::vector<synth::VerilogFile>& more,
               const std::string& script, const std::filesystem::path& folder,
               double timeout_seconds) {
  if (!identifier(sources.top))
    base::usage_error("prove", fmt::format("'{}' is no module name", sources.top));
  for (size_t i = 0; i < sources.files.size(); ++i)
    base::write_file(folder / source_name(sources.files, i, "source"), sources.files[i].text);
  for (size_t i = 0; i < more.size(); ++i)
    base::write_file(folder / source_name(more, i, "more"), more[i].text);
  for (size_t i = 0; i < sources.include_dirs.size(); ++i)
    std::filesystem::create_directory_symlink(std::filesystem::absolute(sources.include_dirs[i]),
                                              folder / fmt::format("include{}", i));
  if (!sources.liberty.empty()) base::write_file(folder / "cells.lib", sources.liberty);
  base::write_file(folder / "run.ys", script);
  base::Command command;
  // A port of another width is no detail: Yosys would cut or extend it with a warning.
  command.argv = {"yosys", "-q", "-e", "Resizing cell port fircone_", "run.ys"};
  command.directory = folder;
  command.timeout_seconds = timeout_seconds;
  const base::Output output = base::run(command);
  if (output.timed_out) return false;
  if (output.status != 0) base::usage_error(sources.top, complaint(sources, output));
  return true;
}

std::string instance_verilog(const Sources& sources, const std::string& name) {
  std::string wires, pins;
  for (const ProvePort& port : sources.ports) {
    const std::string wire = port.input ? port.name : name + "_" + port.name;
    if (!port.input) wires += fmt::format("  wire [{}:0] {};\n", port.width - 1, wire);
    pins += fmt::format("{}.{}({})", pins.empty() ? "" : ", ", port.name, wire);
  }
  return fmt::format("{}  {} u_{}({});\n", wires, sources.top, name, pins);
}

std::string question_verilog(const Sources& sources, const std::string& body) {
  std::string ports;
  for (const ProvePort& port : sources.ports)
    if (port.input) ports += fmt::format("input [{}:0] {}, ", port.width - 1, port.name);
  return fmt::format("module {}({}output bad);\n{}endmodule\n", kQuestion, ports, body);
}

Answer ask(const Sources& sources, const std::string& question, Engine engine,
           double timeout_seconds) {
  const auto run = [&] {
    return engine == Engine::kSat ? ask_sat(sources, question, timeout_seconds)
                                  : ask_smt(sources, question, timeout_seconds);
  };
  // What `include brings in is not in the key.
  if (!sources.include_dirs.empty()) return run();
  base::KeyBuilder key;
  key.add("proof 1").add(engine == Engine::kSat ? "sat" : "smt").add(question).add(sources.top);
  key.add(sources.liberty);
  for (const synth::VerilogFile& file : sources.files) key.add(file.name).add(file.text);
  for (const ProvePort& port : sources.ports) key.add(fmt::format("{} {}", port.name, port.width));
  key.add(base::tool_version("yosys", "-V"));
  if (engine == Engine::kSmt) key.add(base::tool_version("z3", "--version"));
  try {
    const std::filesystem::path folder = base::Cache::user().get(
        "proof", key.hex(), sources.top + "\n" + question, [&](const std::filesystem::path& made) {
          const auto start = std::chrono::steady_clock::now();
          const Answer answer = run();
          const std::chrono::duration<double> passed = std::chrono::steady_clock::now() - start;
          if (answer.kind == Answer::Kind::kTimeout) throw TimeIsOver{};
          if (passed.count() < kWorthKeeping) throw TooQuick{answer};
          base::write_file(made / "answer", to_text(answer));
        });
    return from_text(base::read_file(folder / "answer"));
  } catch (const TimeIsOver&) {
    return {};
  } catch (const TooQuick& quick) {
    return quick.answer;
  }
}

}  // namespace analysis
