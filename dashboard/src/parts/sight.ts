// Tells whether an element is in sight, or nearly.
import { useEffect, useState } from "preact/hooks";

const kMargin = "200px";

export function useInSight(element: { current: HTMLElement | null }): boolean {
  const [in_sight, set_in_sight] = useState(false);
  useEffect(() => {
    const observer = new IntersectionObserver((seen) => set_in_sight(seen.at(-1)!.isIntersecting), { rootMargin: kMargin });
    observer.observe(element.current!);
    return () => observer.disconnect();
  }, []);
  return in_sight;
}
