// The processes that use a GPU.
#pragma once

#include <vector>

#include "driver/nvml_figures.h"

namespace ring {

nvml_figure<std::vector<nvml_process>> read_compute_processes(const nvml_library& nvml, nvml_device_handle device);
nvml_figure<std::vector<nvml_process>> read_graphics_processes(const nvml_library& nvml, nvml_device_handle device);

}
