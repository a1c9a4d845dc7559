// The URL of a node.
#pragma once

#include <cstdint>
#include <expected>
#include <string>
#include <string_view>

namespace muniment {

struct ServerUrl {
  bool is_tls = false;
  std::string host;  // Without the brackets of an IPv6 address.
  std::uint16_t port = 0;

  // As in the Host header.
  std::string authority() const;
};

// `http://HOST[:PORT]` or `https://HOST[:PORT]`, perhaps with a slash behind. In the clear only to this machine, because a token goes with
// every request. The error says what was expected.
std::expected<ServerUrl, std::string> parse_server_url(std::string_view text);

}  // namespace muniment
