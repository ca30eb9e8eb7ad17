// A random history of calls, against the model in memory: after each call both must answer alike.
#include <gmock/gmock.h>

#include <random>
#include <sstream>

#include "sim/memory_store.h"
#include "tests/store/conformance/conformance.h"
#include "tests/store/conformance/samples.h"

namespace repopulse::store {
namespace {

// Everything that can be asked, in words. `ids` of the model and the real store may differ; names do not.
class Portrait {
 public:
  explicit Portrait(Store& store) : store_(store) {}

  std::string draw() {
    for (const Repository& repository : must(store_.repositories())) draw_repository(repository);
    for (const core::FeedState& feed : must(store_.feeds())) {
      out_ << "feed " << feed.feed << ' ' << feed.location << ' ' << feed.validators.size() << ' ' << feed.policy_state
           << '\n';
    }
    for (const auto& [name, value] : must(store_.notes())) out_ << "note " << name << '=' << value << '\n';
    for (const ApiKey& key : must(store_.keys())) out_ << "key " << key.id << '\n';
    out_ << "stored";
    for (const StoredEvent& stored : must(store_.events_after(0, 100'000))) out_ << ' ' << stored.event.json;
    return out_.str();
  }

 private:
  void draw_repository(const Repository& repository) {
    out_ << repository.name.full_name() << (repository.active ? " active " : " ") << repository.events_stored;
    if (repository.last_event_at) out_ << " last " << core::unix_seconds(*repository.last_event_at);
    for (const core::Gap& gap : repository.gaps) {
      out_ << " gap " << core::unix_seconds(gap.from) << '-' << core::unix_seconds(gap.to);
    }
    out_ << '\n';
    for (const EventFilter& filter : filters()) draw_events(repository.id, filter);
    std::vector<core::EventKey> newest;
    must(store_.visit_newest(repository.id, 5, [&](const core::EventKey& key, std::string_view, std::string_view) {
      newest.push_back(key);
      return true;
    }));
    for (const core::EventKey& key : newest) out_ << " newest " << key.id;
    const auto first = must(store_.first_event_at(repository.id));
    out_ << " first " << (first ? core::unix_seconds(*first) : 0) << " arrivals";
    for (const core::EventTime at : must(store_.arrivals(repository.id, moment(20))))
      out_ << ' ' << core::unix_seconds(at);
    out_ << '\n';
  }

  static core::BotPatterns bots() {
    core::BotPatterns patterns;
    patterns.add("B*");
    patterns.add("carol");
    return patterns;
  }

  static std::vector<EventFilter> filters() {
    return {{},
            {{"A"}, {}, {}, ""},
            {{"B"}, moment(10), moment(40), ""},
            {{"A", "C"}, moment(10), moment(40), ""},
            {{"A", "B"}, moment(10), moment(40), "Ann"},
            {{}, moment(30), {}, "bob"},
            {{}, {}, {}, "", core::Actors::kPeople, bots()},
            {{"A", "B"}, moment(5), {}, "", core::Actors::kBots, bots()},
            {{}, {}, {}, "bob", core::Actors::kBots, bots()},
            {{}, {}, {}, "", core::Actors::kBots, {}}};
  }

  void draw_events(RepoId repository, const EventFilter& filter) {
    for (const StoredEvent& stored : all_events(store_, repository, filter)) {
      out_ << ' ' << stored.event.key.id << '@' << core::unix_seconds(stored.event.key.created_at) << stored.event.type;
    }
    must(store_.visit_times(repository, filter, [&](core::EventTime at, std::string_view type) {
      out_ << ' ' << core::unix_seconds(at) << type;
    }));
    for (const std::size_t offset : {0U, 3U, 20U}) {
      const EventPage page = must(store_.events(repository, filter, offset, 4));
      out_ << " of " << page.total;
      for (const std::string& json : page.json) out_ << ' ' << json;
    }
    out_ << '\n';
  }

  Store& store_;
  std::ostringstream out_;
};

class History {
 public:
  History(Store& store, std::uint64_t seed) : store_(store), random_(seed) {}

  // One call to both; how they answered.
  void step() {
    switch (draw(10)) {
      case 0:
        return add_repositories();
      case 1:
        return change_repository();
      case 2:
        return delete_old();
      case 3:
        return change_keys();
      default:
        return commit();
    }
  }

  sim::MemoryStore& model() { return model_; }

 private:
  std::size_t draw(std::size_t below) { return std::uniform_int_distribution<std::size_t>(0, below - 1)(random_); }

  template <typename A, typename B>
  static bool alike(const Result<A>& real, const Result<B>& model) {
    if (real.has_value() != model.has_value()) {
      ADD_FAILURE() << (real ? "succeeded" : real.error().message) << " where the model "
                    << (model ? "succeeded" : model.error().message);
    } else if (!real) {
      EXPECT_EQ(real.error().kind, model.error().kind);
    }
    return real.has_value() && model.has_value();
  }

  void add_repositories() {
    std::vector<NewRepository> wanted;
    for (std::size_t i = 0; i <= draw(2); ++i) {
      wanted.push_back({name("o/" + std::string(1, static_cast<char>('a' + draw(4)))), draw(2) == 0});
    }
    const auto real = store_.add_repositories(wanted, instant(1));
    const auto model = model_.add_repositories(wanted, instant(1));
    if (!alike(real, model)) return;
    for (std::size_t i = 0; i < wanted.size(); ++i) {
      EXPECT_EQ((*real)[i].created, (*model)[i].created);
      if ((*real)[i].created) numbers_.emplace_back((*real)[i].repository.id, (*model)[i].repository.id);
    }
  }

  void change_repository() {
    if (numbers_.empty()) return;
    const auto [real, model] = numbers_[draw(numbers_.size())];  // removed ones among them
    if (draw(3) == 0) {
      alike(store_.remove_repository(real), model_.remove_repository(model));
    } else {
      const bool active = draw(2) == 0;
      alike(store_.set_active(real, active), model_.set_active(model, active));
    }
  }

  void delete_old() {
    const auto before = moment(static_cast<std::int64_t>(draw(20)));
    // Which of several old events go first is a store's own affair: take all.
    const auto real = store_.delete_events_before(before, 10'000);
    const auto model = model_.delete_events_before(before, 10'000);
    if (alike(real, model)) {
      EXPECT_EQ(*real, *model);
    }
  }

  void change_keys() {
    const std::string id(1, static_cast<char>('a' + draw(3)));
    if (draw(2) == 0) {
      alike(store_.add_key(key(id)), model_.add_key(key(id)));
    } else {
      alike(store_.revoke_key(id), model_.revoke_key(id));
    }
  }

  void commit() {
    if (numbers_.empty()) return;
    PollCommit real;
    PollCommit model;
    for (std::size_t batch = 0; batch < draw(3); ++batch) {
      const auto [real_id, model_id] = numbers_[draw(numbers_.size())];
      std::vector<core::Event> events;
      for (std::size_t i = 0; i < draw(8); ++i) {
        events.push_back(event(draw(60), static_cast<std::int64_t>(draw(50)),
                               std::string(1, static_cast<char>('A' + draw(3))), draw(2) == 0 ? "ann" : "Bob"));
      }
      real.events.push_back({real_id, events});
      model.events.push_back({model_id, events});
    }
    if (draw(3) == 0) {
      const auto [real_id, model_id] = numbers_[draw(numbers_.size())];
      const auto from = static_cast<std::int64_t>(draw(50));
      const core::Gap lost = gap(from, from + static_cast<std::int64_t>(draw(9)) - 1);
      real.gaps.emplace_back(real_id, lost);
      model.gaps.emplace_back(model_id, lost);
    }
    if (draw(2) == 0) {
      real.feeds.push_back(feed(std::string("repos/o/") + static_cast<char>('a' + draw(4)), static_cast<int>(draw(9))));
      model.feeds = real.feeds;
      real.notes = model.notes = {{std::string(1, static_cast<char>('m' + draw(3))), std::to_string(draw(100))}};
    }
    const auto real_receipt = store_.commit(real);
    const auto model_receipt = model_.commit(model);
    if (!alike(real_receipt, model_receipt)) return;
    for (std::size_t batch = 0; batch < real.events.size(); ++batch) {
      for (std::size_t i = 0; i < real.events[batch].events.size(); ++i) {
        EXPECT_EQ(real_receipt->inserted[batch][i].has_value(), model_receipt->inserted[batch][i].has_value());
      }
    }
  }

  Store& store_;
  sim::MemoryStore model_;
  std::mt19937_64 random_;
  std::vector<std::pair<RepoId, RepoId>> numbers_;  // in the real store and in the model
};

TEST_P(StoreConformance, AnswersAsTheModelDoes) {
  const std::uint64_t seed = std::random_device{}();
  SCOPED_TRACE("seed " + std::to_string(seed));
  History history(store(), seed);
  for (int step = 0; step < GetParam().model_steps; ++step) {
    history.step();
    if (step % 8 != 7) continue;
    ASSERT_EQ(Portrait(store()).draw(), Portrait(history.model()).draw()) << "after step " << step;
    if (HasFailure()) return;
  }
}

}  // namespace
}  // namespace repopulse::store
