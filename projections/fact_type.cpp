#include "projections/fact_type.h"

#include <capnp/schema.h>

#include <algorithm>

#include "events/schema/event.capnp.h"
#include "events/values/assert.h"

namespace muniment {
namespace {

constexpr std::uint64_t json_name_annotation = 0xfa5b1fd61c2e7c3d;  // $Json.name, in /capnp/compat/json.capnp

std::string_view public_name(capnp::StructSchema::Field field) {
  for (const auto annotation : field.getProto().getAnnotations()) {
    if (annotation.getId() != json_name_annotation) continue;
    const auto text = annotation.getValue().getText();
    return {text.cStr(), text.size()};
  }
  const auto name = field.getProto().getName();
  return {name.cStr(), name.size()};
}

std::vector<std::string_view> read_names() {
  const auto fields = capnp::Schema::from<schema::Event::Fact>().getUnionFields();
  std::vector<std::string_view> names(fields.size());
  for (const auto field : fields) {
    const auto number = field.getProto().getDiscriminantValue();
    MUNIMENT_ASSERT(number < names.size());
    names[number] = public_name(field);
  }
  return names;
}

}  // namespace

const std::vector<std::string_view>& fact_names() {
  static const std::vector<std::string_view> names = read_names();
  return names;
}

std::string_view fact_name(FactNumber number) { return number < fact_names().size() ? fact_names()[number] : fact_unknown_name; }

std::optional<FactNumber> fact_number(std::string_view name) {
  if (name == fact_unknown_name) return fact_unknown;
  const auto found = std::find(fact_names().begin(), fact_names().end(), name);
  if (found == fact_names().end()) return std::nullopt;
  return static_cast<FactNumber>(found - fact_names().begin());
}

std::optional<std::vector<FactNumber>> fact_numbers(std::string_view names) {
  std::vector<FactNumber> out;
  for (;;) {
    const std::size_t comma = names.find(',');
    const auto number = fact_number(names.substr(0, comma));
    if (!number) return std::nullopt;
    out.push_back(*number);
    if (comma == std::string_view::npos) return out;
    names.remove_prefix(comma + 1);
  }
}

bool is_about_reads(FactNumber number) {
  using Fact = schema::Event::Fact;
  return number == Fact::RECORDS_READ || number == Fact::ACCESS_DENIED;
}

}  // namespace muniment
