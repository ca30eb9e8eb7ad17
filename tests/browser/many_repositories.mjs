// A server that watches many repositories, each with a week of history, and a GitHub where events happen when the caller says so. A
// webhook tells the server of each at once, which polls the repository and sends the event, the new statistics and the poll to the page.
import { eventually, Setup } from "./harness.mjs";

const SECRET = "secret-of-the-webhooks";
const TYPES = ["PushEvent", "PushEvent", "PullRequestEvent", "IssueCommentEvent", "IssuesEvent", "WatchEvent", "CreateEvent", "ForkEvent"];
const PAST_EVENTS = 12;  // of each repository
const WEEK_MILLIS = 7 * 86_400_000;
const ADDED_AT_ONCE = 1_000;  // as many as the API takes

export const nameOf = (index) => `owner-${index}/repo-${index}`;  // of different owners: each has its own feed

// mulberry32
export function randomNumbers(seed) {
  return () => {
    seed = (seed + 0x6d2b79f5) | 0;
    let mixed = Math.imul(seed ^ (seed >>> 15), 1 | seed);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

export class ManyRepositories {
  happened = 0;
  random = randomNumbers(14);

  static async open(count) {
    const many = new ManyRepositories();
    many.count = count;
    const names = Array.from({ length: count }, (_, index) => nameOf(index));
    many.setup = await Setup.open({
      sim: ["--limit", "100000000", ...names.flatMap((name) => ["--synthetic", `${name}=0.001`])],
      // The next poll without a webhook is far away.
      serve: ["--max-active", String(count), "--freshness", "6h", "--probe", "off", "--webhook-secret", SECRET],
      beforeServe: (setup) => many.writeHistory(setup, names),
    });
    try {
      const { setup } = many;
      for (let at = 0; at < count; at += ADDED_AT_ONCE) {
        await setup.api("repos/", { method: "POST", body: names.slice(at, at + ADDED_AT_ONCE).map((fullName) => ({ full_name: fullName, active: true })) });
      }
      await eventually(async () => {
        const { requests } = await setup.simulate("GET", "counters");
        if (requests < count) throw new Error(`${requests} of ${count} repositories were polled`);
      }, 10 * 60_000);
      await setup.simulate("POST", "webhooks", { url: `${setup.url}/api/hooks/github`, secret: SECRET });
    } catch (error) {
      await many.setup.close();
      throw error;
    }
    return many;
  }

  close() {
    return this.setup.close();
  }

  async writeHistory(setup, names) {
    const waiting = names.values();
    const write = async () => {
      for (const name of waiting) {
        const times = Array.from({ length: PAST_EVENTS }, () => Date.now() - this.random() * WEEK_MILLIS).sort((a, b) => a - b);
        await setup.simulate("POST", `repos/${name}/events`, times.map((at) => ({ ...this.event(), created_at: new Date(at).toISOString().replace(/\.\d+/, "") })));
      }
    };
    await Promise.all(Array.from({ length: 4 }, write));
  }

  event() {
    return { type: TYPES[Math.floor(this.random() * TYPES.length)], actor: `user-${Math.floor(this.random() * 40)}` };
  }

  // An event happens now; every other one in one of the busiest twentieth.
  async happen() {
    const among = this.happened++ % 2 === 0 ? this.count / 20 : this.count;
    const name = nameOf(Math.floor(this.random() * among));
    await this.setup.simulate("POST", `repos/${name}/events`, this.event());
    return name;
  }
}
