// CUDA's declarations in preprocessed C++: what no macro can say.
#pragma once

#include <string>

namespace standin {

/// `__global__` functions are registered where they end, `extern __shared__` arrays become the block's dynamic shared
/// memory, `__INTADDR__` of a member is its offset, `__is_integral` a template. Lines stay where they are.
std::string rewrite_source(const std::string& preprocessed);

}
