// The whole table of who may do what, every cell; then what must hold for every target there could be; then the same through decisions.
#include "commands/authority.h"

#include <fmt/format.h>

#include <array>
#include <map>

#include "tests/commands/ledger.h"

namespace muniment::test {
namespace {

constexpr std::array<std::pair<Role, std::string_view>, 8> roles{{{Role::nobody, "nobody"},
                                                                  {Role::delegate, "delegate"},
                                                                  {Role::backup, "backup"},
                                                                  {Role::primary_user, "primary"},
                                                                  {Role::appointed_delegate, "appointed"},
                                                                  {Role::officer, "officer"},
                                                                  {Role::submitter, "submitter"},
                                                                  {Role::auditor, "auditor"}}};

constexpr std::array<std::pair<Action, std::string_view>, 15> actions{{{Action::agency, "agency"},
                                                                       {Action::create, "create"},
                                                                       {Action::link, "link"},
                                                                       {Action::assign, "assign"},
                                                                       {Action::update_profile, "update_profile"},
                                                                       {Action::reset_password, "reset_password"},
                                                                       {Action::remove, "remove"},
                                                                       {Action::accept_terms, "accept_terms"},
                                                                       {Action::report_signal, "report_signal"},
                                                                       {Action::report_departure, "report_departure"},
                                                                       {Action::redeem, "redeem"},
                                                                       {Action::hold_review, "hold_review"},
                                                                       {Action::decide_review, "decide_review"},
                                                                       {Action::attest_roster, "attest_roster"},
                                                                       {Action::dispose, "dispose"}}};

std::string_view name_of_action(Action action) {
  for (const auto& [known, name] : actions) {
    if (known == action) return name;
  }
  return "?";
}

// The right that a role gives.
schema::Authority right_of(Role role) {
  switch (role) {
    case Role::delegate:
      return schema::Authority::DELEGATE;
    case Role::backup:
      return schema::Authority::BACKUP;
    case Role::primary_user:
      return schema::Authority::PRIMARY_USER;
    case Role::appointed_delegate:
      return schema::Authority::APPOINTED_DELEGATE;
    case Role::officer:
      return schema::Authority::OFFICER;
    case Role::submitter:
      return schema::Authority::SUBMITTER;
    case Role::auditor:
      return schema::Authority::AUDITOR;
    case Role::nobody:
      break;
  }
  return schema::Authority::NONE;
}

// A cell: `yes` by the role's own right, `self`, or the refusal in short.
std::string cell(Action action, Role role, const Target& target) {
  static const std::map<Refusal, std::string> shorts{{Refusal::agency_only, "agency"},        {Refusal::not_administrator, "admin"},
                                                     {Refusal::not_authorized, "auth"},       {Refusal::home_only, "home"},
                                                     {Refusal::own_services, "own"},          {Refusal::administrator_protected, "A!"},
                                                     {Refusal::primary_user_protected, "P!"}, {Refusal::username_unavailable, "name"},
                                                     {Refusal::not_reviewer, "rev"},          {Refusal::own_review, "own"}};
  const auto answer = authorize(action, role, target);
  if (!answer) return shorts.contains(answer.error()) ? shorts.at(answer.error()) : std::string{name_of(answer.error())};
  if (*answer == schema::Authority::SELF) return "self";
  if (*answer == schema::Authority::REVIEWER) return "review";
  return *answer == right_of(role) ? "yes" : "another right";
}

struct Row {
  Action action;
  std::string_view target_text;
  Target target = {};
};

std::string table_of(const std::vector<Row>& rows) {
  std::string out = fmt::format("\n{:<17}{:<54}", "action", "target");
  for (const auto& [role, name] : roles) out += fmt::format("{:<10}", name);
  for (const Row& row : rows) {
    out.erase(out.find_last_not_of(' ') + 1);
    out += fmt::format("\n{:<17}{:<54}", name_of_action(row.action), row.target_text);
    for (const auto& [role, name] : roles) out += fmt::format("{:<10}", cell(row.action, role, row.target));
  }
  out.erase(out.find_last_not_of(' ') + 1);
  return out + '\n';
}

std::vector<Row> rows_of_whole_account(Action action) {
  return {
      {action, "a stranger, or no such name"},
      {action, "a stranger who is Primary User elsewhere", {.is_primary_user_anywhere = true, .is_administrator_anywhere = true}},
      {action, "on the roster, home elsewhere, backup here", {.is_administrator_here = true, .is_administrator_anywhere = true}},
      {action, "home here", {.is_home_here = true}},
      {action, "home here, backup here", {.is_administrator_here = true, .is_administrator_anywhere = true, .is_home_here = true}},
      {action, "home here, backup elsewhere", {.is_administrator_anywhere = true, .is_home_here = true}},
      {action,
       "home here, Primary User elsewhere",
       {.is_primary_user_anywhere = true, .is_administrator_anywhere = true, .is_home_here = true}},
      {action,
       "home here, Primary User here",
       {.is_primary_user_here = true,
        .is_primary_user_anywhere = true,
        .is_administrator_here = true,
        .is_administrator_anywhere = true,
        .is_home_here = true}},
      {action,
       "home elsewhere, Primary User here",
       {.is_primary_user_here = true, .is_primary_user_anywhere = true, .is_administrator_here = true, .is_administrator_anywhere = true}},
      {action, "oneself, home here", {.is_self = true, .is_home_here = true}},
      {action, "oneself, home elsewhere", {.is_self = true}},
      {action,
       "oneself, home here, Primary User here",
       {.is_self = true,
        .is_primary_user_here = true,
        .is_primary_user_anywhere = true,
        .is_administrator_here = true,
        .is_administrator_anywhere = true,
        .is_home_here = true}},
      {action,
       "oneself, home elsewhere, Primary User here",
       {.is_self = true,
        .is_primary_user_here = true,
        .is_primary_user_anywhere = true,
        .is_administrator_here = true,
        .is_administrator_anywhere = true}},
      {action, "removed by its home", {.is_left_by_home = true}},
      {action, "home closed", {.is_without_home = true}}};
}

void append(std::vector<Row>& rows, std::vector<Row> more) { rows.insert(rows.end(), more.begin(), more.end()); }

// yes: by the role's own right. Else why not: agency agency_only, admin not_administrator, auth not_authorized, home home_only,
// own own_services or own_review, A! administrator_protected, P! primary_user_protected, name username_unavailable, rev not_reviewer.
// review: as a reviewer.
TEST(Authority, IsThisTable) {
  const Target backup{.is_administrator_here = true, .is_administrator_anywhere = true};
  const Target primary{
      .is_primary_user_here = true, .is_primary_user_anywhere = true, .is_administrator_here = true, .is_administrator_anywhere = true};
  const auto with = [](Target target, const std::function<void(Target&)>& change) {
    change(target);
    return target;
  };
  const auto changes = [](Target& t) { t.services_change = true; };
  const auto grants = [](Target& t) { t.services_change = t.administrator_service_granted = true; };
  const auto revokes = [](Target& t) { t.services_change = t.administrator_service_revoked = true; };
  const auto self = [](Target& t) { t.is_self = true; };
  std::vector<Row> rows{{Action::agency, ""},
                        {Action::create, ""},
                        {Action::link, "linked elsewhere, or no such name"},
                        {Action::link, "unlinked", {.is_unlinked = true}},
                        {Action::link, "unlinked, home here", {.is_home_here = true, .is_unlinked = true}},
                        {Action::link, "linked elsewhere, home closed", {.is_without_home = true}},
                        {Action::link, "unlinked, home closed", {.is_without_home = true, .is_unlinked = true}},
                        {Action::link, "oneself, linked elsewhere", {.is_self = true}},
                        {Action::link, "oneself, unlinked", {.is_self = true, .is_unlinked = true}},
                        {Action::link, "oneself, unlinked, home here", {.is_self = true, .is_home_here = true, .is_unlinked = true}}};
  append(rows,
         {{Action::assign, "a subordinate, a stranger, or no such name", with({}, changes)},
          {Action::assign, "the same, the administrator's service granted", with({}, grants)},
          {Action::assign, "the same, nothing changes"},
          {Action::assign, "backup here", with(backup, changes)},
          {Action::assign, "backup here, the administrator's service revoked", with(backup, revokes)},
          {Action::assign, "Primary User here", with(primary, changes)},
          {Action::assign, "Primary User here, administrator's service revoked", with(primary, revokes)},
          {Action::assign, "Primary User here, nothing changes", primary},
          {Action::assign, "Primary User elsewhere", with({.is_primary_user_anywhere = true, .is_administrator_anywhere = true}, changes)},
          {Action::assign, "oneself", with(with({}, changes), self)},
          {Action::assign, "oneself, backup here", with(with(backup, changes), self)},
          {Action::assign, "oneself, Primary User here", with(with(primary, changes), self)},
          {Action::assign, "oneself, nothing changes", with({}, self)},
          {Action::assign, "removed by its home, nothing changes", {.is_left_by_home = true}},
          {Action::assign, "removed by its home", with({.is_left_by_home = true}, changes)},
          {Action::assign, "home closed", with({.is_without_home = true}, changes)},
          {Action::assign, "home closed, the administrator's service granted", with({.is_without_home = true}, grants)},
          {Action::assign, "home closed, Primary User here, service revoked",
           with(primary, [](Target& t) { t.services_change = t.administrator_service_revoked = t.is_without_home = true; })}});
  append(rows, rows_of_whole_account(Action::update_profile));
  append(rows, rows_of_whole_account(Action::reset_password));
  append(rows, {{Action::remove, "a subordinate, a stranger, or no such name"},
                {Action::remove, "backup here", backup},
                {Action::remove, "Primary User here", primary},
                {Action::remove, "Primary User elsewhere", {.is_primary_user_anywhere = true, .is_administrator_anywhere = true}},
                {Action::remove, "oneself", with({}, self)},
                {Action::remove, "oneself, backup here", with(backup, self)},
                {Action::remove, "oneself, Primary User here", with(primary, self)},
                {Action::remove, "removed by its home", {.is_left_by_home = true}},
                {Action::remove, "home closed", {.is_without_home = true}},
                {Action::remove, "home closed, Primary User here", with(primary, [](Target& t) { t.is_without_home = true; })},
                {Action::accept_terms, "another"},
                {Action::accept_terms, "oneself", with({}, self)},
                {Action::report_signal, ""},
                {Action::report_departure, ""},
                {Action::redeem, ""},
                {Action::hold_review, ""},
                {Action::decide_review, "not assigned to the actor"},
                {Action::decide_review, "assigned to the actor", {.is_reviewed_by_actor = true}},
                {Action::decide_review, "oneself, assigned to the actor", {.is_self = true, .is_reviewed_by_actor = true}},
                {Action::attest_roster, ""},
                {Action::dispose, ""}});

  EXPECT_EQ(table_of(rows), R"(
action           target                                                nobody    delegate  backup    primary   appointed officer   submitter auditor
agency                                                                 agency    agency    agency    agency    agency    yes       agency    agency
create                                                                 admin     admin     yes       yes       yes       admin     admin     admin
link             linked elsewhere, or no such name                     admin     admin     yes       yes       yes       admin     admin     admin
link             unlinked                                              admin     admin     name      name      name      yes       admin     admin
link             unlinked, home here                                   admin     admin     yes       yes       yes       yes       admin     admin
link             linked elsewhere, home closed                         admin     admin     yes       yes       yes       yes       admin     admin
link             unlinked, home closed                                 admin     admin     name      name      name      yes       admin     admin
link             oneself, linked elsewhere                             admin     admin     own       own       own       admin     admin     admin
link             oneself, unlinked                                     admin     admin     own       own       own       yes       admin     admin
link             oneself, unlinked, home here                          admin     admin     own       own       own       yes       admin     admin
assign           a subordinate, a stranger, or no such name            admin     yes       yes       yes       yes       admin     admin     admin
assign           the same, the administrator's service granted         admin     A!        yes       yes       yes       admin     admin     admin
assign           the same, nothing changes                             admin     yes       yes       yes       yes       admin     admin     admin
assign           backup here                                           admin     A!        yes       yes       yes       admin     admin     admin
assign           backup here, the administrator's service revoked      admin     A!        yes       yes       yes       admin     admin     admin
assign           Primary User here                                     admin     A!        yes       yes       yes       admin     admin     admin
assign           Primary User here, administrator's service revoked    admin     A!        P!        P!        P!        admin     admin     admin
assign           Primary User here, nothing changes                    admin     A!        yes       yes       yes       yes       admin     admin
assign           Primary User elsewhere                                admin     yes       yes       yes       yes       admin     admin     admin
assign           oneself                                               admin     own       own       own       own       admin     admin     admin
assign           oneself, backup here                                  admin     own       own       own       own       admin     admin     admin
assign           oneself, Primary User here                            admin     own       own       own       own       admin     admin     admin
assign           oneself, nothing changes                              admin     yes       yes       yes       yes       admin     admin     admin
assign           removed by its home, nothing changes                  admin     yes       yes       yes       yes       yes       admin     admin
assign           removed by its home                                   admin     yes       yes       yes       yes       admin     admin     admin
assign           home closed                                           admin     yes       yes       yes       yes       yes       admin     admin
assign           home closed, the administrator's service granted      admin     A!        yes       yes       yes       yes       admin     admin
assign           home closed, Primary User here, service revoked       admin     A!        P!        P!        P!        P!        admin     admin
update_profile   a stranger, or no such name                           admin     admin     home      home      home      admin     admin     admin
update_profile   a stranger who is Primary User elsewhere              admin     admin     home      home      home      yes       admin     admin
update_profile   on the roster, home elsewhere, backup here            admin     admin     home      home      home      admin     admin     admin
update_profile   home here                                             admin     admin     yes       yes       yes       admin     admin     admin
update_profile   home here, backup here                                admin     admin     yes       yes       yes       admin     admin     admin
update_profile   home here, backup elsewhere                           admin     admin     yes       yes       yes       admin     admin     admin
update_profile   home here, Primary User elsewhere                     admin     admin     P!        P!        P!        yes       admin     admin
update_profile   home here, Primary User here                          admin     admin     P!        P!        P!        yes       admin     admin
update_profile   home elsewhere, Primary User here                     admin     admin     P!        P!        P!        yes       admin     admin
update_profile   oneself, home here                                    admin     admin     yes       yes       yes       admin     admin     admin
update_profile   oneself, home elsewhere                               admin     admin     home      home      home      admin     admin     admin
update_profile   oneself, home here, Primary User here                 admin     admin     yes       yes       yes       yes       admin     admin
update_profile   oneself, home elsewhere, Primary User here            admin     admin     home      home      home      yes       admin     admin
update_profile   removed by its home                                   admin     admin     home      home      home      yes       admin     admin
update_profile   home closed                                           admin     admin     home      home      home      yes       admin     admin
reset_password   a stranger, or no such name                           admin     home      home      home      home      admin     admin     admin
reset_password   a stranger who is Primary User elsewhere              admin     home      home      home      home      yes       admin     admin
reset_password   on the roster, home elsewhere, backup here            admin     A!        home      home      home      admin     admin     admin
reset_password   home here                                             admin     yes       yes       yes       yes       admin     admin     admin
reset_password   home here, backup here                                admin     A!        yes       yes       yes       admin     admin     admin
reset_password   home here, backup elsewhere                           admin     A!        yes       yes       yes       admin     admin     admin
reset_password   home here, Primary User elsewhere                     admin     A!        P!        P!        P!        yes       admin     admin
reset_password   home here, Primary User here                          admin     A!        P!        P!        P!        yes       admin     admin
reset_password   home elsewhere, Primary User here                     admin     A!        P!        P!        P!        yes       admin     admin
reset_password   oneself, home here                                    admin     yes       yes       yes       yes       admin     admin     admin
reset_password   oneself, home elsewhere                               admin     home      home      home      home      admin     admin     admin
reset_password   oneself, home here, Primary User here                 admin     A!        P!        P!        P!        yes       admin     admin
reset_password   oneself, home elsewhere, Primary User here            admin     A!        P!        P!        P!        yes       admin     admin
reset_password   removed by its home                                   admin     home      home      home      home      yes       admin     admin
reset_password   home closed                                           admin     home      home      home      home      yes       admin     admin
remove           a subordinate, a stranger, or no such name            admin     yes       yes       yes       yes       admin     admin     admin
remove           backup here                                           admin     A!        yes       yes       yes       admin     admin     admin
remove           Primary User here                                     admin     A!        P!        P!        P!        admin     admin     admin
remove           Primary User elsewhere                                admin     yes       yes       yes       yes       admin     admin     admin
remove           oneself                                               admin     own       own       own       own       admin     admin     admin
remove           oneself, backup here                                  admin     own       own       own       own       admin     admin     admin
remove           oneself, Primary User here                            admin     own       P!        P!        P!        admin     admin     admin
remove           removed by its home                                   admin     yes       yes       yes       yes       admin     admin     admin
remove           home closed                                           admin     yes       yes       yes       yes       yes       admin     admin
remove           home closed, Primary User here                        admin     A!        P!        P!        P!        P!        admin     admin
accept_terms     another                                               auth      auth      auth      auth      auth      auth      yes       auth
accept_terms     oneself                                               self      self      self      self      self      self      self      self
report_signal                                                          auth      auth      auth      auth      auth      yes       yes       auth
report_departure                                                       auth      auth      yes       yes       yes       yes       yes       auth
redeem                                                                 auth      auth      auth      auth      auth      auth      yes       auth
hold_review                                                            auth      auth      auth      yes       auth      yes       auth      auth
decide_review    not assigned to the actor                             rev       rev       rev       rev       rev       rev       rev       rev
decide_review    assigned to the actor                                 review    review    review    review    review    review    review    review
decide_review    oneself, assigned to the actor                        own       own       own       own       own       own       own       own
attest_roster                                                          auth      auth      auth      yes       yes       auth      auth      auth
dispose                                                                auth      auth      auth      auth      auth      yes       auth      yes
)");
}

// Every target that flags can describe.
std::vector<Target> all_targets() {
  std::vector<Target> out;
  for (unsigned bits = 0; bits < 1U << 12; ++bits) {
    const auto bit = [bits](unsigned i) { return (bits >> i & 1U) != 0; };
    out.push_back({bit(0), bit(1), bit(2), bit(3), bit(4), bit(5), bit(6), bit(7), bit(8), bit(9), bit(10), bit(11)});
  }
  return out;
}

// How many targets the role may do it to.
int count_allowed(Action action, Role role, const std::function<bool(const Target&)>& where) {
  int count = 0;
  for (const Target& target : all_targets()) {
    if (where(target) && authorize(action, role, target)) ++count;
  }
  return count;
}

TEST(Authority, NeverLetsAnybodyChangeTheirOwnServices) {
  for (const Role role : {Role::nobody, Role::delegate, Role::backup, Role::primary_user, Role::appointed_delegate}) {
    EXPECT_EQ(count_allowed(Action::remove, role, [](const Target& t) { return t.is_self; }), 0);
    EXPECT_EQ(count_allowed(Action::link, role, [](const Target& t) { return t.is_self; }), 0);
    EXPECT_EQ(count_allowed(Action::assign, role, [](const Target& t) { return t.is_self && t.services_change; }), 0);
  }
  EXPECT_GT(count_allowed(Action::assign, Role::backup, [](const Target& t) { return t.services_change; }), 0);
}

TEST(Authority, NeverReachesAnAccountAsAWholeButAtItsHome) {
  for (const Role role : {Role::nobody, Role::delegate, Role::backup, Role::primary_user, Role::appointed_delegate, Role::submitter}) {
    for (const Action action : {Action::update_profile, Action::reset_password})
      EXPECT_EQ(count_allowed(action, role, [](const Target& t) { return !t.is_home_here; }), 0);
  }
  EXPECT_GT(count_allowed(Action::reset_password, Role::backup, [](const Target& t) { return t.is_home_here; }), 0);
}

TEST(Authority, NeverLetsAPortalUserResetAPrimaryUser) {
  for (const Role role : {Role::delegate, Role::backup, Role::primary_user, Role::appointed_delegate}) {
    EXPECT_EQ(
        count_allowed(Action::reset_password, role, [](const Target& t) { return t.is_primary_user_here || t.is_primary_user_anywhere; }),
        role == Role::delegate ? count_allowed(Action::reset_password, role,
                                               [](const Target& t) {
                                                 // Flags that no account has: a Primary User is an administrator.
                                                 return (t.is_primary_user_here && !t.is_administrator_here) ||
                                                        (t.is_primary_user_anywhere && !t.is_administrator_anywhere);
                                               })
                               : 0);
  }
}

TEST(Authority, NeverUnseatsAPrimaryUser) {
  for (const auto& [role, name] : roles) {
    const auto here = [](const Target& t) { return t.is_primary_user_here && t.is_administrator_here; };
    EXPECT_EQ(count_allowed(Action::remove, role, here), 0) << name;
    EXPECT_EQ(count_allowed(Action::assign, role, [&](const Target& t) { return here(t) && t.administrator_service_revoked; }), 0) << name;
  }
}

TEST(Authority, NeverLetsADelegateTouchAnAdministratorOrMakeOne) {
  for (const auto& [action, name] : actions) {
    if (action == Action::accept_terms) continue;  // One's own.
    EXPECT_EQ(
        count_allowed(action, Role::delegate, [](const Target& t) { return t.is_administrator_here || t.administrator_service_granted; }),
        0)
        << name;
  }
  EXPECT_GT(count_allowed(Action::remove, Role::delegate, [](const Target&) { return true; }), 0);
}

// What an account is elsewhere is not told to those who act where it is no business of theirs.
TEST(Authority, SaysTheSameOfAllStrangers) {
  int strangers = 0;
  for (const Target& stranger : all_targets()) {
    if (stranger.is_self || stranger.is_primary_user_here || stranger.is_administrator_here || stranger.is_home_here ||
        stranger.is_unlinked) {
      continue;
    }
    ++strangers;
    Target unknown;
    unknown.services_change = stranger.services_change;
    unknown.administrator_service_granted = stranger.administrator_service_granted;
    unknown.administrator_service_revoked = stranger.administrator_service_revoked;
    for (const auto& [action, name] : actions) {
      for (const Role role : {Role::nobody, Role::delegate, Role::backup, Role::primary_user, Role::appointed_delegate, Role::submitter})
        EXPECT_EQ(cell(action, role, stranger), cell(action, role, unknown)) << name;
    }
  }
  EXPECT_EQ(strangers, 128);
}

class AuthorityOfActors : public Ledger {
 protected:
  void expect(const std::vector<std::pair<CommandBody, std::string>>& rows, const Request& request) {
    for (std::size_t i = 0; i < rows.size(); ++i) {
      when(rows[i].first, request);
      EXPECT_EQ(answer().refusal ? std::string{name_of(*answer().refusal)} : "accepted", rows[i].second)
          << "row " << i << " by " << request.actor.text();
    }
  }
};

// Linking needs no more than a username, so it must give no power over the account.
TEST_F(AuthorityOfActors, DoesNotLetAStrangersAccountBeTakenOverByLinkingIt) {
  expect({{LinkSubordinate{mercy, sstone, {claims}}, "accepted"},
          {ResetPassword{mercy, sstone}, "home_only"},
          {UpdateSubordinate{mercy, sstone, profile_of("Sam", "Stone"), "0000", {claims}}, "home_only"},
          {UpdateSubordinate{mercy, sstone, profile_of("Mine", "Now"), "", {claims}}, "home_only"},
          {AssignServices{general, sstone, {portal_user}}, "not_administrator"},
          {RemoveSubordinate{general, sstone}, "not_administrator"},
          {AssignServices{mercy, sstone, {portal_user}}, "accepted"},
          {RemoveSubordinate{mercy, sstone}, "accepted"}},
         by(mhughes));
  expect({{ResetPassword{general, sstone}, "accepted"}}, by(preed));
}

// Its home has it on no roster any more, so nobody at home handles it there; the agency does.
TEST_F(AuthorityOfActors, LeavesAnAccountThatItsHomeRemovedToTheAgency) {
  given(was_linked(general, preed, jdoe, {claims}));
  expect({{ResetPassword{general, jdoe}, "not_administrator"}}, by(officer));
  given(was_removed(mercy, mhughes, jdoe));
  expect({{ResetPassword{mercy, jdoe}, "not_on_roster"}}, by(mhughes));
  expect({{ResetPassword{general, jdoe}, "home_only"}}, by(preed));
  expect({{ResetPassword{general, jdoe}, "accepted"},
          {UpdateSubordinate{general, jdoe, profile_of("John", "Dow"), "", {claims}}, "accepted"},
          {UpdateSubordinate{general, jdoe, profile_of("John", "Dow"), "", {reports}}, "not_administrator"},
          {AssignServices{general, jdoe, {reports}}, "not_administrator"},
          {RemoveSubordinate{general, jdoe}, "not_administrator"}},
         by(officer));
}

// Which commands say what services somebody is to have, counted, so that one that is new has to be written here.
template <typename Body>
concept SaysServices = requires(Body body) { body.services.size(); };
template <typename... Bodies>
constexpr std::size_t count_of_them(const std::variant<Bodies...>*) {
  return (std::size_t{SaysServices<Bodies>} + ...);
}

TEST_F(AuthorityOfActors, NeverLetsAnybodyChangeTheirOwnServices) {
  const ProviderId vacant = provider("110055504F");
  given(was_registered(vacant),
        Asked{AppointDelegate{vacant, sstone, Timestamp{sight().now().ns + 86'400'000'000'000}}, by(officer, {.reason = "vacant"})},
        Asked{OpenReview{.review = "own", .providers = {mercy}, .due_at = Timestamp{sight().now().ns + 86'400'000'000'000}}, by(officer)},
        Asked{AssignReviewer{.review = "own", .provider = mercy, .reviewer = std::string{bking.text()}, .usernames = {jdoe}}, by(officer)});
  const auto services_of = [&](const Username& who) {
    std::vector<std::string> out;
    for (const Account::Link& link : sight().account(who)->links()) {
      for (const auto service : link.services.texts(sight().service_names())) out.push_back(link.provider.text() + std::string{service});
    }
    return out;
  };
  for (const auto& [who, where] : std::vector<std::pair<Username, ProviderId>>{
           {mhughes, mercy}, {bking, mercy}, {dlopez, mercy}, {jdoe, mercy}, {sstone, vacant}, {ufree, mercy}}) {
    const auto before = services_of(who);
    const std::vector<CommandBody> grants{
        AssignPrimaryUser{where, who, {}, {}, {reports}}, CreateSubordinate{where, profile_of("Ann", "New"), "0000", {reports}, true},
        LinkSubordinate{where, who, {reports}}, UpdateSubordinate{where, who, profile_of("Ann", "New"), "", {portal_user, manage, reports}},
        AssignServices{where, who, {portal_user, manage, reports}}};
    EXPECT_EQ(grants.size(), count_of_them(static_cast<AnyCommand*>(nullptr)));
    for (const CommandBody& grant : grants) {
      when(grant, by(who, {.reason = "review"}));
      EXPECT_EQ(services_of(who), before) << who.text() << " by the command " << grant.index();
    }
    when(DecideReview{"own", {{mercy, who, schema::ReviewDecision::REVOKE}}}, by(who, {.reason = "review"}));
    when(RemoveSubordinate{where, who}, by(who));
    EXPECT_EQ(services_of(who), before) << who.text();
  }
  expect({{AssignServices{mercy, jdoe, {reports}}, "accepted"}}, by(bking));
}

TEST_F(AuthorityOfActors, LetsBackupsActOnEachOtherAndNotOnThePrimaryUser) {
  given(was_created(mercy, mhughes, "Beth", "King", {portal_user}));
  const Username other = username("bking2");
  expect({{AssignServices{mercy, other, {portal_user, claims}}, "accepted"},
          {ResetPassword{mercy, other}, "accepted"},
          {ResetPassword{mercy, mhughes}, "primary_user_protected"},
          {RemoveSubordinate{mercy, mhughes}, "primary_user_protected"},
          {AssignServices{mercy, mhughes, {}}, "primary_user_protected"},
          {AssignServices{mercy, mhughes, {portal_user, claims}}, "accepted"},
          {RemoveSubordinate{mercy, bking}, "own_services"},
          {AssignServices{mercy, bking, {portal_user}}, "own_services"},
          {RemoveSubordinate{mercy, other}, "accepted"}},
         by(bking));
}

TEST_F(AuthorityOfActors, LetsADelegateDoOnlyWhatIsDelegated) {
  given(was_linked(general, preed, jdoe, {portal_user}));
  expect({{CreateSubordinate{mercy, profile_of("Ann", "New"), "0000", {claims}, false}, "not_administrator"},
          {LinkSubordinate{mercy, sstone, {claims}}, "not_administrator"},
          {AssignServices{mercy, jdoe, {claims, portal_user}}, "administrator_protected"},
          {AssignServices{mercy, jdoe, {claims, manage}}, "accepted"},
          {AssignServices{mercy, bking, {}}, "administrator_protected"},
          {AssignServices{mercy, llock, {}}, "administrator_protected"},
          {AssignServices{mercy, dlopez, {manage, claims}}, "own_services"},
          {RemoveSubordinate{mercy, bking}, "administrator_protected"},
          {ResetPassword{mercy, bking}, "administrator_protected"},
          {ResetPassword{mercy, jdoe}, "administrator_protected"},
          {ResetPassword{mercy, dlopez}, "accepted"},
          {RemoveSubordinate{mercy, jdoe}, "accepted"}},
         by(dlopez));
}

TEST_F(AuthorityOfActors, GivesADelegateNothingWherePolicyDoesNotDelegate) {
  given(was_linked(general, preed, dlopez, {manage}));
  expect({{RemoveSubordinate{general, sstone}, "not_administrator"}}, by(dlopez));
  given(Asked{policy({}, [](schema::Policy::Builder on) { on.setDelegation(true); }), by(officer)});
  expect({{RemoveSubordinate{general, sstone}, "accepted"}}, by(dlopez));
}

TEST_F(AuthorityOfActors, KeepsOfficersOutOfAProvidersDailyWork) {
  expect({{CreateSubordinate{mercy, profile_of("Ann", "New"), "0000", {claims}, false}, "not_administrator"},
          {LinkSubordinate{mercy, sstone, {claims}}, "not_administrator"},
          {AssignServices{mercy, jdoe, {}}, "not_administrator"},
          {ResetPassword{mercy, jdoe}, "not_administrator"},
          {RemoveSubordinate{mercy, jdoe}, "not_administrator"},
          {ResetPassword{mercy, bking}, "not_administrator"},
          {ResetPassword{mercy, mhughes}, "accepted"},
          {RemoveSubordinate{mercy, mhughes}, "not_administrator"},
          {LinkSubordinate{mercy, ufree, {claims}}, "accepted"}},
         by(officer));
}

TEST_F(AuthorityOfActors, LetsOfficersHandleAccountsWhoseHomeWasClosed) {
  given(was_linked(general, preed, jdoe, {claims}), was_linked(general, preed, bking, {claims}), was_closed(mercy));
  expect({{ResetPassword{general, jdoe}, "home_only"}, {AssignServices{general, jdoe, {reports}}, "accepted"}}, by(preed));
  expect({{ResetPassword{general, jdoe}, "accepted"},
          {UpdateSubordinate{general, jdoe, profile_of("Jack", "Doe"), "0000", {reports}}, "accepted"},
          {AssignServices{general, jdoe, {claims}}, "accepted"},
          {RemoveSubordinate{general, bking}, "accepted"},
          {LinkSubordinate{general, dlopez, {claims}}, "accepted"},
          {ResetPassword{general, sstone}, "not_administrator"}},
         by(officer));
}

// Power is read from the log at that moment.
TEST_F(AuthorityOfActors, EndsWithTheLinkTheServiceOrTheUseOfTheAccount) {
  const std::vector<std::pair<CommandBody, std::string>> attempt{{RemoveSubordinate{mercy, nobody}, "not_on_roster"}};
  expect(attempt, by(bking));
  given(was_locked(bking));
  expect({{RemoveSubordinate{mercy, nobody}, "actor_not_usable"}}, by(bking));
  given(Asked{UnlockAccount{bking}, by(officer, {.reason = "cleared"})});
  expect(attempt, by(bking));
  given(Asked{AssignServices{mercy, bking, {claims}}, by(mhughes)});
  expect({{RemoveSubordinate{mercy, nobody}, "not_administrator"}}, by(bking));
  given(was_removed(mercy, mhughes, bking));
  expect({{RemoveSubordinate{mercy, nobody}, "actor_not_usable"}}, by(bking));
}

}  // namespace
}  // namespace muniment::test
