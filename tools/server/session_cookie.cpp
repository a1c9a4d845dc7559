#include "tools/server/session_cookie.h"

#include <fmt/format.h>

namespace muniment {
namespace {

// RFC 6265: name=value pairs with "; " between them.
std::string_view value_in(std::string_view cookies, std::string_view name) {
  while (!cookies.empty()) {
    const std::size_t end = cookies.find(';');
    std::string_view pair = cookies.substr(0, end);
    cookies = end == std::string_view::npos ? std::string_view{} : cookies.substr(end + 1);
    while (pair.starts_with(' ')) pair.remove_prefix(1);
    if (pair.starts_with(name) && pair.substr(name.size()).starts_with('=')) return pair.substr(name.size() + 1);
  }
  return {};
}

std::string cookie(std::string_view name, std::string_view text, std::chrono::seconds life, std::string_view same_site) {
  return fmt::format("{}={}; Path=/; Max-Age={}; Secure; HttpOnly; SameSite={}", name, text, life.count(), same_site);
}

constexpr std::string_view strict = "Strict";
constexpr std::string_view lax = "Lax";

}  // namespace

std::string_view session_in(const CookieHeaders& headers) {
  if (headers.console != "1" || headers.sec_fetch_site != "same-origin") return {};
  return value_in(headers.cookie, session_cookie_name);
}

std::string session_cookie(std::string_view text, std::chrono::seconds life) { return cookie(session_cookie_name, text, life, strict); }

std::string no_session_cookie() { return cookie(session_cookie_name, "", std::chrono::seconds{0}, strict); }

std::string_view sign_in_in(const CookieHeaders& headers) { return value_in(headers.cookie, sign_in_cookie_name); }

std::string sign_in_cookie(std::string_view text, std::chrono::seconds life) { return cookie(sign_in_cookie_name, text, life, lax); }

std::string no_sign_in_cookie() { return cookie(sign_in_cookie_name, "", std::chrono::seconds{0}, lax); }

}  // namespace muniment
