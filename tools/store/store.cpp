#include "tools/store/store.h"

#include <fmt/format.h>

#include <algorithm>
#include <stdexcept>

namespace muniment {
namespace {

namespace fs = std::filesystem;

fs::path epoch_key_file(const fs::path& folder) { return folder / "keys" / "epoch.key"; }

RocksLogOptions log_options(const fs::path& folder) { return {.folder = folder / "log", .head_file = folder / "head"}; }

Submission by_node(std::string id, std::string_view type, CommandBody body) {
  Submission out{.command = {.body = std::move(body), .type = type}, .source = schema::Source::NODE};
  out.command.request.command_id = std::move(id);
  out.command.request.actor = Principal::node();
  out.command.content.assign(type.begin(), type.end());
  return out;
}

void require(const Answer& answer, std::string_view what) {
  if (answer.status != Answer::Status::accepted && answer.status != Answer::Status::unchanged) {
    throw std::runtime_error(fmt::format("{} failed: {}", what, answer.failure));
  }
}

OpenedPersonal shown(Personal personal) {
  return {std::move(personal.profile.last_name), std::move(personal.profile.first_name), std::move(personal.profile.middle_initial)};
}

std::optional<AccountId> subject_of(schema::Event::Reader event) {
  for (const auto stream : event.getStreams()) {
    if (stream.getKind() == schema::StreamKind::ACCOUNT) return AccountId::from(bytes_of(stream.getKey()));
  }
  return std::nullopt;
}

std::optional<Personal> open_with(Vault& vault, Sealer& sealer, schema::Event::Reader event) {
  const auto account = subject_of(event);
  const auto id = EventId::from(bytes_of(event.getEventId()));
  if (!event.hasSealed() || !account || !id) return std::nullopt;
  const auto key = vault.account_key(*account);
  if (!key) return std::nullopt;
  const auto opened = sealer.open(*key, *account, *id, bytes_of(event.getSealed()));
  if (!opened)
    throw LogDamaged(
        fmt::format("the sealed part of event {} does not open: {}; verify the log", event.getPosition(), name_of(opened.error())));
  return Personal::from_bytes(*opened);
}

}  // namespace

void Store::create(const fs::path& folder, const std::string& officer, const StoreOptions& options) {
  if (fs::exists(folder) && !fs::is_empty(folder)) {
    throw std::runtime_error(fmt::format("{} is not empty: name a new folder for the store", folder.string()));
  }
  fs::create_directories(folder);
  fs::permissions(folder, fs::perms::owner_all);
  fs::create_directory(folder / "keys");
  fs::permissions(folder / "keys", fs::perms::owner_all);
  Vault::create(folder / "vault", epoch_key_file(folder));
  RocksLog::create(log_options(folder))->close();
  // The marker comes last but for the first events: a folder without one is no store, and with one it is whole.
  write_marker(folder, {options.format_supported, 1});
  Store store(folder, options);
  require(store.sequencer().ask(by_node("initialize", "initialize_store", InitializeStore{options.format_supported, officer})),
          "initializing the store");
  store.close();
}

Store::Store(const fs::path& folder, StoreOptions options)
    : folder_(folder),
      options_(std::move(options)),
      marker_(read_marker(folder, options_.format_supported)),
      lock_(std::make_unique<StoreLock>(folder / "lock", options_.holder)),
      log_(RocksLog::open(log_options(folder))) {
  const auto is_used = [this](const AccountId& id) { return log_->stream_version(0, StreamName::account(id)) > 0; };
  vault_ = std::make_unique<Vault>(folder / "vault", read_epoch_key(epoch_key_file(folder)), is_used,
                                   VaultOptions{.keeps_nothing = options_.rehearses});
}

Store::~Store() {
  if (sequencer_) sequencer_->stop();
}

Projector& Store::projector() {
  if (!projector_) {
    views_ = std::make_unique<Views>(Views::Options{.folder = folder_ / "views"});
    // Called from several threads during a rebuild, and a sealer serves one.
    const auto open = [this](schema::Event::Reader event) -> std::optional<OpenedPersonal> {
      thread_local Sealer sealer;
      auto personal = open_with(*vault_, sealer, event);
      if (!personal) return std::nullopt;
      return shown(std::move(*personal));
    };
    projector_ = std::make_unique<Projector>(*log_, *views_, open);
  }
  return *projector_;
}

Views& Store::views() {
  projector();
  return *views_;
}

Sequencer& Store::sequencer() {
  if (!sequencer_) sequencer_ = std::make_unique<Sequencer>(*log_, *vault_, options_.clock, options_.sequencer);
  return *sequencer_;
}

std::optional<Personal> Store::open_personal(schema::Event::Reader event) { return open_with(*vault_, sealer_, event); }

std::string Store::upgrade(bool dry_run) {
  if (marker_.format >= options_.format_supported) return {};
  const std::string what = fmt::format("raise the format from {} to {}; programs that read less than {} refuse the store from then on",
                                       marker_.format, options_.format_supported, options_.format_supported);
  if (dry_run) return what;
  // The marker first: a program that is too old must never meet a fact that it does not know.
  marker_ = {options_.format_supported, options_.format_supported};
  write_marker(folder_, marker_);
  require(sequencer().ask(by_node(fmt::format("upgrade-{}", marker_.format), "upgrade_store", UpgradeStore{marker_.format})),
          "upgrading the store");
  return what;
}

void Store::close() {
  if (sequencer_) sequencer_->stop();
  sequencer_.reset();
  projector_.reset();
  views_.reset();
  if (vault_) vault_->close();
  if (log_) log_->close();
  vault_.reset();
  log_.reset();
  lock_.reset();
}

}  // namespace muniment
