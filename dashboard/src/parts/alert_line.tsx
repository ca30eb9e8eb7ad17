// Shows an alert: what it is about, which rule, what happened and since when. Everything is shown as plain text.
import type { Alert } from "../api/types";
import { asSentence, parseTime } from "../domain/format";
import { lookup } from "../domain/lookup";
import { repositoryAddress } from "../state/router";
import { Icon } from "./icons";
import { RelativeTime } from "./times";

const RULE_LABELS: Record<string, string> = {
  silence: "Silence",
  burst: "Burst",
  gap: "Gap",
  status: "Status",
  poller: "Poller",
};

export function ruleLabel(rule: string): string {
  return lookup(RULE_LABELS, rule) ?? rule;
}

export function AlertSubject({ alert }: { alert: Alert }) {
  if (alert.repository === null) return <a href="#/poller">The poller</a>;
  return <a href={repositoryAddress(alert.repository)}>{alert.repository}</a>;
}

// `named`: says which repository it is about.
export function AlertLine({ alert, named = true }: { alert: Alert; named?: boolean }) {
  return (
    <li class="alert-line">
      <Icon name="warning" />
      <p>
        <strong>{ruleLabel(alert.rule)}</strong>
        {named && (
          <>
            {" "}
            · <AlertSubject alert={alert} />
          </>
        )}{" "}
        · {asSentence(alert.summary)}{" "}
        <span class="alert-since">
          Since <RelativeTime at={parseTime(alert.since)} />
        </span>
      </p>
    </li>
  );
}
