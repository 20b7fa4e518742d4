// SPDX-License-Identifier: Apache-2.0
// Text of the adaptor between a verilated class and the C interface.

#include "sim/adaptor.h"

#include <fmt/format.h>

#include <cstdio>
#include <sstream>
#include <stdexcept>

#include "base/error.h"
#include "sim/model_abi.h"

namespace sim {
namespace {

// The run time's way out: the hooks leave a message and throw; eval catches before the C interface.
// $finish does not throw: the step is completed first, as the language asks.
constexpr const char* kCommon = R"(// Declarations in front of every file of a model.
#pragma once
#include <cstdio>
#include <cstdint>
int fircone_print(const char* format, ...) __attribute__((format(printf, 1, 2)));
#define VL_PRINTF fircone_print
#include "verilated.h"
#include <cstdlib>
#include <cstring>
#include <string>
struct FirconeStop { int32_t kind; };
std::string& fircone_message();
)";

constexpr const char* kHooks = R"(
#include <cstdarg>
std::string& fircone_message() {
  static thread_local std::string message;
  return message;
}
static std::string& fircone_error() {
  static thread_local std::string error;
  return error;
}
// Standard output belongs to the program: what a design displays goes to standard error. The text of
// $fatal and $error comes here, too, ahead of a stop: it is kept for the message.
int fircone_print(const char* format, ...) {
  va_list arguments;
  va_start(arguments, format);
  char* text = nullptr;
  const int count = vasprintf(&text, format, arguments);
  va_end(arguments);
  if (count < 0) return count;
  const char* error = strstr(text, "%Error: ");
  if (error) {
    fircone_error().assign(error + 8, strcspn(error + 8, "\n"));
  } else {
    fputs(text, stderr);
  }
  free(text);
  return count;
}
static void fircone_note(const char* what, const char* file, int line, const char* text) {
  const char* slash = file ? strrchr(file, '/') : nullptr;
  fircone_message() = what;
  if (text && *text) fircone_message() += std::string(": ") + text;
  if (file && *file) {
    fircone_message() += std::string(" at ") + (slash ? slash + 1 : file) + ":" + std::to_string(line);
  }
}
void vl_finish(const char* file, int line, const char*) {
  fircone_note("$finish", file, line, nullptr);
  Verilated::threadContextp()->gotFinish(true);
}
void vl_stop(const char* file, int line, const char*) {
  fircone_note("$stop", file, line, nullptr);
  if (fircone_error().empty()) throw FirconeStop{2};
  fircone_message().swap(fircone_error());
  fircone_error().clear();
  throw FirconeStop{3};
}
void vl_fatal(const char* file, int line, const char*, const char* text) {
  fircone_note("$fatal", file, line, text);
  throw FirconeStop{3};
}
)";

constexpr const char* kAdaptor = R"(
struct FirconeInstance {
  VerilatedContext context;
  Vtop* top = nullptr;
  int32_t status = 0;
  std::string message;
#if FIRCONE_TRACE
  VerilatedFstC* trace = nullptr;
#endif
};
static FirconeInstance* fircone_self(void* self) { return static_cast<FirconeInstance*>(self); }
static void* fircone_create(uint32_t seed, void** storage) {
  FirconeInstance* self = nullptr;
  try {
    self = new FirconeInstance;
    Verilated::threadContextp(&self->context);
    self->context.randReset(2);
    self->context.randSeed(static_cast<int>(seed));
    self->context.fatalOnError(false);
#if FIRCONE_TRACE
    self->context.traceEverOn(true);
#endif
    self->top = new Vtop(&self->context, "TOP");
    fircone_bind(*self->top, storage);
    return self;
  } catch (...) {
    delete self;
    return nullptr;
  }
}
static void fircone_close_trace(void* pointer) {
#if FIRCONE_TRACE
  FirconeInstance* self = fircone_self(pointer);
  if (self->trace) self->trace->close();
  delete self->trace;
  self->trace = nullptr;
#else
  (void)pointer;
#endif
}
static void fircone_destroy(void* pointer) {
  FirconeInstance* self = fircone_self(pointer);
  Verilated::threadContextp(&self->context);
  try {
    fircone_close_trace(self);
    if (self->status == 0) self->top->final();
  } catch (...) {
  }
  delete self->top;
  delete self;
}
static int32_t fircone_eval_cold(FirconeInstance* self) {
  if (self->status == 0) {
    self->status = 1;
    self->message = fircone_message();
  }
  return self->status;
}
static int32_t fircone_eval(void* pointer) {
  FirconeInstance* self = fircone_self(pointer);
  if (__builtin_expect(self->status != 0, 0)) return self->status;
  Verilated::threadContextp(&self->context);
  try {
    self->top->eval();
  } catch (const FirconeStop& stop) {
    self->status = stop.kind;
    self->message = fircone_message();
    return self->status;
  } catch (const std::exception& error) {
    self->status = 3;
    self->message = error.what();
    return self->status;
  } catch (...) {
    self->status = 3;
    self->message = "unknown exception in the model";
    return self->status;
  }
  if (__builtin_expect(self->context.gotFinish(), 0)) return fircone_eval_cold(self);
  return 0;
}
static const char* fircone_message_of(void* self) { return fircone_self(self)->message.c_str(); }
static int32_t fircone_open_trace(void* pointer, const char* file) {
#if FIRCONE_TRACE
  FirconeInstance* self = fircone_self(pointer);
  Verilated::threadContextp(&self->context);
  fircone_close_trace(self);
  self->trace = new VerilatedFstC;
  self->top->trace(self->trace, 99);
  self->trace->open(file);
  return self->trace->isOpen() ? 0 : 1;
#else
  (void)pointer;
  (void)file;
  return 2;
#endif
}
static void fircone_dump_trace(void* pointer, uint64_t time_ps) {
#if FIRCONE_TRACE
  FirconeInstance* self = fircone_self(pointer);
  if (self->trace && self->status == 0) self->trace->dump(time_ps);
#else
  (void)pointer;
  (void)time_ps;
#endif
}
static int32_t fircone_write_coverage(void* pointer, const char* file) {
#if FIRCONE_COVERAGE
  fircone_self(pointer)->context.coveragep()->write(file);
  return 0;
#else
  (void)pointer;
  (void)file;
  return 2;
#endif
}
extern "C" __attribute__((visibility("default"))) const FirconeModel* fircone_model() {
  static const FirconeModel model = {
      FIRCONE_ABI, sizeof(FirconeModel), FIRCONE_TRACE + 2 * FIRCONE_COVERAGE, FIRCONE_PORTS, fircone_ports, fircone_create,
      fircone_destroy, fircone_eval, fircone_message_of, fircone_open_trace, fircone_dump_trace,
      fircone_close_trace, fircone_write_coverage};
  return &model;
}
)";

// Verilator spells a character that C++ (or itself) does not allow as `__0XX`.
std::string verilog_name(const std::string& member) {
  std::string name;
  for (std::size_t i = 0; i < member.size(); ++i) {
    const bool escaped = member.compare(i, 3, "__0") == 0 && i + 5 <= member.size() &&
                         member.find_first_not_of("0123456789ABCDEFabcdef", i + 3) >= i + 5;
    if (!escaped) {
      name += member[i];
      continue;
    }
    name += static_cast<char>(std::stoi(member.substr(i + 3, 2), nullptr, 16));
    i += 4;
  }
  return name;
}

std::string quoted(const std::string& text) {
  std::string result = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') result += '\\';
    result += c;
  }
  return result + '"';
}

}  // namespace

// Lines of the class: `VL_IN8(&clk_i,0,0);`, `VL_OUTW(&y_o,71,0,3);`. (std::regex would cost a
// second of compile time.)
std::vector<AdaptorPort> read_ports(const std::string& header, const std::string& top) {
  std::vector<AdaptorPort> ports;
  std::istringstream lines(header);
  for (std::string line; std::getline(lines, line);) {
    const std::size_t start = line.find_first_not_of(' ');
    const std::size_t open = line.find("(&");
    if (start == std::string::npos || open == std::string::npos) continue;
    const std::string macro = line.substr(start, open - start);
    const bool input = macro.starts_with("VL_IN") && !macro.starts_with("VL_INOUT");
    if (!input && !macro.starts_with("VL_OUT") && !macro.starts_with("VL_INOUT")) continue;
    const std::size_t comma = line.find(',', open);
    AdaptorPort port{.member = line.substr(open + 2, comma - open - 2)};
    port.name = verilog_name(port.member);
    if (macro.starts_with("VL_INOUT")) {
      base::usage_error(top, "port '" + port.name + "' is inout, which cannot be driven");
    }
    int msb = 0, lsb = 0;
    if (comma == std::string::npos ||
        std::sscanf(line.c_str() + comma, ",%d,%d", &msb, &lsb) != 2) {
      throw std::logic_error("sim: cannot read Verilator's port: " + line);
    }
    port.input = input;
    port.width = msb - lsb + 1;
    port.wide = macro.back() == 'W';
    ports.push_back(port);
  }
  return ports;
}

std::string adaptor_text(const std::string& prefix, const std::vector<std::string>& includes,
                         const std::vector<AdaptorPort>& ports) {
  std::string text = "#include \"common.h\"\n";
  for (const std::string& include : includes) text += fmt::format("#include \"{}\"\n", include);
  text += "#if FIRCONE_TRACE\n#include \"verilated_fst_c.h\"\n#endif\n";
  text += abi::kText;
  text += fmt::format("\n#define FIRCONE_ABI {}\n#define FIRCONE_PORTS {}\nusing Vtop = {};\n",
                      abi::kModelAbi, ports.size(), prefix);
  text += "static const FirconePort fircone_ports[] = {\n";
  for (const AdaptorPort& port : ports) {
    text += fmt::format("  {{{}, {}, {}}},\n", quoted(port.name), port.input ? 1 : 0, port.width);
  }
  text += "  {nullptr, 0, 0}};\nstatic void fircone_bind(Vtop& top, void** storage) {\n";
  for (const AdaptorPort& port : ports) {
    text += port.wide ? fmt::format("  *storage++ = top.{}.data();\n", port.member)
                      : fmt::format("  *storage++ = &top.{};\n", port.member);
  }
  return text + "}\n" + kAdaptor;
}

std::string common_header_text(bool trace, bool coverage) {
  return std::string(kCommon) + (trace ? "#include \"verilated_fst_c.h\"\n" : "") +
         (coverage ? "#include \"verilated_cov.h\"\n" : "");
}

std::string runtime_hooks_text() { return std::string("#include \"common.h\"\n") + kHooks; }

std::string adaptor_fingerprint() {
  return fmt::format("{}\n{}\n{}\n{}\n{}", abi::kModelAbi, abi::kText, kCommon, kHooks, kAdaptor);
}

}  // namespace sim
