// Coroutines, as g++ 12 compiles them well: what a co_awaited call takes has a name, and no co_await is an operand of && or ||.
#include "tools/client/http_client.h"

#include <openssl/err.h>

#include <algorithm>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/host_name_verification.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http.hpp>
#include <boost/beast/ssl/ssl_stream.hpp>
#include <optional>

#include "events/values/header_text.h"

namespace muniment {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = boost::beast::http;
namespace ssl = boost::asio::ssl;
using asio::ip::tcp;
using boost::system::error_code;
using namespace asio::experimental::awaitable_operators;

template <typename T = void>
using Task = asio::awaitable<T>;

constexpr auto as_result = asio::as_tuple(asio::use_awaitable);
constexpr std::size_t read_bytes = std::size_t{64} << 10;
constexpr std::size_t body_bytes_max = std::size_t{64} << 20;
constexpr unsigned status_ok = 200;

// One request at a time, in the clear or through TLS.
struct Connection {
  explicit Connection(asio::io_context& context) : tcp_stream(context) {}
  Connection(asio::io_context& context, ssl::context& tls) : tls_stream(std::in_place, context, tls) {}

  beast::tcp_stream& socket() { return tls_stream ? beast::get_lowest_layer(*tls_stream) : *tcp_stream; }

  std::optional<beast::tcp_stream> tcp_stream{std::nullopt};
  std::optional<beast::ssl_stream<beast::tcp_stream>> tls_stream{std::nullopt};
  beast::flat_buffer buffer{body_bytes_max};
};

}  // namespace

std::string_view HttpAnswer::header(std::string_view name) const {
  for (const auto& [known, value] : headers) {
    if (is_same_without_case(known, name)) return value;
  }
  return {};
}

struct HttpClient::Impl {
  explicit Impl(HttpClientOptions its_options) : options(std::move(its_options)) {
    if (!options.server.is_tls) return;
    tls.emplace(ssl::context::tls_client);
    error_code error;
    tls->set_options(ssl::context::default_workarounds | ssl::context::no_tlsv1 | ssl::context::no_tlsv1_1, error);
    tls->set_verify_mode(ssl::verify_peer);
    tls->set_verify_callback(ssl::host_name_verification(options.server.host));
    if (options.ca_file.empty()) {
      tls->set_default_verify_paths(error);
    } else {
      tls->load_verify_file(options.ca_file.string(), error);
    }
    if (error) throw std::runtime_error("the certificates of " + options.ca_file.string() + " cannot be read");
  }

  [[noreturn]] void lose(const std::string& what, const error_code& error) const {
    throw ConnectionLost(what + " " + options.server.authority() + ": " + error.message(), was_connected);
  }

  // Runs a conversation to its end on this thread; what it throws is thrown here.
  template <typename T>
  T run(Task<T> task) {
    std::optional<T> out;
    std::exception_ptr failure;
    asio::co_spawn(context, std::move(task), [&](const std::exception_ptr& error, T value) {
      failure = error;
      if (!error) out = std::move(value);
    });
    context.restart();
    context.run();
    if (failure) {
      connection.reset();
      std::rethrow_exception(failure);
    }
    return std::move(*out);
  }

  Task<> connect();
  Task<> shake_hands();
  Task<HttpAnswer> ask(std::string target, HttpHeaders headers, const OnBytes* on_bytes);
  Task<HttpAnswer> exchange(std::string target, HttpHeaders headers, HttpFeed& feed, const OnBytes& on_bytes);
  template <typename Stream>
  Task<> write_request(Stream& stream, const http::request<http::empty_body>& request);
  template <typename Stream>
  Task<HttpAnswer> read_answer(Stream& stream, const OnBytes* on_bytes, bool& is_done);
  template <typename Stream>
  Task<> send_feed(Stream& stream, HttpFeed& feed, const bool& is_done);
  Task<> watch(const HttpFeed& feed, const bool& is_done);
  template <typename Stream>
  Task<HttpAnswer> converse(Stream& stream, HttpFeed& feed, const OnBytes& on_bytes);
  http::request<http::empty_body> request_of(http::verb verb, const std::string& target, const HttpHeaders& headers) const;

  const HttpClientOptions options;
  asio::io_context context{1};
  std::optional<ssl::context> tls;
  std::optional<Connection> connection;
  bool was_connected = false;
  asio::steady_timer woken{context, asio::steady_timer::time_point::max()};
  bool is_woken = false;
  asio::steady_timer watch_timer{context};
  bool is_watched = false;                      // By watch(), and not by the time of each operation.
  std::chrono::steady_clock::time_point heard;  // When something last came or went.
};

Task<> HttpClient::Impl::connect() {
  connection.reset();
  if (tls) {
    connection.emplace(context, *tls);
  } else {
    connection.emplace(context);
    connection->tcp_stream.emplace(context);
  }
  tcp::resolver resolver(context);
  const std::string port = std::to_string(options.server.port);
  const auto [unresolved, places] = co_await resolver.async_resolve(options.server.host, port, as_result);
  if (unresolved) lose("cannot find", unresolved);
  connection->socket().expires_after(options.connect_time_max);
  const auto [unconnected, place] = co_await connection->socket().async_connect(places, as_result);
  if (unconnected) lose("cannot connect to", unconnected);
  error_code ignored;
  connection->socket().socket().set_option(tcp::no_delay(true), ignored);
  if (tls) co_await shake_hands();
  was_connected = true;
}

Task<> HttpClient::Impl::shake_hands() {
  auto& stream = *connection->tls_stream;
  // Names are sent for the node to choose its certificate by; addresses are not.
  error_code not_an_address;
  asio::ip::make_address(options.server.host, not_an_address);
  if (not_an_address) {  // As the macro SSL_set_tlsext_host_name does, without its old-style cast.
    std::string host = options.server.host;
    SSL_ctrl(stream.native_handle(), SSL_CTRL_SET_TLSEXT_HOSTNAME, TLSEXT_NAMETYPE_host_name, host.data());
  }
  const auto [error] = co_await stream.async_handshake(ssl::stream_base::client, as_result);
  if (!error) co_return;
  const long verified = SSL_get_verify_result(stream.native_handle());
  if (verified != X509_V_OK || error.category() == asio::error::get_ssl_category()) {
    const std::string why = verified != X509_V_OK ? X509_verify_cert_error_string(verified) : error.message();
    throw CertificateRefused(options.server.authority() + " is not trusted: " + why);
  }
  lose("cannot connect to", error);
}

http::request<http::empty_body> HttpClient::Impl::request_of(http::verb verb, const std::string& target, const HttpHeaders& headers) const {
  http::request<http::empty_body> request{verb, target, 11};
  request.set(http::field::host, options.server.authority());
  request.set(http::field::user_agent, "muniment");
  if (!options.token.empty()) request.set(http::field::authorization, "Bearer " + options.token);
  for (const auto& [name, value] : headers) request.set(name, value);
  return request;
}

template <typename Stream>
Task<> HttpClient::Impl::write_request(Stream& stream, const http::request<http::empty_body>& request) {
  http::request_serializer<http::empty_body> serializer{request};
  const auto [error, size] = co_await http::async_write_header(stream, serializer, as_result);
  if (error) lose("the connection was lost to", error);
}

// The body of a 200 goes to `on_bytes` where there is one; else it is gathered.
template <typename Stream>
Task<HttpAnswer> HttpClient::Impl::read_answer(Stream& stream, const OnBytes* on_bytes, bool& is_done) {
  http::response_parser<http::buffer_body> parser;
  parser.body_limit(boost::none);
  const auto [no_head, head_size] = co_await http::async_read_header(stream, connection->buffer, parser, as_result);
  if (no_head) lose("no answer from", no_head);
  heard = std::chrono::steady_clock::now();
  HttpAnswer out{.status = parser.get().result_int(), .headers = {}, .body = {}};
  for (const auto& field : parser.get()) {
    const auto name = field.name_string();
    out.headers.emplace_back(std::string{name.data(), name.size()}, std::string{field.value().data(), field.value().size()});
  }
  const bool goes_to_caller = on_bytes != nullptr && out.status == status_ok;
  bool is_wanted = true;
  std::vector<char> bytes(read_bytes);
  while (!parser.is_done() && is_wanted) {
    parser.get().body().data = bytes.data();
    parser.get().body().size = bytes.size();
    if (!is_watched) connection->socket().expires_after(options.answer_time_max);
    const auto [error, size] = co_await http::async_read_some(stream, connection->buffer, parser, as_result);
    if (error && error != http::error::need_buffer) lose("the answer was cut off by", error);
    heard = std::chrono::steady_clock::now();
    const std::string_view piece{bytes.data(), bytes.size() - parser.get().body().size};
    if (goes_to_caller) {
      is_wanted = piece.empty() || (*on_bytes)(piece);
    } else {
      out.body += piece;
      if (out.body.size() > body_bytes_max) throw ConnectionLost("the answer is larger than this program takes", true);
    }
  }
  is_done = true;
  const bool is_kept = is_wanted && parser.get().keep_alive();
  if (!is_kept) out.headers.emplace_back("Connection", "close");
  co_return out;
}

Task<HttpAnswer> HttpClient::Impl::ask(std::string target, HttpHeaders headers, const OnBytes* on_bytes) {
  if (!connection) co_await connect();
  is_watched = false;
  const auto request = request_of(http::verb::get, target, headers);
  connection->socket().expires_after(options.answer_time_max);
  bool is_done = false;
  HttpAnswer out;
  if (tls) {
    co_await write_request(*connection->tls_stream, request);
    out = co_await read_answer(*connection->tls_stream, on_bytes, is_done);
  } else {
    co_await write_request(*connection->tcp_stream, request);
    out = co_await read_answer(*connection->tcp_stream, on_bytes, is_done);
  }
  if (is_same_without_case(out.header("Connection"), "close")) connection.reset();
  co_return out;
}

template <typename Stream>
Task<> HttpClient::Impl::send_feed(Stream& stream, HttpFeed& feed, const bool& is_done) {
  std::string piece;
  while (!is_done) {
    piece.clear();
    const HttpFeed::Next next = feed.next(piece);
    if (next == HttpFeed::Next::wait) {
      if (!is_woken) co_await woken.async_wait(as_result);
      is_woken = false;
      woken.expires_at(asio::steady_timer::time_point::max());
      continue;
    }
    error_code error;
    if (next == HttpFeed::Next::bytes) {
      const auto chunk = http::make_chunk(asio::buffer(piece));
      const auto [failed, size] = co_await asio::async_write(stream, chunk, as_result);
      error = failed;
    } else {
      const auto last = http::make_chunk_last();
      const auto [failed, size] = co_await asio::async_write(stream, last, as_result);
      error = failed;
    }
    heard = std::chrono::steady_clock::now();
    // What the node said before it closed is still to be read.
    if (error || next == HttpFeed::Next::end) co_return;
  }
}

// Cuts a conversation off in which the other side has said nothing for too long.
Task<> HttpClient::Impl::watch(const HttpFeed& feed, const bool& is_done) {
  constexpr std::chrono::milliseconds tick{250};
  while (!is_done) {
    watch_timer.expires_after(tick);
    co_await watch_timer.async_wait(as_result);
    const auto now = std::chrono::steady_clock::now();
    if (!feed.expects_answer()) heard = now;
    if (is_done || now < heard + options.answer_time_max) continue;
    error_code ignored;
    connection->socket().socket().shutdown(tcp::socket::shutdown_both, ignored);
    co_return;
  }
}

template <typename Stream>
Task<HttpAnswer> HttpClient::Impl::converse(Stream& stream, HttpFeed& feed, const OnBytes& on_bytes) {
  bool is_done = false;
  std::exception_ptr failure;
  HttpAnswer out;
  const auto read = [](Impl& self, Stream& from, const OnBytes& to, bool& done, HttpAnswer& into, std::exception_ptr& failed) -> Task<> {
    try {
      into = co_await self.read_answer(from, &to, done);
    } catch (...) {
      failed = std::current_exception();
    }
    done = true;
    self.is_woken = true;
    self.woken.cancel();
    self.watch_timer.cancel();
    // Nobody reads any more what would still be sent.
    error_code ignored;
    self.connection->socket().socket().shutdown(tcp::socket::shutdown_send, ignored);
  };
  co_await (read(*this, stream, on_bytes, is_done, out, failure) && send_feed(stream, feed, is_done) && watch(feed, is_done));
  if (failure) std::rethrow_exception(failure);
  co_return out;
}

Task<HttpAnswer> HttpClient::Impl::exchange(std::string target, HttpHeaders headers, HttpFeed& feed, const OnBytes& on_bytes) {
  co_await connect();
  is_watched = true;
  auto request = request_of(http::verb::post, target, headers);
  request.chunked(true);
  heard = std::chrono::steady_clock::now();
  HttpAnswer out;
  if (tls) {
    co_await write_request(*connection->tls_stream, request);
    connection->socket().expires_never();
    out = co_await converse(*connection->tls_stream, feed, on_bytes);
  } else {
    co_await write_request(*connection->tcp_stream, request);
    connection->socket().expires_never();
    out = co_await converse(*connection->tcp_stream, feed, on_bytes);
  }
  connection.reset();
  co_return out;
}

HttpClient::HttpClient(HttpClientOptions options) : impl_(std::make_unique<Impl>(std::move(options))) {}
HttpClient::~HttpClient() = default;

HttpAnswer HttpClient::get(const std::string& target, const HttpHeaders& headers) {
  const bool is_kept = impl_->connection.has_value();
  try {
    return impl_->run(impl_->ask(target, headers, nullptr));
  } catch (const ConnectionLost&) {
    // A connection that was kept may have ended meanwhile.
    if (!is_kept) throw;
  }
  return impl_->run(impl_->ask(target, headers, nullptr));
}

HttpAnswer HttpClient::stream(const std::string& target, const HttpHeaders& headers, const OnBytes& on_bytes) {
  impl_->connection.reset();
  return impl_->run(impl_->ask(target, headers, &on_bytes));
}

HttpAnswer HttpClient::exchange(const std::string& target, const HttpHeaders& headers, HttpFeed& feed, const OnBytes& on_bytes) {
  return impl_->run(impl_->exchange(target, headers, feed, on_bytes));
}

void HttpClient::wake() {
  asio::post(impl_->context, [impl = impl_.get()] {
    impl->is_woken = true;
    impl->woken.cancel();
  });
}

}  // namespace muniment
