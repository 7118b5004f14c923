// The parts of the addon that need neither Node nor a driver, driven by lines on its input, for property tests:
//   insert KIND        -> number of the new handle, or `full`
//   find NUMBER        -> kind, or `not`, `foreign`, `stale`; `#3` is the fourth number that insert gave
//   erase NUMBER       -> `erased`, or `none`
//   reset              an empty table again; answers nothing
//   budget SMS BLOCKS/PER_SM [BLOCKS/PER_SM …]  -> `fits`, or the shortage
#include "addon/handle_table.h"
#include "runtime/occupancy_budget.h"

#include <cstdlib>
#include <iostream>
#include <memory>
#include <sstream>
#include <string>

namespace {

constexpr uint32_t kEnvironment = 5;

void find(const ring::handle_table& table, double number) {
  const ring::handle_table::finding finding = table.find(number);
  switch (finding.trouble) {
    case ring::handle_trouble::none:
      std::cout << static_cast<int>(finding.found->kind) << '\n';
      break;
    case ring::handle_trouble::not_a_handle:
      std::cout << "not\n";
      break;
    case ring::handle_trouble::foreign:
      std::cout << "foreign\n";
      break;
    case ring::handle_trouble::stale:
      std::cout << "stale\n";
      break;
  }
}

void insert(ring::handle_table& table, int kind, std::vector<double>& numbers) {
  const auto number = table.insert(static_cast<ring::handle_kind>(kind), std::make_shared<int>(kind));
  if (number) {
    numbers.push_back(static_cast<double>(*number));
    std::cout << *number << '\n';
  } else {
    std::cout << "full\n";
  }
}

void budget(std::istringstream& words) {
  int multiprocessors = 0;
  words >> multiprocessors;
  std::vector<ring::grid_load> grids;
  for (std::string word; words >> word;) {
    ring::grid_load grid;
    grid.kernel = std::string(1, static_cast<char>('a' + grids.size()));
    grid.block_count = std::strtoull(word.c_str(), nullptr, 10);
    grid.blocks_per_multiprocessor = std::atoi(word.c_str() + word.find('/') + 1);
    grids.push_back(grid);
  }
  std::cout << ring::find_shortage(multiprocessors, grids).value_or("fits") << '\n';
}

double read_number(const std::string& text, const std::vector<double>& numbers) {
  if (text.rfind('#', 0) != 0) return std::strtod(text.c_str(), nullptr);
  return numbers[std::strtoull(text.c_str() + 1, nullptr, 10)];
}

}

int main() {
  auto table = std::make_unique<ring::handle_table>(kEnvironment);
  std::vector<double> numbers;
  for (std::string line; std::getline(std::cin, line);) {
    std::istringstream words(line);
    std::string verb;
    words >> verb;
    if (verb == "budget") {
      budget(words);
      continue;
    }
    if (verb == "reset") {
      table = std::make_unique<ring::handle_table>(kEnvironment);
      numbers.clear();
      continue;
    }
    std::string argument;
    words >> argument;
    if (verb == "insert") insert(*table, std::atoi(argument.c_str()), numbers);
    if (verb == "find") find(*table, read_number(argument, numbers));
    if (verb == "erase") std::cout << (table->erase(read_number(argument, numbers)) ? "erased\n" : "none\n");
  }
  return 0;
}
