#include "projections/store/tables.h"

namespace muniment::view {
namespace {

// A prefix has some bytes of a fixed size and then perhaps a text with its zero byte.
struct Shape {
  std::size_t fixed = 0;
  bool text = false;
};

constexpr std::size_t tag_size = 1;
constexpr std::size_t provider_size = 5;
constexpr std::size_t era_size = 1;

Shape shape_of(TableTag tag) {
  switch (tag) {
    case TableTag::position:
    case TableTag::quarantine:
    case TableTag::import:
    case TableTag::terms:
    case TableTag::service_text:
    case TableTag::service_number:
    case TableTag::link_by_cell:
    case TableTag::all_ordered:
    case TableTag::all_late:
    case TableTag::high_water:
    case TableTag::high_water_now:
    case TableTag::last_erasure:
    case TableTag::finding_service:
    case TableTag::finding_import:
    case TableTag::finding_review:
    case TableTag::finding_newest:
    case TableTag::finding_namesakes:
    case TableTag::finding_terms:
      return {};
    case TableTag::era:
    case TableTag::provider_close:
    case TableTag::closing:
    case TableTag::provider_ordered:
    case TableTag::provider_late:
    case TableTag::finding_open:
    case TableTag::finding_ended:
    case TableTag::finding_place:
    case TableTag::finding_policy:
    case TableTag::finding_member:
    case TableTag::finding_disposal:
      return {provider_size, false};
    case TableTag::link_change:
    case TableTag::finding_actor:
      return {provider_size, true};
    case TableTag::finding_outsider:
      return {2 * provider_size, false};
    case TableTag::link_start:
    case TableTag::by_last_name:
    case TableTag::by_first_name:
      return {provider_size + era_size, false};
    case TableTag::user_link:
    case TableTag::account_change:
    case TableTag::person:
    case TableTag::finding_person:
    case TableTag::subject_ordered:
    case TableTag::subject_late:
      return {0, true};
    case TableTag::grant:
      return {sizeof(std::uint32_t) + provider_size + era_size, false};
    case TableTag::type_ordered:
    case TableTag::type_late:
      return {sizeof(std::uint16_t), false};
    case TableTag::actor_ordered:
    case TableTag::actor_late:
      return {1, true};
    case TableTag::account:
      return {16, false};
  }
  return {};
}

}  // namespace

std::string_view key_prefix(std::string_view key) {
  if (key.empty()) return {};
  const Shape shape = shape_of(TableTag{static_cast<unsigned char>(key[0])});
  if (shape.fixed == 0 && !shape.text) return {};
  const std::size_t fixed = tag_size + shape.fixed;
  if (key.size() < fixed) return {};
  if (!shape.text) return key.substr(0, fixed);
  const std::size_t end = key.find('\0', fixed);
  return end == std::string_view::npos ? std::string_view{} : key.substr(0, end + 1);
}

}  // namespace muniment::view
