// Shows an event as a sentence with links to GitHub. Everything is shown as plain text; all addresses come from domain/links.

import { typeLabel } from "../domain/format";
import { typeClass } from "../domain/type_colours";
import type { Entry } from "../state/loaded_events";
import { repositoryAddress } from "../state/router";
import { RelativeTime } from "./times";

export function EventLine({ entry, repository }: { entry: Entry; repository?: string }) {
  return (
    <li class="event">
      <span class={`dot ${typeClass(entry.type)}`} title={typeLabel(entry.type)} />
      <div class="event-words">
        <p>
          {entry.sentence.map((piece, index) => {
            const text = piece.kind === "quote" ? `“${piece.text}”` : piece.text;
            const style = piece.kind ? `piece-${piece.kind}` : "";
            return piece.href ? (
              <a key={index} class={style} href={piece.href} target="_blank" rel="noopener noreferrer">
                {text}
              </a>
            ) : (
              <span key={index} class={style}>
                {text}
              </span>
            );
          })}
        </p>
        <p class="event-meta">
          {repository !== undefined && (
            <>
              <a href={repositoryAddress(repository)}>{repository}</a>
              <span aria-hidden="true"> · </span>
            </>
          )}
          <RelativeTime at={entry.at} />
        </p>
      </div>
    </li>
  );
}
