// What is wrong with a request, as SCIM says it (RFC 7644, 3.12).
#pragma once

#include <chrono>
#include <string>
#include <string_view>

namespace muniment::scim {

// Values of scimType.
namespace error_type {
inline constexpr std::string_view none = "";
inline constexpr std::string_view invalid_filter = "invalidFilter";
inline constexpr std::string_view too_many = "tooMany";
inline constexpr std::string_view uniqueness = "uniqueness";
inline constexpr std::string_view mutability = "mutability";
inline constexpr std::string_view invalid_syntax = "invalidSyntax";
inline constexpr std::string_view invalid_path = "invalidPath";
inline constexpr std::string_view no_target = "noTarget";
inline constexpr std::string_view invalid_value = "invalidValue";
}  // namespace error_type

struct Error {
  unsigned status = 400;
  std::string_view type = error_type::none;
  std::string detail = {};              // Names attributes, and repeats no value of them.
  std::string_view name = {};           // The problem or refusal that it is, where it is one that nobody has recorded. It lives for ever.
  std::chrono::seconds retry_after{0};  // After which it may be sent again; 0: nothing is said of that.
};

inline Error invalid_value(std::string detail) { return {400, error_type::invalid_value, std::move(detail)}; }
inline Error mutability(std::string detail) { return {400, error_type::mutability, std::move(detail)}; }

// The body of an answer.
std::string to_json(const Error& error);

}  // namespace muniment::scim
