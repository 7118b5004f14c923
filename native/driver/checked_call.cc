#include "driver/checked_call.h"

#include <utility>

namespace ring {

bool succeeds(std::optional<call_error> error, std::vector<call_error>& errors) {
  if (!error) return true;
  errors.push_back(std::move(*error));
  return false;
}

call_error describe_failure(const call_site& site, std::optional<int> code, std::string name) {
  std::string file = site.file;
  const size_t folder_end = file.find_last_of("\\/");
  if (folder_end != std::string::npos) file.erase(0, folder_end + 1);
  return {site.call, code, std::move(name), file + ":" + std::to_string(site.line)};
}

}
