// The button with which an admin key sends a test message to every target, and what each target answered.
import { useState } from "preact/hooks";

import type { TestedTarget } from "../../api/types";
import { asSentence } from "../../domain/format";
import { Icon } from "../../parts/icons";
import { mayChange } from "../../parts/repository_actions";
import type { Hub } from "../../state/hub";

export function TargetTest({ hub }: { hub: Hub }) {
  const [busy, setBusy] = useState(false);
  const [answers, setAnswers] = useState<TestedTarget[] | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  if (!mayChange() || !hub.alerts.supported.value) return null;

  const send = async () => {
    setBusy(true);
    setAnswers(null);
    setProblem(null);
    try {
      setAnswers(await hub.client.post<TestedTarget[]>("alerts/test"));
    } catch (error) {
      setProblem(asSentence(error instanceof Error ? error.message : String(error)));
    }
    setBusy(false);
  };

  return (
    <section class="panel target-test" aria-labelledby="targets-title">
      <div class="panel-head">
        <h2 id="targets-title">Targets</h2>
        <p class="muted">A test message goes to every target of the settings file.</p>
        <button type="button" class="button" disabled={busy} onClick={send}>
          {busy ? "Sending…" : "Send a test message"}
        </button>
      </div>
      <div role="status">
        {problem !== null && <p class="field-problem">{problem}</p>}
        {answers?.length === 0 && (
          <p>There are no targets: messages about alerts go nowhere. Add a [[notify]] table to the settings file.</p>
        )}
        {answers && answers.length > 0 && (
          <ul>
            {answers.map(({ target, sent, detail }) => (
              <li key={target} class={`target tone-${sent ? "good" : "bad"}`}>
                <Icon name={sent ? "check" : "warning"} />
                <p>
                  <strong>{target}</strong> {sent ? "took the message" : "did not take the message"}
                  {detail && <span class="muted">: {detail}</span>}
                </p>
              </li>
            ))}
          </ul>
        )}
      </div>
    </section>
  );
}
