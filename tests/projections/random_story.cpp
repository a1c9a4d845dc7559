#include "tests/projections/random_story.h"

namespace muniment {
namespace {

constexpr std::int64_t day_ns = 86'400'000'000'000;

}  // namespace

RandomStory::RandomStory(Story& story, unsigned seed) : story_(story), random_(seed) {
  for (int i = 0; i < 5; ++i) providers_.push_back("11001234" + std::to_string(i) + static_cast<char>('A' + i));
  services_ = {"claims", "members", "primary_portal_user", "referrals", "reports", "a:b c"};
  actors_ = {Principal::officer("rkelly"), Principal::account("mhughes"), Principal::submitter("portal"),
             Principal{schema::PrincipalKind::OUTSIDER, "Somebody Else"}};
}

std::optional<std::string> RandomStory::free_provider() {
  const auto& provider = one_of(providers_);
  if (closed_.contains(provider) || provider == importing_) return std::nullopt;
  return provider;
}

std::string RandomStory::new_username() {
  usernames_.push_back("u" + std::to_string(below(1000)) + '.' + std::to_string(usernames_.size()));
  return usernames_.back();
}

Names RandomStory::some_services() {
  std::set<std::string> out;
  for (std::size_t i = 1 + below(3); i > 0; --i) out.insert(one_of(services_));
  return {out.begin(), out.end()};
}

FullName RandomStory::some_name() {
  static const Names last = {"Doe", "DOE", "Núñez", "Nunez", "O'Brien", "Smith", "Smithson", "de la Cruz", "Ødegård"};
  static const Names first = {"Ann", "Anne", "José", "Jose", "Zoë", "Bob"};
  return {one_of(last), one_of(first)};
}

std::optional<RandomStory::LinkName> RandomStory::some_link(bool imported) {
  if (links_.empty()) return std::nullopt;
  auto at = links_.begin();
  std::advance(at, static_cast<std::ptrdiff_t>(below(links_.size())));
  const auto& [name, link] = *at;
  if (!link.linked || closed_.contains(name.first) || (name.first == importing_) != imported) return std::nullopt;
  return name;
}

void RandomStory::grant(const LinkName& name, const Names& granted) {
  auto& link = links_[name];
  link.linked = true;
  link.held.insert(granted.begin(), granted.end());
  link.changed = story_.told().back().at;
}

void RandomStory::step() {
  story_.next.actor = one_of(actors_);
  if (chance(20)) story_.next.reference = "REQ-" + std::to_string(below(100));
  if (chance(10)) story_.wait(static_cast<std::int64_t>(below(3 * 86'400)));
  if (import_ != 0 && chance(50)) return continue_import();
  const auto dice = below(100);
  if (dice < 18) return create();
  if (dice < 32) return link();
  if (dice < 55) return assign(false);
  if (dice < 65) return remove(false);
  if (dice < 71) return assign_primary_user();
  if (dice < 79) return change_profile();
  if (dice < 90) return change_account();
  if (dice < 97) return other();
  if (dice < 99) return start_import();
  if (chance(15)) return close_provider();
}

void RandomStory::create() {
  const auto provider = free_provider();
  if (!provider) return;
  const auto services = some_services();
  const auto username = new_username();
  story_.created(*provider, username, services, chance(85) ? std::optional{some_name()} : std::nullopt);
  grant({*provider, username}, services);
}

void RandomStory::link() {
  const auto provider = free_provider();
  if (!provider || usernames_.empty()) return;
  const auto username = one_of(usernames_);
  if (hidden_.contains(username) || links_[{*provider, username}].linked) return;
  const auto services = some_services();
  story_.linked(*provider, username, services);
  grant({*provider, username}, services);
}

void RandomStory::assign(bool imported) {
  const auto name = some_link(imported);
  if (!name) return;
  auto& held = links_[*name].held;
  Names granted;
  Names revoked;
  for (const auto& service : some_services()) (held.contains(service) ? revoked : granted).push_back(service);
  if (imported) {
    const auto at = imported_time(*name);
    if (!at) return;
    story_.at(*at);
    story_.next.import = import_;
  }
  story_.assigned(name->first, name->second, granted, revoked);
  for (const auto& service : revoked) held.erase(service);
  grant(*name, granted);
}

void RandomStory::remove(bool imported) {
  const auto name = some_link(imported);
  if (!name) return;
  if (imported) {
    const auto at = imported_time(*name);
    if (!at) return;
    story_.at(*at);
    story_.next.import = import_;
  }
  story_.removed(name->first, name->second);
  links_[*name] = {{}, story_.told().back().at, false};
}

void RandomStory::assign_primary_user() {
  const auto provider = free_provider();
  if (!provider) return;
  std::string username;
  if (usernames_.empty() || chance(40)) {
    username = new_username();
    story_.account_created(username, some_name());
    story_.next.actor = one_of(actors_);
  } else {
    username = one_of(usernames_);
  }
  if (hidden_.contains(username)) return;
  const auto services = some_services();
  const auto former = std::exchange(primary_users_[*provider], username);
  const bool former_is_there = links_[{*provider, former}].linked && former != username;
  story_.primary(*provider, username, services, former_is_there ? former : "");
  const auto at = story_.told().back().at;
  if (former_is_there) links_[{*provider, former}] = {{}, at, false};
  grant({*provider, username}, services);
}

void RandomStory::change_profile() {
  if (usernames_.empty()) return;
  const auto username = one_of(usernames_);
  if (hidden_.contains(username)) return;
  story_.profile_changed(one_of(providers_), username, some_name());
}

void RandomStory::change_account() {
  static const Names changes = {"account_locked", "account_unlocked", "account_disabled", "account_enabled"};
  if (chance(8)) {
    story_.terms_published("v" + std::to_string(++terms_));
    return;
  }
  if (usernames_.empty()) return;
  const auto username = one_of(usernames_);
  if (hidden_.contains(username)) return;
  if (terms_ > 0 && chance(50)) {
    if (chance(30)) story_.at(Timestamp{story_.now().ns - day_ns});  // Reported later.
    story_.terms_accepted(username, "v" + std::to_string(terms_));
  } else if (chance(4)) {
    story_.account("account_terminated", username);
  } else {
    story_.account(one_of(changes), username);
  }
}

void RandomStory::other() {
  if (usernames_.empty()) return;
  const auto username = one_of(usernames_);
  if (chance(30)) {
    const auto provider = one_of(providers_);
    const auto entity = one_of(providers_);
    if (entity != provider) story_.relationship_started(provider, entity);  // No command lets a provider act for itself.
  } else if (chance(30)) {
    story_.departure_reported(username, {one_of(providers_)});
  } else if (!hidden_.contains(username)) {
    story_.at(Timestamp{story_.now().ns - static_cast<std::int64_t>(below(5)) * day_ns});
    story_.tell("signed_in", {}, username);
  }
}

void RandomStory::close_provider() {
  const auto provider = free_provider();
  if (!provider || closed_.size() + 2 > providers_.size()) return;
  story_.provider_closed(*provider);
  closed_.insert(*provider);
  for (auto& [name, link] : links_) {
    if (name.first == *provider) link = {{}, story_.now(), false};
  }
}

void RandomStory::start_import() {
  const auto provider = free_provider();
  if (import_ != 0 || !provider) return;
  import_ = story_.import_started();
  importing_ = *provider;
  story_.tell("provider_import_started", importing_, {});
  links_before_import_ = links_;
}

std::optional<Timestamp> RandomStory::imported_time(const LinkName& name) {
  const auto earliest = std::max(links_[name].changed, *Timestamp::parse("2018-01-01"));
  if (earliest >= story_.now()) return std::nullopt;
  const auto span = std::min(story_.now().ns - earliest.ns, 400 * day_ns);
  return Timestamp{earliest.ns + static_cast<std::int64_t>(below(static_cast<std::size_t>(span) + 1))};
}

// Its provider goes on as if nothing had been imported; those whom it alone had created are nobody.
void RandomStory::abandon_import() {
  story_.import_abandoned(import_);
  std::erase_if(usernames_, [this](const std::string& name) { return hidden_.contains(name); });
  hidden_.clear();
  const auto is_there = [this](const auto& link) { return link.first.first == importing_; };
  std::erase_if(links_, is_there);
  for (const auto& link : links_before_import_) {
    if (is_there(link)) links_.insert(link);
  }
}

void RandomStory::continue_import() {
  const auto dice = below(100);
  if (dice < 40) return assign(true);
  if (dice < 55) return remove(true);
  if (dice < 85) {
    const bool is_new = usernames_.empty() || chance(50);
    const auto username = is_new ? new_username() : one_of(usernames_);
    const LinkName name{importing_, username};
    const auto at = imported_time(name);
    if (links_[name].linked || !at) return;
    const auto services = some_services();
    story_.at(*at);
    story_.next.import = import_;
    if (is_new) {
      hidden_.insert(username);
      story_.created(importing_, username, services);
    } else {
      story_.linked(importing_, username, services);
    }
    grant(name, services);
    return;
  }
  if (dice < 97) {
    story_.import_completed(import_);
    hidden_.clear();
  } else if (chance(30)) {
    closed_.insert(importing_);  // It never goes on: nothing more happens there.
  } else {
    abandon_import();
  }
  import_ = 0;
  importing_.clear();
}

}  // namespace muniment
