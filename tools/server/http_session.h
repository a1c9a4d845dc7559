// One connection, one request after another: each is read, answered, counted and logged.
#pragma once

#include <optional>

#include "tools/server/dispatch.h"
#include "tools/server/http_forward.h"
#include "tools/server/http_reader.h"
#include "tools/server/http_shared.h"
#include "tools/server/http_writer.h"

namespace muniment {

class HttpSession {
 public:
  // Over TLS where the server has a certificate.
  HttpSession(HttpShared& shared, asio::ip::tcp::socket socket);
  ~HttpSession();
  HttpSession(const HttpSession&) = delete;
  HttpSession& operator=(const HttpSession&) = delete;

  Task<> run();
  // What waits for a request ends, and a batch with what it has.
  void stop_reading() { connection_.stop_reading(); }
  // Where something takes longer than its time.
  void close_if_late(Connection::Clock::time_point now) {
    connection_.close_if_late(now);
    if (forward_) forward_->close_if_late(now);
  }
  // What another node was asked for is not waited for any more.
  void abandon_forward() {
    if (forward_) forward_->abandon();
  }
  // Ends it at once: nothing more is waited for.
  void abandon();
  // The same, and its place is another's from now on.
  void give_way();

 private:
  // What became of an answer.
  enum class Sent {
    whole,
    not_taken,  // The other side did not take it, or is gone.
    cut,        // The node ended it before its end.
  };

  // Each says whether the connection goes on.
  Task<bool> answer_one();
  Task<bool> answer(Dispatched& dispatched, Exchange& exchange);
  Task<bool> answer_batch(const Route& route, const Call& call, Exchange& exchange);
  // By the node that has the lease.
  Task<bool> answer_elsewhere(const Route& route, const Call& call, Exchange& exchange);
  Task<bool> send(Response& response, const Exchange& exchange);
  // Without what is left of the request's body.
  Task<bool> send_early(Response& response, Exchange& exchange, bool has_body);
  Task<bool> send_stream(Response& response, Exchange& exchange, const Route& route, const Token* caller);
  // All pieces, to the end of the stream.
  Task<Sent> send_pieces(const std::shared_ptr<Chunks>& chunks, const Exchange& exchange, std::chrono::milliseconds time_max,
                         const std::string& turn);

  void note_failed_handshake();
  void become_known();
  Task<> wait_for_keys(IdentityProvider& provider);
  // Until the views have taken in what the question needs, which holds up no thread meanwhile.
  Task<> wait_for_views(Position position);
  // False: it was not set within that time, or is waited for no more; then what it has must not be touched.
  Task<bool> wait_for(std::shared_ptr<Pending> pending, std::chrono::milliseconds time);
  Task<bool> refuse_field(std::string_view name, std::string_view expected, Exchange& exchange);
  Task<> refuse_head(HttpReader::Result result, Exchange& exchange);
  Task<std::optional<Problem>> read_body(const Route& route, Call& call);
  // Why nothing was begun that fills `pending`, or nothing.
  std::optional<Response> begin(const Route& route, const Call& call, const std::shared_ptr<Pending>& pending);
  Task<Response> handle(const Route& route, std::shared_ptr<Call> call);
  void note(const Exchange& exchange, unsigned status, Sent sent);

  HttpShared& shared_;
  Connection connection_;
  const std::string network_;  // Of the other side.
  const std::string host_;
  bool has_place_ = true;
  bool is_stranger_ = true;  // Nobody has said yet who is there.
  bool is_abandoned_ = false;
  std::shared_ptr<Pending> awaited_;
  std::shared_ptr<HttpForward> forward_;  // Null: nothing is being forwarded.
  std::optional<PeerCertificate> certificate_;
  HttpReader reader_;
  HttpWriter writer_;
  bool has_unread_ = false;
};

}  // namespace muniment
