// The OpenAPI 3.1 description, made from the table of routes, so that it says what the node does.
#pragma once

#include <string>

namespace muniment {

const std::string& openapi_document();

}  // namespace muniment
