// muniment-micro: the parts of the write path one by one, with Google Benchmark.
#include <benchmark/benchmark.h>
#include <fmt/format.h>
#include <time.h>

#include <filesystem>

#include "events/proof/hash.h"
#include "events/record/encoder.h"
#include "events/vault/seal.h"
#include "events/vault/vault.h"

namespace muniment {
namespace {

struct Sample {
  Fact fact = fact::ServicesAssigned{{"claims_submission_and_status"}, {"view_provider_reports"}};
  std::vector<StreamVersion> streams{{StreamName::account(IdSource{}.next_account()), 3},
                                     {StreamName::provider(ProviderId::parse("110012345A").value()), 17}};
  std::array<Byte, 16> fingerprint{1};
  EventId id = IdSource{}.next_event();

  Draft draft() const {
    Draft out;
    out.position = 42;
    out.recorded_at = out.occurred_at = Timestamp{1'585'823'543'000'000'001};
    out.authority = schema::Authority::PRIMARY_USER;
    out.actor_kind = schema::PrincipalKind::ACCOUNT;
    out.actor_name = "mhughes1";
    out.event_id = id;
    out.command_id = "00000000-0000-4000-8000-000000000000";
    out.fingerprint = fingerprint;
    out.provider = ProviderId::parse("110012345A");
    out.username = "jdoe11";
    out.streams = streams;
    out.fact = &fact;
    return out;
  }
};

void encode(benchmark::State& state) {
  const Sample sample;
  Encoder encoder;
  std::vector<capnp::word> words;
  for (auto _ : state) {
    words.clear();
    encoder.encode(sample.draft(), words);
    benchmark::DoNotOptimize(words.data());
  }
  state.counters["bytes"] = static_cast<double>(words.size() * sizeof(capnp::word));
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(encode);

void read_back(benchmark::State& state) {
  const Sample sample;
  Encoder encoder;
  std::vector<capnp::word> words;
  encoder.encode(sample.draft(), words);
  for (auto _ : state) {
    RecordReader record(words);
    benchmark::DoNotOptimize(record.event().getFact().getServicesAssigned().getGranted().size());
  }
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(read_back);

void leaf_hash(benchmark::State& state) {
  const Bytes record(static_cast<std::size_t>(state.range(0)), 'x');
  LeafHasher hasher;
  for (auto _ : state) benchmark::DoNotOptimize(hasher.leaf_hash(record));
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(leaf_hash)->Arg(250)->Arg(400);

void seal(benchmark::State& state) {
  Sealer sealer;
  const AccountKey key = AccountKey::random();
  const AccountId account = IdSource{}.next_account();
  const EventId event = IdSource{}.next_event();
  const Bytes personal(120, 'x');
  Bytes out;
  for (auto _ : state) {
    out.clear();
    sealer.seal(key, account, event, personal, out);
    benchmark::DoNotOptimize(out.data());
  }
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(seal);

double seconds_of(clockid_t clock) {
  timespec time{};
  clock_gettime(clock, &time);
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) * 1e-9;
}

// A vault in a folder of its own, which goes with it.
struct TemporaryVault {
  std::filesystem::path folder = std::filesystem::temp_directory_path() / ("muniment-micro-" + IdSource{}.next_event().hex());
  std::filesystem::path made = (std::filesystem::create_directory(folder), folder / "vault");
  Vault vault{made, Vault::create(made, folder / "epoch.key"), [](const AccountId&) { return false; }};

  TemporaryVault() = default;
  TemporaryVault(const TemporaryVault&) = delete;
  TemporaryVault& operator=(const TemporaryVault&) = delete;
  ~TemporaryVault() {
    vault.close();
    std::filesystem::remove_all(folder);
  }
};

// The vault's part in the creation of an account, as create_subordinate causes it, for people whom nobody knows yet. `deciding_us` is the
// processor time of a creation on the thread that decides, without the commits, which another thread of the node makes; `all_us` is that of
// all threads with everything that is done later. Instructions: perf stat -e instructions:u, divided by the number of iterations.
void vault_creation(benchmark::State& state) {
  constexpr int group = 256;
  TemporaryVault temporary;
  Vault& vault = temporary.vault;
  IdSource ids;
  const double all_before = seconds_of(CLOCK_PROCESS_CPUTIME_ID);
  double deciding = 0;
  int number = 0;
  for (auto _ : state) {
    const double group_before = seconds_of(CLOCK_THREAD_CPUTIME_ID);
    Vault::StagedNumber staged = 0;
    for (int i = 0; i < group; ++i, ++number) {
      const std::string email = fmt::format("guadalupe.whitaker{}@example.org", number);
      const std::string person = fmt::format("whitaker{}\nguadalupe\n04/12\n{}", number, email);
      if (!vault.accounts_with_tag(1, {}, bytes_of(person)).empty()) state.SkipWithError("a stranger is known");
      const AccountId account = vault.take_account().id;
      VaultBatch batch;
      const std::string digits = std::to_string(1000 + number % 9000);
      batch.put_pin(account, ids.next_event(), digits);
      batch.add_tag(1, {}, bytes_of(person), account);
      batch.add_tag(2, {}, bytes_of(email), account);
      batch.add_tag(3, {}, bytes_of("04/" + std::to_string(10 + number / 9000 % 21) + " " + digits), account);
      staged = vault.stage(batch);
    }
    deciding += seconds_of(CLOCK_THREAD_CPUTIME_ID) - group_before;
    vault.commit(staged);
  }
  vault.close();
  state.SetItemsProcessed(number);
  state.counters["deciding_us"] = deciding * 1e6 / number;
  state.counters["all_us"] = (seconds_of(CLOCK_PROCESS_CPUTIME_ID) - all_before) * 1e6 / number;
}
// A young vault, and one in which older entries are merged with newer ones.
BENCHMARK(vault_creation)->Iterations(400)->UseRealTime()->Unit(benchmark::kMillisecond);
BENCHMARK(vault_creation)->Iterations(2000)->UseRealTime()->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace muniment

BENCHMARK_MAIN();
