#include "tools/server/http_reader.h"

#include <algorithm>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http.hpp>
#include <optional>

namespace muniment {
namespace {

namespace beast = boost::beast;
namespace http = boost::beast::http;

constexpr std::size_t read_bytes_min = std::size_t{4} << 10;
constexpr std::size_t read_bytes_max = std::size_t{64} << 10;
constexpr std::size_t buffer_bytes_max = std::size_t{128} << 10;  // A head, and more than is read at once.

HttpReader::Result result_of(error_code error) {
  if (!error) return HttpReader::Result::done;
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

// Of the fields that are looked at; of a list that comes in several, the first counts.
std::string_view* place_in(RequestHead& head, const http::fields::value_type& field) {
  switch (field.name()) {
    case http::field::authorization:
      return &head.authorization;
    case http::field::content_type:
      return &head.content_type;
    case http::field::content_encoding:
      return &head.content_encoding;
    case http::field::accept:
      return &head.accept;
    case http::field::accept_encoding:
      return &head.accept_encoding;
    case http::field::if_match:
      return &head.if_match;
    case http::field::cookie:
      return &head.cookies.cookie;
    case http::field::sec_fetch_site:
      return &head.cookies.sec_fetch_site;
    case http::field::unknown:
      if (beast::iequals(field.name_string(), "Idempotency-Key")) return &head.idempotency_key;
      if (beast::iequals(field.name_string(), "Last-Event-ID")) return &head.last_event_id;
      if (beast::iequals(field.name_string(), "Muniment-Actor")) return &head.acting_for;
      if (beast::iequals(field.name_string(), "Muniment-Console")) return &head.cookies.console;
      return nullptr;
    default:
      return nullptr;
  }
}

std::chrono::milliseconds left_until(Connection::Clock::time_point until) {
  return std::chrono::ceil<std::chrono::milliseconds>(until - Connection::Clock::now());
}

}  // namespace

struct HttpReader::Parsers {
  beast::flat_buffer buffer{buffer_bytes_max};
  std::optional<http::request_parser<http::empty_body>> head;
  std::optional<http::request_parser<http::buffer_body>> pieces;

  // Gives the parser what is there. `need_more`: it has taken all that it can.
  error_code feed(http::basic_parser<true>& parser) {
    error_code error;
    buffer.consume(parser.put(buffer.data(), error));
    return error;
  }
};

HttpReader::HttpReader(Connection& connection) : connection_(connection), parsers_(std::make_unique<Parsers>()) {}

HttpReader::~HttpReader() = default;

Task<bool> HttpReader::wait(std::chrono::milliseconds time) {
  if (parsers_->buffer.size() > 0) co_return true;
  const auto space = parsers_->buffer.prepare(read_bytes_min);
  const auto read = co_await connection_.read_some(space, time);
  parsers_->buffer.commit(read.size);
  co_return !read.error;
}

Task<HttpReader::Result> HttpReader::read_more(std::chrono::milliseconds time, Connection::Late late) {
  beast::flat_buffer& buffer = parsers_->buffer;
  const std::size_t room = buffer.max_size() - buffer.size();
  if (room == 0) co_return Result::too_large;
  const auto space = buffer.prepare(std::min(std::clamp(buffer.size(), read_bytes_min, read_bytes_max), room));
  const auto read = co_await connection_.read_some(space, time, late);
  buffer.commit(read.size);
  if (read.error) co_return connection_.was_late() ? Result::timed_out : Result::ended;
  co_return Result::done;
}

Task<HttpReader::Result> HttpReader::read_head(std::size_t bytes_max, std::chrono::milliseconds time) {
  parsers_->pieces.reset();
  parsers_->head.emplace();
  auto& parser = *parsers_->head;
  parser.header_limit(static_cast<std::uint32_t>(bytes_max));
  parser.body_limit(boost::none);  // The route has one.
  const auto until = Connection::Clock::now() + time;
  while (true) {
    const error_code error = parsers_->buffer.size() > 0 ? parsers_->feed(parser) : http::error::need_more;
    if (parser.is_header_done()) co_return Result::done;
    if (error && error != http::error::need_more) co_return result_of(error);
    const Result result = co_await read_more(left_until(until));
    // What ends in the middle of a head is no request.
    if (result != Result::done) co_return result == Result::ended && parsers_->buffer.size() > 0 ? Result::malformed : result;
  }
}

RequestHead HttpReader::head() const {
  const auto& head = parsers_->head->get();
  RequestHead out{};
  out.method = {head.method_string().data(), head.method_string().size()};
  out.target = in_origin_form({head.target().data(), head.target().size()});
  for (const auto& field : head) {
    if (std::string_view* const its = place_in(out, field); its != nullptr && its->empty())
      *its = {field.value().data(), field.value().size()};
  }
  return out;
}

std::vector<std::pair<std::string_view, std::string_view>> HttpReader::fields() const {
  std::vector<std::pair<std::string_view, std::string_view>> out;
  for (const auto& field : parsers_->head->get()) {
    const auto name = field.name_string();
    const auto value = field.value();
    out.emplace_back(std::string_view{name.data(), name.size()}, std::string_view{value.data(), value.size()});
  }
  return out;
}

std::string_view HttpReader::target() const {
  const auto target = parsers_->head->get().target();
  return in_origin_form({target.data(), target.size()});
}

bool HttpReader::has_length() const { return parsers_->head->content_length().has_value(); }

unsigned HttpReader::version() const { return parsers_->head->get().version(); }

bool HttpReader::keeps_alive() const { return parsers_->head->keep_alive(); }

// What frames a request otherwise than another program before this one could let a caller put a second request into the first (RFC
// 9112, 6.3). The parser itself refuses a Content-Length beside chunks, and one that comes twice.
bool HttpReader::is_framed_well() const {
  const auto& head = parsers_->head->get();
  const auto coding = head.find(http::field::transfer_encoding);
  if (coding == head.end()) return true;
  constexpr unsigned version_with_chunks = 11;
  return version() >= version_with_chunks && head.count(http::field::transfer_encoding) == 1 && beast::iequals(coding->value(), "chunked");
}

std::optional<std::string_view> HttpReader::field_twice() const {
  const auto& head = parsers_->head->get();
  for (const std::string_view name :
       {"Authorization", "Content-Type", "If-Match", "Idempotency-Key", "Last-Event-ID", "Muniment-Actor", "Muniment-Console"}) {
    if (head.count(boost::beast::string_view{name.data(), name.size()}) > 1) return name;
  }
  return std::nullopt;
}

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
  parser.eager(true);
  const auto until = Connection::Clock::now() + time;
  while (!parser.is_done()) {
    const error_code error = parsers_->buffer.size() > 0 ? parsers_->feed(parser) : http::error::need_more;
    if (parser.is_done()) break;
    if (error && error != http::error::need_more) co_return result_of(error);
    if (!error && parsers_->buffer.size() > 0) continue;  // A chunk was taken, and the next one is there.
    const Result result = co_await read_more(left_until(until));
    if (result != Result::done) co_return result == Result::ended ? Result::malformed : result;
  }
  body = std::move(parser.get().body());
  co_return Result::done;
}

void HttpReader::begin_pieces() { parsers_->pieces.emplace(std::move(*parsers_->head)); }

bool HttpReader::is_whole() const { return parsers_->pieces->is_done(); }

Task<std::size_t> HttpReader::read_piece(std::span<char> space, std::chrono::milliseconds time) {
  auto& parser = *parsers_->pieces;
  auto& piece = parser.get().body();
  piece = {.data = space.data(), .size = space.size(), .more = true};
  while (piece.size == space.size() && !parser.is_done()) {
    const error_code error = parsers_->buffer.size() > 0 ? parsers_->feed(parser) : http::error::need_more;
    if (piece.size < space.size() || parser.is_done()) break;
    if (error && error != http::error::need_more && error != http::error::need_buffer) break;
    if (!error && parsers_->buffer.size() > 0) continue;
    const Result result = co_await read_more(time, Connection::Late::stop_reading);
    if (result != Result::done) break;
  }
  co_return space.size() - piece.size;
}

}  // namespace muniment
