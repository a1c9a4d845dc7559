// A store with an agency, a provider and a person in it whose name stands nowhere by chance.
#pragma once

#include <unistd.h>

#include <filesystem>
#include <set>
#include <stdexcept>
#include <string>

#include "tools/store/store.h"

namespace muniment::test {

// Of the person. Usernames are neutral, so none of it is in one.
inline const Profile person{"Quixotewitz", "Zebulonia", "V", "02/29", "z.quixotewitz@mail.example", "02139-7301"};
inline const std::string person_pin = "8642";
inline const Username person_name = Username::parse("user2").value();

inline Submission command(std::string type, CommandBody body, Principal actor) {
  static int next = 0;
  static std::set<std::string> types;
  Submission out{.command = {.body = std::move(body), .type = *types.insert(std::move(type)).first}};
  out.command.request.command_id = "t" + std::to_string(++next) + "-" + std::to_string(::getpid());
  out.command.request.actor = std::move(actor);
  out.command.request.reason = "test";
  out.command.request.reference = "DSR-1";
  out.command.content = Bytes(out.command.request.command_id.begin(), out.command.request.command_id.end());
  return out;
}

inline const Principal agency = Principal::officer("rkelly");
inline const Principal administrator = Principal::account("user1");
inline const ProviderId clinic = ProviderId::parse("110012345A").value();

// Throws where it is not accepted.
inline Answer accepted(Store& store, const std::string& type, CommandBody body, Principal actor = agency) {
  Answer answer = store.sequencer().ask(command(type, std::move(body), std::move(actor)));
  if (answer.status == Answer::Status::accepted) return answer;
  throw std::runtime_error(type + ": " + (answer.refusal ? std::string{name_of(*answer.refusal)} : answer.failure));
}

// Makes the store, and the person in it, linked.
inline void make_store_with_person(const std::filesystem::path& folder) {
  StoreOptions options;
  options.neutral_usernames = true;
  Store::create(folder, "rkelly", options);
  Store store(folder);
  accepted(store, "register_provider", RegisterProvider{clinic, schema::ProviderKind::PROVIDER, "Clinic", "Clinic"});
  accepted(store, "assign_primary_user",
           AssignPrimaryUser{clinic, {}, Profile{"Hughes", "Mary", "", "01/01", "m@clinic.example", "02139"}, "1111", {}});
  accepted(store, "create_subordinate", CreateSubordinate{clinic, person, person_pin, {"claims_submission_and_status"}, false},
           administrator);
  store.close();
}

inline void remove_person(Store& store) { accepted(store, "remove_subordinate", RemoveSubordinate{clinic, person_name}, administrator); }
inline void record_erasure(Store& store) { accepted(store, "erase_subject", EraseSubject{person_name, "court_order"}); }

}  // namespace muniment::test
