// A SearchRequest (RFC 7644, 3.4.3): what a query would say, as the body of a POST.
#pragma once

#include <expected>
#include <string>
#include <utility>
#include <vector>

#include "tools/scim/error.h"
#include "tools/scim/json.h"

namespace muniment::scim {

// As the parameters of the same question in a query: names and texts. Members that the RFC does not name are not looked at. Errors:
// invalidSyntax where it is no object; invalidValue, which names the member, of one that is not of its kind.
std::expected<std::vector<std::pair<std::string, std::string>>, Error> search_parameters(const json::value& message);

}  // namespace muniment::scim
