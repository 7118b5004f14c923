#include "compiler_messages.h"

#include <regex>
#include <sstream>

namespace standin {

namespace {

/// What NVRTC's front end says to the same.
std::string reword(const std::string& text) {
  std::smatch found;
  if (std::regex_match(text, found, std::regex("'(.+)' was not declared in this scope(?:;.*)?")))
    return "identifier \"" + found[1].str() + "\" is undefined";
  if (std::regex_match(text, found, std::regex("expected ';'.*"))) return "expected a \";\"";
  return text;
}

}

std::string rewrite_messages(const std::string& messages, const std::string& program) {
  static const std::regex message("^(.+?):([0-9]+):(?:[0-9]+:)? (fatal error|error|warning): (.*)$");
  static const std::regex missing("(.+): No such file or directory");
  static const std::regex source("^ *[0-9]* \\| ?(.*)$");
  std::istringstream lines(messages);
  std::string log, line;
  int errors = 0;
  while (std::getline(lines, line)) {
    std::smatch found, file;
    if (std::regex_match(line, found, message)) {
      const std::string place = found[1].str() + "(" + found[2].str() + "): ", text = found[4].str();
      errors += found[3] == "warning" ? 0 : 1;
      if (found[3] == "fatal error" && std::regex_match(text, file, missing))
        log += place + "catastrophic error: cannot open source file \"" + file[1].str() + "\"\n";
      else
        log += place + (found[3] == "warning" ? "warning: " : "error: ") + reword(text) + "\n";
    } else if (std::regex_match(line, found, source)) {
      log += "  " + found[1].str() + "\n";
    } else if (line.find("rror: ") != std::string::npos) {
      // The assembler's and the linker's.
      errors += 1;
      log += program + "(1): error: " + line + "\n";
    }
  }
  if (errors == 0) {
    log += messages;
    errors = 1;
  }
  return log + "\n" + std::to_string(errors) + (errors == 1 ? " error" : " errors") +
         " detected in the compilation of \"" + program + "\".\n";
}

}
