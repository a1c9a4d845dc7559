// Where a command came from, of one that came over a connection.
#pragma once

#include <string>

namespace muniment {

struct Origin {
  std::string address;   // The other side's host.
  std::string token_id;  // Of the token or certificate that showed who it was.
};

}  // namespace muniment
