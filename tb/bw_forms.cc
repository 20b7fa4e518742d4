// SPDX-License-Identifier: Apache-2.0
// Forms of products with binary weights, by the spec's words.

#include "tb/bw_forms.h"

#include <map>
#include <string>

#include "tb/adder_functions.h"

namespace tb {

golden::BwProduct bw_product(const base::Spec& resolved) {
  golden::BwProduct product;
  product.width = static_cast<int>(resolved.size("DataWidth"));
  product.drop = static_cast<int>(resolved.size("drop"));
  if (resolved.is("form", "and")) product.form = golden::BwForm::kAnd;
  if (resolved.is("form", "negate")) product.form = golden::BwForm::kNegate;
  if (resolved.is("form", "approx")) product.form = golden::BwForm::kApprox;
  if (resolved.is("data", "signed")) product.data = golden::BwData::kSigned;
  if (resolved.is("data", "binary")) product.data = golden::BwData::kBinary;
  if (resolved.is("compensation", "half")) product.compensation = golden::BwCompensation::kHalf;
  if (resolved.is("compensation", "exact")) product.compensation = golden::BwCompensation::kExact;
  return product;
}

BwFinalAdder bw_final_adder(const base::Spec& resolved) {
  // The adder's unit and the size that `approx` is.
  static const std::map<std::string, std::pair<std::string, std::string>> all = {
      {"loa", {"add_loa", "ApproxWidth"}},
      {"trunc", {"add_trunc", "ApproxWidth"}},
      {"oloca", {"add_oloca", "ApproxWidth"}},
      {"eta1", {"add_eta1", "ApproxWidth"}},
      {"herloa", {"add_herloa", "ApproxWidth"}},
      {"hoeraa", {"add_hoeraa", "ApproxWidth"}},
      {"esa", {"add_esa", "block"}},
      {"eta2", {"add_eta2", "block"}},
      {"aca1", {"add_aca1", "window"}}};
  const auto found = all.find(resolved.get("final_adder"));
  if (found == all.end()) return {};
  const auto& [unit, key] = found->second;
  const int width = static_cast<int>(resolved.size("AccWidth"));
  base::Spec adder(unit);
  adder.set("operands", "unsigned");
  adder.set("Width", std::to_string(width));
  adder.set(key, resolved.get("approx"));
  if (unit == "add_loa") adder.set("carry", "and");
  if (unit == "add_trunc") adder.set("fill", "ones");
  if (unit == "add_oloca") adder.set("OnesWidth", std::to_string(resolved.size("approx") / 2));
  return [add = adder_function(adder), width](const golden::BwRows& rows) {
    return golden::bw_wrap(
        add(static_cast<uint64_t>(rows.first), static_cast<uint64_t>(rows.second), false), width);
  };
}

}  // namespace tb
