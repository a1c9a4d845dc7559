// What a client asks first: what the service can do, and which attributes its resources have (RFC 7643, 5 to 7).
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "tools/scim/attribute_path.h"
#include "tools/scim/json.h"
#include "tools/scim/limits.h"

namespace muniment::scim {

json::object service_provider_config();
std::vector<json::object> resource_types();
std::vector<json::object> schemas();

// Whether the schemas call it readOnly, or it is what every resource has: id, meta, schemas. Of a sub-attribute: its attribute.
bool is_read_only(const AttributePath& path);

// The one of this `id`; nothing where there is none.
std::optional<json::object> named(const std::vector<json::object>& resources, std::string_view id);

// A ListResponse (RFC 7644, 3.4.2) of the resources from `start`, counted from 1.
json::object list_response(json::array resources, std::size_t total, std::size_t start);

}  // namespace muniment::scim
