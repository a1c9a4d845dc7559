#include "events/log/log_index.h"

#include "events/values/assert.h"

namespace muniment {
namespace {

// One part is being written, one waits for it.
constexpr std::size_t sealed_max = 2;

}  // namespace

LogIndex::LogIndex(RocksStore& store, std::size_t run_records)
    : on_disk_(store), run_records_(run_records), memory_(std::make_shared<SpareIndexMemory>(run_records)) {
  auto first = make_tail(1, indexed_position(store) + 1);
  active_ = first.get();
  tails_ = std::make_shared<const Tails>(Tails{std::move(first)});
}

// Whoever lets go of it last gives its memory back.
std::shared_ptr<IndexTail> LogIndex::make_tail(std::uint32_t number, Position first) const {
  auto tail = std::make_unique<IndexTail>(number, first, run_records_, memory_->take());
  return {tail.release(), [memory = memory_](IndexTail* done) {
            memory->give_back(done->take_memory());
            delete done;
          }};
}

std::shared_ptr<const LogIndex::Tails> LogIndex::tails() const {
  const std::lock_guard lock(mutex_);
  return tails_;
}

bool LogIndex::add(const Envelope& envelope, std::span<KnownStream* const> known) {
  active_->add(envelope, known);
  if (active_->room() > 0) return false;
  replace_active();
  return true;
}

void LogIndex::seal(std::size_t records_min) {
  const std::size_t records = active_->next() - active_->first();
  if (records > 0 && records >= records_min) replace_active();
}

void LogIndex::replace_active() {
  auto fresh = make_tail(active_->number() + 1, active_->next());
  active_ = fresh.get();
  const std::lock_guard lock(mutex_);
  Tails more = *tails_;
  more.push_back(std::move(fresh));
  tails_ = std::make_shared<const Tails>(std::move(more));
}

void LogIndex::wait_for_room() {
  std::unique_lock lock(mutex_);
  shrunk_.wait(lock, [&] { return tails_->size() <= sealed_max + 1 || given_up_; });
}

void LogIndex::give_up() {
  {
    const std::lock_guard lock(mutex_);
    given_up_ = true;
  }
  shrunk_.notify_all();
}

std::shared_ptr<const IndexTail> LogIndex::oldest_sealed() const {
  const auto all = tails();
  return all->size() > 1 ? all->front() : nullptr;
}

void LogIndex::write(const IndexTail& sealed) {
  on_disk_.write_run(sealed);
  {
    const std::lock_guard lock(mutex_);
    MUNIMENT_ASSERT(tails_->size() > 1 && tails_->front().get() == &sealed);
    tails_ = std::make_shared<const Tails>(tails_->begin() + 1, tails_->end());
  }
  shrunk_.notify_all();
}

// Lookups take the parts in memory first and look on disk after: a part that is gone from memory by then is on disk.

void LogIndex::last_versions(std::span<const StreamSearch> searches) const {
  std::vector<StreamSearch> rest(searches.begin(), searches.end());
  const auto all = tails();
  for (auto tail = all->rbegin(); tail != all->rend(); ++tail) {
    for (const StreamSearch& search : rest) (*tail)->prefetch_stream(search.hash);
    std::erase_if(rest, [&](const StreamSearch& search) {
      *search.version = (*tail)->last_version(search.key, search.hash);
      return *search.version != 0;
    });
  }
  std::vector<std::string_view> keys;
  keys.reserve(rest.size());
  for (const StreamSearch& search : rest) keys.push_back(search.key);
  std::vector<Version> versions(rest.size());
  on_disk_.last_versions(keys, versions);
  for (std::size_t i = 0; i < rest.size(); ++i) *rest[i].version = versions[i];
}

void LogIndex::read_stream(std::string_view stream_key, Version from, const std::function<bool(Version, Position)>& visit) const {
  const KeyHash hash = hash_of_key(stream_key);
  std::vector<Position> newest;
  Version newest_first = 0;
  const auto all = tails();
  for (const auto& tail : *all) {
    const Version first = tail->positions(stream_key, hash, from, newest);
    if (newest_first == 0) newest_first = first;
  }
  bool wanted = true;
  if (newest_first != from) {
    on_disk_.read_stream(stream_key, from, [&](Version version, Position position) {
      if (newest_first != 0 && version >= newest_first) return false;
      return wanted = visit(version, position);
    });
  }
  for (std::size_t i = 0; wanted && i < newest.size(); ++i) wanted = visit(newest_first + i, newest[i]);
}

void LogIndex::find_commands(std::span<const CommandName> commands, std::span<std::optional<Position>> found) const {
  MUNIMENT_ASSERT(found.size() == commands.size());
  std::string bytes;
  std::vector<std::size_t> ends;
  for (const CommandName& command : commands) {
    put_command_name(command.kind, command.principal, command.id, bytes);
    ends.push_back(bytes.size());
  }
  std::vector<CommandSearch> searches;
  for (std::size_t i = 0, start = 0; i < ends.size(); start = ends[i++]) {
    const auto name = std::string_view(bytes).substr(start, ends[i] - start);
    found[i] = std::nullopt;
    searches.push_back({name, hash_of_key(name), &found[i]});
  }
  find_in_memory(searches);
  std::erase_if(searches, [](const CommandSearch& search) { return search.found->has_value(); });
  find_on_disk(searches);
}

void LogIndex::find_in_memory(std::span<const CommandSearch> searches) const {
  const auto all = tails();
  for (const auto& tail : *all) {
    for (const CommandSearch& search : searches) tail->prefetch_command(search.hash);
    for (const CommandSearch& search : searches) {
      if (!search.found->has_value()) *search.found = tail->find_command(search.name, search.hash);
    }
  }
}

void LogIndex::find_on_disk(std::span<const CommandSearch> searches) const {
  std::vector<std::string_view> names;
  names.reserve(searches.size());
  for (const CommandSearch& search : searches) names.push_back(search.name);
  std::vector<std::optional<Position>> found(searches.size());
  on_disk_.find_commands(names, found);
  for (std::size_t i = 0; i < searches.size(); ++i) *searches[i].found = found[i];
}

}  // namespace muniment
