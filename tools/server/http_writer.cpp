#include "tools/server/http_writer.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <boost/beast/http.hpp>
#include <iterator>

namespace muniment {
namespace {

namespace http = boost::beast::http;

constexpr unsigned version_chunked = 11;

// Nothing is kept by whoever passes it on, unless the answer says otherwise.
bool has_cache_control(const Response& response) {
  return std::any_of(response.headers.begin(), response.headers.end(), [](const auto& header) { return header.first == "Cache-Control"; });
}

// Without what says how long the body is, and the empty line. The values are the node's own, so none has an end of line.
std::string head_of(const Response& response, const Exchange& exchange) {
  const bool is_current = exchange.version >= version_chunked;
  const auto reason = http::obsolete_reason(static_cast<http::status>(response.status));
  std::string out;
  out.reserve(512);
  fmt::format_to(std::back_inserter(out),
                 "HTTP/1.{} {} {}\r\nServer: muniment\r\nContent-Type: {}\r\nX-Request-Id: {}\r\nX-Content-Type-Options: nosniff\r\n",
                 is_current ? 1 : 0, response.status, std::string_view{reason.data(), reason.size()}, response.content_type, exchange.id);
  if (!has_cache_control(response)) out += "Cache-Control: no-store\r\n";
  if (is_current && !exchange.keeps) out += "Connection: close\r\n";
  if (!is_current && exchange.keeps) out += "Connection: keep-alive\r\n";
  for (const auto& [name, value] : response.headers) out.append(name).append(": ").append(value).append("\r\n");
  return out;
}

asio::const_buffer buffer_of(std::string_view text) { return asio::buffer(text.data(), text.size()); }

}  // namespace

Task<bool> HttpWriter::send_continue() {
  static constexpr std::string_view text = "HTTP/1.1 100 Continue\r\n\r\n";
  co_return co_await connection_.write(buffer_of(text), time_max_);
}

Task<bool> HttpWriter::send(const Response& response, const Exchange& exchange) {
  std::string head = head_of(response, exchange);
  if (response.status != status_no_content) fmt::format_to(std::back_inserter(head), "Content-Length: {}\r\n", response.body.size());
  head += "\r\n";
  const std::array<asio::const_buffer, 2> bytes{buffer_of(head), exchange.is_head ? asio::const_buffer{} : buffer_of(response.body)};
  co_return co_await connection_.write(bytes, time_max_);
}

Task<bool> HttpWriter::begin_stream(const Response& response, const Exchange& exchange) {
  std::string head = head_of(response, exchange);
  head += exchange.version >= version_chunked ? "Transfer-Encoding: chunked\r\n\r\n" : "\r\n";
  co_return co_await connection_.write(buffer_of(head), time_max_);
}

Task<bool> HttpWriter::send_piece(std::string_view piece, const Exchange& exchange) {
  if (exchange.version < version_chunked) co_return co_await connection_.write(buffer_of(piece), time_max_);
  co_return co_await connection_.write(http::make_chunk(buffer_of(piece)), time_max_);
}

Task<bool> HttpWriter::end_stream(const Exchange& exchange) {
  if (exchange.version < version_chunked) co_return true;
  co_return co_await connection_.write(http::make_chunk_last(), time_max_);
}

}  // namespace muniment
