#include "events/postgres/postgres_pool.h"

#include <algorithm>

#include "events/postgres/patroni.h"

namespace muniment {

std::size_t PostgresPool::first_to_try() {
  if (const auto primary = first_to_say_yes(url_.patroni(), "/primary", deadline_)) return *primary;
  const std::lock_guard lock(mutex_);
  return first_host_;
}

std::unique_ptr<PostgresConnection> PostgresPool::connect() {
  const std::size_t count = url_.hosts().size();
  const std::size_t first = first_to_try();
  std::string why;
  bool is_behind = false;
  for (std::size_t i = 0; i < count; ++i) {
    const std::size_t at = (first + i) % count;
    try {
      auto connection = std::make_unique<PostgresConnection>(url_, url_.hosts()[at], deadline_);
      check_(*connection);
      const std::lock_guard lock(mutex_);
      first_host_ = at;
      return connection;
    } catch (const PostgresLost& lost) {
      is_behind |= dynamic_cast<const PostgresBehind*>(&lost) != nullptr;
      why += (why.empty() ? "" : "; ") + std::string(lost.what());
    } catch (const PostgresRefused& refused) {
      if (!refused.may_pass()) throw;
      why += (why.empty() ? "" : "; ") + std::string(refused.what());
    }
  }
  if (is_behind) throw PostgresBehind(why);
  throw PostgresLost(why);
}

PostgresPool::Session PostgresPool::borrow() {
  std::uint64_t generation = 0;
  {
    const std::lock_guard lock(mutex_);
    generation = generation_;  // Before it is made: what fails meanwhile may be of the server that it is made with.
    if (!idle_.empty()) {
      auto connection = std::move(idle_.back());
      idle_.pop_back();
      return {std::move(connection), generation};
    }
  }
  return {connect(), generation};
}

void PostgresPool::give_back(Session session) {
  const std::lock_guard lock(mutex_);
  if (session.generation == generation_) idle_.push_back(std::move(session.connection));
}

void PostgresPool::distrust(const PostgresHost& host) {
  drop_all();
  const auto at = std::ranges::find(url_.hosts(), host.shown(), &PostgresHost::shown);
  if (at == url_.hosts().end()) return;
  const std::lock_guard lock(mutex_);
  first_host_ = static_cast<std::size_t>(at - url_.hosts().begin() + 1) % url_.hosts().size();
}

void PostgresPool::drop_all() {
  std::vector<std::unique_ptr<PostgresConnection>> dropped;
  const std::lock_guard lock(mutex_);
  ++generation_;
  dropped.swap(idle_);
}

}  // namespace muniment
