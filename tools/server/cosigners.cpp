#include "tools/server/cosigners.h"

#include <fmt/format.h>

#include <algorithm>

#include "events/proof/cosignature.h"
#include "events/proof/proof_text.h"
#include "tools/server/https_get.h"
#include "tools/store/durable_file.h"

namespace muniment {
namespace {

constexpr unsigned status_ok = 200;
constexpr unsigned witness_status_conflict = 409;
constexpr unsigned status_unprocessable = 422;
constexpr int attempts = 2;  // The first one may learn which size the witness has.

// A policy may write a witness's URL with a slash at its end or without.
std::string submission_url(std::string_view witness) {
  return fmt::format("{}/add-checkpoint", witness.ends_with('/') ? witness.substr(0, witness.size() - 1) : witness);
}

std::string_view without_line_feed(std::string_view text) { return text.substr(0, text.find('\n')); }

}  // namespace

Cosigners::Cosigners(ProvenLog& log, const Notary& notary, WitnessPolicy policy, std::filesystem::path kept, Post post, Notice notice,
                     std::chrono::milliseconds every)
    : log_(log),
      notary_(notary),
      policy_(std::move(policy)),
      kept_(std::move(kept)),
      post_(std::move(post)),
      notice_(std::move(notice)),
      every_(every) {
  const auto is_this = [&](const WitnessPolicy::Log& one) { return one.key.name == notary_.key().name; };
  if (!policy_.logs().empty() && std::ranges::none_of(policy_.logs(), is_this))
    throw std::runtime_error(fmt::format("the policy of witnesses is of another log than {}", notary_.key().name));
  if (std::filesystem::exists(kept_)) {
    const std::string bytes = read_whole_file(kept_);
    const auto checkpoint = notary_.keys().open(bytes);
    if (checkpoint && checkpoint->size <= log_.head(0).position && policy_.is_met_by(*Note::parse(bytes))) witnessed_ = checkpoint->size;
    if (!keeps_checkpoint_of(log_, bytes)) witnessed_ = 0;  // Of what this log was before it was put back.
  }
  thread_ = std::thread([this] { run(); });
}

Cosigners::~Cosigners() {
  {
    const std::lock_guard lock(mutex_);
    is_stopping_ = true;
  }
  stopped_.notify_one();
  if (thread_.joinable()) thread_.join();
}

void Cosigners::stop() {
  {
    const std::lock_guard lock(mutex_);
    is_stopping_ = true;
  }
  stopped_.notify_one();
  if (!thread_.joinable()) return;
  thread_.join();
  ask_all();
}

void Cosigners::run() {
  std::unique_lock lock(mutex_);
  do {
    lock.unlock();
    ask_all();
    lock.lock();
  } while (!stopped_.wait_for(lock, every_, [&] { return is_stopping_; }));
}

void Cosigners::ask_all() {
  const auto now = notary_.newest();
  if (now->checkpoint.size == 0 || now->checkpoint.size == witnessed_) return;
  try {
    const LogTree tree(log_, now);
    Note cosigned = Note::parse(cosigned_note(log_, *now)).value();  // Those who are away now may have cosigned it before.
    bool is_new = false;
    bool is_cosigned = false;
    for (const WitnessPolicy::WitnessKey& witness : policy_.witnesses()) {
      const bool has = verify_cosignature(cosigned, witness.key).has_value();
      if (!has && !witness.url.empty() && ask(witness, tree, cosigned)) is_new = true;
      is_cosigned |= has || is_new;
    }
    if (!is_cosigned) return;
    const std::string bytes = cosigned.bytes();
    if (is_new) log_.keep_checkpoint(now->checkpoint.size, bytes);
    if (!policy_.is_met_by(cosigned)) return;
    replace_file(kept_, bytes);
    witnessed_ = now->checkpoint.size;
  } catch (const std::exception& error) {
    tell("", fmt::format("cosignatures could not be kept: {}", error.what()));
  }
}

// Whether it cosigned; its signature stands in the note then.
bool Cosigners::ask(const WitnessPolicy::WitnessKey& witness, const LogTree& tree, Note& cosigned) {
  const SignedTree& now = tree.signed_tree();
  std::uint64_t& old_size = seen_[witness.name];
  for (int attempt = 0; attempt < attempts; ++attempt) {
    const Proof proof = old_size == 0 ? Proof{} : tree.consistency(old_size);
    const auto reply = post_(submission_url(witness.url), ConsistencyText{old_size, proof, now.note}.text());
    if (!reply) {
      tell(witness.name, fmt::format("does not answer: {}", reply.error()));
      return false;
    }
    if (reply->status == status_ok) {
      const auto answered = Note::parse(now.note + reply->body);
      if (!answered || !verify_cosignature(*answered, witness.key)) {
        tell(witness.name, "answered with what is not its cosignature");
        return false;
      }
      // The first, which is the one that was verified.
      cosigned.signatures.push_back(*std::ranges::find_if(answered->signatures, [&](const NoteSignature& signature) {
        return signature.name == witness.key.name && signature.key_id == witness.key.id();
      }));
      old_size = now.checkpoint.size;
      tell(witness.name, "cosigns");
      return true;
    }
    const bool is_proof_refused = reply->status == status_unprocessable;
    const auto has = is_proof_refused                           ? std::optional{old_size}
                     : reply->status == witness_status_conflict ? parse_decimal(without_line_feed(reply->body))
                                                                : std::nullopt;
    if (!has) {
      tell(witness.name, fmt::format("refused the checkpoint with status {}", reply->status));
      return false;
    }
    if (*has > now.checkpoint.size || *has == old_size) {
      ++conflicts_;
      tell(witness.name,
           fmt::format("has cosigned {} events of this log that are not those it has now: it was put back, or rewritten", *has));
      return false;
    }
    old_size = *has;
  }
  return false;
}

void Cosigners::tell(const std::string& witness, const std::string& state) {
  std::string& told = told_[witness];
  if (told == state) return;
  told = state;
  notice_(witness.empty() ? state : fmt::format("the witness {} {}", witness, state));
}

std::expected<WitnessReply, std::string> post_to_witness(const std::string& url, const std::string& body) {
  constexpr std::size_t reply_bytes_max = std::size_t{64} << 10;
  auto answer = https_exchange({.url = url, .bytes_max = reply_bytes_max}, &body);
  if (!answer) return std::unexpected(answer.error());
  return WitnessReply{answer->status, std::move(answer->body)};
}

}  // namespace muniment
