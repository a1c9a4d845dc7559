// A text for a part of a path, a query or a form: all but unreserved characters (RFC 3986, 2.3) percent-encoded.
#pragma once

#include <string>
#include <string_view>

namespace muniment {

std::string percent_encoded(std::string_view text);

}  // namespace muniment
