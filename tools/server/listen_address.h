// Where the node listens. Beyond this machine it does so with TLS alone.
#pragma once

#include <cstdint>
#include <expected>
#include <stdexcept>
#include <string>
#include <string_view>

namespace muniment {

struct ListenAddress {
  std::string host;        // An address, as text without brackets.
  std::uint16_t port = 0;  // 0: a free one.
};

struct ListenRefused : std::runtime_error {
  using std::runtime_error::runtime_error;
};

// ADDRESS:PORT, with an IPv6 address in brackets; localhost is 127.0.0.1, and no other name is taken. The error says what is wrong.
std::expected<ListenAddress, std::string> parse_listen_address(std::string_view text);

// Whether the node may listen there. The error says what to do.
std::expected<void, std::string> check_exposure(const ListenAddress& address, bool has_tls);

}  // namespace muniment
