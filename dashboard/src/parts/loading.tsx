// Stands in the place of a page until its first answer has come.
export function Loading() {
  return <div class="panel skeleton skeleton-page" role="status" aria-busy="true" aria-label="Loading" />;
}
