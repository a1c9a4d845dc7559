#include "tools/server/http_session.h"

#include <fmt/format.h>

#include "tools/server/http_batch.h"
#include "tools/server/scim_form.h"

namespace muniment {
namespace {

constexpr unsigned status_timed_out = 408;  // For the log: the connection is closed without an answer.
constexpr unsigned version_with_chunks = 11;
constexpr std::chrono::seconds keys_wait{5};
constexpr std::chrono::seconds views_wait{5};
constexpr std::chrono::milliseconds look_at_views_max{50};

}  // namespace

HttpSession::HttpSession(HttpShared& shared, asio::ip::tcp::socket socket)
    : shared_(shared),
      connection_(std::move(socket), shared.tls ? shared.tls->context() : nullptr),
      network_(connection_.peer_network()),
      host_(connection_.peer_host()),
      reader_(connection_),
      writer_(connection_, shared.settings.times.write_max) {
  shared_.sessions.insert(this);
  ++shared_.places_taken;
  shared_.strangers.add(network_, this);
  shared_.node.metrics().connection_opened();
}

HttpSession::~HttpSession() {
  shared_.sessions.erase(this);
  shared_.strangers.remove(network_, this);
  if (has_place_) --shared_.places_taken;
  shared_.node.metrics().connection_closed();
}

void HttpSession::abandon() {
  is_abandoned_ = true;
  connection_.abandon();
  if (forward_) forward_->abandon();
  if (awaited_) awaited_->signal.set();
}

void HttpSession::give_way() {
  shared_.strangers.remove(network_, this);
  if (std::exchange(has_place_, false)) --shared_.places_taken;
  shared_.node.metrics().connection_refused();
  abandon();
}

void HttpSession::become_known() {
  if (std::exchange(is_stranger_, false)) shared_.strangers.remove(network_, this);
}

// Who scans ports fails here too, so only a certificate that was shown and not believed is on record.
void HttpSession::note_failed_handshake() {
  if (is_abandoned_ || shared_.is_stopping) return;
  shared_.node.metrics().handshake_failed();
  const bool is_refused = connection_.has_refused_certificate();
  shared_.log.write(is_refused ? LogLevel::warning : LogLevel::debug,
                    is_refused ? "a client's certificate could not be verified" : "a handshake failed", {});
  if (is_refused) shared_.node.access_record().note_denied(nullptr, problem::certificate_unknown, "handshake", network_);
}

Task<> HttpSession::run() {
  bool goes_on = co_await connection_.handshake(shared_.settings.times.handshake_max);
  if (!goes_on) note_failed_handshake();
  certificate_ = connection_.peer_certificate();
  auto wait_max = shared_.settings.times.header_max;  // Who connects has something to say.
  while (goes_on && !shared_.is_stopping) {
    goes_on = co_await reader_.wait(wait_max);
    if (goes_on) goes_on = co_await answer_one();
    wait_max = shared_.settings.times.idle_max;
  }
  co_await connection_.close(has_unread_);
}

Task<bool> HttpSession::answer_one() {
  Exchange exchange;
  const auto result = co_await reader_.read_head(shared_.settings.limits.header_bytes_max, shared_.settings.times.header_max);
  exchange.id = shared_.next_request_id();
  if (result != HttpReader::Result::done) {
    co_await refuse_head(result, exchange);
    co_return false;
  }
  exchange.version = reader_.version();
  exchange.is_head = reader_.head().method == "HEAD";
  if (!reader_.is_framed_well()) co_return co_await refuse_field("Transfer-Encoding", "expected chunked, of HTTP/1.1, or none", exchange);
  if (!reader_.names_host()) co_return co_await refuse_field("Host", "expected one Host", exchange);
  if (const auto name = reader_.field_twice()) co_return co_await refuse_field(*name, "expected it once", exchange);
  exchange.keeps = reader_.keeps_alive() && !shared_.is_stopping;
  RequestHead head = reader_.head();
  exchange.is_scim = is_scim_target(head.target);
  head.certificate = certificate_ ? &*certificate_ : nullptr;
  head.address = network_;
  head.host = host_;
  auto dispatched = dispatch(shared_.node, head, exchange.id);
  if (!dispatched && dispatched.error().awaited != nullptr) {  // The caller may be known by keys that are being fetched.
    co_await wait_for_keys(*dispatched.error().awaited);
    dispatched = dispatch(shared_.node, head, exchange.id);
  }
  if (dispatched && dispatched->call.caller) become_known();
  if (dispatched) co_return co_await answer(*dispatched, exchange);
  const Undispatched& why = dispatched.error();
  if (why.route != nullptr) exchange.route = name_of(*why.route);
  Response response = respond(why.problem, exchange.id);
  if (!why.allow.empty()) response.headers.emplace_back("Allow", why.allow);
  co_return co_await send_early(response, exchange, reader_.has_body());
}

Task<bool> HttpSession::wait_for(std::shared_ptr<Pending> pending, std::chrono::milliseconds time) {
  awaited_ = pending;
  const bool is_set = co_await pending->signal.wait(time);
  awaited_.reset();
  co_return is_set && !is_abandoned_;
}

Task<> HttpSession::wait_for_views(Position position) {
  const auto until = std::chrono::steady_clock::now() + views_wait;
  asio::steady_timer timer(connection_.get_executor());
  std::chrono::milliseconds pause{1};
  while (!shared_.node.views_have(position) && std::chrono::steady_clock::now() < until) {
    if (is_abandoned_ || shared_.is_stopping) co_return;
    timer.expires_after(pause);
    co_await timer.async_wait(as_result);
    pause = std::min(2 * pause, look_at_views_max);
  }
}

Task<> HttpSession::wait_for_keys(IdentityProvider& provider) {
  const auto fetched = std::make_shared<Signal>(connection_.get_executor());
  provider.when_fetched([&mailbox = shared_.mailbox, fetched] { mailbox.set(fetched); });
  co_await fetched->wait(keys_wait);
}

Task<bool> HttpSession::answer(Dispatched& dispatched, Exchange& exchange) {
  const Route& route = *dispatched.route;
  exchange.route = name_of(route);
  if (dispatched.call.caller) exchange.token = dispatched.call.caller->id;
  if (shared_.node.is_standby() && needs_sequencer(route)) co_return co_await answer_elsewhere(route, dispatched.call, exchange);
  if (std::holds_alternative<BatchHandler>(route.handler)) co_return co_await answer_batch(route, dispatched.call, exchange);
  auto call = std::make_shared<Call>(std::move(dispatched.call));
  if (reader_.has_body()) {
    const std::optional<Problem> problem = co_await read_body(route, *call);
    if (!connection_.is_open()) {  // The body did not come in time.
      note(exchange, status_timed_out, Sent::not_taken);
      co_return false;
    }
    if (problem) {
      Response refused = respond(*problem, exchange.id);
      co_return co_await send_early(refused, exchange, true);
    }
  }
  Response response = co_await handle(route, call);
  if (response.stream) co_return co_await send_stream(response, exchange, route, call->caller.get());
  co_return co_await send(response, exchange);
}

// Where the next request begins cannot be relied on, so this was the last one.
Task<bool> HttpSession::refuse_field(std::string_view name, std::string_view expected, Exchange& exchange) {
  const Problem problem{problem::malformed, std::string{expected}, std::string{name}};
  Response response = respond(problem, exchange.id);
  co_return co_await send_early(response, exchange, true);
}

Task<> HttpSession::refuse_head(HttpReader::Result result, Exchange& exchange) {
  if (result == HttpReader::Result::timed_out) note(exchange, status_timed_out, Sent::not_taken);
  const bool is_too_large = result == HttpReader::Result::too_large;
  if ((!is_too_large && result != HttpReader::Result::malformed) || shared_.is_stopping) co_return;
  const Problem problem{is_too_large ? problem::header_too_large : problem::malformed, is_too_large ? "" : "expected an HTTP/1.1 request"};
  Response response = respond(problem, exchange.id);
  co_await send_early(response, exchange, true);
}

Task<std::optional<Problem>> HttpSession::read_body(const Route& route, Call& call) {
  if (reader_.is_larger_than(route.body_max)) co_return Problem{problem::body_too_large};
  if (reader_.expects_continue()) {
    const bool was_sent = co_await writer_.send_continue();
    if (!was_sent) co_return Problem{problem::malformed};
  }
  const auto result = co_await reader_.read_body(route.body_max, route.time_max, call.body);
  if (result == HttpReader::Result::done) co_return std::nullopt;
  if (result == HttpReader::Result::too_large) co_return Problem{problem::body_too_large};
  if (shared_.is_stopping) co_return Problem{problem::stopping};
  co_return Problem{problem::malformed, "expected the whole body"};
}

std::optional<Response> HttpSession::begin(const Route& route, const Call& call, const std::shared_ptr<Pending>& pending) {
  Reply reply = [&mailbox = shared_.mailbox, pending](Response response) {
    pending->response = std::move(response);
    mailbox.set(signal_of(pending));
  };
  if (const auto* job = std::get_if<JobHandler>(&route.handler)) {
    (*job)(shared_.node, call, std::move(reply));
    return std::nullopt;
  }
  auto submission = std::get<SubmitHandler>(route.handler)(shared_.node, call, std::move(reply));
  if (!submission) return std::move(submission.error());
  shared_.submit(std::move(*submission));
  return std::nullopt;
}

Task<Response> HttpSession::handle(const Route& route, std::shared_ptr<Call> call) {
  // Its body may have come long after its head, when this was looked at first.
  const std::string_view why = route.scope == Scope::act ? shared_.node.why_no_commands() : std::string_view{};
  if (!why.empty()) co_return respond(Problem{why}, call->id);
  const auto pending = std::make_shared<Pending>(connection_.get_executor());
  if (std::holds_alternative<AskHandler>(route.handler)) {
    if (call->views_needed > 0) co_await wait_for_views(call->views_needed);
    const bool is_asked = shared_.pool.ask(route, call, pending);
    if (!is_asked) co_return respond(Problem{problem::overloaded}, call->id);
    const bool is_answered = co_await wait_for(pending, route.time_max);
    if (!is_answered) co_return respond(give_up(route, *pending), call->id);
  } else {
    const bool may = !shared_.node.is_stopping() && !shared_.node.has_failed();
    if (!may) co_return respond(Problem{problem::stopping}, call->id);
    auto refused = begin(route, *call, pending);
    if (refused) co_return std::move(*refused);
    // Taken, so it may be recorded, or made, whatever is told here.
    const bool is_answered = co_await wait_for(pending, route.time_max);
    if (!is_answered) co_return respond(Problem{problem::outcome_unknown}, call->id);
  }
  co_return std::move(*pending->response);
}

Task<bool> HttpSession::send(Response& response, const Exchange& exchange) {
  if (exchange.is_scim) to_scim_form(response);
  const bool was_sent = co_await writer_.send(response, exchange);
  note(exchange, response.status, was_sent ? Sent::whole : Sent::not_taken);
  const bool goes_on = was_sent && exchange.keeps;
  co_return goes_on;
}

// With a body that was not read, the connection cannot go on.
Task<bool> HttpSession::send_early(Response& response, Exchange& exchange, bool has_body) {
  if (has_body) exchange.keeps = false;
  has_unread_ = has_body;
  co_return co_await send(response, exchange);
}

Task<bool> HttpSession::send_stream(Response& response, Exchange& exchange, const Route& route, const Token* caller) {
  if (exchange.version < version_with_chunks) exchange.keeps = false;
  const std::shared_ptr<Chunks> chunks = std::move(response.stream);
  const bool has_begun = co_await writer_.begin_stream(response, exchange);
  Sent sent = has_begun ? Sent::whole : Sent::not_taken;
  const std::string turn = turn_of(caller);
  if (has_begun && !exchange.is_head) sent = co_await send_pieces(chunks, exchange, route.time_max, turn);
  note(exchange, response.status, sent);
  const bool stays = sent == Sent::whole && exchange.keeps;
  co_return stays;
}

// A piece is made when the one before has gone. A stream that ends with a failure is cut off, so that nobody takes it for a whole one.
Task<HttpSession::Sent> HttpSession::send_pieces(const std::shared_ptr<Chunks>& chunks, const Exchange& exchange,
                                                 std::chrono::milliseconds time_max, const std::string& turn) {
  while (true) {
    const std::uint64_t generation = shared_.tail_generation;
    const auto pending = std::make_shared<Pending>(connection_.get_executor());
    shared_.pool.ask_next(turn, chunks, exchange.id, pending);
    const bool is_made = co_await wait_for(pending, time_max);
    if (!is_made || !pending->next || *pending->next == Chunks::Next::cut) co_return Sent::cut;
    bool is_taken = true;
    if (*pending->next == Chunks::Next::end) {
      is_taken = co_await writer_.end_stream(exchange);
      co_return is_taken ? Sent::whole : Sent::not_taken;
    }
    if (*pending->next == Chunks::Next::chunk) {
      is_taken = co_await writer_.send_piece(pending->piece, exchange);
      if (!is_taken) co_return Sent::not_taken;
    } else if (generation == shared_.tail_generation) {
      co_await shared_.tail_timer.async_wait(as_result);
    }
  }
}

Task<bool> HttpSession::answer_batch(const Route& route, const Call& call, Exchange& exchange) {
  if (shared_.node.is_stopping() || shared_.node.has_failed()) {
    Response refused = respond(Problem{problem::stopping}, exchange.id);
    co_return co_await send_early(refused, exchange, true);
  }
  if (exchange.version < version_with_chunks) exchange.keeps = false;
  if (reader_.expects_continue()) {
    const bool was_sent = co_await writer_.send_continue();
    if (!was_sent) co_return false;
  }
  const Response response{.content_type = std::string{call.form},
                          .headers = {{"Muniment-Generation", shared_.node.generations().current()}}};
  const bool has_begun = co_await writer_.begin_stream(response, exchange);
  if (!has_begun) co_return false;
  HttpBatch batch(shared_, connection_, reader_, writer_, route, call);
  const bool was_answered = co_await batch.run(exchange);
  note(exchange, response.status, was_answered ? Sent::whole : Sent::not_taken);
  has_unread_ = !batch.is_read();
  const bool stays = was_answered && batch.is_read() && exchange.keeps;
  co_return stays;
}

// As it came, so that the other node decides whether it may be; from there the answer goes out as it comes, and ends with the connection.
Task<bool> HttpSession::answer_elsewhere(const Route& route, const Call& call, Exchange& exchange) {
  const bool has_body = reader_.has_body();
  const LogLease lease = shared_.node.lease();
  std::optional<Problem> problem = why_not_forwarded(reader_, lease, shared_.settings.cluster);
  // It had the lease and gave it back, because it could not use it.
  if (!problem && lease.holder.address == shared_.settings.cluster.advertise)
    problem = Problem{problem::sequencer_unreachable, "no node appends to the log now"};
  if (!problem && route.body_max > 0 && reader_.is_larger_than(route.body_max)) problem = Problem{problem::body_too_large};
  if (!problem) {
    forward_ = std::make_shared<HttpForward>(shared_, connection_, reader_, parse_server_url(lease.holder.address).value());
    const bool is_connected = co_await forward_->connect();
    if (!is_connected) problem = Problem{problem::sequencer_unreachable};
  }
  if (problem) {
    forward_.reset();
    Response refused = respond(*problem, exchange.id);
    if (problem->name == problem::ask_the_sequencer)
      refused.headers.emplace_back("Location", lease.holder.address + std::string{reader_.target()});
    co_return co_await send_early(refused, exchange, has_body);
  }
  if (reader_.expects_continue()) {
    const bool was_sent = co_await writer_.send_continue();
    if (!was_sent) co_return false;
  }
  exchange.keeps = false;
  const auto silence_max = std::max(route.time_max, shared_.settings.times.silence_max);
  const unsigned status = co_await forward_->exchange(silence_max, exchange.id);
  const bool is_whole = forward_->is_whole();
  const bool may_be_recorded = route.method != Method::get && !exchange.is_head;
  has_unread_ = has_body;
  forward_.reset();
  if (status == 0) {  // It was sent, and nothing was said of it.
    Response unknown = respond(Problem{may_be_recorded ? problem::outcome_unknown : problem::sequencer_unreachable}, call.id);
    co_return co_await send(unknown, exchange);
  }
  note(exchange, status, is_whole ? Sent::whole : Sent::cut);
  co_return false;
}

void HttpSession::note(const Exchange& exchange, unsigned status, Sent sent) {
  const auto time = std::chrono::steady_clock::now() - exchange.began;
  shared_.node.metrics().count(exchange.route, status, time);
  if (sent == Sent::cut) shared_.node.metrics().count_cut(exchange.route);
  const LogLevel level = sent == Sent::cut ? LogLevel::warning : LogLevel::info;
  if (!shared_.log.has(level)) return;
  const std::string_view message = sent == Sent::whole       ? "request"
                                   : sent == Sent::not_taken ? "request whose answer was not taken"
                                                             : "request whose answer was cut off";
  shared_.log.write(level, message,
                    {{"request_id", exchange.id},
                     {"route", text_cell(exchange.route)},
                     {"status", std::to_string(status)},
                     {"ms", fmt::format("{:.3f}", std::chrono::duration<double, std::milli>(time).count())},
                     {"token", text_cell(exchange.token)}});
}

}  // namespace muniment
