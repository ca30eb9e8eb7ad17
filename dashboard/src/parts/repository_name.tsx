// The name of a repository as a link to its page. Where there is little room, a long name is cut in the middle: names often differ
// only at their ends. Screen readers and tooltips have the whole name.
import type { Repository } from "../api/types";
import { repositoryAddress } from "../state/router";

const CUT_FROM = 26; // characters of owner and name
const END_SHOWN = 10;

export function RepositoryName({ repository }: { repository: Pick<Repository, "full_name" | "name" | "owner"> }) {
  const { full_name: fullName, name, owner } = repository;
  if (fullName.length < CUT_FROM || name.length <= END_SHOWN)
    return (
      <a class="repository-name" href={repositoryAddress(fullName)} title={fullName}>
        <span class="name-start">
          <span class="owner">{owner.login}/</span>
          {name}
        </span>
      </a>
    );
  return (
    <a class="repository-name" href={repositoryAddress(fullName)} title={fullName} aria-label={fullName}>
      <span class="name-start">
        <span class="owner">{owner.login}/</span>
        {name.slice(0, -END_SHOWN)}
      </span>
      <span class="name-end">{name.slice(-END_SHOWN)}</span>
    </a>
  );
}

// The same of `owner/name`.
export function FullName({ fullName }: { fullName: string }) {
  const [login = "", name = ""] = fullName.split("/", 2);
  return <RepositoryName repository={{ full_name: fullName, name, owner: { login } }} />;
}
