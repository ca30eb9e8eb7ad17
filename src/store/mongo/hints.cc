#include "store/mongo/hints.h"

#include <string>
#include <utility>

#include "store/mongo/schema.h"

namespace repopulse::store::mongo {
namespace {

std::string id_of(const LeftHint& hint) {
  std::string id = std::to_string(core::to_int(hint.repository)) + (hint.by_person ? " person" : " hook");
  if (!hint.hint.kind.empty()) id += " " + hint.hint.kind;
  if (!hint.hint.webhook.empty()) id += " of " + hint.hint.webhook;
  return id;
}

}  // namespace

Status Hints::leave(const LeftHint& hint) {
  const std::string id = id_of(hint);
  return database_.upsert(kHints, Bson{{"_id", std::string_view(id)}},
                          Bson{{"$set", Bson{{"repository", core::to_int(hint.repository)},
                                             {"kind", std::string_view(hint.hint.kind)},
                                             {"webhook", std::string_view(hint.hint.webhook)},
                                             {"by_person", hint.by_person},
                                             {"left_at", hint.left_at}}}});
}

Result<std::vector<LeftHint>> Hints::all() {
  return database_.find(kHints, {}).map([](const std::vector<Bson>& documents) {
    std::vector<LeftHint> out;
    for (const Bson& document : documents) {
      const auto repository = document.integer("repository");
      if (!repository) continue;
      core::Hint hint{document.text("kind").value_or(std::string()), document.text("webhook").value_or(std::string())};
      out.push_back({RepoId{*repository}, std::move(hint), document.boolean("by_person").value_or(false),
                     document.time("left_at").value_or(core::Timestamp{})});
    }
    return out;
  });
}

Status Hints::take(std::span<const LeftHint> hints) {
  for (const LeftHint& hint : hints) {
    const std::string id = id_of(hint);
    const auto removed = database_.remove(kHints, Bson{{"_id", std::string_view(id)}, {"left_at", hint.left_at}});
    if (!removed) return tl::unexpected(removed.error());
  }
  return {};
}

}  // namespace repopulse::store::mongo
