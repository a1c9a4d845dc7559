#include "tools/export/text_out.h"

#include <arpa/inet.h>

#include <array>

namespace muniment {
namespace {

constexpr std::int64_t ns_in_second = 1'000'000'000;
constexpr std::int64_t ns_in_day = 86'400 * ns_in_second;
constexpr std::size_t date_size = std::string_view{"2020-04-02T"}.size();

void put_two(std::string& out, std::int64_t value) {
  out += static_cast<char>('0' + value / 10);
  out += static_cast<char>('0' + value % 10);
}

}  // namespace

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

std::string_view TimeText::of(Timestamp time) {
  if (time == last_) return text_;
  last_ = time;
  const std::int64_t day = time.ns / ns_in_day;
  if (time.ns < 0 || day != day_) {
    text_ = time.text();
    day_ = time.ns < 0 ? -1 : day;
    return text_;
  }
  text_.resize(date_size);
  const std::int64_t in_day = time.ns % ns_in_day;
  const std::int64_t second = in_day / ns_in_second;
  put_two(text_, second / 3600);
  text_ += ':';
  put_two(text_, second / 60 % 60);
  text_ += ':';
  put_two(text_, second % 60);
  if (std::int64_t fraction = in_day % ns_in_second; fraction != 0) {
    char digits[10] = {'.'};
    for (std::size_t i = 9; i > 0; --i, fraction /= 10) digits[i] = static_cast<char>('0' + fraction % 10);
    text_.append(digits, sizeof digits);
    text_.erase(text_.find_last_not_of('0') + 1);
  }
  text_ += 'Z';
  return text_;
}

}  // namespace muniment
