// Any text may come as a filter, and any body as a patch. What is none is refused with a type and a place; what is one compares and changes
// within its bounds, and a patch leaves id, meta, schemas and groups as they were.
#include <cstdint>
#include <string_view>

#include "events/values/assert.h"
#include "tools/scim/bulk.h"
#include "tools/scim/filter.h"
#include "tools/scim/patch.h"
#include "tools/scim/selection.h"
#include "tools/scim/user.h"

namespace {

namespace json = muniment::scim::json;

const json::object& person() {
  static const json::object out =
      json::parse(
          R"({"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"id":"jdoe1","userName":"jdoe1","active":true,"logins":7,)"
          R"("name":{"familyName":"Doe","givenName":"John"},"emails":[{"type":"work","value":"john.doe@mass.net"},"odd"],"groups":[],)"
          R"("urn:ietf:params:scim:schemas:extension:muniment:2.0:User":{"zip":"02302","services":["manage_referrals"]},"meta":{"version":"\"1\""}})")
          .as_object();
  return out;
}

void filter(std::string_view text) {
  const auto made = muniment::scim::Filter::parse(text);
  if (!made) {
    MUNIMENT_ASSERT(made.error().status == 400 && made.error().type == "invalidFilter" && !made.error().detail.empty());
    return;
  }
  static_cast<void>(made->matches(person()));
  static_cast<void>(made->matches_value(json::value("text")));
  static_cast<void>(made->required("userName"));
  static_cast<void>(made->demanded());
}

void patch(const json::value& message) {
  const auto after = muniment::scim::patched(person(), message);
  if (!after) {
    MUNIMENT_ASSERT(after.error().status == 400 && !after.error().type.empty());
    return;
  }
  for (const std::string_view name : {"id", "meta", "schemas", "groups"}) MUNIMENT_ASSERT(after->at(name) == person().at(name));
  static_cast<void>(muniment::scim::read_patched_user(person(), *after));
}

}  // namespace

// The first byte says what the rest is.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  using namespace muniment::scim;
  if (size == 0) return 0;
  const std::string_view text{reinterpret_cast<const char*>(bytes) + 1, size - 1};
  if (bytes[0] == 'f') filter(text);
  if (bytes[0] == 's') {
    const auto selection = Selection::parse(text, {});
    if (selection) MUNIMENT_ASSERT(selection->of(person()).at("id") == person().at("id"));
  }
  if (bytes[0] != 'p' && bytes[0] != 'b') return 0;
  const auto message = parse_json(text);
  if (!message) return 0;
  if (bytes[0] == 'p') patch(*message);
  auto bulk = bytes[0] == 'b' ? BulkRequest::parse(*message) : std::unexpected(Error{});
  if (bulk) static_cast<void>(bulk->carry_out([](const BulkOperation&) { return BulkOutcome{.location = "/scim/v2/Users/x"}; }));
  return 0;
}
