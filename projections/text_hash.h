// Lets a hash map of strings be asked with a view.
#pragma once

#include <functional>
#include <string_view>

namespace muniment::view {

struct TextHash {
  using is_transparent = void;
  std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>{}(text); }
};

}  // namespace muniment::view
