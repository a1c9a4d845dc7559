// The web console's files as tools/console/build has made them, compressed, in the program itself.
#pragma once

#include <span>
#include <string_view>

namespace muniment::console {

struct Asset {
  std::string_view name;  // index.html, or of a name with a hash of its content.
  std::string_view media_type;
  std::string_view gzip;
};

// They live as long as the program.
std::span<const Asset> assets();

}  // namespace muniment::console
