#include "projections/projector.h"

#include <pthread.h>

#include <algorithm>
#include <condition_variable>
#include <limits>
#include <mutex>
#include <thread>

#include "events/log/recorded_abandonments.h"
#include "events/values/assert.h"
#include "projections/access/projection.h"
#include "projections/bulk.h"
#include "projections/findings/projection.h"
#include "projections/roster/projection.h"
#include "projections/trail/projection.h"

namespace muniment {

using view::Lane;
using view::TablePtr;

namespace {

constexpr std::chrono::milliseconds follow_wait{200};  // How late a stop may be noticed.
constexpr std::chrono::seconds damage_wait{1};         // Until it is seen whether what is damaged has been put back.

std::size_t index_of(ProjectionKind kind) { return static_cast<std::size_t>(kind); }

std::string event_id_at(const EventLog& log, Partition partition, Position position) {
  std::string id;
  log.read(partition, position, position, [&](Position, RecordWords record) {
    try {
      id = text_of(event_id_of(RecordReader{record}.event()).bytes());
    } catch (const std::exception&) {
      id.clear();  // It cannot be read, as it could not when it was projected.
    }
    return false;
  });
  return id;
}

}  // namespace

struct Projector::Impl {
  const EventLog& log;
  Views& views;
  PersonalOpener open;
  Options options;

  std::mutex step_mutex;  // Held by whoever feeds the lanes.
  std::array<std::unique_ptr<Lane>, all_projections.size()> lanes;
  std::mutex rebuild_mutex;
  std::jthread follower;

  std::mutex abandoned_mutex;
  AbandonedImports abandoned;  // Of the agency's stream up to abandoned_to. Guarded by abandoned_mutex, and so is that.
  Version abandoned_to = 0;

  mutable std::mutex state_mutex;
  mutable std::condition_variable moved;
  std::array<Position, all_projections.size()> positions{};  // Written. Guarded by state_mutex.
  std::exception_ptr failure;                                // Of the follower. Guarded by state_mutex.
  Position awaited = 0;                                      // By wait_for(), the highest. Guarded by state_mutex.
  std::condition_variable_any is_awaited;

  Impl(const EventLog& events, Views& database, PersonalOpener opener, Options chosen)
      : log(events), views(database), open(std::move(opener)), options(chosen) {}

  std::unique_ptr<Lane> make_lane(ProjectionKind kind, TablePtr table);
  void open_lane(ProjectionKind kind);
  bool is_of_this_log(const Lane& lane) const;
  Position slowest(const std::vector<Lane*>& fed) const;
  std::vector<Lane*> live_lanes();
  void step(const std::vector<Lane*>& fed, Position to);
  void advance(const std::vector<Lane*>& fed, Position to, const ProjectionProgress& progress, const std::stop_token& stop);
  Position prepare(const std::vector<Lane*>& fed);
  bool has_taken(const Lane& lane);
  std::vector<ProjectionKind> advance_live(const ProjectionProgress& progress, const std::stop_token& stop);
  void rebuild(std::span<const ProjectionKind> kinds, const ProjectionProgress& progress, const std::stop_token& stop);
  bool build_beside(std::span<const ProjectionKind> kinds, const ProjectionProgress& progress, const std::stop_token& stop);
  void publish(const Lane& lane);
  void rest(Position done, std::chrono::steady_clock::duration time, const std::stop_token& stop);
  void follow(const std::stop_token& stop);
  void follow_once(const std::stop_token& stop);
  void fail(const std::exception_ptr& why);
};

std::unique_ptr<Lane> Projector::Impl::make_lane(ProjectionKind kind, TablePtr table) {
  auto& database = views.database();
  std::unique_ptr<view::Projection> projection;
  switch (kind) {
    case ProjectionKind::roster:
      projection = std::make_unique<view::RosterProjection>(database, *table, open);
      break;
    case ProjectionKind::access:
      projection = std::make_unique<view::AccessProjection>(database, *table);
      break;
    case ProjectionKind::trail:
      projection = std::make_unique<view::TrailProjection>(database, *table);
      break;
    case ProjectionKind::findings:
      projection = std::make_unique<view::FindingsProjection>(database, *table, open);
      break;
  }
  return std::make_unique<Lane>(database, std::move(table), std::move(projection));
}

bool Projector::Impl::is_of_this_log(const Lane& lane) const {
  if (lane.position() == 0) return true;
  if (lane.position() > log.head(options.partition).position) return false;
  return event_id_at(log, options.partition, lane.position()) == lane.event_id();
}

void Projector::Impl::open_lane(ProjectionKind kind) {
  auto& lane = lanes[index_of(kind)];
  lane = make_lane(kind, views.database().live(index_of(kind)));
  if (!is_of_this_log(*lane)) {
    auto empty = views.database().create_beside(index_of(kind));
    views.database().swap_in(index_of(kind), empty);
    lane = make_lane(kind, std::move(empty));
  }
  positions[index_of(kind)] = lane->position();
}

std::vector<Lane*> Projector::Impl::live_lanes() {
  std::vector<Lane*> out;
  for (const auto& lane : lanes) out.push_back(lane.get());
  return out;
}

Position Projector::Impl::slowest(const std::vector<Lane*>& fed) const {
  Position position = fed.front()->position();
  for (const auto* lane : fed) position = std::min(position, lane->position());
  return position;
}

// Tells the waiting ones, if the lane is a live one.
void Projector::Impl::publish(const Lane& lane) {
  const std::lock_guard lock(state_mutex);
  for (std::size_t i = 0; i < lanes.size(); ++i) {
    if (lanes[i].get() == &lane) positions[i] = lane.position();
  }
  moved.notify_all();
}

// A small batch, written at once. Where the log is damaged, what is before that.
void Projector::Impl::step(const std::vector<Lane*>& fed, Position to) {
  const Position from = slowest(fed) + 1;
  std::exception_ptr damage;
  try {
    log.read(options.partition, from, std::min(to, from + options.step_events - 1), [&](Position position, RecordWords record) {
      for (auto* lane : fed) lane->feed(position, record);
      return true;
    });
  } catch (const LogDamaged&) {
    damage = std::current_exception();
  }
  std::vector<view::Database::Put> puts;
  for (auto* lane : fed) {
    if (lane->events() > 0) puts.push_back({lane->table().get(), &lane->finish()});
  }
  views.database().write(puts);
  for (auto* lane : fed) {
    if (lane->events() == 0) continue;
    lane->written();
    publish(*lane);
  }
  if (damage) std::rethrow_exception(damage);
}

// Precondition: the caller is the only one to feed these lanes.
void Projector::Impl::advance(const std::vector<Lane*>& fed, Position to, const ProjectionProgress& progress, const std::stop_token& stop) {
  const auto tell = [&](Position done) {
    if (progress) progress(done, to);
  };
  if (const Position from = slowest(fed); to > from && to - from > options.bulk_backlog) {
    std::mutex done_mutex;
    std::vector<Position> done;
    for (const auto* lane : fed) done.push_back(lane->position());
    const auto on_written = [&](const Lane& lane) {
      {
        const std::lock_guard lock(done_mutex);
        for (std::size_t i = 0; i < fed.size(); ++i) {
          if (fed[i] == &lane) done[i] = lane.position();
        }
      }
      publish(lane);
    };
    const auto on_read = [&] {
      Position least = 0;
      {
        const std::lock_guard lock(done_mutex);
        least = *std::min_element(done.begin(), done.end());
      }
      tell(least);
    };
    view::take_in_bulk(log, views.database(), fed, to, {options.partition, options.bulk_batch_events, options.bulk_batch_bytes}, on_written,
                       on_read, stop);
  }
  while (slowest(fed) < to && !stop.stop_requested()) {
    step(fed, to);
    tell(slowest(fed));
  }
}

// How far the lanes can be fed: up to the head of now, and they know what to pass over up to there.
Position Projector::Impl::prepare(const std::vector<Lane*>& fed) {
  const std::lock_guard lock(abandoned_mutex);
  const Position head = log.head(options.partition).position;
  const Version version = log.stream_version(options.partition, StreamName::single(schema::StreamKind::AGENCY));
  if (version != abandoned_to) {
    abandoned = recorded_abandonments(log, options.partition, std::numeric_limits<Position>::max());
    abandoned_to = version;
  }
  for (auto* lane : fed) {
    if (!lane->has_taken(abandoned)) lane->pass_over(abandoned);
  }
  return head;
}

bool Projector::Impl::has_taken(const Lane& lane) {
  const std::lock_guard lock(abandoned_mutex);
  return lane.has_taken(abandoned);
}

// The live ones, up to the head, but for those that have to be built anew first: which are returned. A lane that could not be written has
// let go of its batch, so after a failure all of them start again from what their tables hold.
std::vector<ProjectionKind> Projector::Impl::advance_live(const ProjectionProgress& progress, const std::stop_token& stop) {
  try {
    const auto all = live_lanes();
    const Position head = prepare(all);
    std::vector<ProjectionKind> stale;
    std::vector<Lane*> fed;
    for (const auto kind : all_projections) {
      auto* const lane = all[index_of(kind)];
      if (has_taken(*lane)) {
        stale.push_back(kind);
      } else {
        fed.push_back(lane);
      }
    }
    if (!fed.empty()) advance(fed, head, progress, stop);
    return stale;
  } catch (...) {
    for (const auto kind : all_projections) {
      auto lane = make_lane(kind, views.database().live(index_of(kind)));
      const std::lock_guard lock(state_mutex);
      lanes[index_of(kind)] = std::move(lane);
      positions[index_of(kind)] = lanes[index_of(kind)]->position();
    }
    throw;
  }
}

void Projector::Impl::rest(Position done, std::chrono::steady_clock::duration time, const std::stop_token& stop) {
  std::unique_lock lock(state_mutex);
  is_awaited.wait_for(lock, stop, std::min<std::chrono::steady_clock::duration>(time, options.rest_max), [&] { return awaited > done; });
}

// What the log has not kept may be put back, a file of its archive say, so that is looked at again; any other failure is the end.
void Projector::Impl::follow(const std::stop_token& stop) {
  ::pthread_setname_np(::pthread_self(), "projector");  // For top and perf: whether it is taken does not matter.
  while (!stop.stop_requested()) {
    try {
      follow_once(stop);
    } catch (const LogDamaged&) {
      fail(std::current_exception());
      std::unique_lock lock(state_mutex);
      is_awaited.wait_for(lock, stop, damage_wait, [] { return false; });
    } catch (...) {
      return fail(std::current_exception());
    }
  }
}

void Projector::Impl::follow_once(const std::stop_token& stop) {
  Position done = 0;
  const auto began = std::chrono::steady_clock::now();
  std::vector<ProjectionKind> stale;
  {
    const std::lock_guard lock(step_mutex);
    stale = advance_live({}, stop);
    done = slowest(live_lanes());
  }
  if (!stale.empty()) return rebuild(stale, {}, stop);
  fail(nullptr);
  rest(done, options.rests_per_batch * (std::chrono::steady_clock::now() - began), stop);
  if (!stop.stop_requested()) log.wait_beyond(options.partition, done, follow_wait);
}

// Null: it does not, any more.
void Projector::Impl::fail(const std::exception_ptr& why) {
  const std::lock_guard lock(state_mutex);
  failure = why;
  if (failure) moved.notify_all();
}

Projector::Projector(const EventLog& log, Views& views, PersonalOpener open, Options options)
    : impl_(new Impl(log, views, std::move(open), options)) {
  for (const auto kind : all_projections) impl_->open_lane(kind);
}

Projector::~Projector() { stop(); }

void Projector::start() {
  MUNIMENT_ASSERT(!impl_->follower.joinable());
  impl_->follower = std::jthread([this](const std::stop_token& stop) { impl_->follow(stop); });
}

void Projector::stop() {
  if (!impl_->follower.joinable()) return;
  impl_->follower.request_stop();
  impl_->follower.join();
}

void Projector::catch_up(const ProjectionProgress& progress) {
  const auto advance = [&] {
    const std::lock_guard lock(impl_->step_mutex);
    return impl_->advance_live(progress, {});
  };
  for (auto stale = advance(); !stale.empty(); stale = advance()) impl_->rebuild(stale, progress, {});
}

Position Projector::position(ProjectionKind kind) const {
  const std::lock_guard lock(impl_->state_mutex);
  return impl_->positions[index_of(kind)];
}

bool Projector::wait_for(Position position, std::chrono::milliseconds time) const {
  std::unique_lock lock(impl_->state_mutex);
  impl_->awaited = std::max(impl_->awaited, position);
  impl_->is_awaited.notify_all();
  const auto is_there = [&] { return *std::min_element(impl_->positions.begin(), impl_->positions.end()) >= position; };
  impl_->moved.wait_for(lock, time, [&] { return is_there() || impl_->failure; });
  if (!is_there() && impl_->failure) std::rethrow_exception(impl_->failure);
  return is_there();
}

std::exception_ptr Projector::failure() const {
  const std::lock_guard lock(impl_->state_mutex);
  return impl_->failure;
}

void Projector::rebuild(std::span<const ProjectionKind> kinds, const ProjectionProgress& progress) { impl_->rebuild(kinds, progress, {}); }

void Projector::Impl::rebuild(std::span<const ProjectionKind> kinds, const ProjectionProgress& progress, const std::stop_token& stop) {
  const std::lock_guard one_at_a_time(rebuild_mutex);
  while (!kinds.empty() && !stop.stop_requested() && !build_beside(kinds, progress, stop)) {
  }
}

// False: something that was taken in was abandoned meanwhile, or it was stopped, and nothing is swapped in.
bool Projector::Impl::build_beside(std::span<const ProjectionKind> kinds, const ProjectionProgress& progress, const std::stop_token& stop) {
  auto& database = views.database();
  std::vector<std::unique_ptr<Lane>> beside;
  const auto drop = [&] {
    for (const auto& lane : beside) {
      if (lane) database.drop(*lane->table());
    }
  };
  try {
    for (const auto kind : kinds) beside.push_back(make_lane(kind, database.create_beside(index_of(kind))));
    std::vector<Lane*> fed;
    for (const auto& lane : beside) fed.push_back(lane.get());
    // Most of it while the live ones go on; the rest when they stand still.
    advance(fed, prepare(fed), progress, stop);
    const std::lock_guard lock(step_mutex);
    const Position head = prepare(fed);
    if (stop.stop_requested() || std::ranges::any_of(fed, [this](const Lane* lane) { return has_taken(*lane); })) {
      drop();
      return false;
    }
    advance(fed, head, progress, {});
    for (std::size_t i = 0; i < kinds.size(); ++i) {
      database.swap_in(index_of(kinds[i]), beside[i]->table());
      auto& live = lanes[index_of(kinds[i])];
      {
        const std::lock_guard state(state_mutex);
        live = std::move(beside[i]);
      }
      publish(*live);
    }
    return true;
  } catch (...) {
    drop();
    throw;
  }
}

}  // namespace muniment
