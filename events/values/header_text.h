// Taking apart the text of protocols: ASCII, names without case.
#pragma once

#include <string_view>

namespace muniment {

// In ASCII.
bool is_same_without_case(std::string_view a, std::string_view b);
// What stands before the separator, all of it where there is none; `rest` goes on behind it.
std::string_view take_until(char separator, std::string_view& rest);

}  // namespace muniment
