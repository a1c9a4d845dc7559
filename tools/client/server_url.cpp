#include "tools/client/server_url.h"

#include <charconv>

namespace muniment {
namespace {

constexpr std::string_view http = "http://";
constexpr std::string_view https = "https://";
constexpr std::string_view form = "expected https://HOST[:PORT], or http://localhost[:PORT]";

// A name that only begins as an address does is no address.
bool is_this_machine(std::string_view host) {
  const bool is_address = host.find_first_not_of("0123456789.") == std::string_view::npos;
  return host == "localhost" || host == "::1" || (is_address && host.starts_with("127."));
}

bool is_host(std::string_view host) { return !host.empty() && host.find_first_of("/?#@ \t\r\n[]") == std::string_view::npos; }

// What stands before the port; `port` is changed where one is named. Empty: it is none.
std::string_view take_host(std::string_view authority, std::uint16_t& port) {
  const bool has_brackets = authority.starts_with('[');
  const std::size_t end = has_brackets ? authority.find(']') : authority.find(':');
  if (has_brackets && end == std::string_view::npos) return {};
  const std::string_view host = has_brackets ? authority.substr(1, end - 1) : authority.substr(0, end);
  std::string_view rest = end == std::string_view::npos ? std::string_view{} : authority.substr(end + (has_brackets ? 1 : 0));
  if (rest.empty()) return host;
  if (!rest.starts_with(':')) return {};
  rest.remove_prefix(1);
  const auto [stop, error] = std::from_chars(rest.data(), rest.data() + rest.size(), port);
  return error == std::errc{} && stop == rest.data() + rest.size() && port > 0 ? host : std::string_view{};
}

}  // namespace

std::string ServerUrl::authority() const {
  const std::string shown = host.find(':') == std::string::npos ? host : "[" + host + "]";
  return shown + ":" + std::to_string(port);
}

std::expected<ServerUrl, std::string> parse_server_url(std::string_view text) {
  ServerUrl out;
  out.is_tls = text.starts_with(https);
  if (!out.is_tls && !text.starts_with(http)) return std::unexpected(std::string{form});
  text.remove_prefix(out.is_tls ? https.size() : http.size());
  if (text.ends_with('/')) text.remove_suffix(1);
  out.port = out.is_tls ? 443 : 80;
  const std::string_view host = take_host(text, out.port);
  if (!is_host(host)) return std::unexpected(std::string{form});
  out.host = host;
  if (!out.is_tls && !is_this_machine(host))
    return std::unexpected("beyond this machine only https: in the clear the token could be read on the way");
  return out;
}

}  // namespace muniment
