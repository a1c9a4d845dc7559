// A synthetic load: seeded, so that a run can be repeated, and shaped like the field's: many small providers, a few huge ones; people are
// created, linked, assigned services, reset and removed. Every command it makes is accepted.
#pragma once

#include <cstdint>
#include <random>
#include <string>
#include <vector>

#include "commands/decider.h"

namespace muniment {

struct LoadOptions {
  std::uint64_t seed = 1;
  std::size_t providers = 5'000;
  std::size_t people_max = 0;  // Once there are so many, the others of their commands go on without new ones; 0: no bound.
};

class Load {
 public:
  explicit Load(const LoadOptions& options);

  // What has to be there first: providers, each with a Primary User.
  std::vector<Submission> prepare();
  // The next `count` commands.
  std::vector<Submission> next(std::size_t count);
  // What others report of those people: sign-ins, uses of services, departures; and accounts that are locked for a moment.
  std::vector<Submission> reports(std::size_t count);
  // What the agency does once: terms, which some accept, holds and reviews.
  std::vector<Submission> of_agency();

  // For questions about what was made.
  std::string random_username();
  ProviderId random_provider();

 private:
  struct Link {
    std::uint32_t provider;
    std::uint32_t services;  // a bit for each of the shipped ones
  };
  struct Person {
    std::uint32_t number;
    std::uint32_t home;
    std::vector<Link> links;
    bool has_left = false;
  };

  std::uint32_t pick_provider();
  std::uint32_t pick_services();
  Submission create();
  Submission link(Person& person);
  Submission assign(Person& person);
  Submission reset(const Person& person);
  Submission remove(Person& person);
  Submission by(Principal actor, std::string_view type, CommandBody body);
  Submission command(std::string_view type, std::uint32_t provider, CommandBody body, bool is_personal);

  const std::size_t people_max_;
  std::mt19937_64 random_;
  std::vector<ProviderId> providers_;
  std::vector<Person> people_;
  std::uint32_t people_made_ = 0;
  std::uint64_t commands_made_ = 0;
};

}  // namespace muniment
