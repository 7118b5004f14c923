// The system compiler's messages in NVRTC's form.
#pragma once

#include <string>

namespace standin {

/// `unit.cu:3:7: error: …` becomes `unit.cu(3): error: …`, and the number of errors comes last.
std::string rewrite_messages(const std::string& messages, const std::string& program);

}
