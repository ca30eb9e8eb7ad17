// Whose events the reader wants to see. The address holds the choice.
import { computed } from "@preact/signals";

import { read_actors } from "../domain/actors";
import { tells_robots } from "./hub";
import { route } from "./router";

export const actors = computed(() => (tells_robots.value === false ? "all" : read_actors(route.value.options.get("actors"))));
