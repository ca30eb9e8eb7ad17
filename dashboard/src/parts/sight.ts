// Tells whether an element is in sight, or nearly.
import { useEffect, useState } from "preact/hooks";

const MARGIN = "200px";

export function useInSight(element: { current: HTMLElement | null }): boolean {
  const [inSight, setInSight] = useState(false);
  useEffect(() => {
    const observer = new IntersectionObserver((seen) => setInSight(seen.at(-1)!.isIntersecting), {
      rootMargin: MARGIN,
    });
    observer.observe(element.current!);
    return () => observer.disconnect();
  }, []);
  return inSight;
}
