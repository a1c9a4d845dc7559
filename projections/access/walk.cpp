#include "projections/access/walk.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "events/values/bytes.h"
#include "events/values/csv_cell.h"

namespace muniment::view {
namespace {

std::string all_links_prefix(PackedProvider provider) {
  std::string key;
  put_tag(key, TableTag::link_change);
  put_provider(key, provider);
  return key;
}

std::string username_suffix(std::string_view username) {
  std::string suffix;
  put_key_text(suffix, username);
  return suffix;
}

class OneLink : public LinkWalk {
 public:
  OneLink(const AccessContext& context, LinkPlace link, bool wanted) : reader_(context), link_(std::move(link)), left_(wanted) {}
  bool next(Link& out) override {
    if (!left_) return false;
    left_ = false;
    reader_.read(link_.provider, link_.username, out);
    return true;
  }

 private:
  LinkReader reader_;
  LinkPlace link_;
  bool left_;
};

class LinksOfUser : public LinkWalk {
 public:
  LinksOfUser(const AccessContext& context, std::string username, PackedProvider from)
      : reader_(context),
        username_(std::move(username)),
        prefix_(user_links_prefix(username_)),
        rows_(context.snapshot.rows(context.table, Scan::prefix)) {
    std::string key = prefix_;
    put_provider(key, from);
    rows_.seek(key);
  }
  bool next(Link& out) override {
    if (!rows_.valid()) return false;
    reader_.read(ByteReader(rows_.key().substr(prefix_.size())).provider(), username_, out);
    rows_.next();
    return true;
  }

 private:
  LinkReader reader_;
  std::string username_;
  std::string prefix_;
  Rows rows_;
};

// The usernames that some rows of a provider name, era by era, merged. Only rows that count at the moment.
class NamedLinks {
 public:
  NamedLinks(const AccessContext& context, PackedProvider provider, std::vector<std::string> prefixes, std::string_view from)
      : context_(context), provider_(provider), rows_(context.snapshot, context.table, std::move(prefixes)) {
    rows_.seek(username_suffix(from));
  }
  bool next(LinkReader& reader, Link& out) {
    for (; rows_.valid(); rows_.next()) {
      ByteReader suffix(rows_.suffix());
      const auto username = suffix.key_text();
      if (username == last_) continue;
      if (!context_.as_of.sees_by(take_when(suffix.ordered(), rows_.value()), context_.latest)) continue;
      last_ = username;
      reader.read(provider_, last_, out);
      rows_.next();
      return true;
    }
    return false;
  }

 private:
  const AccessContext& context_;
  PackedProvider provider_;
  MergedRows rows_;
  std::string last_;
};

// The links of one provider. While some eras have not begun at the moment, the starts of links in the others lead to fewer rows than
// reading all links would.
class LinksOfProvider {
 public:
  LinksOfProvider(const AccessContext& context, LinkReader& reader, PackedProvider provider, const std::vector<EraStart>& eras,
                  std::string_view from)
      : reader_(reader) {
    std::vector<std::string> prefixes;
    for (const auto& era : eras) {
      if (has_begun(era, context.as_of, context.latest)) prefixes.push_back(link_starts_prefix(provider, era.era));
    }
    all_ = !prefixes.empty() && prefixes.size() == eras.size();
    if (all_) {
      reader_.start_all(provider, from);
    } else {
      begun_.emplace(context, provider, std::move(prefixes), from);
    }
  }
  bool next(Link& out) { return all_ ? reader_.read_next(out) : begun_->next(reader_, out); }

 private:
  LinkReader& reader_;
  bool all_;
  std::optional<NamedLinks> begun_;
};

class ProviderWalk : public LinkWalk {
 public:
  ProviderWalk(const AccessContext& context, const LinkPlace& from)
      : reader_(context), links_(context, reader_, from.provider, eras_of(context.snapshot, context.table, from.provider), from.username) {}
  bool next(Link& out) override { return links_.next(out); }

 private:
  LinkReader reader_;
  LinksOfProvider links_;
};

std::vector<std::string> begun_grants(const AccessContext& context, ServiceNumber service, PackedProvider provider) {
  std::vector<std::string> prefixes;
  for (const auto& era : eras_of(context.snapshot, context.table, provider)) {
    if (has_begun(era, context.as_of, context.latest)) prefixes.push_back(grants_prefix(service, provider, era.era));
  }
  return prefixes;
}

class ServiceAtProvider : public LinkWalk {
 public:
  ServiceAtProvider(const AccessContext& context, ServiceNumber service, const LinkPlace& from)
      : reader_(context), links_(context, from.provider, begun_grants(context, service, from.provider), from.username) {}
  bool next(Link& out) override { return links_.next(reader_, out); }

 private:
  LinkReader reader_;
  NamedLinks links_;
};

// Every provider in turn; those of which nothing had begun are passed over without reading a link.
class EverythingWalk : public LinkWalk {
 public:
  EverythingWalk(const AccessContext& context, LinkPlace from)
      : context_(context), reader_(context), from_(std::move(from)), providers_(context.snapshot.rows(context.table, Scan::whole)) {
    put_tag(prefix_, TableTag::era);
    std::string key = prefix_;
    put_provider(key, from_.provider);
    providers_.seek(key);
  }
  bool next(Link& out) override {
    for (;;) {
      if (links_ && links_->next(out)) return true;
      if (!next_provider()) return false;
    }
  }

 private:
  bool next_provider() {
    links_.reset();
    while (providers_.valid() && providers_.key().starts_with(prefix_)) {
      const auto provider = ByteReader(providers_.key().substr(prefix_.size())).provider();
      const auto eras = take_eras(provider);
      if (std::none_of(eras.begin(), eras.end(), [this](const EraStart& era) { return has_begun(era, context_.as_of, context_.latest); }))
        continue;
      links_.emplace(context_, reader_, provider, eras, provider == from_.provider ? std::string_view{from_.username} : std::string_view{});
      return true;
    }
    return false;
  }
  std::vector<EraStart> take_eras(PackedProvider provider) {
    std::vector<EraStart> eras;
    for (; providers_.valid() && providers_.key().starts_with(prefix_); providers_.next()) {
      ByteReader key(providers_.key().substr(prefix_.size()));
      if (key.provider() != provider) break;
      ByteReader value(providers_.value());
      const auto at = value.time();
      eras.push_back({key.byte(), at, value.ordered()});
    }
    return eras;
  }

  const AccessContext& context_;
  LinkReader reader_;
  LinkPlace from_;
  Rows providers_;
  std::string prefix_;
  std::optional<LinksOfProvider> links_;
};

// One service at every provider. The grants of a provider that has only its first era are in order as they stand; of the others, the eras
// are merged.
class ServiceWalk : public LinkWalk {
 public:
  ServiceWalk(const AccessContext& context, ServiceNumber service, LinkPlace from)
      : context_(context),
        reader_(context),
        service_(service),
        from_(std::move(from)),
        grants_(context.snapshot.rows(context.table, Scan::whole)) {
    put_tag(prefix_, TableTag::grant);
    put_u32be(prefix_, service_);
    seek(from_.provider);
  }
  bool next(Link& out) override {
    for (;;) {
      if (merged_ && merged_->next(reader_, out)) return true;
      merged_.reset();
      if (at_ < usernames_.size()) {
        reader_.read(provider_, usernames_[at_++], out);
        return true;
      }
      if (!next_provider()) return false;
    }
  }

 private:
  void seek(PackedProvider provider) {
    std::string key = prefix_;
    put_provider(key, provider);
    grants_.seek(key);
  }
  bool in_service() const { return grants_.valid() && grants_.key().starts_with(prefix_); }

  bool next_provider() {
    usernames_.clear();
    at_ = 0;
    if (!in_service()) return false;
    provider_ = ByteReader(grants_.key().substr(prefix_.size())).provider();
    const std::string_view from = provider_ == from_.provider ? std::string_view{from_.username} : std::string_view{};
    for (; in_service(); grants_.next()) {
      ByteReader key(grants_.key().substr(prefix_.size()));
      if (key.provider() != provider_) return true;
      if (key.byte() != 0) return merge_eras(from);
      const auto username = key.key_text();
      if (username < from || (!usernames_.empty() && usernames_.back() == username)) continue;
      if (context_.as_of.sees_by(take_when(key.ordered(), grants_.value()), context_.latest)) usernames_.emplace_back(username);
    }
    return true;
  }
  bool merge_eras(std::string_view from) {
    usernames_.clear();
    merged_.emplace(context_, provider_, begun_grants(context_, service_, provider_), from);
    seek(provider_ + 1);
    return true;
  }

  const AccessContext& context_;
  LinkReader reader_;
  ServiceNumber service_;
  LinkPlace from_;
  Rows grants_;
  std::string prefix_;
  PackedProvider provider_ = 0;
  std::vector<std::string> usernames_;
  std::size_t at_ = 0;
  std::optional<NamedLinks> merged_;
};

// Where the usernames that are ordered as CSV orders them go on, at the provider of the place.
LinkPlace plain_place(const LinkPlace& from) {
  if (is_ordered_as_csv_cell(from.username)) return from;
  std::string cell;
  put_csv_cell(cell, from.username);
  const auto is_before_all = [](char c) { return static_cast<unsigned char>(c) <= ','; };
  cell.erase(std::ranges::find_if(cell, is_before_all), cell.end());
  return {from.provider, std::move(cell)};
}

// Of two walks one: of the usernames that are ordered as CSV orders them, by what stands for all questions, and of the few others by an
// index of their own. Of these, links may come that the filter does not ask for, and hold nothing of it.
class CsvWalk : public LinkWalk {
 public:
  CsvWalk(const AccessContext& context, const LinkFilter& filter, const LinkPlace& from)
      : plain_walk_(walk_links(context, filter, plain_place(from))),
        reader_(context),
        others_(context.snapshot.rows(context.table, Scan::whole)),
        provider_(filter.provider) {
    const LinkPlace start = provider_ && from.provider != *provider_ ? LinkPlace{*provider_, {}} : from;
    others_.seek(link_by_cell_key(start.provider, start.username));
  }
  bool next(Link& out) override {
    if (!has_plain_) has_plain_ = next_plain();
    const auto other = other_place();
    if (other && (!has_plain_ || is_before_plain(*other))) {
      reader_.read(other->provider, other->username, out);
      others_.next();
      return true;
    }
    if (!std::exchange(has_plain_, false)) return false;
    std::swap(out, plain_);
    return true;
  }

 private:
  bool next_plain() {
    while (plain_walk_->next(plain_)) {
      if (is_ordered_as_csv_cell(plain_.username)) return true;
    }
    return false;
  }
  std::optional<LinkPlace> other_place() const {
    if (!others_.valid() || !others_.key().starts_with(prefix_)) return std::nullopt;
    ByteReader key(others_.key().substr(prefix_.size()));
    const PackedProvider provider = key.provider();
    if (provider_ && provider != *provider_) return std::nullopt;
    key.key_text();
    return LinkPlace{provider, std::string{key.rest()}};
  }
  bool is_before_plain(const LinkPlace& other) const {
    if (other.provider != plain_.provider) return other.provider < plain_.provider;
    return is_csv_cell_before(other.username, plain_.username, ',');
  }

  const std::string prefix_ = links_by_cell_prefix();
  std::unique_ptr<LinkWalk> plain_walk_;
  LinkReader reader_;
  Rows others_;
  std::optional<PackedProvider> provider_;
  Link plain_;
  bool has_plain_ = false;
};

}  // namespace

LinkReader::LinkReader(const AccessContext& context)
    : context_(context),
      one_(context.snapshot.rows(context.table, Scan::prefix)),
      closing_rows_(context.snapshot.rows(context.table, Scan::prefix)) {}

void LinkReader::read(PackedProvider provider, std::string_view username, Link& out) {
  out.provider = provider;
  out.username = username;
  out.history.clear();
  const std::string prefix = link_prefix(provider, username);
  for (one_.seek(prefix); one_.valid(); one_.next()) out.history.add(ByteReader(one_.key().substr(prefix.size())).ordered(), one_.value());
  add_closings(out);
}

void LinkReader::start_all(PackedProvider provider, std::string_view username) {
  if (!all_) all_.emplace(context_.snapshot.rows(context_.table, Scan::whole));
  all_prefix_ = all_links_prefix(provider);
  all_->seek(link_prefix(provider, username));
}

bool LinkReader::read_next(Link& out) {
  if (!all_->valid() || !all_->key().starts_with(all_prefix_)) return false;
  out.history.clear();
  ByteReader first(all_->key().substr(1));
  out.provider = first.provider();
  out.username = first.key_text();
  const std::size_t prefix_size = all_->key().size() - first.rest().size();
  const std::string prefix{all_->key().substr(0, prefix_size)};
  for (; all_->valid() && all_->key().starts_with(prefix); all_->next()) {
    out.history.add(ByteReader(all_->key().substr(prefix_size)).ordered(), all_->value());
  }
  add_closings(out);
  return true;
}

void LinkReader::add_closings(Link& out) {
  if (closings_of_ != out.provider) {
    closings_.clear();
    const std::string prefix = closings_prefix(out.provider);
    for (closing_rows_.seek(prefix); closing_rows_.valid(); closing_rows_.next()) {
      closings_.add(ByteReader(closing_rows_.key().substr(prefix.size())).ordered(), closing_rows_.value());
    }
    closings_of_ = out.provider;
  }
  if (!closings_.empty() && !out.history.empty()) out.history.add_closings(closings_);
}

std::unique_ptr<LinkWalk> walk_links(const AccessContext& context, const LinkFilter& filter, const LinkPlace& from) {
  const LinkPlace start = filter.provider && from.provider != *filter.provider ? LinkPlace{*filter.provider, {}} : from;
  if (filter.username && filter.provider) {
    return std::make_unique<OneLink>(context, LinkPlace{*filter.provider, *filter.username}, start.username <= *filter.username);
  }
  if (filter.username) {
    const PackedProvider next = from.username <= *filter.username ? from.provider : from.provider + 1;
    return std::make_unique<LinksOfUser>(context, *filter.username, next);
  }
  if (filter.service && filter.provider) return std::make_unique<ServiceAtProvider>(context, *filter.service, start);
  if (filter.service) return std::make_unique<ServiceWalk>(context, *filter.service, from);
  if (filter.provider) return std::make_unique<ProviderWalk>(context, start);
  return std::make_unique<EverythingWalk>(context, from);
}

std::unique_ptr<LinkWalk> walk_links_as_csv(const AccessContext& context, const LinkFilter& filter, const LinkPlace& from) {
  if (filter.username) return walk_links(context, filter, from);
  return std::make_unique<CsvWalk>(context, filter, from);
}

}  // namespace muniment::view
