#include "projections/findings/walk.h"

#include <algorithm>

#include "projections/findings/services.h"

namespace muniment::view {
namespace {

constexpr std::size_t people_at_once = 256;
constexpr std::size_t provider_at = 1;  // In a key, behind its tag.
constexpr std::size_t provider_size = 5;

constexpr RuleSet all_waits = only(Rule::dormant) | only(Rule::never_signed_in) | only(Rule::kept_after_leaving) |
                              only(Rule::kept_after_report) | only(Rule::unused_service) | only(Rule::terms_not_accepted) |
                              only(Rule::kept_after_moving);

Interval interval_of_wait(const Wait& wait) {
  Interval out;
  out.kind = IntervalKind::due;
  out.opened = wait.opened;
  out.from = wait.from;
  out.last = wait.from;
  out.evidence = {wait.evidence};
  return out;
}

PackedProvider provider_in(std::string_view key) { return ByteReader(key.substr(provider_at)).provider(); }

}  // namespace

FindingWalk::FindingWalk(const Snapshot& snapshot, const Table& table, std::optional<PackedProvider> provider, std::optional<Rule> rule,
                         WalkedRows walked, std::function<RuleSet(PackedProvider)> waits_at)
    : snapshot_(snapshot),
      table_(table),
      provider_(provider),
      rule_(rule),
      walked_(walked),
      waits_at_(std::move(waits_at)),
      open_(snapshot.rows(table, Scan::whole)),
      ended_(snapshot.rows(table, Scan::whole)),
      members_(snapshot.rows(table, Scan::whole)) {
  if (provider) put_provider(within_, *provider);
}

void FindingWalk::seek(std::string_view place) {
  const std::string_view from = std::max(place, std::string_view{within_});
  seek_rows(from);
  load_waits(from.size() < provider_size ? 0 : ByteReader(from).provider(), from);
  choose();
}

void FindingWalk::seek_rows(std::string_view place) {
  for (auto* rows : {&open_, &ended_}) {
    if (walked_ == WalkedRows::none || (rows == &ended_ && walked_ == WalkedRows::open)) continue;
    const TableTag tag = rows == &open_ ? TableTag::finding_open : TableTag::finding_ended;
    rows->seek(interval_key(tag, place));
    skip_other_rules(*rows, tag);
  }
}

void FindingWalk::next() {
  switch (source_) {
    case Source::open:
      open_.next();
      skip_other_rules(open_, TableTag::finding_open);
      break;
    case Source::ended:
      ended_.next();
      skip_other_rules(ended_, TableTag::finding_ended);
      break;
    case Source::wait:
      if (++wait_ == waits_.size()) load_waits(waits_of_ + 1, {});
      break;
    case Source::none:
      return;
  }
  choose();
}

std::string_view FindingWalk::place() const {
  if (source_ == Source::wait) return waits_[wait_].place;
  return (source_ == Source::open ? open_ : ended_).key().substr(1);
}

Interval FindingWalk::interval() const {
  if (source_ == Source::wait) return waits_[wait_].interval;
  return take_interval((source_ == Source::open ? open_ : ended_).value());
}

bool FindingWalk::is_there(const Rows& rows, TableTag tag) const {
  return rows.valid() && rows.key().front() == static_cast<char>(tag) && rows.key().substr(1).starts_with(within_);
}

// To the next row of the rule that is asked about, at this provider or another one.
void FindingWalk::skip_other_rules(Rows& rows, TableTag tag) const {
  while (rule_ && is_there(rows, tag)) {
    ByteReader from(rows.key().substr(provider_at));
    const PackedProvider provider = from.provider();
    const Rule rule{from.byte()};
    if (rule == *rule_) return;
    std::string wanted;
    put_provider(wanted, rule < *rule_ ? provider : provider + 1);
    put_byte(wanted, static_cast<std::uint8_t>(*rule_));
    rows.seek(interval_key(tag, wanted));
  }
}

void FindingWalk::choose() {
  source_ = Source::none;
  std::string_view best;
  const auto offer = [&](Source source, std::string_view place) {
    if (source_ != Source::none && place >= best) return;
    source_ = source;
    best = place;
  };
  if (is_there(open_, TableTag::finding_open)) offer(Source::open, open_.key().substr(1));
  if (is_there(ended_, TableTag::finding_ended)) offer(Source::ended, ended_.key().substr(1));
  if (wait_ < waits_.size()) offer(Source::wait, waits_[wait_].place);
}

void FindingWalk::load_waits(PackedProvider from, std::string_view place) {
  waits_.clear();
  wait_ = 0;
  const RuleSet asked = rule_ ? only(*rule_) & all_waits : all_waits;
  while (asked != 0) {
    members_.seek(finding_member_key(from, {}));
    if (!is_there(members_, TableTag::finding_member)) return;
    waits_of_ = provider_in(members_.key());
    from = waits_of_ + 1;
    const RuleSet wanted = waits_at_(waits_of_) & asked;
    if (wanted == 0) continue;
    std::vector<std::string> keys;
    for (; is_there(members_, TableTag::finding_member) && provider_in(members_.key()) == waits_of_; members_.next()) {
      keys.push_back(FindingPersonFormat::key(members_.key().substr(provider_at + provider_size)));
      if (keys.size() < people_at_once) continue;
      add_waits_of(waits_of_, keys, wanted);
      keys.clear();
    }
    add_waits_of(waits_of_, keys, wanted);
    std::sort(waits_.begin(), waits_.end(), [](const PlacedWait& a, const PlacedWait& b) { return a.place < b.place; });
    wait_ = static_cast<std::size_t>(
        std::lower_bound(waits_.begin(), waits_.end(), place, [](const PlacedWait& wait, std::string_view at) { return wait.place < at; }) -
        waits_.begin());
    if (wait_ < waits_.size()) return;
    waits_.clear();
    wait_ = 0;
  }
}

void FindingWalk::add_waits_of(PackedProvider provider, const std::vector<std::string>& keys, RuleSet wanted) {
  const auto values = snapshot_.get_all(table_, keys);
  Waits waits;
  for (std::size_t i = 0; i < keys.size(); ++i) {
    if (!values[i]) continue;
    FindingPerson person = FindingPersonFormat::take(*values[i]);
    const FindingLink* link = person.link(provider);
    if (link == nullptr) continue;
    waits.clear();
    add_waits(person, *link, waits);
    const std::string_view username = ByteReader(std::string_view{keys[i]}.substr(1)).key_text();
    for (const Wait& wait : waits) {
      if ((wanted & only(wait.rule)) == 0) continue;
      PlacedWait placed{interval_place(name_of_wait(wait, username)), interval_of_wait(wait)};
      if (wait.service != no_service) placed.interval.service = service_text(wait.service);
      if (wait.rule == Rule::terms_not_accepted) placed.interval.other = person.terms;
      waits_.push_back(std::move(placed));
    }
  }
}

const std::string& FindingWalk::service_text(FindingService service) {
  if (services_.empty()) services_ = service_texts(snapshot_, table_);
  return services_.at(service);
}

}  // namespace muniment::view
