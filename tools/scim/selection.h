// Which attributes of a resource an answer has: `attributes` and `excludedAttributes` (RFC 7644, 3.9).
#pragma once

#include <expected>
#include <string_view>
#include <vector>

#include "tools/scim/attribute_path.h"

namespace muniment::scim {

class Selection {
 public:
  // Lists with commas; empty: not given. Error: invalidValue where both are given or one names no attribute.
  static std::expected<Selection, Error> parse(std::string_view attributes, std::string_view excluded);

  // schemas and id are always there.
  json::object of(const json::object& resource) const;
  // Whether anything of this core attribute would be shown: what costs much need not be looked up for nothing.
  bool shows(std::string_view attribute) const;

 private:
  std::vector<AttributePath> included_;
  std::vector<AttributePath> excluded_;
};

}  // namespace muniment::scim
