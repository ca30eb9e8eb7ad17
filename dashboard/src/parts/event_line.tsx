// Shows an event as a sentence with links to GitHub. Everything is shown as plain text; all addresses come from domain/links.
import { colour_slot } from "../domain/type_colours";
import { type_label } from "../domain/format";
import { repository_address } from "../state/router";
import type { Entry } from "../state/repository_model";
import { RelativeTime } from "./times";

export function EventLine({ entry, repository }: { entry: Entry; repository?: string }) {
  return (
    <li class="event">
      <span class={`dot type-${colour_slot(entry.type)}`} title={type_label(entry.type)} />
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
              <a href={repository_address(repository)}>{repository}</a>
              <span aria-hidden="true"> · </span>
            </>
          )}
          <RelativeTime at={entry.at} />
        </p>
      </div>
    </li>
  );
}
