#include "tools/witness/witness_server.h"

#include <fmt/format.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http.hpp>
#include <chrono>
#include <csignal>
#include <system_error>

#include "tools/server/asio_tasks.h"

namespace muniment {
namespace {

namespace beast = boost::beast;
namespace http = beast::http;
using asio::ip::tcp;
using namespace std::chrono_literals;
using Request = http::request<http::string_body>;
using Reply = http::response<http::string_body>;

constexpr std::uint32_t header_bytes_max = 8'192;
constexpr std::size_t connections_max = 64;
constexpr auto exchange_max = 20s;  // For a request to come, and for its answer to go.
constexpr auto rest_after_failure = 100ms;
constexpr std::string_view path = "/add-checkpoint";

std::uint64_t seconds_now() {
  return static_cast<std::uint64_t>(
      std::chrono::duration_cast<std::chrono::seconds>(std::chrono::system_clock::now().time_since_epoch()).count());
}

}  // namespace

struct WitnessServer::Impl {
  Impl(Witness& with, const std::string& address, std::uint16_t port, Notice tell)
      : witness(with), notice(std::move(tell)), acceptor(context), signals(context) {
    const tcp::endpoint endpoint(asio::ip::make_address(address), port);
    acceptor.open(endpoint.protocol());
    acceptor.set_option(asio::socket_base::reuse_address(true));
    acceptor.bind(endpoint);
    acceptor.listen();
  }

  Task<> accept() {
    while (true) {
      auto [error, socket] = co_await acceptor.async_accept(as_result);
      if (!acceptor.is_open()) co_return;
      if (error) co_await rest();  // As when there are no more descriptors: the next attempt would fail at once too.
      if (error || connections == connections_max) continue;  // The socket closes.
      asio::co_spawn(context, serve(std::move(socket)), asio::detached);
    }
  }

  Task<> rest() {
    asio::steady_timer timer(context, rest_after_failure);
    co_await timer.async_wait(as_result);
  }

  Task<> serve(tcp::socket socket) {
    ++connections;
    beast::tcp_stream stream(std::move(socket));
    beast::flat_buffer buffer;
    bool goes_on = true;
    while (goes_on) {
      http::request_parser<http::string_body> parser;
      parser.header_limit(header_bytes_max);
      parser.body_limit(Witness::request_bytes_max);
      stream.expires_after(exchange_max);
      const auto [read_error, read] = co_await http::async_read(stream, buffer, parser, as_result);
      if (read_error) break;
      const Reply reply = answer(parser.get());
      stream.expires_after(exchange_max);
      const auto [write_error, written] = co_await http::async_write(stream, reply, as_result);
      goes_on = !write_error && reply.keep_alive();
    }
    error_code ignored;
    stream.socket().shutdown(tcp::socket::shutdown_both, ignored);
    --connections;
  }

  Reply answer(const Request& request) {
    WitnessAnswer given;
    if (request.target() != path) {
      given = {.status = 404, .body = "expected /add-checkpoint\n"};
    } else if (request.method() != http::verb::post) {
      given = {.status = 405, .body = "expected POST\n"};
    } else {
      try {
        given = witness.add_checkpoint(request.body(), seconds_now());
      } catch (const std::exception& error) {
        notice(fmt::format("a checkpoint could not be kept: {}", error.what()));
        given = {.status = 503, .body = "the checkpoint could not be kept\n"};
      }
      notice(fmt::format("answered {}", given.status));
    }
    Reply reply{static_cast<http::status>(given.status), request.version()};
    reply.set(http::field::content_type, given.content_type);
    reply.keep_alive(request.keep_alive());
    reply.body() = std::move(given.body);
    reply.prepare_payload();
    return reply;
  }

  void close() {
    error_code ignored;
    acceptor.close(ignored);
    signals.cancel(ignored);
    context.stop();
  }

  Witness& witness;
  const Notice notice;
  asio::io_context context{1};
  tcp::acceptor acceptor;
  asio::signal_set signals;
  std::size_t connections = 0;
};

WitnessServer::WitnessServer(Witness& witness, const std::string& address, std::uint16_t port, Notice notice)
    : impl_(std::make_unique<Impl>(witness, address, port, std::move(notice))) {}
WitnessServer::~WitnessServer() = default;

std::uint16_t WitnessServer::port() const { return impl_->acceptor.local_endpoint().port(); }

void WitnessServer::run(bool handles_signals) {
  if (handles_signals) {
    impl_->signals.add(SIGTERM);
    impl_->signals.add(SIGINT);
    impl_->signals.async_wait([this](error_code error, int) {
      if (!error) impl_->close();
    });
  }
  asio::co_spawn(impl_->context, impl_->accept(), asio::detached);
  impl_->context.run();
}

void WitnessServer::stop() {
  asio::post(impl_->context, [this] { impl_->close(); });
}

}  // namespace muniment
