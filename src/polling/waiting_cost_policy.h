// Asks a feed when the waiting of events that has probably piled up at GitHub is worth a request (waiting_cost.h). One
// price of waiting for all feeds; any model of arrivals says what is expected of a feed.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "forecast/arrival_model.h"
#include "forecast/seasonal_mean.h"
#include "polling/policy.h"
#include "polling/price_of_waiting.h"

namespace repopulse::polling {

class WaitingCostPolicy final : public Policy {
 public:
  using ModelMaker = std::function<std::unique_ptr<forecast::ArrivalModel>(std::string_view feed)>;
  WaitingCostPolicy(std::string_view name, const PolicySettings& settings, ModelMaker make_model);

  std::string_view name() const override { return name_; }
  core::Millis history_span() const override { return std::chrono::days(60); }
  void set_freshness(core::Millis freshness) override;
  void add(std::string_view feed, std::span<const core::EventTime> history, std::string_view state,
           core::Timestamp now) override;
  void add_without_history(std::string_view feed, std::span<const core::EventTime> recent, std::string_view state,
                           core::Timestamp now) override;
  void give_history(std::string_view feed, std::span<const core::EventTime> history) override;
  void remove(std::string_view feed) override;
  void observe(std::string_view feed, const PollObservation& poll) override;
  core::Timestamp next(std::string_view feed, core::Timestamp now) override;
  std::span<const std::string> changed_wishes() const override { return changed_wishes_; }
  double gain_together(std::span<const std::string> feeds) const override;
  void ask_together(std::span<const std::string> feeds) override;
  double rate(std::string_view feed) const override;
  double cost_together(std::span<const std::string> feeds) override;
  std::optional<ProbePlan> plan_probe(std::span<const std::string> feeds, core::Millis lag,
                                      core::Timestamp now) override;
  void probe_together(std::string_view probe, std::span<const std::string> feeds) override;
  double observe_probe(std::string_view feed, const ProbeObservation& probe) override;
  core::Timestamp next_probe(std::string_view probe, core::Timestamp now) override;
  core::Timestamp next_unannounced(std::string_view feed, core::Timestamp now) override;
  core::Millis look_again_after(core::Millis age, double chance) override;
  bool knows_hints() const override { return true; }
  void tell_by_hints(std::string_view feed, bool told) override;
  void observe_hint(std::string_view feed, core::Timestamp at, double chance) override;
  core::Timestamp next_hinted(std::string_view feed, core::Timestamp now) override;
  core::Timestamp next_doubtful(std::string_view feed, double events, core::Timestamp now) override;
  bool knows_parts() const override { return true; }
  PartsPlan plan_parts(std::span<const PartlyShown> feeds, std::optional<core::Millis> probe_lag,
                       double poll_cost) override;
  double added_cost_of_parts(std::span<const PartlyShown> feeds, std::optional<core::Millis> probe_lag) override;
  void show_parts(std::span<const PartlyShown> feeds) override;
  core::Timestamp next_shown(core::Timestamp now) override;
  double observe_shown(std::string_view feed, const PollObservation& poll) override;
  std::string save(std::string_view) const override { return {}; }  // models learn the history anew
  std::string save_portfolio() const override { return price_.save(); }
  void restore_portfolio(std::string_view saved) override { price_.restore(saved); }
  std::optional<std::vector<HourForecast>> forecast(std::string_view feed, core::Timestamp now,
                                                    int hours) const override;

 private:
  // The part of a feed that another one shows: show_parts().
  struct ShownPart {
    double share = 0;             // of the feed's events
    forecast::Outlook outlook{};  // of this part, from `informed_at` on
    core::Timestamp informed_at{};
    core::Timestamp wish{};
    bool polled = false;  // the outlook's beginning was a poll
  };
  struct Feed {
    std::unique_ptr<forecast::ArrivalModel> model;
    forecast::SeasonalMean mean;  // for what people are told, beside the model; decides no poll
    // Of what its own reads bring: of all, unless another feed shows a part.
    forecast::Outlook outlook{};    // from `informed_at` on
    core::Timestamp informed_at{};  // all that had come is known, or that nothing came: by a poll, or by a probe
    core::Timestamp wish{};         // when to ask next, whatever floors and bounds say
    double rate = 0;                // events per second to be expected in the long run
    std::size_t events = 0;         // learned of
    core::Timestamp known_since{};
    bool polled = false;      // the outlook's beginning was a poll
    bool has_history = true;  // else the model knows nothing, and the outlook is the mean rate of `recent`
    std::vector<core::EventTime> recent;
    // Of change probes.
    double waiting = 0;           // events that a probe told of and that are not read yet
    double expected = 0;          // by `informed_at`, of those that nobody has told of
    double unannounced = 0;       // events expected since the last read until `informed_at` that no probe tells of
    double came = 0;              // events of the last polls, …
    double came_unannounced = 0;  // … and of these, those that no probe told of
    bool announced = false;       // a probe has told of it since it came in
    bool after_news = false;      // the outlook is one that news has changed
    std::string probe;            // that tells of it, so that it is read when there is news; empty: none
    bool hinted = false;          // hints tell of it
    std::vector<core::EventTime> supposed;  // arrivals of which hints told since the last read
    std::optional<ShownPart> shown;
    double own_share() const { return shown ? 1 - shown->share : 1; }
    // Feeds that are asked together, this one among them; empty: it is asked by itself.
    std::shared_ptr<const std::vector<std::string>> together;
  };
  // Over all feeds. Asked for by every feed after each poll, so of many it is kept until a few rates have changed.
  struct Sums {
    double rates = 0;
    double roots = 0;  // of the rates of what is asked together
  };
  const Sums& sums();
  double price() {
    const Sums& all = sums();
    return price_.value(all.rates, all.roots);
  }
  double unannounced_share(const Feed& feed) const;
  void forget_unannounced(core::Timestamp now);
  void count_unannounced(Feed& feed, const PollObservation& poll);
  void take_news(Feed& feed, double expected, core::Timestamp at);
  double mean_rate(std::span<const core::EventTime> recent, core::Timestamp now) const;
  void learn(Feed& feed, std::span<const core::EventTime> history);
  static const forecast::Outlook* silence_of(const Feed& feed);
  double cost_apart(std::vector<double> rates, std::optional<core::Millis> probe_lag);
  void learn_price(const Feed& feed, const PollObservation& poll, core::Timestamp wish);
  void learn_poll(std::string_view name, Feed& feed, const PollObservation& poll, double span);
  void look_ahead(Feed& feed);
  void refresh(Feed& feed);
  core::Timestamp next_together(const std::vector<std::string>& feeds, double price);

  std::string_view name_;
  core::Millis freshness_;
  core::WindowRule window_;
  ModelMaker make_model_;
  PriceOfWaiting price_;
  std::map<std::string, Feed, std::less<>> feeds_;
  // By probe: the feeds that are read when it has news.
  std::map<std::string, std::vector<std::string>, std::less<>> probes_;
  double came_ = 0;  // of all feeds; see Feed
  double came_unannounced_ = 0;
  core::Timestamp forgotten_at_{};
  std::optional<Sums> sums_;
  std::size_t changed_ = 0;  // rates, since the sums were taken
  std::vector<std::string> changed_wishes_;
};

}  // namespace repopulse::polling
