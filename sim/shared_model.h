// SPDX-License-Identifier: Apache-2.0
// A model in a shared object that was compiled with the adaptor.

#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>

#include "sim/model.h"

namespace sim {

// Opens the file and makes an instance; it is never closed again, so that nothing of it is left
// dangling. Check error when it is not a model of this ABI.
std::unique_ptr<Model> open_shared_model(const std::filesystem::path& file, const std::string& top,
                                         uint64_t x_initial_seed);

}  // namespace sim
