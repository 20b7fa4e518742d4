// SPDX-License-Identifier: Apache-2.0
// dlopen, the ABI check, and the calls through the C interface.

#include "sim/shared_model.h"

#include <dlfcn.h>
#include <fmt/format.h>

#include <vector>

#include "base/error.h"
#include "sim/failure.h"
#include "sim/model_abi.h"
#include "sim/random.h"

namespace sim {
namespace {

class SharedModel final : public Model {
 public:
  SharedModel(const abi::FirconeModel& api, std::string top, uint64_t seed)
      : api_(api), eval_(api.eval), top_(std::move(top)) {
    std::vector<void*> storage(api.port_count);
    // Verilator takes a positive int; 0 would mean a seed from the clock.
    self_ = api.create(static_cast<uint32_t>(mix(seed) % 0x7ffffffeU) + 1, storage.data());
    if (self_ == nullptr) base::check_error(top_, "the model cannot be created");
    for (uint32_t i = 0; i < api.port_count; ++i) {
      const abi::FirconePort& port = api.ports[i];
      ports_.push_back({port.name, port.input != 0, port.width, storage[i]});
    }
  }
  ~SharedModel() override { api_.destroy(self_); }

  void eval() override {
    const int32_t status = eval_(self_);
    if (status != 0) [[unlikely]] {
      stop(status);
    }
  }

  bool can_trace() const override { return (api_.features & 1U) != 0; }
  void open_trace(const std::filesystem::path& file) override {
    const int32_t status = api_.open_trace(self_, file.c_str());
    if (status == 2) Model::open_trace(file);
    if (status != 0) base::check_error(file.string(), "cannot write waveforms there");
  }
  void dump_trace(uint64_t time_ps) override { api_.dump_trace(self_, time_ps); }
  void close_trace() override { api_.close_trace(self_); }
  void write_coverage(const std::filesystem::path& file) override {
    if (api_.write_coverage(self_, file.c_str()) != 0) Model::write_coverage(file);
  }

 private:
  [[noreturn]] void stop(int32_t status) const {
    const StopKind kind = status == 1   ? StopKind::kFinish
                          : status == 2 ? StopKind::kStop
                                        : StopKind::kFatal;
    throw ModelStop(kind, fmt::format("{}: {}", top_, api_.message(self_)));
  }

  const abi::FirconeModel& api_;
  int32_t (*eval_)(void*);
  void* self_ = nullptr;
  std::string top_;
};

}  // namespace

std::unique_ptr<Model> open_shared_model(const std::filesystem::path& file, const std::string& top,
                                         uint64_t x_initial_seed) {
  void* library = ::dlopen(file.c_str(), RTLD_LOCAL | RTLD_NOW);
  if (library == nullptr)
    base::check_error(top, std::string("cannot load the model: ") + dlerror());
  using Entry = const abi::FirconeModel* (*)();
  const auto entry = reinterpret_cast<Entry>(::dlsym(library, "fircone_model"));
  const abi::FirconeModel* api = entry != nullptr ? entry() : nullptr;
  if (api == nullptr || api->abi != abi::kModelAbi || api->bytes != sizeof(abi::FirconeModel)) {
    base::check_error(top, file.string() + " is not a model of this version");
  }
  return std::make_unique<SharedModel>(*api, top, x_initial_seed);
}

}  // namespace sim
