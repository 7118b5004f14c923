// For sources that include this header: the profiler is started and stopped by the host's side, which is not here.
#pragma once
#include "ring_cpu.h"
