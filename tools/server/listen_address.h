// Where the node listens. Beyond this machine it would need TLS, which it does not have yet, so it refuses.
#pragma once

#include <cstdint>
#include <expected>
#include <string>
#include <string_view>

namespace muniment {

struct ListenAddress {
  std::string host;        // An address of the loopback, as text.
  std::uint16_t port = 0;  // 0: a free one.
};

// HOST:PORT, with an IPv6 address in brackets. The error says what is wrong, and what to do.
std::expected<ListenAddress, std::string> parse_listen_address(std::string_view text);

}  // namespace muniment
