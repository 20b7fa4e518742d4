// SPDX-License-Identifier: Apache-2.0
// fircone preadd: coefficients of a filter as the sums that preadd=offline takes.

#include <fmt/format.h>

#include <charconv>
#include <functional>
#include <iostream>
#include <iterator>
#include <optional>
#include <string_view>

#include "base/error.h"
#include "base/files.h"
#include "cli/commands.h"
#include "cli/json.h"
#include "gen/generate.h"
#include "golden/adder_bits.h"
#include "tb/fcu_sizes.h"
#include "tb/fir_sizes.h"

namespace cli {
namespace {

constexpr size_t kMostFaults = 10;  // that are printed

// What a unit makes of its coefficients.
struct Converter {
  tb::Field raw, sums;
  std::string shape;  // of the coefficients, for people
  int per_line = 0;   // sums of one kernel row or block
  std::function<tb::Values(const tb::Values&)> convert;
};

Converter converter_of(const base::Spec& spec) {
  if (spec.unit() == "fcu") {
    const tb::FcuSizes sizes(spec);
    const golden::KernelShape& k = sizes.kernel;
    return {sizes.raw_field(), sizes.preadded_field(),
            fmt::format("OutChannels * InChannels * kernel_rows * kernel = {} * {} * {} * {}",
                        k.out_channels, k.in_channels, k.rows, k.columns),
            static_cast<int>(sizes.across.size()),
            [sizes](const tb::Values& h) { return sizes.preadded(h); }};
  }
  const tb::FirSizes sizes(spec);
  const tb::Field sums = sizes.preadded_field();
  return {sizes.raw_field(), sums, "taps", sums.count,
          [sizes](const tb::Values& h) { return sizes.preadded(h); }};
}

// The file among the words: the one behind the unit that is no key=value.
std::optional<std::string> take_file(Words& words) {
  std::optional<std::string> file;
  Words rest;
  for (size_t i = 0; i < words.size(); ++i) {
    const bool is_file = i > 0 && words[i].find('=') == std::string::npos;
    if (is_file && file) {
      base::usage_error("preadd", fmt::format("one file, not '{}' and '{}'", *file, words[i]));
    }
    if (is_file) {
      file = words[i];
    } else {
      rest.push_back(words[i]);
    }
  }
  words = std::move(rest);
  return file;
}

// Whole numbers between blanks, commas and line ends; the rest of a line behind '#' is a remark.
class Reader {
 public:
  Reader(std::string source, const tb::Field& field, int64_t width)
      : source_(std::move(source)),
        least_(golden::smallest(static_cast<int>(width), true)),
        most_(golden::largest(static_cast<int>(width), true)),
        width_(width),
        wanted_(static_cast<size_t>(field.count)) {}

  tb::Values read(std::string_view text, const std::string& shape) {
    int line = 1;
    for (size_t at = 0; at < text.size();) {
      const char c = text[at];
      if (c == '\n') ++line;
      if (c == '#') {
        at = std::min(text.find('\n', at), text.size());
      } else if (kBlanks.find(c) != std::string_view::npos) {
        ++at;
      } else {
        const size_t end = std::min(text.find_first_of("#, \t\r\n", at), text.size());
        number(text.substr(at, end - at), line);
        at = end;
      }
    }
    if (count_ != wanted_) {
      fault(fmt::format("{}: {} number{}, {} needed ({})", source_, count_, count_ == 1 ? "" : "s",
                        wanted_, shape));
    }
    if (faults_ > kMostFaults) {
      text_ += fmt::format("\npreadd: {}: {} more like these", source_, faults_ - kMostFaults);
    }
    if (faults_ > 0) throw base::Error(base::ExitCode::kUsage, text_);
    return std::move(values_);
  }

 private:
  static constexpr std::string_view kBlanks = ", \t\r\n";

  void number(std::string_view word, int line) {
    ++count_;
    int64_t value = 0;
    const std::string_view digits = word.substr(word.starts_with('+') ? 1 : 0);
    const auto [stop, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
    const bool whole = stop == digits.data() + digits.size();
    if (!whole || error == std::errc::invalid_argument) {
      fault(fmt::format("{}:{}: '{}' is not a whole number", source_, line, word.substr(0, 40)));
    } else if (error != std::errc() || value < least_ || value > most_) {
      fault(fmt::format("{}:{}: {} must be in {}..{} (CoefWidth={})", source_, line,
                        word.substr(0, 40), least_, most_, width_));
    }
    if (values_.size() < wanted_) values_.push_back(value);
  }

  void fault(const std::string& text) {
    if (++faults_ > kMostFaults) return;
    text_ += (text_.empty() ? "preadd: " : "\npreadd: ") + text;
  }

  std::string source_;
  int64_t least_, most_, width_;
  size_t wanted_, count_ = 0, faults_ = 0;
  tb::Values values_;
  std::string text_;
};

// One word a line, two's complement, as $readmemh reads it.
std::string hex_lines(const tb::Values& sums, const tb::Field& field) {
  std::string text;
  const auto mask = golden::low_mask<golden::UnsignedWide>(field.width);
  for (const int64_t sum : sums) {
    const auto bits = static_cast<uint64_t>(static_cast<golden::UnsignedWide>(sum) & mask);
    text += fmt::format("{:0{}x}\n", bits, (field.width + 3) / 4);
  }
  return text;
}

}  // namespace

void preadd(const PreaddArgs& args) {
  Words words = args.spec;
  const std::string file = take_file(words).value_or("-");
  base::Spec wanted = base::Spec::parse(words);
  if (wanted.unit() != "fcu" && wanted.unit() != "fir") {
    base::usage_error("preadd", gen::find_unit(wanted.unit()).name == wanted.unit()
                                    ? wanted.unit() +
                                          " takes no sums of coefficients; fcu and "
                                          "fir do"
                                    : "");
  }
  if (!wanted.has("preadd")) wanted.set("preadd", "offline");
  const base::Spec spec = gen::resolve(wanted);
  if (!spec.is("preadd", "offline")) {
    base::usage_error("preadd", "with preadd=hardware the unit adds coefficients itself");
  }
  const Converter converter = converter_of(spec);
  const std::string text = file == "-" ? std::string(std::istreambuf_iterator<char>(std::cin), {})
                                       : base::read_file(file);
  Reader reader(file == "-" ? "standard input" : file, converter.raw, spec.size("CoefWidth"));
  const tb::Values sums = converter.convert(reader.read(text, converter.shape));

  const tb::Field& field = converter.sums;
  if (args.json) {
    const PreaddedCoefficients result = {spec, sums, field.width, tb::port_hex(field, sums.data())};
    fmt::print("{}", preadd_json(result));
    return;
  }
  const std::string head = fmt::format("{}: {} words of {} bits, word 0 in the lowest bits of {}",
                                       spec.line(), field.count, field.width, field.port);
  if (args.hex) {
    fmt::print("// {}\n{}", head, hex_lines(sums, field));
    return;
  }
  std::string lines = fmt::format("# {}\n", head);
  for (size_t i = 0; i < sums.size(); ++i) {
    const bool end = (i + 1) % static_cast<size_t>(converter.per_line) == 0;
    lines += std::to_string(sums[i]) + (end ? '\n' : ' ');
  }
  fmt::print("{}", lines);
}

}  // namespace cli
