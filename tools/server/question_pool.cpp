#include "tools/server/question_pool.h"

#include <typeinfo>

#include "tools/server/answer_question.h"
#include "tools/server/problem.h"

namespace muniment {

std::string turn_of(const Token* caller) { return caller == nullptr ? std::string{} : principal_of(*caller).text(); }

Problem give_up(const Route& route, Pending& pending) {
  if (pending.give_up()) return {problem::overloaded};
  return {route.scope == Scope::act ? problem::outcome_unknown : problem::not_in_time};
}

std::shared_ptr<Signal> signal_of(const std::shared_ptr<Pending>& pending) { return {pending, &pending->signal}; }

QuestionPool::QuestionPool(Node& node, Log& log, asio::io_context& context, Mailbox& mailbox, std::size_t waiting_max)
    : node_(node), log_(log), context_(context), mailbox_(mailbox), waiting_max_(waiting_max) {}

bool QuestionPool::ask(const Route& route, std::shared_ptr<const Call> call, std::shared_ptr<Pending> pending) {
  if (route.is_prompt) {
    asio::post(prompt_threads_, [this, &route, call = std::move(call), pending = std::move(pending)] {
      if (!pending->begin()) return;
      answer(route, *call, *pending);
      mailbox_.set(signal_of(pending));
    });
    return true;
  }
  std::string caller = turn_of(call->caller.get());
  const auto of_one = waiting_of_one_.find(caller);
  if (waiting_ >= waiting_max_ || (of_one != waiting_of_one_.end() && 2 * of_one->second >= waiting_max_)) return false;
  ++waiting_;
  ++waiting_of_one_[caller];
  post(caller, [this, &route, caller, call = std::move(call), pending = std::move(pending)] {
    const bool is_wanted = pending->begin();
    if (is_wanted) answer(route, *call, *pending);
    asio::post(context_, [this, caller] { let_go(caller); });
    if (is_wanted) mailbox_.set(signal_of(pending));
  });
  return true;
}

void QuestionPool::answer(const Route& route, const Call& call, Pending& pending) {
  try {
    pending.response = answer_question(node_, route, call);
  } catch (const LogDamaged& damage) {
    log_exception(log_, damage, call.id);
    node_.note_damage(damage.what());
    pending.response = respond(Problem{problem::log_unreadable}, call.id);
  } catch (const std::exception& error) {
    log_exception(log_, error, call.id);
    pending.response = respond(Problem{problem::internal_error}, call.id);
  }
}

void QuestionPool::let_go(const std::string& caller) {
  --waiting_;
  const auto of_one = waiting_of_one_.find(caller);
  if (--of_one->second == 0) waiting_of_one_.erase(of_one);
}

// A thread does what is next in turn, which need not be what it was posted for.
void QuestionPool::post(const std::string& caller, Work work) {
  queue_.push(caller, std::move(work));
  asio::post(threads_, [this] { queue_.pop()(); });
}

void QuestionPool::stop() {
  threads_.stop();
  prompt_threads_.stop();
  threads_.join();
  prompt_threads_.join();
}

void QuestionPool::ask_next(const std::string& caller, std::shared_ptr<Chunks> chunks, std::string request_id,
                            std::shared_ptr<Pending> pending) {
  if (const auto ahead = std::dynamic_pointer_cast<ChunksAhead>(chunks)) make_ahead(caller, ahead);
  post(caller, [this, chunks = std::move(chunks), request_id = std::move(request_id), pending = std::move(pending)] {
    try {
      pending->next = chunks->next(pending->piece);
    } catch (const LogDamaged& damage) {
      log_exception(log_, damage, request_id);
      node_.note_damage(damage.what());
    } catch (const std::exception& error) {
      log_exception(log_, error, request_id);
    }
    mailbox_.set(signal_of(pending));
  });
}

void QuestionPool::make_ahead(const std::string& caller, std::weak_ptr<ChunksAhead> chunks) {
  post(caller, [this, caller, chunks = std::move(chunks)] {
    const auto wanted = chunks.lock();
    if (wanted && wanted->make_ahead()) make_ahead(caller, chunks);
  });
}

void log_exception(Log& log, const std::exception& error, const std::string& request_id) {
  const bool is_ours = dynamic_cast<const LogFailed*>(&error) != nullptr || dynamic_cast<const LogDamaged*>(&error) != nullptr ||
                       dynamic_cast<const ViewsFailed*>(&error) != nullptr;
  log.write(LogLevel::error, "something could not be done",
            {{"request_id", text_cell(request_id)}, {"what", std::string{is_ours ? error.what() : typeid(error).name()}}});
}

}  // namespace muniment
