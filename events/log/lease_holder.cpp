#include "events/log/lease_holder.h"

namespace muniment {
namespace {

constexpr std::string_view before_address = " at ";

}  // namespace

std::string LeaseHolder::text() const { return address.empty() ? name : name + std::string{before_address} + address; }

// The name may have anything in it, a path with spaces too.
LeaseHolder LeaseHolder::parse(std::string_view text) {
  const std::size_t at = text.rfind(before_address);
  if (at == std::string_view::npos) return {.name = std::string{text}};
  const std::string_view address = text.substr(at + before_address.size());
  const bool is_address =
      (address.starts_with("https://") || address.starts_with("http://")) && address.find(' ') == std::string_view::npos;
  if (!is_address) return {.name = std::string{text}};
  return {.name = std::string{text.substr(0, at)}, .address = std::string{address}};
}

}  // namespace muniment
