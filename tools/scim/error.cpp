#include "tools/scim/error.h"

#include "tools/scim/json.h"
#include "tools/scim/names.h"

namespace muniment::scim {

std::string to_json(const Error& error) {
  json::object out{{"schemas", json::array{json::string(message::error)}}};
  if (!error.type.empty()) out["scimType"] = error.type;
  if (!error.detail.empty()) out["detail"] = error.detail;
  out["status"] = std::to_string(error.status);
  return json::serialize(out) + "\n";
}

}  // namespace muniment::scim
