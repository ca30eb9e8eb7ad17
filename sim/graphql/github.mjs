// GitHub's GraphQL API over the state of some repositories: GitHub's published schema, executed by the reference
// implementation of GraphQL. Pure: it opens no connection and reads no clock.
import { schema as published } from "@octokit/graphql-schema";
import {
  buildSchema, execute, GraphQLError, getNamedType, Kind, NoDeprecatedCustomRule, parse, specifiedRules, validate,
} from "graphql";

const CONNECTIONS_OF_A_POINT = 100;

const SCHEMA = buildSchema(published.idl, { assumeValidSDL: true });

// What is wrong with a query, one line each: by the schema, and what GitHub is about to remove.
export function problems(query) {
  return validate(SCHEMA, parse(query), [...specifiedRules, NoDeprecatedCustomRule]).map(({ message }) => message);
}

// How many connections GitHub counts for a valid query: one inside another counts once for each node of the outer one.
export function connections(query) {
  const document = parse(query);
  const fragments = new Map();
  for (const part of document.definitions) {
    if (part.kind === Kind.FRAGMENT_DEFINITION) fragments.set(part.name.value, part);
  }
  const count = (selections, type, times) => {
    let found = 0;
    for (const selection of selections) {
      if (selection.kind === Kind.FRAGMENT_SPREAD) {
        found += count(fragments.get(selection.name.value).selectionSet.selections, type, times);
      } else if (selection.kind === Kind.INLINE_FRAGMENT) {
        const on = selection.typeCondition ? SCHEMA.getType(selection.typeCondition.name.value) : type;
        found += count(selection.selectionSet.selections, on, times);
      } else if (selection.selectionSet) {
        const inner = getNamedType(type.getFields()[selection.name.value].type);
        const size = selection.arguments.find(({ name }) => name.value === "first" || name.value === "last");
        const connection = inner.name.endsWith("Connection");
        found += connection ? times : 0;
        found += count(selection.selectionSet.selections, inner, times * (connection ? Number(size?.value.value ?? 1) : 1));
      }
    }
    return found;
  };
  const operation = document.definitions.find(({ kind }) => kind === Kind.OPERATION_DEFINITION);
  return count(operation.selectionSet.selections, SCHEMA.getQueryType(), 1);
}

export function points(query) {
  return Math.max(1, Math.round(connections(query) / CONNECTIONS_OF_A_POINT));
}

function failure({ message, ...extensions }) {
  return new GraphQLError(message, { extensions });
}

// As GitHub writes it: `type` stands beside `message`.
function toJson(error) {
  const { extensions: { type, ...extensions }, ...rest } = { extensions: {}, ...error.toJSON() };
  return { ...(type && { type }), ...rest, ...(Object.keys(extensions).length > 0 && { extensions }) };
}

// `stock`: {count, updated_at}, of which the latest alone is shown.
function connection(stock) {
  return ({ first, last }) => ({
    totalCount: stock.count,
    nodes: () => {
      if (first === undefined && last === undefined) {
        throw failure({
          type: "MISSING_PAGINATION_BOUNDARIES",
          message: "You must provide a `first` or `last` value to properly paginate.",
        });
      }
      return stock.count > 0 && stock.updated_at !== null ? [{ updatedAt: stock.updated_at }] : [];
    },
  });
}

function repository(state) {
  const fields = {
    databaseId: state.id,
    nameWithOwner: state.full_name,
    pushedAt: state.pushed_at,
    stargazerCount: state.stars,
    forkCount: state.forks,
    issues: connection(state.issues),
    pullRequests: connection(state.pull_requests),
    releases: connection(state.releases),
    discussions: connection(state.discussions),
    commitComments: connection(state.commit_comments),
  };
  for (const [name, told] of Object.entries(state.fails ?? {})) {
    fields[name] = () => {
      throw failure(told);
    };
  }
  return fields;
}

// The answer to `request`, the {query, variables} of a POST: its body, and its cost in points.
// `world`: {quota: {limit, used, reset_at}, repositories: [{names: [the present one, former ones…], id, full_name,
// pushed_at, stars, forks, issues: {count, updated_at}, …}]}, names in lower case. A repository with `refused`, {type,
// message, …}, is that error; one with `fails` has such errors instead of the values of some fields.
export async function answer(request, world) {
  let document;
  try {
    document = parse(request.query);
  } catch (error) {
    return { cost: 1, body: { errors: [toJson(error)] } };
  }
  const invalid = validate(SCHEMA, document);
  if (invalid.length > 0) return { cost: 1, body: { errors: invalid.map(toJson) } };
  const cost = points(request.query);
  const { limit, used, reset_at: resetAt } = world.quota;
  const rootValue = {
    rateLimit: { limit, cost, remaining: Math.max(0, limit - used - cost), used: used + cost, resetAt },
    repository: ({ owner, name, followRenames }) => {
      const wanted = `${owner}/${name}`.toLowerCase();
      const found = world.repositories.find(({ names }) => names.includes(wanted));
      if (!found || (!followRenames && found.names[0] !== wanted)) {
        throw failure({
          type: "NOT_FOUND",
          message: `Could not resolve to a Repository with the name '${owner}/${name}'.`,
        });
      }
      if (found.refused) throw failure(found.refused);
      return repository(found);
    },
  };
  const { data, errors } = await execute({ schema: SCHEMA, document, rootValue, variableValues: request.variables });
  return { cost, body: { data, ...(errors && { errors: errors.map(toJson) }) } };
}
