// For sources that include the toolkit's header: its device side is built in.
#pragma once
#include "ring_cpu.h"
