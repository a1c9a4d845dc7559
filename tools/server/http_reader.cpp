#include "tools/server/http_reader.h"

#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http.hpp>
#include <optional>

namespace muniment {
namespace {

namespace beast = boost::beast;
namespace http = boost::beast::http;

constexpr std::size_t first_read_bytes = std::size_t{4} << 10;
constexpr std::size_t buffer_bytes_max = std::size_t{128} << 10;  // A head, and more than is read at once.

template <typename Name>
std::string_view field(const http::fields& fields, const Name& name) {
  const auto found = fields.find(name);
  return found == fields.end() ? std::string_view{} : std::string_view{found->value().data(), found->value().size()};
}

HttpReader::Result result_of(error_code error) {
  if (!error) return HttpReader::Result::done;
  if (error == beast::error::timeout) return HttpReader::Result::timed_out;
  const bool is_about_http = error.category() == http::make_error_code(http::error::end_of_stream).category();
  if (!is_about_http || error == http::error::end_of_stream) return HttpReader::Result::ended;
  const bool is_too_large = error == http::error::header_limit || error == http::error::buffer_overflow || error == http::error::body_limit;
  return is_too_large ? HttpReader::Result::too_large : HttpReader::Result::malformed;
}

// A target may come whole, as to a proxy; whom it names is not looked at, as with Host.
std::string_view in_origin_form(std::string_view target) {
  for (const std::string_view scheme : {"http://", "https://"}) {
    if (!target.starts_with(scheme)) continue;
    const std::size_t path = target.find_first_of("/?", scheme.size());
    return path == std::string_view::npos ? "/" : target.substr(path);
  }
  return target;
}

}  // namespace

struct HttpReader::Parsers {
  beast::flat_buffer buffer{buffer_bytes_max};
  std::optional<http::request_parser<http::empty_body>> head;
  std::optional<http::request_parser<http::buffer_body>> pieces;
};

HttpReader::HttpReader(Connection& connection) : connection_(connection), parsers_(std::make_unique<Parsers>()) {}

HttpReader::~HttpReader() = default;

Task<bool> HttpReader::wait(std::chrono::milliseconds time) {
  if (parsers_->buffer.size() > 0) co_return true;
  connection_.expires_after(time);
  const auto space = parsers_->buffer.prepare(first_read_bytes);
  const auto [error, size] = co_await connection_.async_read_some(space, as_result);
  parsers_->buffer.commit(size);
  co_return !error;
}

Task<HttpReader::Result> HttpReader::read_head(std::size_t bytes_max, std::chrono::milliseconds time) {
  parsers_->pieces.reset();
  parsers_->head.emplace();
  auto& parser = *parsers_->head;
  parser.header_limit(static_cast<std::uint32_t>(bytes_max));
  parser.body_limit(boost::none);  // The route has one.
  connection_.expires_after(time);
  const auto [error, size] = co_await http::async_read_header(connection_, parsers_->buffer, parser, as_result);
  co_return result_of(error);
}

RequestHead HttpReader::head() const {
  const auto& head = parsers_->head->get();
  return {
      .method = {head.method_string().data(), head.method_string().size()},
      .target = in_origin_form({head.target().data(), head.target().size()}),
      .authorization = field(head, http::field::authorization),
      .content_type = field(head, http::field::content_type),
      .content_encoding = field(head, http::field::content_encoding),
      .accept = field(head, http::field::accept),
      .accept_encoding = field(head, http::field::accept_encoding),
      .idempotency_key = field(head, "Idempotency-Key"),
      .if_match = field(head, http::field::if_match),
      .last_event_id = field(head, "Last-Event-ID"),
  };
}

unsigned HttpReader::version() const { return parsers_->head->get().version(); }

bool HttpReader::keeps_alive() const { return parsers_->head->keep_alive(); }

bool HttpReader::has_body() const { return parsers_->head->chunked() || is_larger_than(0); }

bool HttpReader::expects_continue() const { return beast::iequals(parsers_->head->get()[http::field::expect], "100-continue"); }

bool HttpReader::names_host() const {
  constexpr unsigned version_with_host = 11;
  return version() < version_with_host || parsers_->head->get().count(http::field::host) == 1;
}

bool HttpReader::is_larger_than(std::size_t bytes) const { return parsers_->head->content_length().value_or(0) > bytes; }

Task<HttpReader::Result> HttpReader::read_body(std::size_t bytes_max, std::chrono::milliseconds time, std::string& body) {
  if (is_larger_than(bytes_max)) co_return Result::too_large;
  http::request_parser<http::string_body> parser{std::move(*parsers_->head)};
  parser.body_limit(bytes_max);
  connection_.expires_after(time);
  const auto [error, size] = co_await http::async_read(connection_, parsers_->buffer, parser, as_result);
  body = std::move(parser.get().body());
  co_return result_of(error);
}

void HttpReader::begin_pieces() { parsers_->pieces.emplace(std::move(*parsers_->head)); }

bool HttpReader::is_whole() const { return parsers_->pieces->is_done(); }

Task<std::size_t> HttpReader::read_piece(std::span<char> space, std::chrono::milliseconds time) {
  auto& parser = *parsers_->pieces;
  std::size_t read = 0;
  while (read == 0 && !parser.is_done()) {
    parser.get().body().data = space.data();
    parser.get().body().size = space.size();
    parser.get().body().more = true;
    connection_.expires_after(time);
    const auto [error, size] = co_await http::async_read_some(connection_, parsers_->buffer, parser, as_result);
    read = space.size() - parser.get().body().size;
    if (error && error != http::error::need_buffer) break;
  }
  co_return read;
}

}  // namespace muniment
