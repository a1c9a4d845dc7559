#include "projections/trail/postings.h"

#include <algorithm>
#include <functional>

#include "events/values/assert.h"

namespace muniment::view {
namespace {

// Whether a posting by itself is what is wanted; perhaps: only the list of all that is wanted tells.
enum class Fit { yes, no, perhaps };

// The runs of one entry in one table, opened one at a time.
class RunPostings : public Postings {
 public:
  RunPostings(const PostingSource& source, std::string entry, bool late)
      : entry_(std::move(entry)),
        direction_(source.direction),
        until_(late ? std::nullopt : source.ordered_until),
        alone_(late),
        rows_(source.snapshot.rows(source.table, key_prefix(entry_) == entry_ ? Scan::prefix : Scan::whole)) {}

  void seek(const PostingKey& key) override {
    if (done_) return;
    if (!run_.empty() && !comes_before(last_of_run(), key, direction_)) {
      seek_in_run(key);
    } else if (direction_ == Direction::oldest_first) {
      seek_oldest(key);
    } else {
      seek_newest(until_ ? std::min(key, PostingKey{*until_, ~Position{0}}) : key);
    }
    stop_at_end();
  }

  void next() override {
    if (direction_ == Direction::oldest_first) {
      if (++at_ == run_.size()) {
        rows_.next();
        open(false);
      }
    } else if (at_-- == 0) {
      rows_.prev();
      open(true);
    }
    stop_at_end();
  }

  bool valid() const override { return !done_; }
  const Posting& here() const override { return run_[at_]; }

 private:
  bool in_entry() const { return rows_.valid() && rows_.key().starts_with(entry_); }
  const PostingKey& last_of_run() const { return direction_ == Direction::oldest_first ? run_.back().key : run_.front().key; }

  std::string row_key(const PostingKey& key) const {
    std::string out = entry_;
    put_posting_key(out, key);
    return out;
  }

  // A run that begins before the key may reach beyond it.
  void seek_oldest(const PostingKey& key) {
    const std::string place = row_key(key);
    if (!alone_) {
      rows_.seek_for_prev(place);
      if (in_entry()) {
        open(false);
        if (run_.back().key >= key) return seek_in_run(key);
        rows_.next();
        return open(false);
      }
    }
    rows_.seek(place);
    open(false);
  }

  void seek_newest(const PostingKey& key) {
    rows_.seek_for_prev(row_key(key));
    open(true);
    if (!done_) seek_in_run(key);
  }

  // The run of the row, at its end or its beginning; done when the row is no more of the entry.
  void open(bool at_end) {
    done_ = !in_entry();
    if (done_) return;
    take_run(rows_.key().substr(entry_.size()), rows_.value(), run_);
    at_ = at_end ? run_.size() - 1 : 0;
  }

  void seek_in_run(const PostingKey& key) {
    const auto before = [](const Posting& posting, const PostingKey& wanted) { return posting.key < wanted; };
    auto found = std::lower_bound(run_.begin(), run_.end(), key, before);
    if (direction_ == Direction::newest_first && (found == run_.end() || found->key != key)) --found;
    const auto at = static_cast<std::size_t>(found - run_.begin());
    at_ = direction_ == Direction::oldest_first ? std::max(at_, at) : std::min(at_, at);
  }

  void stop_at_end() {
    if (!done_ && until_ && direction_ == Direction::oldest_first && here().key.at > *until_) done_ = true;
  }

  std::string entry_;
  Direction direction_;
  std::optional<Timestamp> until_;
  bool alone_;  // Each row has one posting.
  Rows rows_;
  std::vector<Posting> run_;
  std::size_t at_ = 0;
  bool done_ = false;
};

class Union : public Postings {
 public:
  Union(PostingsPtr a, PostingsPtr b, Direction direction) : a_(std::move(a)), b_(std::move(b)), direction_(direction) {}

  void seek(const PostingKey& key) override {
    for (auto* list : {a_.get(), b_.get()}) list->seek(key);
    choose();
  }
  void next() override {
    here_->next();
    choose();
  }
  bool valid() const override { return here_ != nullptr; }
  const Posting& here() const override { return here_->here(); }

 private:
  void choose() {
    if (a_->valid() && b_->valid()) {
      here_ = comes_before(b_->here().key, a_->here().key, direction_) ? b_.get() : a_.get();
    } else {
      here_ = a_->valid() ? a_.get() : b_->valid() ? b_.get() : nullptr;
    }
  }

  PostingsPtr a_;
  PostingsPtr b_;
  Direction direction_;
  Postings* here_ = nullptr;
};

// Leapfrog: every list in turn jumps to where the last one stands, until all stand at the same posting.
class Intersection : public Postings {
 public:
  explicit Intersection(std::vector<PostingsPtr> lists) : lists_(std::move(lists)) {}

  void seek(const PostingKey& key) override {
    for (const auto& list : lists_) list->seek(key);
    agree();
  }
  void next() override {
    lists_.front()->next();
    agree();
  }
  bool valid() const override { return valid_; }
  const Posting& here() const override { return lists_.front()->here(); }

 private:
  void agree() {
    for (std::size_t agreed = 1, i = 0; agreed < lists_.size();) {
      if (!lists_[i]->valid()) break;
      const PostingKey key = lists_[i]->here().key;
      i = (i + 1) % lists_.size();
      lists_[i]->seek(key);
      if (!lists_[i]->valid()) break;
      agreed = lists_[i]->here().key == key ? agreed + 1 : 1;
    }
    valid_ = std::all_of(lists_.begin(), lists_.end(), [](const PostingsPtr& list) { return list->valid(); });
  }

  std::vector<PostingsPtr> lists_;
  bool valid_ = false;
};

// Reads on as long as what is wanted is common in the list; after a while without, jumps to where the next can be.
class Narrowed : public Postings {
 public:
  Narrowed(PostingsPtr list, PostingsPtr all_wanted, std::function<Fit(const Posting&)> fit)
      : list_(std::move(list)), all_wanted_(std::move(all_wanted)), fit_(std::move(fit)) {}

  void seek(const PostingKey& key) override {
    list_->seek(key);
    settle();
  }
  void next() override {
    list_->next();
    settle();
  }
  bool valid() const override { return !done_ && list_->valid(); }
  const Posting& here() const override { return list_->here(); }

 private:
  static constexpr int passed_max = 256;  // A jump costs about as much.

  void settle() {
    for (int passed = 0; !done_ && list_->valid();) {
      const Fit fit = fit_(list_->here());
      if (fit == Fit::yes || (fit == Fit::perhaps && is_wanted())) return;
      if (++passed < passed_max) {
        list_->next();
        continue;
      }
      passed = 0;
      if (is_wanted()) {
        list_->next();  // The two lists differ; neither may hold the search up.
      } else if (!done_) {
        list_->seek(all_wanted_->here().key);
      }
    }
  }

  // Whether the list of all that is wanted has this one. Done when it has none from here on.
  bool is_wanted() {
    all_wanted_->seek(list_->here().key);
    done_ = !all_wanted_->valid();
    return !done_ && all_wanted_->here().key == list_->here().key;
  }

  PostingsPtr list_;
  PostingsPtr all_wanted_;
  std::function<Fit(const Posting&)> fit_;
  bool done_ = false;
};

}  // namespace

PostingsPtr of_type(PostingsPtr list, PostingsPtr all_of_type, FactNumber type) {
  return std::make_unique<Narrowed>(std::move(list), std::move(all_of_type),
                                    [type](const Posting& posting) { return posting.type == type ? Fit::yes : Fit::no; });
}

PostingsPtr at_provider(PostingsPtr of_subject, PostingsPtr all_of_provider, PackedProvider provider) {
  return std::make_unique<Narrowed>(std::move(of_subject), std::move(all_of_provider),
                                    [place = place_of(provider)](const Posting& posting) {
                                      if (posting.place == place) return Fit::yes;
                                      return posting.place == place_several ? Fit::perhaps : Fit::no;
                                    });
}

PostingsPtr run_postings(const PostingSource& source, std::string entry, bool late) {
  return std::make_unique<RunPostings>(source, std::move(entry), late);
}

PostingsPtr both(PostingsPtr a, PostingsPtr b, Direction direction) {
  return std::make_unique<Union>(std::move(a), std::move(b), direction);
}

PostingsPtr in_all(std::vector<PostingsPtr> lists) {
  MUNIMENT_ASSERT(!lists.empty());
  if (lists.size() == 1) return std::move(lists.front());
  return std::make_unique<Intersection>(std::move(lists));
}

}  // namespace muniment::view
