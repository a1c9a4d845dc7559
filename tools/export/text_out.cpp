#include "tools/export/text_out.h"

#include <arpa/inet.h>

#include <array>

namespace muniment {

void put_principal(std::string& out, schema::PrincipalKind kind, std::string_view name) {
  if (kind == schema::PrincipalKind::ACCOUNT || kind == schema::PrincipalKind::NODE) {
    out += name;
    return;
  }
  out += Principal{kind, {}}.text();
  out += name;
}

bool is_ip_address(std::string_view text) {
  std::array<unsigned char, sizeof(in6_addr)> bytes{};
  const std::string address{text};
  return inet_pton(AF_INET, address.c_str(), bytes.data()) == 1 || inet_pton(AF_INET6, address.c_str(), bytes.data()) == 1;
}

}  // namespace muniment
