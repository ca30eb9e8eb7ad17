// Shows an alert: what it is about, which rule, what happened and since when. Everything is shown as plain text.
import type { Alert } from "../api/types";
import { as_sentence, parse_time } from "../domain/format";
import { lookup } from "../domain/lookup";
import { repository_address } from "../state/router";
import { Icon } from "./icons";
import { RelativeTime } from "./times";

const kRuleLabels: Record<string, string> = {
  silence: "Silence", burst: "Burst", gap: "Gap", status: "Status", poller: "Poller",
};

export function rule_label(rule: string): string {
  return lookup(kRuleLabels, rule) ?? rule;
}

export function AlertSubject({ alert }: { alert: Alert }) {
  if (alert.repository === null) return <a href="#/poller">The poller</a>;
  return <a href={repository_address(alert.repository)}>{alert.repository}</a>;
}

// `named`: says which repository it is about.
export function AlertLine({ alert, named = true }: { alert: Alert; named?: boolean }) {
  return (
    <li class="alert-line">
      <Icon name="warning" />
      <p>
        <strong>{rule_label(alert.rule)}</strong>
        {named && (
          <>
            {" "}
            · <AlertSubject alert={alert} />
          </>
        )}{" "}
        · {as_sentence(alert.summary)}{" "}
        <span class="alert-since">
          Since <RelativeTime at={parse_time(alert.since)} />
        </span>
      </p>
    </li>
  );
}
