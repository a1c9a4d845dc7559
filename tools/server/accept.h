// What a caller would rather have, by its Accept and Accept-Encoding headers. RFC 9110, 12.5. Pure.
#pragma once

#include <span>
#include <string_view>

namespace muniment {

// Of the media types offered the one that the caller likes best, the first among equals. The first one too where the caller named none of
// them: who asks for what there is not gets what there is.
// Precondition: at least one is offered.
std::string_view preferred_type(std::string_view accept, std::span<const std::string_view> offered);

// Of the codings offered the one that the caller likes best, the first among equals; empty: it would rather have the answer as it is, or
// said nothing.
std::string_view preferred_coding(std::string_view accept_encoding, std::span<const std::string_view> offered);

}  // namespace muniment
