// The URNs of SCIM's schemas and messages (RFC 7643, 10.3; RFC 7644, 8.2), and of muniment's own.
#pragma once

#include <string_view>

namespace muniment::scim {

namespace schema_urn {
inline constexpr std::string_view user = "urn:ietf:params:scim:schemas:core:2.0:User";
inline constexpr std::string_view group = "urn:ietf:params:scim:schemas:core:2.0:Group";
inline constexpr std::string_view provider_config = "urn:ietf:params:scim:schemas:core:2.0:ServiceProviderConfig";
inline constexpr std::string_view resource_type = "urn:ietf:params:scim:schemas:core:2.0:ResourceType";
inline constexpr std::string_view schema = "urn:ietf:params:scim:schemas:core:2.0:Schema";
// What SCIM has no attribute for: birth day, PIN, ZIP, and where somebody holds which services.
inline constexpr std::string_view person = "urn:ietf:params:scim:schemas:extension:muniment:2.0:User";
}  // namespace schema_urn

namespace message {
inline constexpr std::string_view list = "urn:ietf:params:scim:api:messages:2.0:ListResponse";
inline constexpr std::string_view search = "urn:ietf:params:scim:api:messages:2.0:SearchRequest";
inline constexpr std::string_view patch = "urn:ietf:params:scim:api:messages:2.0:PatchOp";
inline constexpr std::string_view bulk_request = "urn:ietf:params:scim:api:messages:2.0:BulkRequest";
inline constexpr std::string_view bulk_response = "urn:ietf:params:scim:api:messages:2.0:BulkResponse";
inline constexpr std::string_view error = "urn:ietf:params:scim:api:messages:2.0:Error";
}  // namespace message

// Where the routes are.
inline constexpr std::string_view base = "/scim/v2";

}  // namespace muniment::scim
