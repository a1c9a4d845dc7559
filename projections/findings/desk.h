// What the rules work with: one event, what it changed, and what is known after it.
//
// A rule is a function `void see(const Step&, Desk&)` in a file of its own under rules/: it is told every event, once, in the order they
// were recorded, and opens and ends findings. It decides by what is known then, and reads no clock.
#pragma once

#include <set>

#include "events/record/record.h"
#include "projections/findings/interval_table.h"
#include "projections/findings/kept_rows.h"
#include "projections/findings/person.h"
#include "projections/findings/place.h"
#include "projections/findings/policy.h"
#include "projections/findings/services.h"
#include "projections/findings/terms.h"

namespace muniment::view {

// What an event did to one link.
struct LinkStep {
  std::string username;
  FindingPerson* person = nullptr;
  PackedProvider provider = 0;
  FindingLink* link = nullptr;  // Null: it has ended.
  bool started = false;
  std::vector<FindingService> granted;  // What was not held before.
  std::vector<HeldFinding> revoked;     // With what had granted it.
};

struct Step {
  schema::Event::Reader reader;
  EventRef event;
  std::string actor;           // As it is written: officer:NAME.
  std::string actor_username;  // The account, or the name in imported history as a username; empty: neither.
  std::string requester;       // On whose request, as a username; empty: nobody said, or it is none.
  std::vector<LinkStep> links;
  std::string username;                 // Whom the event is about; empty: it is about no account.
  FindingPerson* person = nullptr;      // The same.
  std::vector<PackedProvider> touched;  // Providers about which something may be otherwise than before.
};

class Desk {
 public:
  // Both must outlive it.
  Desk(const Database& database, const Table& table);

  FindingPerson& person(std::string_view username) { return people_.change(finding_person_key(username)); }
  const FindingPerson& look_at(std::string_view username) { return people_.read(finding_person_key(username)); }
  FindingPlace& place(PackedProvider provider) { return places_.change(finding_place_key(provider)); }
  const FindingPlace& look_at(PackedProvider provider) { return places_.read(finding_place_key(provider)); }
  FindingActor& actor(PackedProvider provider, std::string_view name) { return actors_.change(finding_actor_key(provider, name)); }
  FindingServices& services() { return services_; }
  LatestPolicies& policies() { return policies_; }
  FindingTerms& terms() { return terms_; }
  IntervalTable& intervals() { return intervals_; }

  // Whether holding it makes an administrator there: by the catalogue, or as the last import of the provider's history says.
  bool is_administrator(FindingService service, PackedProvider provider);
  bool is_administrator(const FindingLink& link);

  // Opens a finding about a link that ends with it, or with the service there.
  void open(Rule rule, const Step& step, LinkStep& link, FindingService service, std::string other = {});
  // The same of one that becomes due, counted from an event that need not be this one.
  void open_due(Rule rule, const EventRef& since, std::string_view username, FindingLink& link, FindingService service = no_service);
  // Puts something done, which does not end.
  void note_act(Rule rule, const Step& step, PackedProvider provider, std::string_view subject, Interval act, std::uint64_t extra = 0);
  // The same of a run: opens one, or adds to it, when this act and those before it come to as many as the rule's first threshold says,
  // within the window that its second one gives.
  void note_in_run(Rule rule, const Step& step, PackedProvider provider, std::string_view subject, ActRun& run);
  // Ends a finding, as one that is due counted from when what it needs to know began to be reported.
  void end(const IntervalName& name, const EventRef& event);
  // Ends those of the link's findings that `is_ended` says.
  template <typename IsEnded>
  void end_marks(std::string_view username, FindingLink& link, const EventRef& event, IsEnded is_ended);

  // Accounts linked at the provider, whose home is that other one. Some may be linked no more.
  std::vector<std::string> outsiders(PackedProvider provider, PackedProvider home);
  void add_outsider(PackedProvider provider, PackedProvider home, std::string_view username, RowBuffer& rows);

  std::size_t kept_bytes() const;
  void finish(RowBuffer& rows);
  void written();

 private:
  const Database& database_;
  const Table& table_;
  std::set<std::string> new_outsiders_;  // Keys of rows that this batch puts.
  KeptRows<FindingPerson, put_finding_person, take_finding_person> people_;
  KeptRows<FindingPlace, put_finding_place, take_finding_place> places_;
  KeptRows<FindingActor, put_finding_actor, take_finding_actor> actors_;
  FindingServices services_;
  LatestPolicies policies_;
  FindingTerms terms_;
  IntervalTable intervals_;
};

template <typename IsEnded>
void Desk::end_marks(std::string_view username, FindingLink& link, const EventRef& event, IsEnded is_ended) {
  for (std::size_t i = 0; i < link.marks.size();) {
    if (!is_ended(link.marks[i])) {
      ++i;
      continue;
    }
    const OpenMark mark = link.marks[i];
    end({link.provider, mark.rule, std::string{username}, mark.id, mark.extra}, event);
    std::erase_if(link.marks, [&](const OpenMark& other) { return other.is_same_finding(mark); });
    i = 0;
  }
}

}  // namespace muniment::view
