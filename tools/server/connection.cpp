#include "tools/server/connection.h"

#include <vector>

namespace muniment {
namespace {

using asio::ip::tcp;

constexpr std::chrono::milliseconds linger_time{2000};
constexpr std::size_t linger_bytes_max = std::size_t{4} << 20;
constexpr std::size_t linger_read_bytes = std::size_t{64} << 10;

}  // namespace

Connection::Connection(tcp::socket socket) : tcp_(std::move(socket)) {
  error_code ignored;
  tcp_.socket().set_option(tcp::no_delay(true), ignored);
}

void Connection::stop_reading() {
  error_code ignored;
  tcp_.socket().shutdown(tcp::socket::shutdown_receive, ignored);
}

void Connection::abandon() {
  error_code ignored;
  tcp_.socket().close(ignored);
}

Task<> Connection::close(bool has_unread) {
  if (has_unread) co_await linger();
  error_code ignored;
  tcp_.socket().shutdown(tcp::socket::shutdown_both, ignored);
}

Task<> Connection::linger() {
  error_code ignored;
  tcp_.socket().shutdown(tcp::socket::shutdown_send, ignored);
  tcp_.expires_after(linger_time);
  std::vector<char> scratch(linger_read_bytes);
  std::size_t total = 0;
  while (total < linger_bytes_max) {
    const auto space = asio::buffer(scratch);
    const auto [error, size] = co_await tcp_.async_read_some(space, as_result);
    if (error) co_return;
    total += size;
  }
}

}  // namespace muniment
