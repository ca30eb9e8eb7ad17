// `repopulse keys add`, `list`, `revoke`: changes API keys in the store. A running server notices within seconds.
#include <CLI/Error.hpp>
#include <iostream>
#include <memory>
#include <string>
#include <utility>

#include "app/clock.h"
#include "app/command.h"
#include "app/printable.h"
#include "app/random_source.h"
#include "app/setting_flags.h"
#include "app/table.h"

namespace repopulse::app {
namespace {

using core::ErrorKind;

constexpr std::size_t kLabelMax = 200;

core::Result<std::unique_ptr<store::Store>> open_shared(const SettingFlags& flags) {
  const auto settings = flags.read();
  if (!settings) return tl::unexpected(settings.error());
  return open_store(settings->store, store::sqlite::Access::kShared);
}

std::string_view name_of(store::KeyRole role) {
  return role == store::KeyRole::kAdmin ? "admin" : "read";
}

int add_key(store::KeyStore& store, store::KeyRole role, const std::string& label) {
  if (label.size() > kLabelMax) {
    return report({ErrorKind::kBadInput, "--label is longer than " + std::to_string(kLabelMax) + " bytes"});
  }
  const api::MadeKey made = api::make_key(role, label, make_key_material(), clock_now());
  if (const auto added = store.add_key(made.kept); !added) return report(added.error());
  std::cout << made.text << std::endl;
  // It is shown only here, so a key that nobody saw is of no use to anyone.
  if (!std::cout) static_cast<void>(store.revoke_key(made.kept.id));
  return kSuccess;
}

std::string json_of(const store::ApiKey& key) {
  return "{\"id\":" + json_string(key.id) + ",\"role\":" + json_string(name_of(key.role)) +
         ",\"label\":" + json_string(key.label) +
         ",\"created_at\":" + json_string(core::format_rfc3339(core::to_event_time(key.created_at))) + "}";
}

int list_keys(store::KeyStore& store, bool json) {
  const auto keys = store.keys();
  if (!keys) return report(keys.error());
  if (json) {
    std::string text = "[";
    for (const store::ApiKey& key : *keys) text.append(text.size() > 1 ? "," : "").append(json_of(key));
    std::cout << text << "]\n";
    return kSuccess;
  }
  Table table({{"ID"}, {"ROLE"}, {"CREATED"}, {"LABEL", Align::kLeft, true}});
  for (const store::ApiKey& key : *keys) {
    table.add(
        {key.id, std::string(name_of(key.role)), core::format_rfc3339(core::to_event_time(key.created_at)), key.label});
  }
  table.print(std::cout, look_of_output());
  return kSuccess;
}

int revoke_key(store::KeyStore& store, const std::string& id) {
  const auto revoked = store.revoke_key(id);
  return revoked ? kSuccess : report(revoked.error());
}

// Declares a subcommand whose work needs the store. Returns it, so that the caller can add options.
template <typename OnStore>
CLI::App* declare_one(CLI::App& keys, Work& work, const std::string& name, const std::string& about,
                      const OnStore& on_store) {
  CLI::App* command = keys.add_subcommand(name, about);
  const auto flags = std::make_shared<SettingFlags>(*command, std::initializer_list<std::string_view>{"store"});
  command->callback([flags, &work, on_store] {
    work = [flags, on_store] {
      const auto store = open_shared(*flags);
      return store ? on_store(**store) : report(store.error());
    };
  });
  return command;
}

void declare_add(CLI::App& keys, Work& work) {
  struct WantedKey {
    std::string role = "read";
    bool read = false;
    bool admin = false;
    std::string label;
  };
  const auto wanted = std::make_shared<WantedKey>();
  CLI::App* command =
      declare_one(keys, work, "add", "Create a key and print it to stdout. It is shown only this once.",
                  [wanted](store::KeyStore& store) {
                    const bool admin = wanted->admin || (!wanted->read && wanted->role == "admin");
                    return add_key(store, admin ? store::KeyRole::kAdmin : store::KeyRole::kRead, wanted->label);
                  });
  CLI::Option* role = command->add_option("--role", wanted->role, "read, or admin, which may also make changes")
                          ->check(CLI::IsMember({"read", "admin"}))
                          ->type_name("ROLE")
                          ->capture_default_str();
  CLI::Option* read = command->add_flag("--read", wanted->read, "the same as --role read")->excludes(role);
  command->add_flag("--admin", wanted->admin, "the same as --role admin")->excludes(role)->excludes(read);
  command->add_option("--label", wanted->label, "what the key is for; shown by `keys list`")->type_name("TEXT");
  command->footer(
      "Examples:\n  repopulse keys add --label grafana\n  repopulse keys add --admin --store "
      "sqlite:/var/lib/repopulse/repopulse.db");
}

}  // namespace

void declare_keys(CLI::App& program, Work& work) {
  CLI::App* keys = program.add_subcommand(
      "keys",
      "Create, list and revoke API keys. Works on the store, also while a server is running, which notices changes "
      "within seconds.");
  keys->require_subcommand(1);
  declare_add(*keys, work);

  const auto json = std::make_shared<bool>(false);
  CLI::App* list = declare_one(*keys, work, "list",
                               "List the keys: id, role, time of creation, label. The keys themselves are not stored.",
                               [json](store::KeyStore& store) { return list_keys(store, *json); });
  list->add_flag("--json", *json, "print JSON instead of a table");
  list->footer("Example:\n  repopulse keys list");

  const auto id = std::make_shared<std::string>();
  CLI::App* revoke = declare_one(*keys, work, "revoke", "Revoke a key permanently.",
                                 [id](store::KeyStore& store) { return revoke_key(store, *id); });
  revoke->add_option("ID", *id, "id of the key; see `keys list`")->type_name("")->required();
  revoke->footer("Example:\n  repopulse keys revoke 3f9a1c07");
}

}  // namespace repopulse::app
