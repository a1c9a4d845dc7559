#include "tools/server/http_writer.h"

#include <boost/asio/write.hpp>
#include <boost/beast/http.hpp>

namespace muniment {
namespace {

namespace http = boost::beast::http;

constexpr unsigned version_with_chunks = 11;

template <typename Message>
void set_head(Message& message, const Response& response, const Exchange& exchange) {
  message.result(response.status);
  message.version(exchange.version);
  message.keep_alive(exchange.keeps);
  message.set(http::field::server, "muniment");
  message.set(http::field::content_type, response.content_type);
  message.set("X-Request-Id", exchange.id);
  message.set("X-Content-Type-Options", "nosniff");
  message.set(http::field::cache_control, "no-store");
  for (const auto& [name, value] : response.headers) message.set(name, value);
}

}  // namespace

Task<bool> HttpWriter::send_continue() {
  static constexpr std::string_view text = "HTTP/1.1 100 Continue\r\n\r\n";
  connection_.expires_after(time_max_);
  const auto bytes = asio::buffer(text);
  const auto [error, size] = co_await asio::async_write(connection_, bytes, as_result);
  co_return !error;
}

Task<bool> HttpWriter::send(Response& response, const Exchange& exchange) {
  http::response<http::string_body> message;
  set_head(message, response, exchange);
  message.body() = std::move(response.body);
  message.prepare_payload();
  connection_.expires_after(time_max_);
  if (exchange.is_head) {
    http::response_serializer<http::string_body> serializer{message};
    const auto [error, size] = co_await http::async_write_header(connection_, serializer, as_result);
    co_return !error;
  }
  const auto [error, size] = co_await http::async_write(connection_, message, as_result);
  co_return !error;
}

Task<bool> HttpWriter::begin_stream(const Response& response, const Exchange& exchange) {
  http::response<http::empty_body> message;
  set_head(message, response, exchange);
  if (exchange.version >= version_with_chunks) message.chunked(true);
  http::response_serializer<http::empty_body> serializer{message};
  connection_.expires_after(time_max_);
  const auto [error, size] = co_await http::async_write_header(connection_, serializer, as_result);
  co_return !error;
}

Task<bool> HttpWriter::send_piece(std::string_view piece, const Exchange& exchange) {
  connection_.expires_after(time_max_);
  const auto bytes = asio::buffer(piece);
  if (exchange.version < version_with_chunks) {
    const auto [error, size] = co_await asio::async_write(connection_, bytes, as_result);
    co_return !error;
  }
  const auto chunk = http::make_chunk(bytes);
  const auto [error, size] = co_await asio::async_write(connection_, chunk, as_result);
  co_return !error;
}

Task<bool> HttpWriter::end_stream(const Exchange& exchange) {
  if (exchange.version < version_with_chunks) co_return true;
  connection_.expires_after(time_max_);
  const auto last = http::make_chunk_last();
  const auto [error, size] = co_await asio::async_write(connection_, last, as_result);
  co_return !error;
}

}  // namespace muniment
