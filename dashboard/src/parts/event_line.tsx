// An event as a sentence with links to GitHub. All words are shown as text; addresses come from domain/links only.
import { colour_slot } from "../domain/type_colours";
import { type_words } from "../domain/format";
import { repository_address } from "../state/router";
import type { Entry } from "../state/repository_model";
import { RelativeTime } from "./times";

export function EventLine({ entry, repository }: { entry: Entry; repository?: string }) {
  return (
    <li class="event">
      <span class={`dot type-${colour_slot(entry.type)}`} title={type_words(entry.type)} />
      <div class="event-words">
        <p>
          {entry.sentence.map((piece, index) => {
            const words = piece.kind === "quote" ? `“${piece.text}”` : piece.text;
            const style = piece.kind ? `piece-${piece.kind}` : "";
            return piece.href ? (
              <a key={index} class={style} href={piece.href} target="_blank" rel="noopener noreferrer">
                {words}
              </a>
            ) : (
              <span key={index} class={style}>
                {words}
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
