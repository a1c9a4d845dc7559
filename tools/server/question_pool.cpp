#include "tools/server/question_pool.h"

#include <typeinfo>

#include "tools/server/answer_question.h"
#include "tools/server/problem.h"

namespace muniment {

std::shared_ptr<Signal> signal_of(const std::shared_ptr<Pending>& pending) { return {pending, &pending->signal}; }

QuestionPool::QuestionPool(Node& node, Log& log, asio::io_context& context, Mailbox& mailbox, std::size_t waiting_max)
    : node_(node), log_(log), context_(context), mailbox_(mailbox), waiting_max_(waiting_max) {}

bool QuestionPool::ask(const Route& route, std::shared_ptr<const Call> call, std::shared_ptr<Pending> pending) {
  if (waiting_ >= waiting_max_ && !route.is_prompt) return false;
  ++waiting_;
  asio::post(route.is_prompt ? prompt_threads_ : threads_, [this, &route, call = std::move(call), pending = std::move(pending)] {
    try {
      pending->response = answer_question(node_, route, *call);
    } catch (const std::exception& error) {
      log_exception(log_, error, call->id);
      pending->response = respond(Problem{problem::internal_error}, call->id);
    }
    asio::post(context_, [this] { --waiting_; });
    mailbox_.set(signal_of(pending));
  });
  return true;
}

void QuestionPool::stop() {
  threads_.stop();
  prompt_threads_.stop();
  threads_.join();
  prompt_threads_.join();
}

void QuestionPool::ask_next(std::shared_ptr<Chunks> chunks, std::string request_id, std::shared_ptr<Pending> pending) {
  asio::post(threads_, [this, chunks = std::move(chunks), request_id = std::move(request_id), pending = std::move(pending)] {
    try {
      pending->next = chunks->next(pending->piece);
    } catch (const std::exception& error) {
      log_exception(log_, error, request_id);
    }
    mailbox_.set(signal_of(pending));
  });
}

void log_exception(Log& log, const std::exception& error, const std::string& request_id) {
  const bool is_ours = dynamic_cast<const LogFailed*>(&error) != nullptr || dynamic_cast<const LogDamaged*>(&error) != nullptr ||
                       dynamic_cast<const ViewsFailed*>(&error) != nullptr;
  log.write(LogLevel::error, "something could not be done",
            {{"request_id", text_cell(request_id)}, {"what", std::string{is_ours ? error.what() : typeid(error).name()}}});
}

}  // namespace muniment
