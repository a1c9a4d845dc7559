// The cookie that names a browser's session. No script can read it, no other host can set it, and it counts in requests alone that another
// site's page cannot make: those with a header that a form or an image cannot have and that a script of another origin would have to ask
// leave for, which this node never gives; and of which the browser itself says that they come from this origin.
#pragma once

#include <chrono>
#include <string>
#include <string_view>

namespace muniment {

inline constexpr std::string_view session_cookie_name = "__Host-muniment";
inline constexpr std::string_view sign_in_cookie_name = "__Host-muniment-sign-in";

// What of a request decides about it.
struct CookieHeaders {
  std::string_view cookie = {};
  std::string_view console = {};         // Muniment-Console
  std::string_view sec_fetch_site = {};  // Set by the browser, and by no script.
};

// The text of the session; empty where there is none that counts.
std::string_view session_in(const CookieHeaders& headers);

// Values of Set-Cookie.
std::string session_cookie(std::string_view text, std::chrono::seconds life);
std::string no_session_cookie();

// The cookie of a browser that is on its way to an identity provider and back (sign_ins.h). It comes back from another site, so it is Lax:
// sent with a visit, and with nothing else of another site.
std::string_view sign_in_in(const CookieHeaders& headers);
std::string sign_in_cookie(std::string_view text, std::chrono::seconds life);
std::string no_sign_in_cookie();

}  // namespace muniment
