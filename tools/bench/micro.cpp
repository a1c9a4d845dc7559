// muniment-micro: the parts of the write path one by one, with Google Benchmark.
#include <benchmark/benchmark.h>

#include "events/proof/hash.h"
#include "events/record/encoder.h"
#include "events/vault/seal.h"

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

}  // namespace
}  // namespace muniment

BENCHMARK_MAIN();
