// The name of a repository as a link to its page. Where there is little room, a long name is cut in the middle: names often differ
// only at their ends. Screen readers and tooltips have the whole name.
import type { Repository } from "../api/types";
import { repository_address } from "../state/router";

const kCutFrom = 26;    // characters of owner and name
const kEndShown = 10;

export function RepositoryName({ repository }: { repository: Repository }) {
  const { full_name, name, owner } = repository;
  if (full_name.length < kCutFrom || name.length <= kEndShown)
    return (
      <a class="repository-name" href={repository_address(full_name)} title={full_name}>
        <span class="name-start">
          <span class="owner">{owner.login}/</span>
          {name}
        </span>
      </a>
    );
  return (
    <a class="repository-name" href={repository_address(full_name)} title={full_name} aria-label={full_name}>
      <span class="name-start">
        <span class="owner">{owner.login}/</span>
        {name.slice(0, -kEndShown)}
      </span>
      <span class="name-end">{name.slice(-kEndShown)}</span>
    </a>
  );
}
