// The switch between the events of everybody, of people and of robots. Every figure of the page obeys it.
import { ACTORS_LABELS, type Actors } from "../domain/actors";
import { actors } from "../state/actors";
import { hub, tellsRobots } from "../state/hub";
import { setOption } from "../state/router";

export function ActorsSwitch() {
  if (tellsRobots.value !== true) return null;
  const bots = hub.value?.bots.value ?? [];
  const titles: Record<Actors, string> = {
    all: "Events of people and robots",
    people: "Events of people only",
    bots: bots.length === 0 ? "Events of robots only" : `Events of robots only: ${bots.join(", ")}`,
  };
  return (
    <div class="segments" role="group" aria-label="Whose events">
      {(Object.keys(ACTORS_LABELS) as Actors[]).map((name) => (
        <button
          key={name}
          type="button"
          title={titles[name]}
          aria-pressed={actors.value === name}
          onClick={() => setOption("actors", name === "all" ? null : name)}
        >
          {ACTORS_LABELS[name]}
        </button>
      ))}
    </div>
  );
}
