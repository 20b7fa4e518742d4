// SPDX-License-Identifier: Apache-2.0
// Error figures as tables for people.

#pragma once

#include "cli/json.h"

namespace cli {

void print_error(const ErrorResult& result);

}  // namespace cli
