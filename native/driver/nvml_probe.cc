#include "driver/nvml_probe.h"

namespace ring {

nvml_report open_nvml(nvml_library& nvml, const std::vector<std::string>& libraries) {
  nvml_report report;
  report.load_failures = nvml.open(libraries);
  if (!nvml.library.is_open()) return report;
  report.path = nvml.library.path();
  if (!succeeds(RING_CALL(nvml, nvmlInit_v2), report.errors)) return report;
  char version[96] = {};
  if (succeeds(RING_CALL(nvml, nvmlSystemGetDriverVersion, version, static_cast<unsigned>(sizeof version) - 1),
               report.errors)) {
    report.driver_version = version;
  }
  unsigned count = 0;
  if (succeeds(RING_CALL(nvml, nvmlDeviceGetCount_v2, &count), report.errors)) report.device_count = count;
  return report;
}

nvml_report probe_nvml(const std::vector<std::string>& libraries) {
  nvml_library nvml;
  nvml_report report = open_nvml(nvml, libraries);
  if (report.driver_version || report.device_count) succeeds(RING_CALL(nvml, nvmlShutdown), report.errors);
  return report;
}

}
