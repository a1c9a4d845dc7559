#include "events/vault/postgres_vault_store.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <utility>
#include <vector>

#include "events/values/assert.h"
#include "events/vault/postgres_vault_tables.h"
#include "events/vault/rocks_vault_store.h"
#include "events/vault/vault_error.h"

namespace muniment {
namespace {

constexpr std::uint64_t entries_read_at_once = 4096;

std::string shown(const PostgresVaultOptions& options) { return options.url.shown(); }

// What a server or a session threw, as the vault tells it.
template <typename Do>
auto told_of_vault(const std::string& where, Do act) {
  try {
    return act();
  } catch (const PostgresBehind& behind) {
    throw VaultDamaged(fmt::format("vault {}: {}", where, behind.what()));
  } catch (const PostgresMalformed& malformed) {
    throw VaultDamaged(fmt::format("vault {}: {}; restore the database from its backup", where, malformed.what()));
  } catch (const PostgresLost& lost) {
    throw VaultError(fmt::format("vault {}: {}; see that its database can be reached, then start again", where, lost.what()));
  } catch (const PostgresRefused& refused) {
    throw VaultError(fmt::format("vault {}: {}; see what its database says of it, then start again", where, refused.what()));
  }
}

void require_no_log(PostgresVaultTables& tables, const std::string& where) {
  if (!tables.is_beside_log()) return;
  throw VaultError(
      fmt::format("vault {}: a log is kept in the same database, and whoever has a backup of both could open what was erased: name a "
                  "database of its own for the vault",
                  where));
}

}  // namespace

template <typename Do>
auto PostgresVaultStore::ask(Do act) const {
  return told_of_vault(where_, [&] { return pool_.ask(act); });
}

std::unique_ptr<PostgresVaultStore> PostgresVaultStore::begin(const PostgresVaultOptions& options) {
  const std::string where = shown(options);
  PostgresPool pool(options.url, options.deadline, options.retry_for, [](PostgresConnection&) {});
  told_of_vault(where, [&] {
    return pool.ask([&](PostgresConnection& connection) {
      PostgresVaultTables tables(connection);
      require_no_log(tables, where);
      if (const auto owner = tables.owner(); owner && owner->format != PostgresVaultTables::unfinished)
        throw VaultError(fmt::format("vault {}: the database has a vault already: name one of its own for this one", where));
      tables.make();
      return true;
    });
  });
  std::unique_ptr<PostgresVaultStore> out(new PostgresVaultStore(options, Opening::unfinished));
  const std::lock_guard lock(out->sync_mutex_);
  out->clear();
  return out;
}

bool PostgresVaultStore::is_there(const PostgresVaultOptions& options) {
  PostgresPool pool(options.url, options.deadline, options.retry_for, [](PostgresConnection&) {});
  return told_of_vault(shown(options), [&] {
    return pool.ask([&](PostgresConnection& connection) {
      const auto owner = PostgresVaultTables(connection).owner();
      return owner && owner->format != PostgresVaultTables::unfinished;
    });
  });
}

PostgresVaultStore::PostgresVaultStore(const PostgresVaultOptions& options) : PostgresVaultStore(options, Opening::whole) {}

PostgresVaultStore::PostgresVaultStore(const PostgresVaultOptions& options, Opening opening)
    : options_(options),
      where_(shown(options)),
      opening_(opening),
      acknowledged_(options.acknowledged),
      pool_(options.url, options.deadline, options.retry_for, [this](PostgresConnection& connection) { check(connection); }) {
  ask([&](PostgresConnection& connection) {
    PostgresVaultTables tables(connection);
    require_no_log(tables, where_);
    return true;
  });
  if (!options_.reads_only && !options_.keeps_nothing) take_token();
}

PostgresVaultStore::~PostgresVaultStore() = default;

const PostgresVaultHooks& PostgresVaultStore::hooks() const {
  static const PostgresVaultHooks none;
  return options_.hooks == nullptr ? none : *options_.hooks;
}

// Of every server before it is used.
void PostgresVaultStore::check(PostgresConnection& connection) const {
  const std::uint64_t acknowledged = required_writes();  // Before the server is asked.
  PostgresVaultTables tables(connection);
  const auto owner = tables.owner();
  if (!owner || (owner->format == PostgresVaultTables::unfinished && opening_ == Opening::whole))
    throw VaultError(
        fmt::format("vault {}: there is no vault in this database; name the right one, or restore it from its backup", where_));
  if (owner->format > PostgresVaultTables::format) {
    throw VaultError(fmt::format("vault {}: its tables have format {}, and this program reads format {}: use one that reads it", where_,
                                 owner->format, PostgresVaultTables::format));
  }
  tables.require_writes(*owner, acknowledged);
}

std::uint64_t PostgresVaultStore::required_writes() const { return hooks().checks_seen ? acknowledged_.load() : 0; }

// Whoever opens it has the log's lease, or its store's lock: from whom it takes the token has lost that.
void PostgresVaultStore::take_token() {
  ask([&](PostgresConnection& connection) {
    PostgresVaultTables tables(connection);
    const auto owner = tables.lock();
    if (!owner) throw VaultError(fmt::format("vault {}: it is not there any more", where_));
    if (!tables.take(options_.holder, owner->token + 1)) throw PostgresLost("the server did not wait for its standbys");
    token_ = owner->token + 1;
    acknowledge(owner->writes);
    return true;
  });
}

void PostgresVaultStore::acknowledge(std::uint64_t writes) {
  acknowledged_ = writes;
  if (options_.on_acknowledged) options_.on_acknowledged(writes);
}

void PostgresVaultStore::require_usable() const {
  if (failed_) {
    const std::lock_guard lock(mutex_);
    throw VaultError(fmt::format("{} (refusing everything since)", failure_));
  }
  if (closed_) throw VaultError(fmt::format("vault {}: is closed", where_));
}

void PostgresVaultStore::fail_for_ever(const std::string& why) {
  {
    const std::lock_guard lock(mutex_);
    if (!failed_) failure_ = why;
    failed_ = true;
  }
  throw VaultError(why);
}

void PostgresVaultStore::write(const StoreWrites& writes) {
  require_usable();
  if (options_.reads_only && !options_.keeps_nothing) throw VaultError(fmt::format("vault {}: is open only to be read", where_));
  const std::lock_guard lock(mutex_);
  const bool well_formed = overlay_->add(writes.bytes());
  MUNIMENT_ASSERT(well_formed);
}

void PostgresVaultStore::sync() {
  require_usable();
  if (options_.keeps_nothing) return;
  const std::lock_guard lock(sync_mutex_);
  sync_under_lock();
}

void PostgresVaultStore::sync_under_lock() {
  require_usable();
  std::shared_ptr<const Overlay> sent;
  {
    const std::lock_guard lock(mutex_);
    if (overlay_->empty()) return;
    sent = syncing_ = std::exchange(overlay_, std::make_shared<Overlay>());
  }
  write_under_token([&](PostgresVaultTables& tables) { return tables.commit(*sent); });
  // Only now: who does not find it in memory any more finds it there.
  const std::lock_guard lock(mutex_);
  syncing_.reset();
}

void PostgresVaultStore::write_under_token(const std::function<bool(PostgresVaultTables&)>& act) {
  for (PostgresRetry retry(options_.retry_for);; retry.pause()) {
    std::string why;
    try {
      return try_to_write(act);
    } catch (const PostgresLost& lost) {
      why = lost.what();
    } catch (const PostgresRefused& refused) {
      why = refused.what();
      if (!refused.may_pass()) fail_for_ever(fmt::format("vault {}: cannot write to it: {}", where_, why));
    } catch (const std::exception& error) {
      fail_for_ever(error.what());
    }
    if (writer_) pool_.distrust(writer_->host());
    writer_.reset();
    if (retry.is_over())
      fail_for_ever(fmt::format("vault {}: cannot write to it: {}; see that its database can be reached, then start again", where_, why));
  }
}

void PostgresVaultStore::try_to_write(const std::function<bool(PostgresVaultTables&)>& act) {
  hooks().on_step("lock");
  if (!writer_) writer_ = pool_.connect();
  PostgresVaultTables tables(*writer_);
  const auto owner = tables.lock();
  if (!owner || (hooks().checks_token && owner->token != token_)) {
    tables.roll_back();
    throw VaultError(fmt::format("vault {}: another node has taken it", where_));
  }
  tables.require_writes(*owner, required_writes());
  hooks().on_step("commit");
  if (!act(tables)) throw PostgresLost("the server did not wait for its standbys");
  acknowledge(owner->writes + 1);
  hooks().on_step("done");
}

std::optional<std::string> PostgresVaultStore::get(std::string_view key) const {
  require_usable();
  {
    const std::lock_guard lock(mutex_);
    const Overlay::Written* written = overlay_->find(key);
    if (written == nullptr && syncing_) written = syncing_->find(key);
    if (written != nullptr) return *written ? std::optional<std::string>(**written) : std::nullopt;
  }
  const std::uint64_t writes = required_writes();
  return ask([&](PostgresConnection& connection) { return PostgresVaultTables(connection).get(key, writes); });
}

void PostgresVaultStore::scan(std::string_view prefix, const Visitor& visit) const {
  require_usable();
  std::map<std::string, std::optional<std::string>, std::less<>> found;  // The newest of a key goes in first and stays.
  const auto note = [&found](std::string_view key, const Overlay::Written& written) {
    found.try_emplace(std::string(key), written ? std::optional<std::string>(*written) : std::nullopt);
  };
  {
    const std::lock_guard lock(mutex_);
    overlay_->scan(prefix, note);
    if (syncing_) syncing_->scan(prefix, note);
  }
  const std::uint64_t writes = required_writes();
  std::optional<std::string> last;
  while (true) {
    const auto page = ask([&](PostgresConnection& connection) {
      return PostgresVaultTables(connection).entries(prefix, last, entries_read_at_once, writes);
    });
    for (const auto& [key, value] : page) {
      if (key.size() > prefix.size()) note(key, value);
    }
    if (page.size() < entries_read_at_once) break;
    last = page.back().first;
  }
  for (const auto& [key, value] : found) {
    if (value) visit(key, *value);
  }
}

void PostgresVaultStore::visit_all(std::string_view prefix, const Visitor& visit) {
  sync();
  const std::uint64_t writes = required_writes();
  told_of_vault(where_, [&] {
    const auto connection = pool_.connect();
    PostgresVaultTables tables(*connection);
    tables.begin_view();
    std::optional<std::string> last;
    while (true) {
      const auto page = tables.entries(prefix, last, entries_read_at_once, writes);
      for (const auto& [key, value] : page) visit(key, value);
      if (page.size() < entries_read_at_once) break;
      last = page.back().first;
    }
    tables.end_view();
  });
}

void PostgresVaultStore::scrub() {
  sync();
  if (options_.reads_only || options_.keeps_nothing) return;
  PostgresPool patient(options_.url, options_.rewrite, options_.retry_for, [this](PostgresConnection& connection) { check(connection); });
  told_of_vault(
      where_, [&] { return patient.ask([](PostgresConnection& connection) { return PostgresVaultTables(connection).rewrite(), true; }); });
}

void PostgresVaultStore::back_up(const std::filesystem::path& folder) {
  require_usable();
  RocksVaultStore::create(folder, {});
  RocksVaultStore copy(folder, {});
  copy_vault_entries(*this, copy);
  copy.close();
}

void PostgresVaultStore::finish() {
  require_usable();
  const std::lock_guard lock(sync_mutex_);
  sync_under_lock();
  write_under_token([](PostgresVaultTables& tables) { return tables.finish(); });
  closed_ = true;
}

// Under sync_mutex_. In as many transactions as it takes: the time of one is bounded by that of an exchange, and a vault's size is not.
void PostgresVaultStore::clear() {
  std::optional<std::string> last = "";
  while (last) {
    std::optional<std::string> next;
    write_under_token([&](PostgresVaultTables& tables) {
      next = tables.remove_some(*last);
      return tables.commit({});
    });
    last = std::move(next);
  }
}

// The row goes last. As long as it is there, it says what is still to be done: whoever begins a vault there clears what is left.
void PostgresVaultStore::give_up() {
  require_usable();
  const std::lock_guard lock(sync_mutex_);
  sync_under_lock();
  opening_ = Opening::unfinished;
  write_under_token([](PostgresVaultTables& tables) { return tables.unfinish(); });
  clear();
  closed_ = true;
  writer_.reset();
  pool_.drop_all();
  PostgresPool patient(options_.url, options_.rewrite, options_.retry_for, [](PostgresConnection&) {});
  told_of_vault(where_, [&] {
    patient.ask([](PostgresConnection& connection) { return PostgresVaultTables(connection).rewrite(), true; });
    hooks().on_step("remove");
    return patient.ask([this](PostgresConnection& connection) { return remove_row(connection), true; });
  });
}

// Once more, where the answer was lost: nobody but who has the token removes it.
void PostgresVaultStore::remove_row(PostgresConnection& connection) const {
  PostgresVaultTables tables(connection);
  const auto owner = tables.lock();
  if (!owner) return tables.roll_back();
  if (hooks().checks_token && owner->token != token_) throw VaultError(fmt::format("vault {}: another node has taken it", where_));
  hooks().on_step("commit");
  if (!tables.remove()) throw PostgresLost("the server did not wait for its standbys");
}

void PostgresVaultStore::close() {
  if (closed_) return;
  const std::lock_guard lock(sync_mutex_);
  if (!failed_ && !options_.keeps_nothing) sync_under_lock();
  closed_ = true;
  writer_.reset();
  pool_.drop_all();
}

std::uint64_t copy_vault_entries(VaultStore& from, VaultStore& to) {
  std::uint64_t count = 0;
  StoreWrites writes;
  from.visit_all("", [&](std::string_view key, std::string_view value) {
    writes.put(key, value);
    if (++count % entries_read_at_once != 0) return;
    to.write(writes);
    to.sync();
    writes.clear();
  });
  to.write(writes);
  to.sync();
  return count;
}

}  // namespace muniment
