// <stdio.h> for actors: printf, to the console of the studio.
#pragma once
#include "ring_cpu.h"
