// What the stand-in has to say of its caller, how often each entry point was called, and which calls fail on purpose.
#pragma once

#include <string>

namespace standin {

/// One line, for stderr and the log.
__attribute__((format(printf, 1, 2))) void complain(const char* format, ...);

/// The same, after the name of the entry point that the thread is in. Returns `code`.
__attribute__((format(printf, 2, 3))) int refuse(int code, const char* format, ...);

/// The entry point that the thread is in.
const char* current_call();
void set_current_call(const char* name);

/// Counts a call. Not 0: it fails with that code.
int begin_call(const char* name);
unsigned long long count_calls(const std::string& name);

/// NAME@N=CODE.
bool inject_failure(const std::string& text);

std::string journal_text();
void clear_journal();

}
