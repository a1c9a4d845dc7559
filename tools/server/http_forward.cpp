#include "tools/server/http_forward.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <boost/asio/connect.hpp>
#include <boost/asio/experimental/awaitable_operators.hpp>
#include <charconv>
#include <utility>
#include <vector>

#include "events/values/header_text.h"

namespace muniment {
namespace {

using namespace asio::experimental::awaitable_operators;
using asio::ip::tcp;

constexpr std::string_view forwarded_field = "Muniment-Forwarded";
constexpr std::chrono::milliseconds connect_max{3'000};
constexpr std::chrono::milliseconds write_max{30'000};
constexpr std::size_t piece_bytes = std::size_t{64} << 10;

// Of a connection, and not of the request (RFC 9110, 7.6.1); and what is said anew.
bool is_of_connection(std::string_view name) {
  constexpr std::array<std::string_view, 12> names{
      "Connection", "Keep-Alive", "Proxy-Connection", "Proxy-Authenticate", "Proxy-Authorization",
      "TE",         "Trailer",    "Upgrade",          "Transfer-Encoding",  "Content-Length",
      "Expect",     "Host"};
  return std::any_of(names.begin(), names.end(), [&](std::string_view each) { return is_same_without_case(name, each); });
}

std::string_view value_of(const HttpReader& reader, std::string_view name) {
  for (const auto& [known, value] : reader.fields()) {
    if (is_same_without_case(known, name)) return value;
  }
  return {};
}

// Nobody but who has a certificate of the nodes' own authority.
std::shared_ptr<asio::ssl::context> client_context(const std::filesystem::path& ca) {
  auto out = std::make_shared<asio::ssl::context>(asio::ssl::context::tls_client);
  SSL_CTX_set_min_proto_version(out->native_handle(), TLS1_2_VERSION);
  out->set_verify_mode(asio::ssl::verify_peer);
  error_code error;
  out->load_verify_file(ca.string(), error);
  return error ? nullptr : out;
}

constexpr std::size_t to_status = 9;  // "HTTP/1.1 200 ..."
constexpr std::size_t with_status = to_status + 3;

// 0: no answer of HTTP. At least with_status bytes of it.
unsigned status_in(std::string_view answer) {
  unsigned out = 0;
  if (!answer.starts_with("HTTP/1.")) return 0;
  const auto [stop, error] = std::from_chars(answer.data() + to_status, answer.data() + with_status, out);
  return error == std::errc{} ? out : 0;
}

}  // namespace

std::optional<Problem> why_not_forwarded(const HttpReader& reader, const LogLease& lease, const ClusterSettings& cluster) {
  if (!value_of(reader, forwarded_field).empty()) return Problem{problem::forwarded_twice};
  if (!parse_server_url(lease.holder.address)) return Problem{problem::sequencer_unreachable, "it says no address"};
  if (!cluster.may_call(lease.holder.address)) return Problem{problem::sequencer_unreachable, "it says an address that is not trusted"};
  if (value_of(reader, "Authorization").empty()) return Problem{problem::ask_the_sequencer};
  return std::nullopt;
}

HttpForward::HttpForward(HttpShared& shared, Connection& from, HttpReader& reader, ServerUrl to)
    : shared_(shared), from_(from), reader_(reader), to_(std::move(to)), has_body_(reader.has_body()), has_length_(reader.has_length()) {}

Task<bool> HttpForward::connect() {
  if (to_.is_tls && !shared_.tls_to_nodes) shared_.tls_to_nodes = client_context(shared_.settings.cluster.ca);
  if (to_.is_tls && !shared_.tls_to_nodes) co_return false;
  const auto resolver = std::make_shared<tcp::resolver>(shared_.context);
  const auto socket = std::make_shared<tcp::socket>(shared_.context);
  socket_ = socket;
  asio::steady_timer timer(shared_.context, connect_max);
  timer.async_wait([resolver, socket](error_code error) {
    if (error) return;
    error_code ignored;
    resolver->cancel();
    socket->close(ignored);
  });
  const std::string port = std::to_string(to_.port);
  const auto [unresolved, endpoints] = co_await resolver->async_resolve(to_.host, port, as_result);
  if (unresolved || is_abandoned_) co_return false;
  const auto [unconnected, endpoint] = co_await asio::async_connect(*socket, endpoints, as_result);
  timer.cancel();
  socket_.reset();
  if (unconnected || is_abandoned_ || !socket->is_open()) co_return false;
  upstream_ = std::make_unique<Connection>(std::move(*socket), to_.is_tls ? shared_.tls_to_nodes : nullptr);
  co_return co_await upstream_->handshake_with(to_.host, connect_max);
}

std::string HttpForward::head(const std::string& request_id) const {
  const RequestHead request = reader_.head();
  std::string out = fmt::format("{} {} HTTP/1.{}\r\nHost: {}\r\nConnection: close\r\n{}: {}\r\n", request.method, reader_.target(),
                                reader_.version() % 10, to_.authority(), forwarded_field, request_id);
  for (const auto& [name, value] : reader_.fields()) {
    if (!is_of_connection(name)) out.append(name).append(": ").append(value).append("\r\n");
    if (is_same_without_case(name, "Content-Length")) out.append(name).append(": ").append(value).append("\r\n");
  }
  if (has_body_ && !has_length_) out += "Transfer-Encoding: chunked\r\n";
  return out + "\r\n";
}

Task<unsigned> HttpForward::exchange(std::chrono::milliseconds silence_max, const std::string& request_id) {
  const std::string text = head(request_id);
  const bool was_sent = co_await upstream_->write(asio::buffer(text.data(), text.size()), write_max);
  if (!was_sent) co_return 0;
  co_await (send_body(silence_max) && pass_answer_on(silence_max));
  co_return status_;
}

// A body that does not come to its end is not ended there either: it is refused there, or as much of it as came is done.
Task<> HttpForward::send_body(std::chrono::milliseconds silence_max) {
  if (!has_body_) co_return;
  std::vector<char> space(piece_bytes);
  reader_.begin_pieces();
  while (!reader_.is_whole()) {
    const std::size_t size = co_await reader_.read_piece(space, silence_max);
    if (size == 0) break;
    std::string piece = has_length_ ? std::string{} : fmt::format("{:x}\r\n", size);
    piece.append(space.data(), size);
    if (!has_length_) piece += "\r\n";
    const bool was_taken = co_await upstream_->write(asio::buffer(piece.data(), piece.size()), write_max);
    if (!was_taken) co_return;
  }
  if (!reader_.is_whole()) {
    upstream_->stop_sending();
  } else if (!has_length_) {
    static constexpr std::string_view end = "0\r\n\r\n";
    co_await upstream_->write(asio::buffer(end.data(), end.size()), write_max);
  }
}

// The beginning is held until it says what it is, in however small pieces it comes: what is no answer is not passed on.
Task<> HttpForward::pass_answer_on(std::chrono::milliseconds silence_max) {
  std::vector<char> space(piece_bytes);
  std::size_t held = 0;
  while (true) {
    const auto read = co_await upstream_->read_some(asio::buffer(space) + held, silence_max);
    held += read.size;
    if (status_ == 0 && held >= with_status) status_ = status_in({space.data(), held});
    if (status_ == 0 && (read.error || held >= with_status)) break;
    if (status_ == 0) continue;
    const asio::const_buffer bytes(space.data(), std::exchange(held, 0));
    bool was_taken = true;
    if (bytes.size() > 0) was_taken = co_await from_.write(bytes, write_max);
    if (read.error) is_whole_ = read.error == asio::error::eof;
    if (read.error || !was_taken) break;
  }
  upstream_->abandon();
  from_.stop_reading();  // What is left of the request is for nobody.
}

void HttpForward::close_if_late(Connection::Clock::time_point now) {
  if (upstream_) upstream_->close_if_late(now);
}

void HttpForward::abandon() {
  is_abandoned_ = true;
  error_code ignored;
  if (socket_) socket_->close(ignored);
  if (upstream_) upstream_->abandon();
}

}  // namespace muniment
