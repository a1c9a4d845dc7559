#include "tools/server/http_batch.h"

#include <boost/asio/experimental/awaitable_operators.hpp>
#include <vector>

namespace muniment {
namespace {

using namespace asio::experimental::awaitable_operators;

constexpr std::size_t read_bytes = std::size_t{64} << 10;
constexpr std::chrono::milliseconds room_wait{20};
constexpr std::chrono::milliseconds answers_wait{1000};

}  // namespace

HttpBatch::HttpBatch(HttpShared& shared, Connection& connection, HttpReader& reader, HttpWriter& writer, const Route& route,
                     const Call& call)
    : connection_(connection),
      reader_(reader),
      writer_(writer),
      silence_max_(shared.settings.times.silence_max),
      answers_(std::make_shared<Signal>(connection.get_executor())),
      room_(connection.get_executor()),
      batch_(std::get<BatchHandler>(route.handler)(shared.node, call,
                                                   [&mailbox = shared.mailbox, answers = answers_] { mailbox.set(answers); })) {}

Task<bool> HttpBatch::run(const Exchange& exchange) {
  reader_.begin_pieces();
  co_return co_await (read() && write(exchange));
}

// Reads as far as the batch has places; what comes beyond stays in the sockets. Where nothing comes for too long it ends alone: what was
// taken is answered.
Task<> HttpBatch::read() {
  std::vector<char> space(read_bytes);
  while (!reader_.is_whole()) {
    while (!batch_->wants_more() && !batch_->has_ended() && !is_dropped_) co_await room_.wait(room_wait);
    if (batch_->has_ended() || is_dropped_) break;
    const std::size_t size = co_await reader_.read_piece(space, silence_max_);
    if (size == 0 || is_dropped_) break;
    batch_->feed({space.data(), size});
  }
  is_read_ = reader_.is_whole() && !is_dropped_;
  const auto unread = connection_.was_late() ? Batch::End::timed_out : Batch::End::cut_off;
  batch_->end(is_read_ ? Batch::End::whole : unread);
  answers_->set();
}

// One write carries all lines that are ready. What cannot be written ends the reading too.
Task<bool> HttpBatch::write(const Exchange& exchange) {
  std::string lines;
  bool may_come = true;
  while (may_come) {
    co_await answers_->wait(batch_->wants_more() || batch_->has_ended() ? answers_wait : room_wait);
    lines.clear();
    may_come = batch_->take(lines);
    room_.set();
    if (lines.empty()) continue;
    const bool was_sent = co_await writer_.send_piece(lines, exchange);
    if (!was_sent) {
      is_dropped_ = true;  // read() ends the batch.
      connection_.stop_reading();
      co_return false;
    }
  }
  co_return co_await writer_.end_stream(exchange);
}

}  // namespace muniment
