// How many events may come where so many are expected: the negative binomial distribution, whose counts vary more than those of
// independent events. Pure.

// P(count ≤ k) for each k from 0 on, as long as the caller asks. `dispersion`: variance over mean; 1 is Poisson.
function* cumulative(mean: number, dispersion: number): Generator<number> {
  const poisson = dispersion < 1.0001;
  const size = poisson ? 0 : mean / (dispersion - 1);
  const share = poisson ? 0 : 1 - 1 / dispersion;
  // The first probabilities may underflow, so they are carried as logarithms.
  let logP = poisson ? -mean : size * Math.log(1 - share);
  let sum = 0;
  for (let k = 0; ; k++) {
    sum += Math.exp(logP);
    yield Math.min(sum, 1);
    logP += Math.log((poisson ? mean : share * (size + k)) / (k + 1));
  }
}

const MOST_COUNT = 1_000_000;

// The smallest count that is not exceeded with that probability.
export function countQuantile(mean: number, dispersion: number, probability: number): number {
  if (!(mean > 0)) return 0;
  let k = 0;
  for (const sum of cumulative(mean, dispersion)) if (sum >= probability || ++k >= MOST_COUNT) break;
  return k;
}

const UPPER_END = 0.95;
const LEAST_MEAN = 0.2; // below, nearly every interval is from 0 to 1, whatever the dispersion
const USUAL_DISPERSION = 2; // of an hour: about the median of recorded repositories with 1 to 12 events a day

// The dispersion with which the upper ends of these 90 % intervals fit best. An upper end is a whole number, so its probability is
// taken to lie in the middle between that number and the one below.
export function dispersionOf(intervals: { expected: number; high: number }[]): number {
  const telling = intervals.filter(
    ({ expected, high }) => expected >= LEAST_MEAN && high >= 1 && Number.isInteger(high),
  );
  if (telling.length === 0) return USUAL_DISPERSION;
  const misfit = (dispersion: number) =>
    telling.reduce((sum, { expected, high }) => sum + probabilityUpTo(expected, dispersion, high) - UPPER_END, 0);
  let [low, high] = [1, 2];
  while (misfit(high) > 0 && high < 1000) high *= 2;
  for (let step = 0; step < 30; step++) {
    const middle = (low + high) / 2;
    if (misfit(middle) > 0) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

function probabilityUpTo(mean: number, dispersion: number, count: number): number {
  let [k, below] = [0, 0];
  for (const sum of cumulative(mean, dispersion)) {
    if (k++ === count) return (below + sum) / 2;
    below = sum;
  }
  return 1;
}
