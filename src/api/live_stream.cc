#include "api/live_stream.h"

#include <algorithm>
#include <charconv>
#include <map>
#include <set>
#include <utility>

#include "api/errors.h"
#include "api/query.h"
#include "api/stream_messages.h"

namespace repopulse::api {
namespace {

// What a reader that catches up gets in one step. It must fit into the reader's queue, however long events are.
constexpr std::size_t kBatchEvents = 100;
constexpr std::size_t kBatchBytes = 256 * 1024;

std::shared_ptr<const std::string> shared(std::string text) {
  return std::make_shared<const std::string>(std::move(text));
}

std::optional<store::Sequence> parse_id(std::string_view text) {
  store::Sequence id = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), id);
  if (error != std::errc() || end != text.data() + text.size() || id < 0) return std::nullopt;
  return id;
}

// Finds the full name of a repository by its id, once for each repository.
class Names {
 public:
  explicit Names(const monitor::Snapshot& snapshot) : snapshot_(snapshot) {}

  // The name in the event itself, if the repository is not in the snapshot yet: another server has just added it.
  const std::string& of(const store::StoredEvent& event) {
    const auto [place, is_new] = known_.try_emplace(event.repository, event.event.repository);
    if (is_new) {
      const auto& all = snapshot_.repositories;
      const auto found = std::ranges::find(all, event.repository, [](const auto& view) { return view->repository.id; });
      if (found != all.end()) place->second = (*found)->repository.name.full_name();
    }
    return place->second;
  }

 private:
  const monitor::Snapshot& snapshot_;
  std::map<core::RepoId, std::string> known_;
};

}  // namespace

struct LiveStream::Reader {
  Reader(std::shared_ptr<const store::ApiKey> shown_key, VisitorLimiter::Token visitor_token,
         std::vector<core::RepoId> wanted_repositories, store::Sequence after,
         std::shared_ptr<std::atomic<std::size_t>> reader_count)
      : key(std::move(shown_key)),
        visitor(std::move(visitor_token)),
        wanted(std::move(wanted_repositories)),
        cursor(after),
        count(std::move(reader_count)) {
    count->fetch_add(1);
  }
  ~Reader() { count->fetch_sub(1); }
  Reader(const Reader&) = delete;
  Reader& operator=(const Reader&) = delete;

  bool wants(std::optional<core::RepoId> repository) const {
    return wanted.empty() || (repository && std::ranges::binary_search(wanted, *repository));
  }

  const std::shared_ptr<const store::ApiKey> key;  // nullptr: a visitor, or a user of a proxy
  const VisitorLimiter::Token visitor;
  const std::vector<core::RepoId> wanted;  // ascending; empty: all
  std::shared_ptr<http::EventStream> stream;
  store::Sequence cursor;             // events up to this one are sent, or not wanted
  std::set<core::RepoId> replayed{};  // repositories whose statistics may have changed meanwhile
  const std::shared_ptr<std::atomic<std::size_t>> count;
};

LiveStream::LiveStream(Context& context) : context_(context) {
  monitor::Subscriber subscriber;
  subscriber.on_event = [this](const store::StoredEvent& event, const core::RepoName& name) {
    broadcast_event(event, name);
  };
  subscriber.on_statistics = [this](const std::shared_ptr<const monitor::RepositoryView>& view) {
    broadcast_statistics(*view);
  };
  subscriber.on_poll = [this](const monitor::PollReport& poll) { broadcast_poll(poll); };
  subscription_ = context_.monitor.subscribe(std::move(subscriber));
  context_.keys.on_change([this] { close_revoked(); });
  // If the store does not answer now, readers keep their own positions until the next event.
  const auto settled = context_.events.settled_sequence();
  const std::lock_guard lock(mutex_);
  if (settled) last_sent_ = std::max(last_sent_, *settled);
}

LiveStream::~LiveStream() {
  context_.keys.on_change({});
  context_.monitor.unsubscribe(subscription_);
}

void LiveStream::add_routes(http::Router& router) {
  router.add(context_.access.guard(
      store::KeyRole::kRead,
      {http::Method::kGet, "/api/stream", [this](const http::Request& request) { return open(request); }, true}));
}

std::size_t LiveStream::readers() {
  const std::lock_guard lock(mutex_);
  remove_disconnected();
  return count_->load();
}

// --- a client connects ---

// nullptr: too many of that address are open.
VisitorLimiter::Token LiveStream::admit_visitor(const http::Request& request) {
  auto token = context_.access.visitors().open_stream(request.remote_address);
  if (token) return token;
  {
    const std::lock_guard lock(mutex_);
    remove_disconnected();
  }
  return context_.access.visitors().open_stream(request.remote_address);
}

http::Response LiveStream::open(const http::Request& request) {
  Caller caller = context_.access.caller(request);
  if (caller.wrong_key) return bad_credentials();  // revoked since the route checked it
  const Query query(request, "Stream");
  std::vector<core::RepoId> wanted;
  const auto snapshot = context_.monitor.snapshot();
  for (const std::string& name : query.list("repo")) {
    const auto parsed = core::RepoName::parse(name);
    if (!parsed) return validation_failed({{"Stream", "repo", "invalid", parsed.error().message}});
    const auto view = snapshot->find(parsed->key());
    if (!view) return not_found();
    wanted.push_back(view->repository.id);
  }
  std::ranges::sort(wanted);

  // A browser sends the header when it reconnects, so the header is newer than the parameter.
  const bool in_header = !request.header("last-event-id").empty();
  const std::string_view last_id = in_header ? request.header("last-event-id") : query.text("last_event_id");
  const auto seen = parse_id(last_id);
  if (!seen && !last_id.empty()) {
    return validation_failed({{"Stream", in_header ? "Last-Event-ID" : "last_event_id", "invalid",
                               "expected the id of a message of this stream, a whole number"}});
  }
  const auto settled = context_.events.settled_sequence();
  if (!settled) return error_response(settled.error());
  VisitorLimiter::Token visitor = caller.visitor() ? admit_visitor(request) : nullptr;
  if (caller.visitor() && !visitor) return too_many_visits(VisitorLimiter::kStreamRetry);
  // An id that is higher than all of this store comes from another store; continue from now.
  auto reader = std::make_shared<Reader>(std::move(caller.key), std::move(visitor), std::move(wanted),
                                         std::min(seen.value_or(*settled), *settled), count_);
  http::Response response;
  response.stream = [this, reader = std::move(reader)](std::shared_ptr<http::EventStream> stream) {
    stream->send(shared(stream_opening(reader->cursor)));
    reader->stream = std::move(stream);
    catch_up(reader);
  };
  return response;
}

// --- events from the store ---

// One batch for each call, so that several readers that catch up take turns. `sent` is read before the store, so the
// store's answer contains all events up to it.
void LiveStream::catch_up(const std::shared_ptr<Reader>& reader) {
  if (!may_read(*reader)) return reader->stream->close();
  const store::Sequence sent = last_sent();
  const auto events = context_.events.events_after(reader->cursor, kBatchEvents);
  if (!events) return reader->stream->close();  // the client reconnects
  const bool all_sent = send_stored(*reader, *events);
  if (all_sent && events->size() < kBatchEvents) {
    reader->cursor = std::max(reader->cursor, sent);  // the events in between were deleted
    if (join(reader)) return;
  }
  reader->stream->when_drained([this, reader] { catch_up(reader); });
}

// False: there was not enough room for all of them.
bool LiveStream::send_stored(Reader& reader, const std::vector<store::StoredEvent>& events) {
  const auto snapshot = context_.monitor.snapshot();
  Names names(*snapshot);
  std::size_t bytes = 0;
  for (const store::StoredEvent& event : events) {
    if (reader.wants(event.repository)) {
      if (bytes > 0 && bytes + event.event.json.size() > kBatchBytes) return false;
      std::string text =
          stream_message("event", event.sequence, event_json(event.sequence, names.of(event), event.event.json));
      bytes += text.size();
      reader.stream->send(shared(std::move(text)));
      reader.replayed.insert(event.repository);
    }
    reader.cursor = event.sequence;
  }
  return true;
}

// False: the reader still misses events that the live readers have got. From here on close_revoked() closes the stream
// when its key is revoked.
bool LiveStream::join(const std::shared_ptr<Reader>& reader) {
  const std::lock_guard lock(mutex_);
  if (reader->cursor < last_sent_) return false;
  if (!may_read(*reader)) {
    reader->stream->close();
    return true;
  }
  if (live_.size() >= cleanup_at_) remove_disconnected();
  live_.push_back(reader);
  send_statistics(reader);
  return true;
}

// The statistics that the live readers got meanwhile. The snapshot is newer than everything that was sent before.
void LiveStream::send_statistics(const std::shared_ptr<Reader>& reader) {
  std::size_t bytes = 0;
  const auto snapshot = context_.monitor.snapshot();
  const core::Timestamp now = context_.github_now(*snapshot);
  for (const auto& view : snapshot->repositories) {
    if (reader->replayed.erase(view->repository.id) == 0) continue;
    Text text = shared(stream_message("stats", std::max(reader->cursor, last_sent_), statistics_json(*view, now)));
    bytes += text->size();
    reader->stream->send(std::move(text));
    if (bytes < kBatchBytes) continue;
    return reader->stream->when_drained([this, reader] {
      const std::lock_guard lock(mutex_);
      send_statistics(reader);
    });
  }
  reader->replayed.clear();  // the rest belongs to repositories that were removed
}

bool LiveStream::may_read(const Reader& reader) const {
  return !reader.key || context_.keys.holds(*reader.key);
}

store::Sequence LiveStream::last_sent() const {
  const std::lock_guard lock(mutex_);
  return last_sent_;
}

// --- live messages ---

void LiveStream::broadcast_event(const store::StoredEvent& event, const core::RepoName& name) {
  const std::lock_guard lock(mutex_);
  last_sent_ = std::max(last_sent_, event.sequence);
  Text text;  // the same for all readers; rendered when the first one wants it
  std::erase_if(live_, [&](const std::shared_ptr<Reader>& reader) {
    if (reader->cursor >= event.sequence || !reader->wants(event.repository)) return false;
    if (!text) {
      text = shared(
          stream_message("event", event.sequence, event_json(event.sequence, name.full_name(), event.event.json)));
    }
    return !reader->stream->send(text);
  });
}

void LiveStream::broadcast_statistics(const monitor::RepositoryView& view) {
  const std::lock_guard lock(mutex_);
  if (live_.empty()) return;
  const core::Timestamp now = context_.github_now(*context_.monitor.snapshot());
  broadcast_state("stats", view.repository.id, statistics_json(view, now));
}

void LiveStream::broadcast_poll(const monitor::PollReport& poll) {
  const std::lock_guard lock(mutex_);
  if (live_.empty()) return;
  const auto view = context_.monitor.snapshot()->find(poll.repository);
  broadcast_state("poll", view ? std::optional(view->repository.id) : std::nullopt, poll_json(poll));
}

// A reader may have got newer events from the store than the live readers. Its message must carry its own id, so that
// it does not resume further back.
void LiveStream::broadcast_state(std::string_view name, std::optional<core::RepoId> repository,
                                 const std::string& json) {
  const Text text = shared(stream_message(name, last_sent_, json));
  std::erase_if(live_, [&](const std::shared_ptr<Reader>& reader) {
    if (!reader->wants(repository)) return false;
    const bool is_ahead = reader->cursor > last_sent_;
    return !reader->stream->send(is_ahead ? shared(stream_message(name, reader->cursor, json)) : text);
  });
}

void LiveStream::close_revoked() {
  const std::lock_guard lock(mutex_);
  std::erase_if(live_, [&](const std::shared_ptr<Reader>& reader) {
    if (may_read(*reader)) return false;
    reader->stream->close();
    return true;
  });
}

void LiveStream::remove_disconnected() {
  const Text nothing = shared({});
  std::erase_if(live_, [&](const std::shared_ptr<Reader>& reader) { return !reader->stream->send(nothing); });
  cleanup_at_ = std::max<std::size_t>(64, 2 * live_.size());
}

}  // namespace repopulse::api
