#include "module.h"

#include <dlfcn.h>
#include <link.h>
#include <unistd.h>

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <vector>

#include "device.h"
#include "memory.h"

namespace standin {

namespace {

/// A name that no other load has had: the system's loader would give back what it has under it.
std::string write_copy(const std::string& library) {
  std::string path = (std::filesystem::temp_directory_path() / "ring-standin-XXXXXX").string();
  const int file = mkstemp(path.data());
  if (file < 0) return "";
  size_t done = 0;
  while (done < library.size()) {
    const ssize_t written = write(file, library.data() + done, library.size() - done);
    if (written <= 0) break;
    done += static_cast<size_t>(written);
  }
  close(file);
  if (done == library.size()) return path;
  unlink(path.c_str());
  return "";
}

/// What the program header tells of one library.
struct segments {
  unsigned long load_address = 0;
  std::vector<std::pair<const void*, size_t>> writable;
  size_t thread_bytes = 0;
  /// The calling thread's; null until it has touched it.
  const void* thread_data = nullptr;
  bool is_found = false;
};

int visit_library(dl_phdr_info* info, size_t, void* data) {
  auto& found = *static_cast<segments*>(data);
  if (info->dlpi_addr != found.load_address) return 0;
  found.is_found = true;
  found.thread_data = info->dlpi_tls_data;
  for (int i = 0; i < info->dlpi_phnum; ++i) {
    const auto& header = info->dlpi_phdr[i];
    if (header.p_type == PT_TLS) found.thread_bytes = header.p_memsz;
    if (header.p_type != PT_LOAD || (header.p_flags & PF_W) == 0) continue;
    found.writable.emplace_back(reinterpret_cast<const void*>(info->dlpi_addr + header.p_vaddr), header.p_memsz);
  }
  return 1;
}

segments find_segments(unsigned long load_address) {
  segments found;
  found.load_address = load_address;
  dl_iterate_phdr(visit_library, &found);
  return found;
}

/// Thread-local variables of the device's header that are no `__shared__` ones.
constexpr size_t kOwnThreadBytes = 16;

}

std::shared_ptr<loaded_module> loaded_module::load(context& owner, const image& what, std::string& why) {
  const std::string path = write_copy(what.library);
  if (path.empty()) {
    why = "there is no room for a copy of the program";
    return nullptr;
  }
  std::shared_ptr<loaded_module> made(new loaded_module);
  made->owner_ = &owner;
  made->library_ = dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL);
  if (made->library_ == nullptr) why = dlerror();
  unlink(path.c_str());
  return made->library_ != nullptr && made->read(why) ? made : nullptr;
}

bool loaded_module::read(std::string& why) {
  const auto describe = reinterpret_cast<const module_info* (*)()>(dlsym(library_, "ring_standin_module"));
  info_ = describe == nullptr ? nullptr : describe();
  if (info_ == nullptr || info_->magic != kModuleMagic || info_->abi_bytes != sizeof(services)) {
    why = "the image was made by another stand-in";
    return false;
  }
  info_->bind(&device_services());
  target_ = info_->target;
  for (const kernel_record* each = info_->kernels; each != nullptr; each = each->next) {
    Dl_info symbol{};
    if (dladdr(each->function, &symbol) != 0 && symbol.dli_sname != nullptr && symbol.dli_saddr == each->function)
      kernels_[symbol.dli_sname] = each;
  }
  link_map* map = nullptr;
  dlinfo(library_, RTLD_DI_LINKMAP, &map);
  load_address_ = map->l_addr;
  const segments found = find_segments(load_address_);
  const size_t shared = found.thread_bytes > kOwnThreadBytes ? found.thread_bytes - kOwnThreadBytes : 0;
  shared_bytes_ = static_cast<unsigned>(std::min<size_t>(shared, kSharedPerBlock));
  for (const auto& [base, bytes] : found.writable) {
    writable_[base] = bytes;
    add_window(base, bytes);
  }
  return true;
}

loaded_module::~loaded_module() {
  for (const auto& [base, bytes] : writable_) remove_window(base);
  if (library_ != nullptr) dlclose(library_);
}

const kernel_record* loaded_module::find_kernel(const std::string& name) const {
  const auto found = kernels_.find(name);
  return found == kernels_.end() ? nullptr : found->second;
}

bool loaded_module::find_variable(const char* name, void*& address, size_t& bytes) const {
  void* found = dlsym(library_, name);
  if (found == nullptr) return false;
  Dl_info symbol{};
  void* entry_address = nullptr;
  if (dladdr1(found, &symbol, &entry_address, RTLD_DL_SYMENT) == 0 || entry_address == nullptr) return false;
  const auto* entry = static_cast<const ElfW(Sym)*>(entry_address);
  // Not of another library, no function, and none of the stand-in's own variables.
  const link_map* map = nullptr;
  dlinfo(library_, RTLD_DI_LINKMAP, &map);
  if (reinterpret_cast<uintptr_t>(symbol.dli_fbase) != map->l_addr) return false;
  if (ELF64_ST_TYPE(entry->st_info) != STT_OBJECT) return false;
  address = found;
  bytes = entry->st_size;
  return true;
}

bool loaded_module::owns_shared(const volatile void* p, size_t bytes) const {
  const segments found = find_segments(load_address_);
  const auto at = reinterpret_cast<uintptr_t>(p), begin = reinterpret_cast<uintptr_t>(found.thread_data);
  return begin != 0 && at >= begin && at + bytes <= begin + found.thread_bytes;
}

}
