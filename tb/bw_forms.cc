// SPDX-License-Identifier: Apache-2.0
// Forms of products with binary weights, by the spec's words.

#include "tb/bw_forms.h"

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

}  // namespace tb
