#include "tools/server/listen_address.h"

#include <arpa/inet.h>
#include <netinet/in.h>

#include <charconv>

namespace muniment {
namespace {

constexpr std::uint32_t loopback_net = 127;  // 127.0.0.0/8

bool is_loopback_4(const std::string& host) {
  in_addr address{};
  return ::inet_pton(AF_INET, host.c_str(), &address) == 1 && ntohl(address.s_addr) >> 24 == loopback_net;
}

bool is_loopback_6(const std::string& host) {
  in6_addr address{};
  return ::inet_pton(AF_INET6, host.c_str(), &address) == 1 && IN6_IS_ADDR_LOOPBACK(&address);
}

}  // namespace

std::expected<ListenAddress, std::string> parse_listen_address(std::string_view text) {
  const std::string form = "expected HOST:PORT, such as 127.0.0.1:8080 or [::1]:8080";
  const std::size_t colon = text.rfind(':');
  if (colon == std::string_view::npos || colon == 0) return std::unexpected(form);
  std::string host{text.substr(0, colon)};
  const std::string_view digits = text.substr(colon + 1);
  ListenAddress out;
  const auto [stop, error] = std::from_chars(digits.data(), digits.data() + digits.size(), out.port);
  if (error != std::errc{} || stop != digits.data() + digits.size()) return std::unexpected(form);
  const bool has_brackets = host.size() > 2 && host.front() == '[' && host.back() == ']';
  if (has_brackets) host = host.substr(1, host.size() - 2);
  if (host == "localhost") host = "127.0.0.1";
  if (has_brackets ? !is_loopback_6(host) : !is_loopback_4(host)) {
    return std::unexpected(
        "the node listens on the loopback only (127.0.0.1, [::1], localhost): beyond it TLS is needed, which it does not have yet; put a "
        "proxy that has in front of it");
  }
  out.host = std::move(host);
  return out;
}

}  // namespace muniment
