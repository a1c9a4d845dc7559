// Who has the lease of a log in a database, as its row says it: a node's name, and where others reach that node, if it says so.
// docs/formats.md, "The log on PostgreSQL".
#pragma once

#include <string>
#include <string_view>

namespace muniment {

struct LeaseHolder {
  std::string name;
  std::string address = {};  // http:// or https://, without a space; empty: it says none.

  std::string text() const;
  static LeaseHolder parse(std::string_view text);

  bool operator==(const LeaseHolder&) const = default;
};

}  // namespace muniment
