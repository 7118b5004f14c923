#include "driver/nvml_probe.h"

#include <utility>

#include "driver/nvml_library.h"

namespace ring {

namespace {

bool succeeds(std::optional<call_error> error, nvml_report& report) {
  if (!error) return true;
  report.errors.push_back(std::move(*error));
  return false;
}

}

nvml_report probe_nvml(const std::vector<std::string>& libraries) {
  nvml_report report;
  nvml_library nvml;
  report.load_failures = nvml.open(libraries);
  if (!nvml.library.is_open()) return report;
  report.path = nvml.library.path();
  if (!succeeds(RING_CALL(nvml, nvmlInit_v2), report)) return report;
  char version[96] = {};
  if (succeeds(RING_CALL(nvml, nvmlSystemGetDriverVersion, version, static_cast<unsigned>(sizeof version) - 1),
               report)) {
    report.driver_version = version;
  }
  unsigned count = 0;
  if (succeeds(RING_CALL(nvml, nvmlDeviceGetCount_v2, &count), report)) report.device_count = count;
  succeeds(RING_CALL(nvml, nvmlShutdown), report);
  return report;
}

}
