#include "tools/server/listen_address.h"

#include <arpa/inet.h>
#include <netinet/in.h>

#include <charconv>
#include <optional>

namespace muniment {
namespace {

constexpr std::uint32_t loopback_net = 127;  // 127.0.0.0/8

struct Known {
  bool is_loopback;
};

// Nothing: it is no address.
std::optional<Known> address_4(const std::string& host) {
  in_addr address{};
  if (::inet_pton(AF_INET, host.c_str(), &address) != 1) return std::nullopt;
  return Known{ntohl(address.s_addr) >> 24 == loopback_net};
}

std::optional<Known> address_6(const std::string& host) {
  in6_addr address{};
  if (::inet_pton(AF_INET6, host.c_str(), &address) != 1) return std::nullopt;
  return Known{IN6_IS_ADDR_LOOPBACK(&address)};
}

}  // namespace

std::expected<ListenAddress, std::string> parse_listen_address(std::string_view text) {
  const std::string form = "expected ADDRESS:PORT, such as 127.0.0.1:8080 or [::1]:8080; a name is not looked up";
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
  if (!(has_brackets ? address_6(host) : address_4(host))) return std::unexpected(form);
  out.host = std::move(host);
  return out;
}

std::expected<void, std::string> check_exposure(const ListenAddress& address, bool has_tls) {
  auto known = address_4(address.host);
  if (!known) known = address_6(address.host);
  if (has_tls || (known && known->is_loopback)) return {};
  return std::unexpected(
      "without TLS the node listens on the loopback only (127.0.0.1, [::1], localhost): name a certificate and its key (--tls-certificate, "
      "--tls-key), or put a proxy that has them in front of it");
}

}  // namespace muniment
