#include "source_rewriter.h"

#include <cctype>
#include <cstring>

namespace standin {

namespace {

bool is_word(char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_'; }

/// Walks through the text token by token and copies it; some tokens it replaces.
class rewriter {
 public:
  explicit rewriter(const std::string& text) : in_(text) {}

  std::string run() {
    while (at_ < in_.size()) step();
    return std::move(out_);
  }

 private:
  void step() {
    const char c = in_[at_];
    if (c == '"' || c == '\'') return copy_literal();
    if (c == '#' && (at_ == 0 || in_[at_ - 1] == '\n')) return copy_line();
    if (is_word(c)) return on_word();
    if (c == ';' || c == '}' || c == '{') {
      is_template_ = false;
    }
    out_ += c;
    at_ += 1;
  }

  void on_word() {
    size_t end = at_;
    while (end < in_.size() && is_word(in_[end])) ++end;
    const std::string word = in_.substr(at_, end - at_);
    // R"(…)" and digit separators are no words, and have no place in front of what matters here.
    at_ = end;
    if (word == "template") is_template_ = true;
    if (word == "__launch_bounds__") {
      bounds_ = first_argument(skip_parentheses());
    } else if (word == "__global__") {
      out_ += "__attribute__((noinline))";
      on_kernel();
    } else if (word == "__shared__") {
      on_shared();
    } else if (word == "__is_integral") {
      out_ += "(::ring_standin::is_integral<" + skip_parentheses() + ">)";
    } else if (word == "__INTADDR__") {
      on_offset();
    } else {
      out_ += word;
    }
    extern_end_ = word == "extern" ? out_.size() : extern_end_;
  }

  /// From `__global__` to the end of the function.
  void on_kernel() {
    std::string name, word;
    for (;;) {
      skip_space();
      if (at_ >= in_.size()) return;
      const char c = in_[at_];
      if (c == ';' || c == '{' || c == '}') return;
      if (c == '(') break;
      if (!is_word(c)) {
        copy(1);
        continue;
      }
      const size_t begin = at_;
      while (at_ < in_.size() && is_word(in_[at_])) ++at_;
      word = in_.substr(begin, at_ - begin);
      if (word == "__launch_bounds__") {
        bounds_ = first_argument(skip_parentheses());
        continue;
      }
      out_ += word;
      if (word == "__attribute__" || word == "alignas")
        copy_parentheses();
      else
        name = word;
    }
    const bool is_template = is_template_;
    copy_parentheses();
    skip_space();
    if (at_ >= in_.size() || in_[at_] != '{') return;
    copy_body();
    if (!is_template)
      out_ += " static const ::ring_standin::registered<&" + name + "> ring_standin_kernel_" +
              std::to_string(count_++) + "_(" + (bounds_.empty() ? "0" : bounds_) + ");";
    bounds_.clear();
    is_template_ = false;
  }

  /// The body of a function, whose tokens are looked at like all others.
  void copy_body() {
    int depth = 0;
    do {
      if (in_[at_] == '{') ++depth;
      if (in_[at_] == '}') --depth;
      step();
    } while (depth > 0 && at_ < in_.size());
  }

  /// `extern __shared__ T name[];` at any scope, or a variable of the block.
  void on_shared() {
    const bool is_dynamic = extern_end_ != 0 && only_space(extern_end_);
    if (!is_dynamic) {
      out_ += "thread_local";
      return;
    }
    const size_t semicolon = in_.find(';', at_);
    std::string declaration = in_.substr(at_, semicolon - at_);
    const size_t bracket = declaration.find('[');
    if (bracket == std::string::npos) {
      out_ += "thread_local";
      return;
    }
    size_t name_end = bracket;
    while (name_end > 0 && std::isspace(static_cast<unsigned char>(declaration[name_end - 1])) != 0) --name_end;
    size_t name_begin = name_end;
    while (name_begin > 0 && is_word(declaration[name_begin - 1])) --name_begin;
    const std::string name = declaration.substr(name_begin, name_end - name_begin);
    out_.erase(extern_end_ - std::strlen("extern"));
    out_ += "static thread_local " + declaration.substr(0, name_begin) + "(&" + name + ")" +
            declaration.substr(bracket) + " = *static_cast<decltype(&" + name +
            ")>(::ring_standin::host->dynamic_shared())";
    at_ = semicolon;
  }

  /// `__INTADDR__(&static_cast<T*>(nullptr)->member)`.
  void on_offset() {
    const std::string inner = skip_parentheses();
    const size_t cast = inner.find("static_cast<"), arrow = inner.find("*>(nullptr)->");
    if (cast == std::string::npos || arrow == std::string::npos) {
      out_ += "__INTADDR__(" + inner + ")";
      return;
    }
    out_ += "__builtin_offsetof(" + inner.substr(cast + 12, arrow - cast - 12) + ", " + inner.substr(arrow + 13) + ")";
  }

  bool only_space(size_t from) const {
    for (size_t i = from; i < out_.size(); ++i)
      if (std::isspace(static_cast<unsigned char>(out_[i])) == 0) return false;
    return true;
  }

  /// What is between the parentheses that come next; their lines are kept.
  std::string skip_parentheses() {
    skip_space();
    const size_t begin = at_ + 1;
    int depth = 0;
    do {
      if (in_[at_] == '(') ++depth;
      if (in_[at_] == ')') --depth;
      if (in_[at_] == '\n') out_ += '\n';
      ++at_;
    } while (depth > 0 && at_ < in_.size());
    return in_.substr(begin, at_ - begin - 1);
  }

  void copy_parentheses() {
    skip_space();
    int depth = 0;
    do {
      if (in_[at_] == '(') ++depth;
      if (in_[at_] == ')') --depth;
      step();
    } while (depth > 0 && at_ < in_.size());
  }

  static std::string first_argument(const std::string& arguments) {
    int depth = 0;
    for (size_t i = 0; i < arguments.size(); ++i) {
      const char c = arguments[i];
      if (c == '(' || c == '<' || c == '[') ++depth;
      if (c == ')' || c == '>' || c == ']') --depth;
      if (c == ',' && depth == 0) return arguments.substr(0, i);
    }
    return arguments;
  }

  void skip_space() {
    while (at_ < in_.size()) {
      if (in_[at_] == '#' && in_[at_ - 1] == '\n')
        copy_line();
      else if (std::isspace(static_cast<unsigned char>(in_[at_])) != 0)
        copy(1);
      else
        return;
    }
  }

  void copy(size_t count) {
    out_ += in_.substr(at_, count);
    at_ += count;
  }

  void copy_line() {
    const size_t end = in_.find('\n', at_);
    copy(end == std::string::npos ? in_.size() - at_ : end - at_);
  }

  void copy_literal() {
    const char quote = in_[at_];
    size_t end = at_ + 1;
    while (end < in_.size() && in_[end] != quote && in_[end] != '\n') end += in_[end] == '\\' ? 2 : 1;
    copy(end + 1 - at_);
  }

  const std::string& in_;
  std::string out_;
  size_t at_ = 0;
  /// Where the output ended after the last `extern`.
  size_t extern_end_ = 0;
  bool is_template_ = false;
  std::string bounds_;
  int count_ = 0;
};

}

std::string rewrite_source(const std::string& preprocessed) { return rewriter(preprocessed).run(); }

}
