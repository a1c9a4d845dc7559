// Coroutines, as g++ 12 compiles them well: what a co_awaited call takes has a name, and no co_await is an operand of && or ||.
#include "tools/server/http_server.h"

#include <fmt/format.h>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http.hpp>
#include <csignal>
#include <optional>
#include <set>
#include <thread>
#include <typeinfo>
#include <vector>

#include "tools/server/dispatch.h"

namespace muniment {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = boost::beast::http;
using asio::ip::tcp;
using boost::system::error_code;
using Clock = std::chrono::steady_clock;
using namespace asio::experimental::awaitable_operators;

template <typename T = void>
using Task = asio::awaitable<T>;

constexpr auto as_result = asio::as_tuple(asio::use_awaitable);
constexpr std::size_t read_bytes = std::size_t{64} << 10;
constexpr std::size_t pool_threads = 3;
constexpr std::chrono::milliseconds tail_tick{1000};
constexpr std::chrono::milliseconds room_wait{20};
constexpr std::chrono::milliseconds linger_time{2000};
constexpr unsigned status_timed_out = 408;  // For the log: the connection is closed without an answer.
constexpr std::size_t linger_bytes_max = std::size_t{4} << 20;

// Wakes one coroutine. On the thread of the sockets alone.
class Signal {
 public:
  explicit Signal(const asio::any_io_executor& executor) : timer_(executor) {}

  void set() {
    is_set_ = true;
    timer_.cancel();
  }
  // Whether it was set within that time.
  Task<bool> wait(std::chrono::milliseconds time) {
    if (!is_set_) {
      timer_.expires_after(time);
      co_await timer_.async_wait(as_result);
    }
    co_return std::exchange(is_set_, false);
  }

 private:
  asio::steady_timer timer_;
  bool is_set_ = false;
};

// Brings what other threads have to say to the thread of the sockets: one visit there for all that has come together.
class Mailbox {
 public:
  explicit Mailbox(asio::io_context& context) : context_(context) {}

  void set(std::shared_ptr<Signal> signal) {
    bool is_first = false;
    {
      const std::lock_guard lock(mutex_);
      is_first = signals_.empty();
      signals_.push_back(std::move(signal));
    }
    if (is_first) asio::post(context_, [this] { deliver(); });
  }

 private:
  void deliver() {
    std::vector<std::shared_ptr<Signal>> signals;
    {
      const std::lock_guard lock(mutex_);
      signals.swap(signals_);
    }
    for (const auto& signal : signals) signal->set();
  }

  asio::io_context& context_;
  std::mutex mutex_;
  std::vector<std::shared_ptr<Signal>> signals_;
};

// Where an answer from another thread is put.
struct Pending {
  explicit Pending(const asio::any_io_executor& executor) : signal(executor) {}
  Signal signal;
  std::optional<Response> response;  // Filled before the signal is set.
  std::optional<Chunks::Next> next;
  std::string piece;
};

std::shared_ptr<Signal> signal_of(const std::shared_ptr<Pending>& pending) { return {pending, &pending->signal}; }

template <typename Fields>
std::string_view field(const Fields& fields, http::field name) {
  const auto found = fields.find(name);
  return found == fields.end() ? std::string_view{} : std::string_view{found->value().data(), found->value().size()};
}

template <typename Fields>
std::string_view field(const Fields& fields, std::string_view name) {
  const auto found = fields.find(beast::string_view{name.data(), name.size()});
  return found == fields.end() ? std::string_view{} : std::string_view{found->value().data(), found->value().size()};
}

using HeadParser = http::request_parser<http::empty_body>;

class Session;

}  // namespace

struct HttpServer::Impl {
  Impl(Node& its_node, Log& its_log, const HttpOptions& its_options);

  void listen();
  Task<> accept();
  Task<> serve(std::shared_ptr<Session> session);
  Task<> hear_signals(std::shared_ptr<asio::signal_set> signals);
  void follow();
  void begin_stop();
  void refuse_connection(tcp::socket socket);
  std::string next_id();
  // Runs it on the pool; anything it throws becomes a problem.
  void ask(AskHandler handler, std::shared_ptr<const Call> call, std::shared_ptr<Pending> pending);
  void ask_next(std::shared_ptr<Chunks> chunks, std::string id, std::shared_ptr<Pending> pending);
  void log_exception(const std::exception& error, const std::string& id);

  Node& node;
  Log& log;
  const HttpOptions options;
  std::set<Session*> sessions;
  asio::io_context context{1};  // Before all that lives on it.
  Mailbox mailbox{context};
  asio::thread_pool pool{pool_threads};
  std::size_t questions = 0;
  tcp::acceptor acceptor{context};
  asio::steady_timer tail_timer{context};
  std::uint64_t tail_generation = 0;
  asio::steady_timer stop_timer{context};
  std::atomic<bool> follows{true};
  bool is_stopping = false;
  std::shared_ptr<asio::signal_set> signal_set;
  std::uint32_t id_prefix = 0;
  std::uint64_t ids = 0;
};

namespace {

// One connection, one request after another.
class Session {
 public:
  Session(HttpServer::Impl& server, tcp::socket socket) : server_(server), stream_(std::move(socket)) {
    server_.sessions.insert(this);
    server_.node.metrics().connection_opened();
  }
  ~Session() {
    server_.sessions.erase(this);
    server_.node.metrics().connection_closed();
  }
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;

  Task<> run() {
    error_code ignored;
    stream_.socket().set_option(tcp::no_delay(true), ignored);
    bool goes_on = true;
    while (goes_on && !server_.is_stopping) {
      goes_on = co_await wait_for_request();
      if (goes_on) goes_on = co_await answer_one();
    }
    if (has_unread_) co_await linger();
    stream_.socket().shutdown(tcp::socket::shutdown_both, ignored);
  }

  // Nothing more is read: what waits for a request ends, and a batch with what it has.
  void stop_reading() {
    error_code ignored;
    stream_.socket().shutdown(tcp::socket::shutdown_receive, ignored);
  }
  void abandon() {
    error_code ignored;
    stream_.socket().close(ignored);
  }

 private:
  // Of the request at hand, for its answer and for the log.
  struct Exchange {
    std::string id;
    Clock::time_point began;
    std::string route = "none";
    std::string token = {};
    unsigned version = 11;
    bool keeps = false;
    bool expects_continue = false;
  };

  Task<bool> wait_for_request() {
    if (buffer_.size() > 0) co_return true;
    stream_.expires_after(server_.options.idle_time_max);
    const auto space = buffer_.prepare(read_bytes / 16);
    const auto [error, size] = co_await stream_.async_read_some(space, as_result);
    buffer_.commit(size);
    co_return !error;
  }

  // False: the connection ends.
  Task<bool> answer_one() {
    HeadParser parser;
    parser.header_limit(static_cast<std::uint32_t>(server_.options.header_bytes_max));
    parser.body_limit(boost::none);  // The route has one.
    stream_.expires_after(server_.options.header_time_max);
    Exchange exchange{.id = {}, .began = Clock::now()};
    const auto [error, size] = co_await http::async_read_header(stream_, buffer_, parser, as_result);
    exchange.id = server_.next_id();
    if (error) {
      co_await refuse_head(error, exchange);
      co_return false;
    }
    const auto& head = parser.get();
    exchange.version = head.version();
    exchange.keeps = parser.keep_alive() && !server_.is_stopping;
    exchange.expects_continue = field(head, http::field::expect) == "100-continue";
    const RequestHead request{
        .method = {head.method_string().data(), head.method_string().size()},
        .target = {head.target().data(), head.target().size()},
        .authorization = field(head, http::field::authorization),
        .content_type = field(head, http::field::content_type),
        .content_encoding = field(head, http::field::content_encoding),
        .accept = field(head, http::field::accept),
        .accept_encoding = field(head, http::field::accept_encoding),
        .idempotency_key = field(head, "Idempotency-Key"),
        .if_match = field(head, http::field::if_match),
        .last_event_id = field(head, "Last-Event-ID"),
    };
    auto dispatched = dispatch(server_.node, request, exchange.id);
    const bool has_body = parser.chunked() || parser.content_length().value_or(0) > 0;
    if (!dispatched) {
      if (dispatched.error().route != nullptr) exchange.route = name_of(*dispatched.error().route);
      Response response = respond(dispatched.error().problem, exchange.id);
      if (!dispatched.error().allow.empty()) response.headers.emplace_back("Allow", dispatched.error().allow);
      co_return co_await end_early(response, exchange, has_body);
    }
    const Route& route = *dispatched->route;
    exchange.route = name_of(route);
    if (dispatched->call.caller) exchange.token = dispatched->call.caller->id;
    if (std::holds_alternative<BatchHandler>(route.handler)) {
      co_return co_await run_batch(route, dispatched->call, parser, exchange);
    }
    auto call = std::make_shared<Call>(std::move(dispatched->call));
    if (has_body) {
      const std::optional<Problem> problem = co_await read_body(route, parser, *call, exchange);
      if (!stream_.socket().is_open()) {  // The body did not come in time.
        note(exchange, status_timed_out, false);
        co_return false;
      }
      if (problem) {
        Response refused = respond(*problem, exchange.id);
        co_return co_await end_early(refused, exchange, true);
      }
    }
    Response response = co_await handle(route, call);
    if (response.stream) co_return co_await send_stream(response, exchange, route.time_max);
    const bool was_sent = co_await send(response, exchange);
    co_return was_sent&& exchange.keeps;
  }

  Task<> refuse_head(error_code error, Exchange& exchange) {
    const bool is_no_request = error.category() == http::make_error_code(http::error::end_of_stream).category();
    if (error == beast::error::timeout) note(exchange, status_timed_out, false);
    if (!is_no_request || error == http::error::end_of_stream || server_.is_stopping) co_return;
    const bool is_too_large = error == http::error::header_limit || error == http::error::buffer_overflow;
    const Problem problem{is_too_large ? problem::header_too_large : problem::malformed,
                          is_too_large ? "" : "expected an HTTP/1.1 request"};
    Response response = respond(problem, exchange.id);
    co_await end_early(response, exchange, true);
  }

  // With a body that was not read, the connection cannot go on.
  Task<bool> end_early(Response& response, Exchange& exchange, bool has_body) {
    if (has_body) exchange.keeps = false;
    has_unread_ = has_body;
    const bool was_sent = co_await send(response, exchange);
    co_return was_sent&& exchange.keeps;
  }

  // Lets what was sent arrive, which a close with unread bytes would take back.
  Task<> linger() {
    error_code ignored;
    stream_.socket().shutdown(tcp::socket::shutdown_send, ignored);
    stream_.expires_after(linger_time);
    std::vector<char> scratch(read_bytes);
    std::size_t total = 0;
    while (total < linger_bytes_max) {
      const auto space = asio::buffer(scratch);
      const auto [error, size] = co_await stream_.async_read_some(space, as_result);
      if (error) co_return;
      total += size;
    }
  }

  Task<bool> send_continue(const Exchange& exchange) {
    if (!exchange.expects_continue) co_return true;
    static constexpr std::string_view text = "HTTP/1.1 100 Continue\r\n\r\n";
    stream_.expires_after(server_.options.write_time_max);
    const auto bytes = asio::buffer(text);
    const auto [error, size] = co_await asio::async_write(stream_, bytes, as_result);
    co_return !error;
  }

  // The socket is closed where it takes too long.
  Task<std::optional<Problem>> read_body(const Route& route, HeadParser& head, Call& call, const Exchange& exchange) {
    if (head.content_length().value_or(0) > route.body_max) co_return Problem{problem::body_too_large};
    http::request_parser<http::string_body> parser{std::move(head)};
    parser.body_limit(route.body_max);
    if (!co_await send_continue(exchange)) co_return Problem{problem::malformed};
    stream_.expires_after(route.time_max);
    const auto [error, size] = co_await http::async_read(stream_, buffer_, parser, as_result);
    if (error == http::error::body_limit) co_return Problem{problem::body_too_large};
    if (error && server_.is_stopping) co_return Problem{problem::stopping};
    if (error) co_return Problem{problem::malformed, "expected the whole body"};
    call.body = std::move(parser.get().body());
    co_return std::nullopt;
  }

  Task<Response> handle(const Route& route, std::shared_ptr<Call> call) {
    const auto pending = std::make_shared<Pending>(stream_.get_executor());
    if (const auto* submit = std::get_if<SubmitHandler>(&route.handler)) {
      const bool may = !server_.node.is_stopping() && !server_.node.has_failed();
      if (!may) co_return respond(Problem{problem::stopping}, call->id);
      (*submit)(server_.node, *call, [&mailbox = server_.mailbox, pending](Response response) {
        pending->response = std::move(response);
        mailbox.set(signal_of(pending));
      });
      // Taken, so it may be recorded whatever is told here.
      if (!co_await pending->signal.wait(route.time_max)) co_return respond(Problem{problem::outcome_unknown}, call->id);
    } else {
      if (server_.questions >= server_.options.questions_max) co_return respond(Problem{problem::overloaded}, call->id);
      ++server_.questions;
      server_.ask(std::get<AskHandler>(route.handler), call, pending);
      if (!co_await pending->signal.wait(route.time_max)) co_return respond(Problem{problem::overloaded}, call->id);
    }
    co_return std::move(*pending->response);
  }

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

  Task<bool> send(Response& response, const Exchange& exchange) {
    http::response<http::string_body> message;
    set_head(message, response, exchange);
    message.body() = std::move(response.body);
    message.prepare_payload();
    stream_.expires_after(server_.options.write_time_max);
    const auto [error, size] = co_await http::async_write(stream_, message, as_result);
    note(exchange, response.status, !error);
    co_return !error;
  }

  void note(const Exchange& exchange, unsigned status, bool was_sent) {
    const auto time = Clock::now() - exchange.began;
    server_.node.metrics().count(exchange.route, status, time);
    if (!server_.log.has(LogLevel::info)) return;
    server_.log.write(LogLevel::info, was_sent ? "request" : "request whose answer was not taken",
                      {{"request_id", exchange.id},
                       {"route", exchange.route},
                       {"status", std::to_string(status)},
                       {"ms", fmt::format("{:.3f}", std::chrono::duration<double, std::milli>(time).count())},
                       {"token", text_cell(exchange.token)}});
  }

  Task<bool> begin_stream(const Response& response, const Exchange& exchange) {
    http::response<http::empty_body> message;
    set_head(message, response, exchange);
    if (exchange.version >= 11) message.chunked(true);
    http::response_serializer<http::empty_body> serializer{message};
    stream_.expires_after(server_.options.write_time_max);
    const auto [error, size] = co_await http::async_write_header(stream_, serializer, as_result);
    co_return !error;
  }

  Task<bool> send_piece(const std::string& piece, const Exchange& exchange) {
    stream_.expires_after(server_.options.write_time_max);
    const auto bytes = asio::buffer(piece);
    if (exchange.version < 11) {
      const auto [error, size] = co_await asio::async_write(stream_, bytes, as_result);
      co_return !error;
    }
    const auto chunk = http::make_chunk(bytes);
    const auto [error, size] = co_await asio::async_write(stream_, chunk, as_result);
    co_return !error;
  }

  Task<bool> end_stream(const Exchange& exchange) {
    if (exchange.version < 11) co_return true;
    stream_.expires_after(server_.options.write_time_max);
    const auto last = http::make_chunk_last();
    const auto [error, size] = co_await asio::async_write(stream_, last, as_result);
    co_return !error;
  }

  // A piece is made when the one before has gone.
  Task<bool> send_stream(Response& response, Exchange& exchange, std::chrono::milliseconds time_max) {
    if (exchange.version < 11) exchange.keeps = false;  // Its end is that of the connection.
    const std::shared_ptr<Chunks> chunks = std::move(response.stream);
    bool goes_on = co_await begin_stream(response, exchange);
    bool is_whole = false;
    while (goes_on) {
      const std::uint64_t generation = server_.tail_generation;
      const auto pending = std::make_shared<Pending>(stream_.get_executor());
      server_.ask_next(chunks, exchange.id, pending);
      if (!co_await pending->signal.wait(time_max) || !pending->next) break;
      is_whole = *pending->next == Chunks::Next::end;
      if (is_whole || *pending->next == Chunks::Next::cut) break;
      if (*pending->next == Chunks::Next::chunk) {
        goes_on = co_await send_piece(pending->piece, exchange);
      } else if (generation == server_.tail_generation) {
        co_await server_.tail_timer.async_wait(as_result);
      }
    }
    // A stream that ends with a failure is cut off, so that nobody takes it for a whole one.
    if (goes_on && is_whole) goes_on = co_await end_stream(exchange);
    note(exchange, response.status, goes_on);
    co_return goes_on&& is_whole&& exchange.keeps;
  }

  Task<bool> run_batch(const Route& route, const Call& call, HeadParser& head, Exchange& exchange) {
    if (server_.node.is_stopping() || server_.node.has_failed()) {
      Response refused = respond(Problem{problem::stopping}, exchange.id);
      co_return co_await end_early(refused, exchange, true);
    }
    if (exchange.version < 11) exchange.keeps = false;
    const auto signal = std::make_shared<Signal>(stream_.get_executor());
    const auto wake = [&mailbox = server_.mailbox, signal] { mailbox.set(signal); };
    const std::unique_ptr<Batch> batch = std::get<BatchHandler>(route.handler)(server_.node, call, wake);
    if (!co_await send_continue(exchange)) co_return false;
    const Response response{.content_type = std::string{call.form}};
    if (!co_await begin_stream(response, exchange)) co_return false;
    const auto room = std::make_shared<Signal>(stream_.get_executor());
    http::request_parser<http::buffer_body> parser{std::move(head)};
    bool is_read = false;
    const bool was_answered =
        co_await (read_batch(route, parser, *batch, *signal, *room, is_read) && answer_batch(*batch, *signal, *room, exchange));
    note(exchange, response.status, was_answered);
    has_unread_ = !is_read;
    co_return was_answered&& is_read&& exchange.keeps;
  }

  // Reads as far as the batch has places; what comes beyond stays in the sockets.
  Task<> read_batch(const Route& route, http::request_parser<http::buffer_body>& parser, Batch& batch, Signal& signal, Signal& room,
                    bool& is_read) {
    std::vector<char> bytes(read_bytes);
    while (!parser.is_done()) {
      while (!batch.wants_more() && !batch.has_ended()) co_await room.wait(room_wait);
      if (batch.has_ended()) break;
      parser.get().body().data = bytes.data();
      parser.get().body().size = bytes.size();
      parser.get().body().more = true;
      stream_.expires_after(route.time_max);
      const auto [error, size] = co_await http::async_read_some(stream_, buffer_, parser, as_result);
      const std::size_t read = bytes.size() - parser.get().body().size;
      if (read > 0) batch.feed({bytes.data(), read});
      if (error && error != http::error::need_buffer) break;
    }
    is_read = parser.is_done();
    batch.end(is_read);
    signal.set();
  }

  // One write carries all lines that are ready. What cannot be written ends the reading too.
  Task<bool> answer_batch(Batch& batch, Signal& signal, Signal& room, const Exchange& exchange) {
    std::string lines;
    bool may_come = true;
    while (may_come) {
      co_await signal.wait(batch.wants_more() || batch.has_ended() ? std::chrono::milliseconds{1000} : room_wait);
      lines.clear();
      may_come = batch.take(lines);
      room.set();
      if (lines.empty()) continue;
      if (!co_await send_piece(lines, exchange)) {
        batch.end(false);
        stop_reading();
        co_return false;
      }
    }
    co_return co_await end_stream(exchange);
  }

  HttpServer::Impl& server_;
  beast::tcp_stream stream_;
  beast::flat_buffer buffer_{std::size_t{1} << 20};
  bool has_unread_ = false;
};

}  // namespace

HttpServer::Impl::Impl(Node& its_node, Log& its_log, const HttpOptions& its_options) : node(its_node), log(its_log), options(its_options) {
  tail_timer.expires_after(tail_tick);
  std::array<Byte, sizeof id_prefix> bytes;
  fill_random(bytes);
  std::memcpy(&id_prefix, bytes.data(), sizeof id_prefix);
}

std::string HttpServer::Impl::next_id() { return fmt::format("{:08x}-{:x}", id_prefix, ++ids); }

void HttpServer::Impl::listen() {
  const tcp::endpoint endpoint(asio::ip::make_address(options.listen.host), options.listen.port);
  acceptor.open(endpoint.protocol());
  acceptor.set_option(tcp::acceptor::reuse_address(true));
  acceptor.bind(endpoint);
  acceptor.listen();
}

Task<> HttpServer::Impl::accept() {
  while (!is_stopping) {
    auto [error, socket] = co_await acceptor.async_accept(as_result);
    if (is_stopping) co_return;
    if (error) {  // No descriptor is free, or the caller has gone again.
      asio::steady_timer pause(context, std::chrono::milliseconds{50});
      co_await pause.async_wait(as_result);
    } else if (sessions.size() >= options.connections_max) {
      refuse_connection(std::move(socket));
    } else {
      auto session = std::make_shared<Session>(*this, std::move(socket));
      asio::co_spawn(context, serve(std::move(session)), asio::detached);
    }
  }
}

// As much as fits at once is sent: nobody is waited for.
void HttpServer::Impl::refuse_connection(tcp::socket socket) {
  node.metrics().connection_refused();
  static constexpr std::string_view text =
      "HTTP/1.1 503 Service Unavailable\r\nRetry-After: 1\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
  error_code ignored;
  socket.non_blocking(true, ignored);
  socket.write_some(asio::buffer(text), ignored);
}

// The boundary at which a connection's exceptions end.
Task<> HttpServer::Impl::serve(std::shared_ptr<Session> session) {
  try {
    co_await session->run();
  } catch (const std::exception& error) {
    log_exception(error, {});
  }
}

void HttpServer::Impl::log_exception(const std::exception& error, const std::string& id) {
  // Only what is known to say nothing of what callers sent is told whole.
  const bool is_ours = dynamic_cast<const LogFailed*>(&error) != nullptr || dynamic_cast<const LogDamaged*>(&error) != nullptr ||
                       dynamic_cast<const ViewsFailed*>(&error) != nullptr;
  log.write(LogLevel::error, "something could not be done",
            {{"request_id", text_cell(id)}, {"what", std::string{is_ours ? error.what() : typeid(error).name()}}});
}

void HttpServer::Impl::ask(AskHandler handler, std::shared_ptr<const Call> call, std::shared_ptr<Pending> pending) {
  asio::post(pool, [this, handler, call = std::move(call), pending = std::move(pending)] {
    try {
      pending->response = answer(node, handler, *call);
    } catch (const std::exception& error) {
      log_exception(error, call->id);
      pending->response = respond(Problem{problem::internal_error}, call->id);
    }
    asio::post(context, [this] { --questions; });
    mailbox.set(signal_of(pending));
  });
}

void HttpServer::Impl::ask_next(std::shared_ptr<Chunks> chunks, std::string id, std::shared_ptr<Pending> pending) {
  asio::post(pool, [this, chunks = std::move(chunks), id = std::move(id), pending = std::move(pending)] {
    try {
      pending->next = chunks->next(pending->piece);
    } catch (const std::exception& error) {
      log_exception(error, id);
    }
    mailbox.set(signal_of(pending));
  });
}

// Wakes those that follow the log: when it has grown, and once in a while.
void HttpServer::Impl::follow() {
  Position head = node.log().head(0).position;
  while (follows) {
    node.log().wait_beyond(0, head, tail_tick);
    head = node.log().head(0).position;
    asio::post(context, [this] {
      ++tail_generation;
      tail_timer.expires_after(2 * tail_tick);
    });
  }
}

Task<> HttpServer::Impl::hear_signals(std::shared_ptr<asio::signal_set> signals) {
  const auto [error, number] = co_await signals->async_wait(as_result);
  if (error) co_return;
  log.write(LogLevel::info, "stopping", {{"signal", std::to_string(number)}});
  begin_stop();
}

void HttpServer::Impl::begin_stop() {
  if (is_stopping) return;
  is_stopping = true;
  node.begin_stop();
  if (signal_set) signal_set->cancel();
  error_code ignored;
  acceptor.close(ignored);
  for (Session* session : sessions) session->stop_reading();
  ++tail_generation;
  tail_timer.expires_after(std::chrono::milliseconds{0});
  stop_timer.expires_after(options.stop_time_max);
  stop_timer.async_wait([this](error_code error) {
    if (error) return;
    log.write(LogLevel::warning, "connections were cut off: their answers were not taken in time");
    for (Session* session : sessions) session->abandon();
  });
}

HttpServer::HttpServer(Node& node, Log& log, const HttpOptions& options) : impl_(std::make_unique<Impl>(node, log, options)) {
  impl_->listen();
  node.set_on_failure([this] {
    impl_->log.write(LogLevel::error, "the store could not record something; the node ends");
    stop();
  });
}

HttpServer::~HttpServer() = default;

std::uint16_t HttpServer::port() const { return impl_->acceptor.local_endpoint().port(); }

void HttpServer::stop() {
  asio::post(impl_->context, [this] { impl_->begin_stop(); });
}

void HttpServer::run(bool handles_signals) {
  if (handles_signals) {
    impl_->signal_set = std::make_shared<asio::signal_set>(impl_->context, SIGTERM, SIGINT);
    asio::co_spawn(impl_->context, impl_->hear_signals(impl_->signal_set), asio::detached);
  }
  asio::co_spawn(impl_->context, impl_->accept(), asio::detached);
  std::thread follower([this] { impl_->follow(); });
  // Until the last connection has ended; the timer that would cut them off must not hold it up.
  while (!impl_->is_stopping || !impl_->sessions.empty()) {
    if (impl_->context.run_one() == 0) break;
  }
  impl_->follows = false;
  follower.join();
  impl_->pool.join();
  impl_->node.stop();
}

}  // namespace muniment
