// Whose events the reader wants to see. The address holds the choice.
import { computed } from "@preact/signals";

import { readActors } from "../domain/actors";
import { tellsRobots } from "./hub";
import { route } from "./router";

export const actors = computed(() =>
  tellsRobots.value === false ? "all" : readActors(route.value.options.get("actors")),
);
