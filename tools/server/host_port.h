// An address and a port as one text, as URLs have them (RFC 3986, 3.2): 127.0.0.1:8080, [::1]:8080.
#pragma once

#include <fmt/format.h>

#include <cstdint>
#include <string>

namespace muniment {

inline std::string host_port(const std::string& host, std::uint16_t port) {
  return host.find(':') == std::string::npos ? fmt::format("{}:{}", host, port) : fmt::format("[{}]:{}", host, port);
}

}  // namespace muniment
