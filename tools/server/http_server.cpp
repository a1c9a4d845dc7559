#include "tools/server/http_server.h"

#include <fmt/format.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/signal_set.hpp>
#include <csignal>
#include <thread>

#include "tools/server/http_session.h"

namespace muniment {
namespace {

using asio::ip::tcp;

constexpr std::chrono::milliseconds tail_tick{1000};
constexpr std::chrono::milliseconds times_tick{100};
constexpr std::chrono::hours certificate_tick{24};
constexpr std::chrono::nanoseconds certificate_warning = std::chrono::days{14};

}  // namespace

struct HttpServer::Impl {
  Impl(Node& node, Log& log, const NodeSettings& settings, std::optional<TlsCertificates> tls);

  void listen(HttpListener& listener);
  Task<> accept();
  bool take_in(tcp::socket socket);
  Task<> serve(std::shared_ptr<HttpSession> session);
  void refuse(tcp::socket socket);
  Task<> hear_signals();
  void reload();
  Task<> watch_times();
  Task<> watch_certificates();
  void tell_certificates();
  void warn_of_end(std::string_view of, Timestamp end);
  void follow();
  void begin_stop();

  HttpShared shared;
  tcp::acceptor acceptor{shared.context};
  asio::steady_timer stop_timer{shared.context};
  asio::signal_set signals{shared.context};
  std::atomic<bool> follows{true};
  std::atomic<bool> was_signalled{false};
};

HttpServer::Impl::Impl(Node& node, Log& log, const NodeSettings& settings, std::optional<TlsCertificates> tls)
    : shared(node, log, settings, std::move(tls)) {
  shared.tail_timer.expires_after(tail_tick);
}

void HttpServer::Impl::listen(HttpListener& listener) {
  acceptor.assign(listener.is_v6() ? tcp::v6() : tcp::v4(), listener.take_socket());
  error_code error;
  acceptor.listen(tcp::acceptor::max_listen_connections, error);
  if (error) throw cannot_listen(shared.settings.listen, error.value());
}

Task<> HttpServer::Impl::accept() {
  while (!shared.is_stopping) {
    auto [error, socket] = co_await acceptor.async_accept(as_result);
    if (shared.is_stopping) co_return;
    const bool is_taken_in = !error && take_in(std::move(socket));
    if (is_taken_in) continue;
    // No descriptor or memory is free, or the caller has gone again.
    asio::steady_timer pause(shared.context, std::chrono::milliseconds{50});
    co_await pause.async_wait(as_result);
  }
}

// False: it could not be. Nothing of that may end the accepting.
bool HttpServer::Impl::take_in(tcp::socket socket) {
  const auto has_place = [this] { return shared.places_taken < shared.settings.limits.connections_max; };
  try {
    HttpSession* const first_to_go = has_place() ? nullptr : shared.strangers.first_to_go();
    if (first_to_go != nullptr) first_to_go->give_way();
    if (!has_place()) {
      refuse(std::move(socket));
      return true;
    }
    auto session = std::make_shared<HttpSession>(shared, std::move(socket));
    asio::co_spawn(shared.context, serve(std::move(session)), asio::detached);
    return true;
  } catch (const std::exception& failure) {
    log_exception(shared.log, failure, {});
    return false;
  }
}

// As much as fits at once is sent: nobody is waited for. Over TLS nothing is, for want of a handshake.
void HttpServer::Impl::refuse(tcp::socket socket) {
  shared.node.metrics().connection_refused();
  if (shared.tls) return;
  static constexpr std::string_view text =
      "HTTP/1.1 503 Service Unavailable\r\nRetry-After: 1\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
  error_code ignored;
  socket.non_blocking(true, ignored);
  socket.write_some(asio::buffer(text), ignored);
}

// The boundary at which a connection's exceptions end.
Task<> HttpServer::Impl::serve(std::shared_ptr<HttpSession> session) {
  try {
    co_await session->run();
  } catch (const std::exception& error) {
    log_exception(shared.log, error, {});
  }
}

// Wakes those that follow the log: when it has grown, and once in a while.
void HttpServer::Impl::follow() {
  const EventLog& log = shared.node.log();
  Position head = log.head(0).position;
  while (follows) {
    log.wait_beyond(0, head, tail_tick);
    head = log.head(0).position;
    asio::post(shared.context, [this] {
      ++shared.tail_generation;
      shared.tail_timer.expires_after(2 * tail_tick);
      shared.node.beat();
    });
  }
}

// Until the end, so that one which comes while the node stops for another reason is heard too.
Task<> HttpServer::Impl::hear_signals() {
  while (true) {
    const auto [error, number] = co_await signals.async_wait(as_result);
    if (error) co_return;
    if (number == SIGHUP) {
      reload();
      continue;
    }
    was_signalled = true;
    shared.log.write(LogLevel::info, "stopping", {{"signal", std::to_string(number)}});
    begin_stop();
  }
}

void HttpServer::Impl::reload() {
  if (!shared.tls) return;
  try {
    shared.tls->reload();
    shared.log.write(LogLevel::info, "the certificate was read again");
    tell_certificates();
  } catch (const TlsRefused& error) {
    shared.log.write(LogLevel::error, "the certificate could not be read again; the one before stays",
                     {{"what", std::string{error.what()}}});
  }
}

Task<> HttpServer::Impl::watch_times() {
  asio::steady_timer timer(shared.context);
  while (true) {
    timer.expires_after(times_tick);
    co_await timer.async_wait(as_result);
    const auto now = Connection::Clock::now();
    for (HttpSession* session : shared.sessions) session->close_if_late(now);
    // Who was asked can record nothing more, and this node may be about to take over.
    if (!shared.is_stopping || !shared.node.is_standby() || shared.node.lease().left > std::chrono::milliseconds::zero()) continue;
    for (HttpSession* session : shared.sessions) session->abandon_forward();
  }
}

Task<> HttpServer::Impl::watch_certificates() {
  asio::steady_timer timer(shared.context);
  while (!shared.is_stopping) {
    tell_certificates();
    timer.expires_after(certificate_tick);
    co_await timer.async_wait(as_result);
  }
}

void HttpServer::Impl::tell_certificates() {
  const auto end_of_authorities = shared.tls->authorities_expire_at();
  shared.node.metrics().set_tls_expiry(shared.tls->expires_at(), end_of_authorities);
  warn_of_end("the certificate", shared.tls->expires_at());
  if (end_of_authorities) warn_of_end("a certificate of tls.client_ca", *end_of_authorities);
}

void HttpServer::Impl::warn_of_end(std::string_view of, Timestamp end) {
  const Timestamp now = system_now();
  if (end.ns - now.ns >= certificate_warning.count()) return;
  shared.log.write(LogLevel::warning, fmt::format("{} {}", of, end <= now ? "has expired" : "expires soon"), {{"expires_at", end.text()}});
}

void HttpServer::Impl::begin_stop() {
  if (shared.is_stopping) return;
  shared.is_stopping = true;
  shared.node.begin_stop();
  error_code ignored;
  acceptor.close(ignored);
  for (HttpSession* session : shared.sessions) session->stop_reading();
  ++shared.tail_generation;
  shared.tail_timer.expires_after(std::chrono::milliseconds{0});
  stop_timer.expires_after(shared.settings.times.stop_max);
  stop_timer.async_wait([this](error_code error) {
    if (error) return;
    shared.log.write(LogLevel::warning, "connections were cut off: their answers were not taken in time");
    for (HttpSession* session : shared.sessions) session->abandon();
  });
}

HttpServer::HttpServer(Node& node, Log& log, const NodeSettings& settings, HttpListener listener)
    : impl_(std::make_unique<Impl>(node, log, settings, listener.take_tls())) {
  impl_->listen(listener);
  node.set_on_failure([this] {
    impl_->shared.log.write(LogLevel::error, "the store could not record something; the node ends");
    stop();
  });
}

HttpServer::~HttpServer() = default;

std::uint16_t HttpServer::port() const { return impl_->acceptor.local_endpoint().port(); }

void HttpServer::stop() {
  asio::post(impl_->shared.context, [this] { impl_->begin_stop(); });
}

bool HttpServer::was_signalled() const { return impl_->was_signalled; }

void HttpServer::reload() {
  asio::post(impl_->shared.context, [this] { impl_->reload(); });
}

void HttpServer::handle_signals() {
  for (const int number : {SIGTERM, SIGINT, SIGHUP}) impl_->signals.add(number);
  asio::co_spawn(impl_->shared.context, impl_->hear_signals(), asio::detached);
}

void HttpServer::run() {
  asio::io_context& context = impl_->shared.context;
  impl_->shared.node.callers().start([&log = impl_->shared.log](const std::string& issuer, const IdentityProvider::Trouble& trouble) {
    log.write(LogLevel::warning, trouble.message,
              {{"issuer", issuer}, {"what", text_cell(trouble.what)}, {"request_id", text_cell(trouble.request_id)}});
  });
  if (impl_->shared.tls) asio::co_spawn(context, impl_->watch_certificates(), asio::detached);
  asio::co_spawn(context, impl_->accept(), asio::detached);
  asio::co_spawn(context, impl_->watch_times(), asio::detached);
  std::thread follower([this] { impl_->follow(); });
  // Until the last connection has ended; the timer that would cut them off must not hold it up.
  while (!impl_->shared.is_stopping || !impl_->shared.sessions.empty()) {
    if (context.run_one() == 0) break;
  }
  impl_->follows = false;
  follower.join();
  impl_->shared.pool.stop();
  impl_->shared.node.stop();
}

}  // namespace muniment
