// SPDX-License-Identifier: Apache-2.0
// The plain C interface: a spec's text to a golden function, over arrays. No exception leaves it.

#include "golden/c_interface.h"

#include <algorithm>
#include <charconv>
#include <map>
#include <new>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "golden/add_aca1.h"
#include "golden/add_ama.h"
#include "golden/add_bcsa.h"
#include "golden/add_cesa.h"
#include "golden/add_esa.h"
#include "golden/add_eta1.h"
#include "golden/add_eta2.h"
#include "golden/add_exact.h"
#include "golden/add_gear.h"
#include "golden/add_herloa.h"
#include "golden/add_hoeraa.h"
#include "golden/add_loa.h"
#include "golden/add_oloca.h"
#include "golden/add_sara.h"
#include "golden/add_trunc.h"
#include "golden/mul_approx.h"

namespace {

using golden::Signs;
using golden::UnsignedWide;
using golden::Wide;

struct Fault {
  fircone_status status;
  std::string text;
};

// One key of a unit: a size with its limits, or a choice of words. The default stands first.
struct Key {
  int standard = 0, min = 0, max = 0;
  std::vector<std::string> words = {};
};
constexpr int kAuto = -1;  // a standard; the word `auto` stands for it
using Keys = std::map<std::string, Key>;

const std::set<std::string>& exact_adders() {
  static const std::set<std::string> units = {"add_prefix", "add_ripple", "add_skip", "add_select",
                                              "add_increment"};
  return units;
}

// Keys that change the structure of a unit but not its function.
bool structural(const std::string& unit, const std::string& key) {
  using Names = std::set<std::string>;
  static const Names blocks = {"block"}, approximate = {"network"};
  static const std::map<std::string, Names> all = {
      {"add_prefix", {"network", "slack", "fanout"}},
      {"add_ripple", {}},
      {"add_skip", blocks},
      {"add_select", blocks},
      {"add_increment", blocks},
      {"mul", {"arith", "form", "tree", "compressors", "final_adder"}},
      {"dot", {"arith", "form", "tree", "compressors", "final_adder", "cut", "reset"}}};
  const auto found = all.find(unit);
  return (found == all.end() ? approximate : found->second).contains(key);
}

const Key kWidth = {16, 1, 64}, kApproxWidth = {8, 0, 64}, kBlock = {4, 1, 64};
const Key kUnsignedSigned = {0, 0, 0, {"unsigned", "signed"}};
const Key kAnySigns = {0, 0, 0, {"unsigned", "signed", "mixed"}};

const std::map<std::string, Keys>& units() {
  static const std::map<std::string, Keys> all = [] {
    std::map<std::string, Keys> table;
    const Keys low = {{"ApproxWidth", kApproxWidth}}, blocks = {{"block", kBlock}};
    for (const char* unit :
         {"add_loa", "add_oloca", "add_eta1", "add_herloa", "add_hoeraa", "add_trunc", "add_ama"}) {
      table[unit] = low;
    }
    for (const char* unit : {"add_esa", "add_eta2", "add_sara", "add_bcsa", "add_cesa"}) {
      table[unit] = blocks;
    }
    for (const std::string& unit : exact_adders()) {
      table[unit] = {{"carry_in", {0, 0, 0, {"no"}}}};  // a carry in would be a third array
    }
    table["add_loa"]["carry"] = {0, 0, 0, {"and", "none"}};
    table["add_oloca"]["OnesWidth"] = {4, 0, 64};
    table["add_trunc"]["fill"] = {0, 0, 0, {"zeros", "ones", "half"}};
    table["add_ama"]["cell"] = {1, 1, 5};
    table["add_cesa"]["rectify"] = {0, 0, 0, {"no", "yes"}};
    table["add_aca1"] = {{"window", {4, 1, 64}}};
    table["add_gear"] = {{"r", {4, 1, 64}}, {"p", {4, 0, 63}}};
    for (auto& [name, keys] : table) {
      keys["Width"] = kWidth;
      keys["operands"] = kUnsignedSigned;
    }
    table["mul"] = {{"WidthA", {8, 1, 64}},
                    {"WidthB", {8, 1, 64}},
                    {"operands", kAnySigns},
                    {"approx", {0, 0, 0, {"none", "truncated", "broken_array", "compressor"}}},
                    {"columns", {kAuto, 0, 63}},
                    {"rows", {0, 0, 64}}};
    table["dot"] = {{"Count", {3, 1, 64}},
                    {"WidthA", {8, 1, 32}},
                    {"WidthB", {8, 1, 32}},
                    {"AddendWidth", {0, 0, 64}},
                    {"operands", kAnySigns}};
    return table;
  }();
  return all;
}

// A spec as numbers: sizes, and the place of a word among its key's words.
class Request {
 public:
  explicit Request(const char* text) {
    if (text == nullptr) throw Fault{FIRCONE_BAD_POINTER, "spec is NULL"};
    std::vector<std::string> words;
    for (const std::string_view all = text; const char c : all) {
      if (c == ' ' || words.empty()) words.emplace_back();
      if (c != ' ') words.back() += c;
    }
    std::erase(words, "");
    unit_ = words.empty() ? "" : words.front();
    const auto unit = units().find(unit_);
    if (unit == units().end()) throw Fault{FIRCONE_UNKNOWN_UNIT, "no unit '" + unit_ + "'"};
    for (const auto& [name, key] : unit->second) values_[name] = key.standard;
    for (size_t i = 1; i < words.size(); ++i) set(unit->second, words[i]);
  }

  const std::string& unit() const { return unit_; }
  int operator[](const std::string& key) const { return values_.at(key); }

  [[noreturn]] void refuse(const std::string& text) const {
    throw Fault{FIRCONE_BAD_KEY, unit_ + ": " + text};
  }
  std::string show(const std::string& key) const {
    return key + "=" + std::to_string((*this)[key]);
  }
  void at_most(const std::string& key, const std::string& limit) const {
    if ((*this)[key] > (*this)[limit]) {
      refuse(show(key) + " must be at most " + show(limit));
    }
  }

 private:
  void set(const Keys& keys, const std::string& word) {
    const size_t equals = word.find('=');
    const std::string name = word.substr(0, equals);
    const std::string value = equals == std::string::npos ? "" : word.substr(equals + 1);
    const auto key = keys.find(name);
    if (key == keys.end()) {
      if (equals != std::string::npos && structural(unit_, name)) return;
      refuse("unknown option '" + word + "'");
    }
    if (!seen_.insert(name).second) refuse("option '" + name + "' is given twice");
    const Key& k = key->second;
    for (size_t i = 0; i < k.words.size(); ++i) {
      if (k.words[i] == value) values_[name] = static_cast<int>(i);
    }
    if (!k.words.empty()) {
      if (k.words[static_cast<size_t>(values_[name])] != value) refuse(word + " is no choice");
      return;
    }
    if (k.standard == kAuto && value == "auto") return;
    int number = 0;
    const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), number);
    if (error != std::errc() || end != value.data() + value.size() || value.empty() ||
        number < k.min || number > k.max) {
      refuse(word + " must be in " + std::to_string(k.min) + ".." + std::to_string(k.max));
    }
    values_[name] = number;
  }

  std::string unit_;
  std::map<std::string, int> values_;
  std::set<std::string> seen_;
};

void check_adder(const Request& r) {
  const std::string& unit = r.unit();
  const Keys& keys = units().at(unit);
  for (const char* key : {"ApproxWidth", "window"}) {
    if (keys.contains(key)) r.at_most(key, "Width");
  }
  if (keys.contains("OnesWidth")) r.at_most("OnesWidth", "ApproxWidth");
  if (keys.contains("block") && r["Width"] % r["block"] != 0) {
    r.refuse(r.show("block") + " must divide " + r.show("Width"));
  }
  if (unit == "add_gear" && (r["r"] + r["p"] > r["Width"] || (r["Width"] - r["p"]) % r["r"] != 0)) {
    r.refuse(r.show("r") + " must divide Width - p = " + std::to_string(r["Width"] - r["p"]));
  }
}

// Calls `body(f)` with f(a, b) of the request, in words of type Word.
template <typename Word, typename Body>
void with_adder(const Request& r, Body body) {
  using namespace golden;
  const std::string& unit = r.unit();
  const int n = r["Width"];
  const auto low = [&](auto add) {
    body([add, n, k = r["ApproxWidth"]](Word a, Word b) { return add(a, b, n, k); });
  };
  const auto blocks = [&](auto add) {
    body([add, n, block = r["block"]](Word a, Word b) { return add(a, b, n, block); });
  };
  if (unit == "add_loa") {
    body([n, k = r["ApproxWidth"], c = r["carry"] == 0](Word a, Word b) {
      return add_loa(a, b, n, k, c);
    });
  } else if (unit == "add_oloca") {
    body([n, k = r["ApproxWidth"], m = r["OnesWidth"]](Word a, Word b) {
      return add_oloca(a, b, n, k, m);
    });
  } else if (unit == "add_eta1") {
    low([](Word a, Word b, int w, int k) { return add_eta1(a, b, w, k); });
  } else if (unit == "add_herloa") {
    low([](Word a, Word b, int w, int k) { return add_herloa(a, b, w, k); });
  } else if (unit == "add_hoeraa") {
    low([](Word a, Word b, int w, int k) { return add_hoeraa(a, b, w, k); });
  } else if (unit == "add_trunc") {
    const Fill fills[] = {Fill::kZeros, Fill::kOnes, Fill::kHalf};
    body([n, k = r["ApproxWidth"], fill = fills[r["fill"]]](Word a, Word b) {
      return add_trunc(a, b, n, k, fill);
    });
  } else if (unit == "add_ama") {
    body([n, k = r["ApproxWidth"], cell = r["cell"]](Word a, Word b) {
      return add_ama(a, b, n, k, cell);
    });
  } else if (unit == "add_esa") {
    blocks([](Word a, Word b, int w, int block) { return add_esa(a, b, w, block); });
  } else if (unit == "add_eta2") {
    blocks([](Word a, Word b, int w, int block) { return add_eta2(a, b, w, block); });
  } else if (unit == "add_sara") {
    blocks([](Word a, Word b, int w, int block) { return add_sara(a, b, w, block); });
  } else if (unit == "add_bcsa") {
    blocks([](Word a, Word b, int w, int block) { return add_bcsa(a, b, w, block); });
  } else if (unit == "add_cesa") {
    body([n, block = r["block"], rectify = r["rectify"] == 1](Word a, Word b) {
      return add_cesa(a, b, n, block, rectify);
    });
  } else if (unit == "add_aca1") {
    body([n, window = r["window"]](Word a, Word b) { return add_aca1(a, b, n, window); });
  } else if (unit == "add_gear") {
    body([n, rr = r["r"], p = r["p"]](Word a, Word b) { return add_gear(a, b, n, rr, p); });
  } else {
    body([n](Word a, Word b) { return add_exact(a, b, n); });
  }
}

// Results as 128-bit numbers to the caller's arrays.
struct Results {
  uint64_t *low, *high;  // high: may be null
  void put(size_t i, UnsignedWide value) const {
    low[i] = static_cast<uint64_t>(value);
    if (high != nullptr) high[i] = static_cast<uint64_t>(value >> 64);
  }
};

Results results_of(uint64_t* low, uint64_t* high, int bits) {
  if (low == nullptr) throw Fault{FIRCONE_BAD_POINTER, "low is NULL"};
  if (bits > 64 && high == nullptr) {
    throw Fault{FIRCONE_TOO_WIDE,
                "results have " + std::to_string(bits) + " bits and high is NULL"};
  }
  return {low, high};
}

void need(const uint64_t* array, const char* name) {
  if (array == nullptr) throw Fault{FIRCONE_BAD_POINTER, std::string(name) + " is NULL"};
}

template <typename Word>
void add_all(const Request& r, const uint64_t* a, const uint64_t* b, const Results& out, size_t n) {
  const int width = r["Width"];
  const bool is_signed = r["operands"] == 1;
  const Word mask = golden::low_mask<Word>(width);
  with_adder<Word>(r, [&](auto add) {
    for (size_t i = 0; i < n; ++i) {
      const Word x = Word{a[i]} & mask, y = Word{b[i]} & mask;
      const Word sum = add(x, y);
      if (is_signed) {
        const Wide number = golden::as_signed(golden::signed_result(x, y, sum, width), width + 1);
        out.put(i, static_cast<UnsignedWide>(number));
      } else {
        out.put(i, sum);
      }
    }
  });
}

// Half of the array's columns, as a fixed-width multiplier drops, where nothing else is said.
int columns_of(const Request& r) {
  return r["columns"] == kAuto ? std::min(r["WidthA"], r["WidthB"]) : r["columns"];
}

UnsignedWide product(const Request& r, uint64_t a, uint64_t b, Signs signs) {
  const int wa = r["WidthA"], wb = r["WidthB"], columns = columns_of(r);
  switch (r["approx"]) {
    case 1:
      return golden::mul_truncated(a, wa, b, wb, signs, columns);
    case 2:
      return golden::mul_broken_array(a, wa, b, wb, signs, columns, r["rows"]);
    case 3:
      return golden::mul_compressor(a, wa, b, wb, signs, columns);
    default:
      return golden::mul(a, wa, b, wb, signs);
  }
}

Signs signs_of(const Request& r) {
  const Signs all[] = {Signs::kUnsigned, Signs::kSigned, Signs::kMixed};
  return all[r["operands"]];
}

uint64_t low_bits(uint64_t word, int width) { return word & golden::low_mask<uint64_t>(width); }

std::string& last_error() {
  thread_local std::string text;
  return text;
}

template <typename Body>
int guarded(Body body) {
  try {
    body();
    return FIRCONE_OK;
  } catch (const Fault& fault) {
    last_error() = fault.text;
    return fault.status;
  } catch (...) {
    return FIRCONE_FAILED;
  }
}

void add(const char* spec, const uint64_t* a, const uint64_t* b, uint64_t* low, uint64_t* high,
         size_t n) {
  const Request r(spec);
  if (!r.unit().starts_with("add_")) {
    throw Fault{FIRCONE_UNKNOWN_UNIT, r.unit() + " is no adder"};
  }
  check_adder(r);
  need(a, "a");
  need(b, "b");
  const Results out = results_of(low, high, r["Width"] + 1);
  if (r["Width"] < 64) {
    add_all<uint64_t>(r, a, b, out, n);
  } else {
    add_all<UnsignedWide>(r, a, b, out, n);
  }
}

void multiply(const char* spec, const uint64_t* a, const uint64_t* b, uint64_t* low, uint64_t* high,
              size_t n) {
  const Request r(spec);
  if (r.unit() != "mul") throw Fault{FIRCONE_UNKNOWN_UNIT, r.unit() + " is no multiplier"};
  const int wa = r["WidthA"], wb = r["WidthB"];
  if (r["approx"] != 0 && r["columns"] >= wa + wb) {
    r.refuse(r.show("columns") + " must be below WidthA + WidthB = " + std::to_string(wa + wb));
  }
  r.at_most("rows", "WidthB");
  need(a, "a");
  need(b, "b");
  const Results out = results_of(low, high, wa + wb);
  const Signs signs = signs_of(r);
  for (size_t i = 0; i < n; ++i) {
    const UnsignedWide bits = product(r, low_bits(a[i], wa), low_bits(b[i], wb), signs);
    out.put(i, signs == Signs::kUnsigned
                   ? bits
                   : static_cast<UnsignedWide>(golden::as_signed(bits, wa + wb)));
  }
}

void dot(const char* spec, const uint64_t* a, const uint64_t* b, const uint64_t* c, uint64_t* low,
         uint64_t* high, size_t n) {
  const Request r(spec);
  if (r.unit() != "dot") throw Fault{FIRCONE_UNKNOWN_UNIT, r.unit() + " is no dot product"};
  const int wa = r["WidthA"], wb = r["WidthB"], addend = r["AddendWidth"];
  const auto count = static_cast<size_t>(r["Count"]);
  const Signs signs = signs_of(r);
  need(a, "a");
  need(b, "b");
  if (addend > 0) need(c, "c");
  int sum_bits = wa + wb;
  while (count > size_t{1} << (sum_bits - wa - wb)) ++sum_bits;
  const Results out = results_of(low, high, addend > 0 ? std::max(sum_bits, addend) + 1 : sum_bits);
  for (size_t i = 0; i < n; ++i) {
    Wide total = addend > 0 ? golden::value_of(c[i], addend, signs != Signs::kUnsigned) : 0;
    for (size_t k = i * count; k < (i + 1) * count; ++k) {
      total += golden::value_of(a[k], wa, signs == Signs::kSigned) *
               golden::value_of(b[k], wb, signs != Signs::kUnsigned);
    }
    out.put(i, static_cast<UnsignedWide>(total));
  }
}

}  // namespace

int fircone_add(const char* spec, const uint64_t* a, const uint64_t* b, uint64_t* low,
                uint64_t* high, size_t n) {
  return guarded([&] { add(spec, a, b, low, high, n); });
}

int fircone_mul(const char* spec, const uint64_t* a, const uint64_t* b, uint64_t* low,
                uint64_t* high, size_t n) {
  return guarded([&] { multiply(spec, a, b, low, high, n); });
}

int fircone_dot(const char* spec, const uint64_t* a, const uint64_t* b, const uint64_t* c,
                uint64_t* low, uint64_t* high, size_t n) {
  return guarded([&] { dot(spec, a, b, c, low, high, n); });
}

const char* fircone_last_error(void) { return last_error().c_str(); }

int fircone_golden_abi(void) { return FIRCONE_GOLDEN_ABI; }
