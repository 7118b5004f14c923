#include "driver/nvrtc_probe.h"

#include "driver/nvrtc_library.h"

namespace ring {

namespace {

std::optional<std::vector<int>> ask_architectures(const nvrtc_library& nvrtc, nvrtc_report& report) {
  int count = 0;
  if (!succeeds(RING_CALL(nvrtc, nvrtcGetNumSupportedArchs, &count), report.errors)) return std::nullopt;
  // Room for one even where there is none: the pointer must be good.
  std::vector<int> architectures(static_cast<size_t>(count < 1 ? 1 : count));
  if (!succeeds(RING_CALL(nvrtc, nvrtcGetSupportedArchs, architectures.data()), report.errors)) return std::nullopt;
  architectures.resize(static_cast<size_t>(count < 0 ? 0 : count));
  return architectures;
}

}

nvrtc_report probe_nvrtc(const std::vector<std::string>& libraries) {
  nvrtc_report report;
  nvrtc_library nvrtc;
  report.load_failures = nvrtc.open(libraries);
  if (!nvrtc.library.is_open()) return report;
  report.path = nvrtc.library.path();
  int major = 0;
  int minor = 0;
  if (succeeds(RING_CALL(nvrtc, nvrtcVersion, &major, &minor), report.errors)) {
    report.version_major = major;
    report.version_minor = minor;
    report.builtins_failure = nvrtc.open_builtins(major, minor);
    if (!report.builtins_failure) report.builtins_path = nvrtc.builtins().path();
  }
  report.architectures = ask_architectures(nvrtc, report);
  return report;
}

}
