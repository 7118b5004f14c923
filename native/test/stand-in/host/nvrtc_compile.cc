// Compiles CUDA C++ with the system's compiler: preprocesses, rewrites what CUDA has beyond C++, and links a library.
#include <dlfcn.h>
#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>
#include <sstream>

#include "compiler_messages.h"
#include "image.h"
#include "nvrtc_programs.h"
#include "settings.h"
#include "source_rewriter.h"

extern char** environ;

namespace standin {

namespace fs = std::filesystem;

namespace {

/// Headers that stand for others: of NVRTC's built-ins, and of inline PTX.
constexpr const char* kOwnHeaders[] = {"module_abi.h", "standin_cuda.h", "standin_threads.h", "ring_cpu.h",
                                       "cuda_builtins.h"};
constexpr const char* kCpuHeaders[] = {"cuda_vectors.h",  "cuda_casts.h",    "cuda_math.h",   "cuda_math_promotion.h",
                                       "cuda_rounding.h", "cuda_integers.h", "cuda_memory.h", "cuda_atomics.h"};
constexpr const char kPtxHeader[] = "ring_ptx.h";

class scratch_folder {
 public:
  scratch_folder() {
    std::string path = (fs::temp_directory_path() / "ring-standin-XXXXXX").string();
    if (mkdtemp(path.data()) != nullptr) path_ = path;
  }
  ~scratch_folder() {
    std::error_code ignored;
    if (!path_.empty()) fs::remove_all(path_, ignored);
  }
  scratch_folder(const scratch_folder&) = delete;
  scratch_folder& operator=(const scratch_folder&) = delete;

  const fs::path& path() const { return path_; }

 private:
  fs::path path_;
};

std::string read_file(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

void write_file(const fs::path& path, const std::string& text) {
  fs::create_directories(path.parent_path());
  std::ofstream(path, std::ios::binary) << text;
}

/// True where it exits with 0. What it says goes to `messages`.
bool run_compiler(const std::vector<std::string>& arguments, const fs::path& messages) {
  std::vector<std::string> words{settings::get().text("compiler")};
  words.insert(words.end(), arguments.begin(), arguments.end());
  std::vector<char*> argv;
  for (std::string& word : words) argv.push_back(word.data());
  argv.push_back(nullptr);
  std::vector<char*> environment;
  for (char** each = environ; *each != nullptr; ++each) environment.push_back(*each);
  char language[] = "LC_ALL=C";
  environment.push_back(language);
  environment.push_back(nullptr);
  posix_spawn_file_actions_t files;
  posix_spawn_file_actions_init(&files);
  posix_spawn_file_actions_addopen(&files, 1, messages.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600);
  posix_spawn_file_actions_adddup2(&files, 1, 2);
  pid_t child = 0;
  const int failed = posix_spawnp(&child, argv[0], &files, nullptr, argv.data(), environment.data());
  posix_spawn_file_actions_destroy(&files);
  if (failed != 0) {
    write_file(messages, "cannot run " + words[0] + "\n");
    return false;
  }
  int status = 0;
  while (waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

class compilation {
 public:
  compilation(program& p, const compile_options& options) : program_(p), options_(options) {}

  bool run() {
    if (scratch_.path().empty()) {
      program_.log = "nvrtc: error: there is no room for temporary files\n";
      return false;
    }
    lay_out_headers();
    if (!preprocess()) return false;
    const std::string text = rewrite_source(without_folders(read_file(preprocessed()))) + epilogue();
    return build(text) && lower_names();
  }

 private:
  fs::path preprocessed() const { return scratch_.path() / "unit.ii"; }
  fs::path library() const { return scratch_.path() / "unit.so"; }

  /// Links: a quoted include looks in the folder of the including file first, under the name by which that was found.
  void lay_out_headers() {
    const fs::path built_in = scratch_.path() / "built-in", given = scratch_.path() / "given";
    fs::create_directories(built_in);
    fs::create_directories(given);
    for (const char* name : kOwnHeaders) fs::create_symlink(fs::path(RING_STANDIN_HEADERS) / name, built_in / name);
    for (const char* name : kCpuHeaders) fs::create_symlink(fs::path(RING_STANDIN_CPU_HEADERS) / name, built_in / name);
    for (const header& each : program_.headers) {
      if (fs::path(each.name).filename() == kPtxHeader)
        fs::create_symlink(fs::path(RING_STANDIN_HEADERS) / kPtxHeader, given / each.name);
      else
        write_file(given / each.name, each.text);
    }
    folders_ = {given, built_in};
    for (const std::string& folder : options_.include_folders) folders_.push_back(shadow(folder));
  }

  /// The folder itself, or where it has the header of inline PTX one that is like it but for that.
  fs::path shadow(const fs::path& folder) {
    std::error_code ignored;
    if (!fs::exists(folder / kPtxHeader, ignored)) return folder;
    const fs::path copy = scratch_.path() / ("shadow-" + std::to_string(folders_.size()));
    fs::create_directories(copy);
    for (const auto& each : fs::directory_iterator(folder)) {
      const bool is_ptx = each.path().filename() == kPtxHeader;
      fs::create_symlink(is_ptx ? fs::path(RING_STANDIN_HEADERS) / kPtxHeader : fs::absolute(each.path()),
                         copy / each.path().filename());
    }
    return copy;
  }

  bool preprocess() {
    const fs::path unit = scratch_.path() / "unit.cu", messages = scratch_.path() / "messages";
    write_file(unit, "#line 1 \"" + program_.name + "\"\n" + program_.source + "\n");
    const int nvrtc = static_cast<int>(settings::get().number("nvrtc"));
    std::vector<std::string> arguments{"-E",
                                       "-x",
                                       "c++",
                                       "-std=gnu" + options_.standard.substr(1),
                                       "-w",
                                       "-nostdinc",
                                       "-nostdinc++",
                                       "-D__CUDACC__",
                                       "-D__CUDACC_RTC__",
                                       "-D__CUDA_ARCH__=" + std::to_string(options_.target * 10),
                                       "-D__CUDACC_VER_MAJOR__=" + std::to_string(nvrtc / 1000),
                                       "-D__CUDACC_VER_MINOR__=" + std::to_string(nvrtc % 1000 / 10)};
    for (const fs::path& each : folders_) arguments.insert(arguments.end(), {"-I", each.string()});
    arguments.insert(arguments.end(), {"-include", "standin_cuda.h"});
    arguments.insert(arguments.end(), options_.preprocessor.begin(), options_.preprocessor.end());
    arguments.insert(arguments.end(), {unit.string(), "-o", preprocessed().string()});
    const bool is_done = run_compiler(arguments, messages);
    if (!is_done) note(read_file(messages));
    return is_done;
  }

  /// What the module tells of itself, and the name expressions: each is instantiated, and its symbol looked up.
  std::string epilogue() const {
    std::string text = "\n# 1 \"epilogue\"\n";
    for (size_t i = 0; i < program_.name_expressions.size(); ++i) {
      std::string expression = program_.name_expressions[i];
      if (expression.starts_with("&")) expression.erase(0, 1);
      const std::string number = std::to_string(i);
      text += "static const ::ring_standin::named<(&" + expression + ")> ring_standin_named_" + number +
              "_; extern \"C\" const void* ring_standin_name_" + number + "() { return (const void*)(&" + expression +
              "); }\n";
    }
    return text +
           "extern \"C\" const ::ring_standin::module_info* ring_standin_module() { return "
           "ring_standin_describe(\"sm_" +
           std::to_string(options_.target) + "\"); }\n";
  }

  bool build(const std::string& text) {
    std::vector<std::string> flags{"-x", "c++", "-fpreprocessed", "-std=gnu" + options_.standard.substr(1),
                                   "-O" + std::to_string(settings::get().number("optimize")), "-w", "-shared", "-fPIC",
                                   // Variables of inline functions are a module's own.
                                   "-fno-gnu-unique", "-Wl,-Bsymbolic", "-fno-strict-aliasing", "-fno-math-errno",
                                   "-ffp-contract=off", "-fno-exceptions", "-fno-rtti", "-fno-threadsafe-statics"};
    std::istringstream further(settings::get().text("flags"));
    for (std::string flag; further >> flag;) flags.push_back(flag);
    const std::string cache = settings::get().text("cache");
    if (cache.empty()) return run_build(text, flags);
    std::string key = settings::get().text("compiler");
    for (const std::string& flag : flags) key += "\n" + flag;
    char name[64];
    std::snprintf(name, sizeof name, "%016zx%016zx.so", std::hash<std::string>{}(key + text), text.size());
    const fs::path kept = fs::path(cache) / name;
    std::error_code error;
    if (fs::exists(kept, error)) {
      fs::copy_file(kept, library(), error);
      if (!error) return true;
    }
    if (!run_build(text, flags)) return false;
    const fs::path fresh = kept.string() + "." + std::to_string(getpid());
    fs::create_directories(cache, error);
    fs::copy_file(library(), fresh, error);
    if (!error) fs::rename(fresh, kept, error);
    return true;
  }

  bool run_build(const std::string& text, std::vector<std::string> arguments) {
    const fs::path unit = scratch_.path() / "rewritten.ii", messages = scratch_.path() / "messages";
    write_file(unit, text);
    arguments.insert(arguments.end(), {unit.string(), "-o", library().string(), "-lm"});
    const bool is_done = run_compiler(arguments, messages);
    if (!is_done) note(read_file(messages));
    return is_done;
  }

  bool lower_names() {
    if (program_.name_expressions.empty()) return finish();
    void* loaded = dlopen(library().c_str(), RTLD_NOW | RTLD_LOCAL);
    if (loaded == nullptr) {
      program_.log = std::string("nvrtc: error: ") + dlerror() + "\n";
      return false;
    }
    for (size_t i = 0; i < program_.name_expressions.size(); ++i) {
      const auto address =
          reinterpret_cast<const void* (*)()>(dlsym(loaded, ("ring_standin_name_" + std::to_string(i)).c_str()));
      Dl_info symbol{};
      if (address != nullptr && dladdr(address(), &symbol) != 0 && symbol.dli_sname != nullptr)
        program_.lowered[program_.name_expressions[i]] = symbol.dli_sname;
    }
    dlclose(loaded);
    return finish();
  }

  bool finish() {
    const std::string bytes = read_file(library());
    program_.ptx = write_ptx(bytes, options_.target, static_cast<int>(settings::get().number("nvrtc")));
    if (options_.is_real) program_.cubin = bytes;
    return true;
  }

  /// Headers by the names that they were given, wherever they lie this time.
  std::string without_folders(std::string text) const {
    for (const char* folder : {"/given/", "/built-in/"}) {
      const std::string prefix = scratch_.path().string() + folder;
      for (size_t at = 0; (at = text.find(prefix, at)) != std::string::npos;) text.erase(at, prefix.size());
    }
    const std::string unit = "\"" + scratch_.path().string();
    for (size_t at = 0; (at = text.find(unit, at)) != std::string::npos;) text.erase(at + 1, unit.size() - 1);
    return text;
  }

  /// As NVRTC would say it.
  void note(std::string messages) {
    program_.log = rewrite_messages(without_folders(std::move(messages)), program_.name);
  }

  program& program_;
  const compile_options& options_;
  scratch_folder scratch_;
  std::vector<fs::path> folders_;
};

}

bool compile(program& p, const compile_options& options) {
  try {
    return compilation(p, options).run();
  } catch (const fs::filesystem_error& error) {
    p.log = std::string("nvrtc: error: ") + error.what() + "\n";
    return false;
  }
}

}
