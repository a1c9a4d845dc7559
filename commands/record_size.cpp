#include "commands/record_size.h"

#include <algorithm>
#include <array>

namespace muniment {
namespace {

struct FieldSize {
  std::string_view field;
  std::size_t bytes = 0;
};

std::string_view largest_of(schema::Policy::Reader policy) {
  constexpr std::size_t struct_bytes = 16;  // Of an entry, beside its texts.
  std::array<FieldSize, 3> sizes{{{"incompatible"}, {"thresholds"}, {"delegates"}}};
  for (const auto pair : policy.getIncompatible()) sizes[0].bytes += struct_bytes + pair.getService().size() + pair.getOther().size();
  for (const auto threshold : policy.getThresholds()) sizes[1].bytes += struct_bytes + threshold.getName().size();
  for (const auto delegate : policy.getDelegates()) sizes[2].bytes += delegate.size();
  return std::ranges::max_element(sizes, {}, &FieldSize::bytes)->field;
}

std::string_view longer_of(const std::vector<Username>& confirmed, const std::vector<Username>& rejected) {
  const auto bytes_in = [](const std::vector<Username>& people) {
    std::size_t out = 0;
    for (const Username& username : people) out += username.text().size();
    return out;
  };
  return bytes_in(rejected) > bytes_in(confirmed) ? "rejected" : "confirmed";
}

}  // namespace

std::vector<std::string_view> field_without_room(const CommandBody& body) {
  return std::visit(
      [](const auto& command) -> std::vector<std::string_view> {
        if constexpr (requires { command.services; }) return {"services"};
        if constexpr (requires { command.administrator_services; }) return {"administrator_services"};
        if constexpr (requires { command.confirmed; }) return {longer_of(command.confirmed, command.rejected)};
        if constexpr (requires { command.items; }) return {"items"};
        if constexpr (requires { command.discrepancies; }) return {"discrepancies"};
        if constexpr (requires { command.usernames; }) return {"usernames"};
        if constexpr (requires { command.due_at; }) return {"providers"};
        if constexpr (requires { command.policy; }) return {largest_of(command.policy)};
        return {};
      },
      body);
}

}  // namespace muniment
