// Filters of RFC 7644, 3.4.2.2: all operators, `and`, `or`, `not`, parentheses, and filters of the values of a multi-valued attribute
// (`emails[type eq "work" and value co "@mercy.example"]`).
//
// Immutable once made; thread-safe.
#pragma once

#include <expected>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "tools/scim/attribute_path.h"
#include "tools/scim/error.h"
#include "tools/scim/json.h"

namespace muniment::scim {

enum class Comparison { equal, not_equal, contains, starts_with, ends_with, greater, greater_or_equal, less, less_or_equal, present };

struct Term;

class Filter {
 public:
  static constexpr std::size_t bytes_max = 8192;
  static constexpr std::size_t depth_max = 16;

  // Error: invalidFilter, with the place where it is not one.
  static std::expected<Filter, Error> parse(std::string_view text);

  // Texts are compared without regard to the case of ASCII letters, but ids, which are exact. An attribute that is not there equals
  // nothing. Of one with several values any may match.
  bool matches(const json::object& resource) const;
  // The same of one value of a multi-valued attribute; of one that is no object, `value` is itself.
  bool matches_value(const json::value& value) const;

  // The text that the attribute must equal for the filter to match at all; nothing where other values may do too.
  std::optional<std::string> required(std::string_view attribute) const;
  // Whether it compares this part of a core attribute, in either form: `meta.created`, `meta[created ...]`.
  bool looks_at(std::string_view attribute, std::string_view sub) const;
  // What `a eq x and b eq y` demands of a value, by names of attributes; nothing where the filter says more than that.
  std::optional<json::object> demanded() const;

 private:
  explicit Filter(std::shared_ptr<const Term> root) : root_(std::move(root)) {}
  std::shared_ptr<const Term> root_;
};

}  // namespace muniment::scim
