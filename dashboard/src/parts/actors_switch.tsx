// The switch between the events of everybody, of people and of robots. Every figure of the page obeys it.
import { type Actors, kActorsLabels } from "../domain/actors";
import { actors } from "../state/actors";
import { hub, tells_robots } from "../state/hub";
import { set_option } from "../state/router";

export function ActorsSwitch() {
  if (tells_robots.value !== true) return null;
  const bots = hub.value?.bots.value ?? [];
  const titles: Record<Actors, string> = {
    all: "Events of people and robots",
    people: "Events of people only",
    bots: bots.length === 0 ? "Events of robots only" : `Events of robots only: ${bots.join(", ")}`,
  };
  return (
    <div class="segments" role="group" aria-label="Whose events">
      {(Object.keys(kActorsLabels) as Actors[]).map((name) => (
        <button key={name} type="button" title={titles[name]} aria-pressed={actors.value === name} onClick={() => set_option("actors", name === "all" ? null : name)}>
          {kActorsLabels[name]}
        </button>
      ))}
    </div>
  );
}
