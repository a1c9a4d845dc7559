// The text of a one-time credential: what a person types once after a reset. Pure; no I/O.
//
// Twenty characters of Crockford's base32 (https://www.crockford.com/base32.html), 100 random bits, shown in groups of five:
// 7KQ2M-0XVRT-9GHEB-3NWSA.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace muniment {

std::string random_credential_text();

// The twenty characters alone, in upper case, with O read as 0 and I and L as 1, hyphens and spaces dropped. Nothing for any other text.
std::optional<std::string> normalised_credential(std::string_view typed);

}  // namespace muniment
