// What the rules work with: one event, what it changed, and what is known after it.
//
// A rule is a function `void see(Step&, Desk&)` in a file of its own under rules/: it is told every event, once, in the order they were
// recorded, and opens and ends findings. It decides by what is known then, and reads no clock.
#pragma once

#include <set>

#include "events/record/record.h"
#include "projections/findings/interval_table.h"
#include "projections/findings/kept_rows.h"
#include "projections/findings/newest.h"
#include "projections/findings/place.h"
#include "projections/findings/policy.h"
#include "projections/findings/reviews.h"
#include "projections/findings/services.h"
#include "projections/findings/terms.h"
#include "projections/findings/wait.h"

namespace muniment::view {

using PersonRow = KeptRow<std::string, FindingPerson>;
using PlaceRow = KeptRow<PackedProvider, FindingPlace>;
using ActorRow = KeptRow<std::string, FindingActor>;
using NamesakesRow = KeptRow<std::string, FindingNamesakes>;

// What an event did to one link. Texts are the event's.
struct LinkStep {
  std::string_view username;
  FindingPerson* person = nullptr;
  PlaceRow* place = nullptr;
  const PolicyView* policy = nullptr;
  PackedProvider provider = 0;
  FindingLink* link = nullptr;  // Null: it has ended.
  bool started = false;
  std::vector<FindingService> granted;  // What was not held before.
  std::vector<HeldFinding> revoked;     // With what had granted it.
};

// An account that the event concerns, and what was waited for before it.
struct PersonStep {
  std::string_view username;
  PersonRow* row = nullptr;
  Waits waits;
  std::string terms;
};

struct Step {
  schema::Event::Reader reader;
  EventRef event;
  Timestamp recorded_at;
  std::string actor;           // As it is written: officer:NAME.
  std::string actor_username;  // The account, or the name in imported history as a username; empty: neither.
  std::string requester;       // On whose request, as a username; empty: nobody said, or it is none.
  std::vector<PersonStep> people;
  std::vector<LinkStep> links;
  std::string_view username;       // Whom the event is about; empty: it is about no account.
  PersonRow* person = nullptr;     // The same.
  std::vector<PlaceRow*> touched;  // Providers about which something may be otherwise than before.
};

class Desk {
 public:
  // Both must outlive it.
  Desk(const Database& database, const Table& table);

  // Those that are not read before are; where one stands stays the same until the batch is written.
  PersonRow& person(std::string_view username, bool is_new = false) { return people_.row(username, is_new); }
  PlaceRow& place(PackedProvider provider) { return places_.row(provider); }
  ActorRow& actor(PackedProvider provider, std::string_view name) { return actors_.row(actor_at(provider, name)); }
  NamesakesRow& namesakes(Rule rule, std::uint64_t number) { return namesakes_.row(namesakes_of(rule, number)); }
  FindingPerson& change(PersonRow& row) { return people_.change(row); }
  FindingPlace& change(PlaceRow& row) { return places_.change(row); }
  FindingActor& change(ActorRow& row) { return actors_.change(row); }
  FindingNamesakes& change(NamesakesRow& row) { return namesakes_.change(row); }
  FindingServices& services() { return services_; }
  LatestPolicies& policies() { return policies_; }
  FindingTerms& terms() { return terms_; }
  FindingReviews& reviews() { return reviews_; }
  IntervalTable& intervals() { return intervals_; }

  // Whether holding it makes an administrator there: by the catalogue, or as the last import of the provider's history says.
  bool is_administrator(FindingService service, const FindingPlace& place) const;
  bool is_administrator(const FindingLink& link, const FindingPlace& place) const;

  // Opens a finding about a link that ends with it, or with the service there.
  void open(Rule rule, const Step& step, LinkStep& link, FindingService service, std::string other = {});
  // Opens one about a provider, and notes in the place what opened it.
  void open_about(Rule rule, const Step& step, PlaceRow& place, Position FindingPlace::* opened);
  // Puts something done, which does not end. `policy` is the position of the one that it was judged by.
  void note_act(Rule rule, PackedProvider provider, std::string_view subject, Interval act, Position policy, std::uint64_t extra = 0);
  // Adds the event to those of this name, or is the first of them.
  void add_to_act(const IntervalName& name, const Step& step, std::string_view other, Position policy);
  // The same of a run: opens one, or adds to it, when this act and those before it come to as many as the rule's first threshold says,
  // within the window that its second one gives.
  // Acts that are `about` the same, where that is said, count once.
  void note_in_run(Rule rule, const Step& step, PackedProvider provider, std::string_view subject, ActRun& run, std::uint64_t about = 0);
  // Ends a finding.
  void end(const IntervalName& name, const EventRef& event) { intervals_.end(name, event); }
  // Ends those of the link's findings that `is_ended` says.
  template <typename IsEnded>
  void end_marks(std::string_view username, FindingLink& link, const EventRef& event, IsEnded is_ended);

  // What the account waited for before the event and does not any more has ended by it.
  void end_waits(const Step& step, const PersonStep& person);
  // Writes a wait that an event ended, where it could have been due when that was recorded or said to be, by any policy there was. `terms`
  // are those that were accepted last before.
  void end_wait(const Step& step, std::string_view username, const Wait& wait, const std::string& terms, const EventRef& ended);

  // Accounts that were linked at the provider, whose home is that other one; some are there no more.
  std::vector<std::string> outsiders(PackedProvider provider, PackedProvider home);
  void add_outsider(PackedProvider provider, PackedProvider home, std::string_view username, RowBuffer& rows);

  // Accounts linked at the provider; those too that this batch has removed, where the one before had written them.
  std::vector<std::string> members(PackedProvider provider);
  void add_member(PackedProvider provider, std::string_view username, RowBuffer& rows);
  void remove_member(PackedProvider provider, std::string_view username, RowBuffer& rows);

  void note_signal() { newest_.has_signals = true; }
  void start_import(Position import) { newest_.imports.insert(import); }
  void complete_import(Position import) { newest_.imports.erase(import); }

  std::size_t kept_bytes() const;
  void finish(RowBuffer& rows);
  void written();

 private:
  // Since when there is something to judge a wait by; position 0: there is not.
  EventRef reported_since(const Wait& wait, const std::string& terms);
  std::vector<std::string> usernames_behind(const std::string& prefix) const;
  void add_key(std::string key, RowBuffer& rows);

  const Database& database_;
  const Table& table_;
  std::set<std::string> new_keys_;  // Of outsiders and members, in rows that this batch puts.
  KeptRows<std::string, FindingPerson, FindingPersonFormat> people_;
  KeptRows<PackedProvider, FindingPlace, FindingPlaceFormat> places_;
  KeptRows<std::string, FindingActor, FindingActorFormat> actors_;
  KeptRows<std::string, FindingNamesakes, FindingNamesakesFormat> namesakes_;
  FindingServices services_;
  LatestPolicies policies_;
  FindingTerms terms_;
  FindingReviews reviews_;
  IntervalTable intervals_;
  NewestFindings newest_;
  NewestFindings written_newest_;
  std::array<std::uint64_t, rule_count + 1> first_open_{};  // When this was made.
};

template <typename IsEnded>
void Desk::end_marks(std::string_view username, FindingLink& link, const EventRef& event, IsEnded is_ended) {
  std::vector<OpenMark> shared;  // Findings about several services end with the first of them.
  for (const OpenMark& mark : link.marks) {
    if (!is_ended(mark)) continue;
    end({link.provider, mark.rule, std::string{username}, mark.id, mark.extra}, event);
    if (mark.rule == Rule::incompatible_services || mark.rule == Rule::holds_everything) shared.push_back(mark);
  }
  std::erase_if(link.marks, [&](const OpenMark& mark) {
    const auto is_same = [&](const OpenMark& other) { return mark.is_same_finding(other); };
    return is_ended(mark) || std::any_of(shared.begin(), shared.end(), is_same);
  });
}

}  // namespace muniment::view
